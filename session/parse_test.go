package session

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/census"
)

func TestParseJobs(t *testing.T) {
	for _, c := range []struct {
		text      string
		intervals int
		want      []int // nil with a text: refused
	}{
		{"", 3, nil},
		{"10", 3, []int{10}},
		{"10, 10,5", 3, []int{10, 10, 5}},
		{"10,5", 3, nil},
		{"0", 1, nil},
		{"0, 10", 2, []int{0, 10}},
		{"0,0", 2, nil},
		{"-1", 1, nil},
		{"ten", 1, nil},
		{"3", 0, nil},
	} {
		got, err := parseJobs(c.text, c.intervals)
		if refused := c.text != "" && c.want == nil; !slices.Equal(got, c.want) || (err != nil) != refused {
			t.Errorf("parseJobs(%q, %d) = %v, %v; want %v", c.text, c.intervals, got, err, c.want)
		}
	}
}

func TestParseIgnore(t *testing.T) {
	v := &vocabulary{
		types: map[string]bool{"main.Cache": true, "main.Cache[a.B]": true, "[]*main.Job": true},
		roots: map[string]string{"main.recent": "global main.recent", "global main.recent": "global main.recent"},
	}
	for text, want := range map[string]census.Ignore{
		"main.Cache.entries":              {Type: "main.Cache", Field: ".entries"},
		"main.Cache.a.b[2].c":             {Type: "main.Cache", Field: ".a.b[2].c"},
		"main.Cache[a.B].entries":         {Type: "main.Cache[a.B]", Field: ".entries"},
		"[]*main.Job[3]":                  {Type: "[]*main.Job", Field: "[3]"},
		"main.recent":                     {Root: "global main.recent"},
		"global main.recent":              {Root: "global main.recent"},
		"goroutine 12 main.parked: held":  {Root: "goroutine 12 main.parked: held"},
		"main.Cash.entries":               {},
		"main.Cache":                      {},
		"":                                {},
		".":                               {},
		"goroutine":                       {},
		"main.recently":                   {},
		"main.Cache[a.B":                  {Type: "main.Cache", Field: "[a.B"},
		"global main.recent.field":        {},
		"main.Cache.entries and the rest": {Type: "main.Cache", Field: ".entries and the rest"},
	} {
		got, err := v.parse(text)
		if got != want || (err != nil) != (want == census.Ignore{}) {
			t.Errorf("parse(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.svg")
	for _, text := range []string{"first", "second"} {
		if err := new(Files).write(context.Background(), path, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if got, _ := os.ReadFile(path); string(got) != "second" {
		t.Errorf("the file holds %q", got)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, want 0600", info.Mode())
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := new(Files).write(ctx, filepath.Join(dir, "b.svg"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after the end of the context: %v", err)
	}
	left, _ := os.ReadDir(dir)
	if len(left) != 1 {
		t.Errorf("%d files are left, want the one that was written", len(left))
	}
}

func TestShortLine(t *testing.T) {
	dumps := []string{"a.dump", "b.dump", "c.dump", "d.dump"}
	if got := shortLine("objgraph leaks a.dump b.dump c.dump d.dump --exe x", dumps); got != "objgraph leaks a.dump … d.dump --exe x" {
		t.Errorf("got %q", got)
	}
	if got := shortLine("objgraph leaks a.dump b.dump", dumps[:2]); got != "objgraph leaks a.dump b.dump" {
		t.Errorf("got %q", got)
	}
}

func TestParseSize(t *testing.T) {
	for text, want := range map[string]uint64{
		"0": 0, "500": 500, "500B": 500, "10MB": 10_000_000, "1.5 kB": 1500, "2K": 2000, "1GiB": 1 << 30, "3Ti": 3 << 40, "0.1kB": 100,
	} {
		if got, err := parseSize(text); err != nil || got != want {
			t.Errorf("parseSize(%q) = %d, %v; want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "MB", "-1", "10XB", "1MMB", "1e300", "NaN", "ten", "1iB", "1 kB more"} {
		if got, err := parseSize(text); err == nil {
			t.Errorf("parseSize(%q) = %d, want an error", text, got)
		}
	}
}
