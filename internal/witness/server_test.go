package witness

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// Shares of a server's reachable objects that must be typed.
const (
	leastKnown   = 0.97 // without guesses
	leastGuessed = 0.99 // with them
)

// own are the objects of the server's own types that its comment counts.
var own = map[string]int{
	"main.API": 1, "main.Store": 1, "main.Audit": 1, "main.Session": 20, "main.Cart": 20, "[]main.Line": 20,
	"func main.(*API).session.func1": 20, "main.Event": 8, "chan *main.Event": 1, "chan *main.Event (buf)": 1,
	"main.LRU[string,*main.Bucket]": 1,
}

// TestServer wants nearly every object of a real server typed, and none
// wrongly.
func TestServer(t *testing.T) {
	if !testprog.Matrix() {
		t.Skip("downloads modules and builds for a minute: set OBJGRAPH_MATRIX=1 to run it")
	}
	dir := filepath.Join("..", "..", "testdata", "programs", "server")
	exe := build(t, dir, ".")
	src, err := Load(context.Background(), dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{nil, {"-grpc"}} {
		t.Run("server"+strings.Join(args, " "), func(t *testing.T) {
			s, dump := snap(t, exe, args...)
			shares(t, s)
			counts(t, s)
			check(t, compare(t, s, dump, src))
		})
	}
}

func shares(t *testing.T, s *snapshot.Snapshot) {
	t.Helper()
	info := census.NewInfo(s)
	guesses := 0
	for _, e := range info.Evidence {
		if e.Evidence == typing.Layout {
			guesses = e.Objects
		}
	}
	all := float64(info.Reachable.Count)
	known, guessed := float64(info.Typed.Count-guesses)/all, float64(info.Typed.Count)/all
	t.Logf("%d reachable objects: %.2f %% typed, %.2f %% with guesses", info.Reachable.Count, 100*known, 100*guessed)
	if known >= leastKnown && guessed >= leastGuessed {
		return
	}
	t.Errorf("%.2f %% typed, want %.0f %%; %.2f %% with guesses, want %.0f %%", 100*known, 100*leastKnown, 100*guessed, 100*leastGuessed)
	rows, _, err := census.Untyped(context.Background(), s, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		t.Logf("not typed: %d %s, %d bytes, such as %v, held by %v", r.Count, r.Type, r.Bytes, r.Example, r.Holders)
	}
}

func counts(t *testing.T, s *snapshot.Snapshot) {
	t.Helper()
	table, err := census.Types(context.Background(), s, census.TypesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, r := range table.Rows {
		got[r.Type] = r.Count
	}
	for _, name := range slices.Sorted(maps.Keys(own)) {
		if got[name] != own[name] {
			t.Errorf("%d reachable %s, want %d", got[name], name, own[name])
		}
	}
}
