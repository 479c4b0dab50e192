package census

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestJobsOfManifests(t *testing.T) {
	for _, c := range []struct {
		about     string
		manifests []string // "": none
		want      []int
	}{
		{"jobs so far", []string{`{"jobsSoFar": 10}`, `{"jobsSoFar": 10, "job": "x"}`, `{"jobsSoFar": 25}`}, []int{0, 15}},
		{"one has none", []string{`{"jobsSoFar": 10}`, "", `{"jobsSoFar": 25}`}, nil},
		{"one does not say", []string{`{"jobsSoFar": 10}`, `{"executable": "x"}`, `{"jobsSoFar": 25}`}, nil},
		{"fewer than before", []string{`{"jobsSoFar": 10}`, `{"jobsSoFar": 9}`}, nil},
		{"less than none", []string{`{"jobsSoFar": -1}`, `{"jobsSoFar": 9}`}, nil},
		{"no JSON", []string{`{"jobsSoFar": 10}`, `jobs`}, nil},
		{"of another kind", []string{`{"jobsSoFar": 10}`, `{"jobsSoFar": "20"}`}, nil},
	} {
		dir := t.TempDir()
		var dumps []string
		for i, text := range c.manifests {
			name := filepath.Join(dir, fmt.Sprintf("%03d-job", i))
			dumps = append(dumps, name+[]string{".dump", ".dump.zst", ".dump.gz"}[i])
			if text == "" {
				continue
			}
			if err := os.WriteFile(name+".json", []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := jobsOfManifests(dumps); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.about, got, c.want)
		}
	}
}
