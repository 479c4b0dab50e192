package census_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/examples"
)

// TestFindNew wants the objects that FindLeaks counts as new, those that replaced
// others too, and no other.
func TestFindNew(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "4")
	for _, some := range [][]string{dumps, {dumps[1], dumps[4]}} {
		n, err := census.FindNew(context.Background(), some, census.LeaksOptions{Exe: exe})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { n.Last.Close() })
		got := map[string]int{}
		for id := range n.Objects.All() {
			if !n.Last.Reach.Has(id) {
				t.Errorf("%v is new and not reachable", n.Last.Addr(id))
			}
			got[n.Last.TypeName(id)]++
		}
		l := find(t, some, census.LeaksOptions{Exe: exe, Jobs: []int{1}})
		if got[examples.LeakedType] != l.Picked.New || l.Picked.New == 0 {
			t.Errorf("%d of %s are new, want %d", got[examples.LeakedType], examples.LeakedType, l.Picked.New)
		}
		for _, row := range append(l.Leaked, l.Replaced...) {
			if row.Store == nil && got[row.Name] != row.New {
				t.Errorf("%d of %s are new, want %d", got[row.Name], row.Name, row.New)
			}
		}
		if n.Last.Path != dumps[4] || len(n.Dumps) != len(some) {
			t.Errorf("compared %v, the last is %s", n.Dumps, n.Last.Path)
		}
	}
}

// TestFindNewWithoutTwo wants an error where only one dump is whole.
func TestFindNewWithoutTwo(t *testing.T) {
	exe, dumps := worker(t, "-jobs", "1")
	data, err := os.ReadFile(dumps[0])
	if err != nil {
		t.Fatal(err)
	}
	cut := filepath.Join(t.TempDir(), "cut.dump")
	if err := os.WriteFile(cut, data[:len(data)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = census.FindNew(context.Background(), []string{cut, dumps[1]}, census.LeaksOptions{Exe: exe})
	if err == nil || !strings.Contains(err.Error(), "no two of the dumps are whole") {
		t.Errorf("error %v", err)
	}
}
