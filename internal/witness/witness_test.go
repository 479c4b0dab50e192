package witness

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/snapshot"
)

const subject = "github.com/objgraph/objgraph/internal/programs/typecheck"

// TestTypecheck compares all objects of a program that type-checks packages
// with what its source says.
func TestTypecheck(t *testing.T) {
	pkg := "container/list"
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		pkg = "net/http"
	}
	exe, dump := typecheck(t, pkg)
	src, err := Load(context.Background(), "../..", subject)
	if err != nil {
		t.Fatal(err)
	}
	check(t, compare(t, exe, dump, src))
}

// typecheck builds the program and runs it with an allocation sample for every
// object.
func typecheck(t *testing.T, pkg string) (exe, dump string) {
	t.Helper()
	dir := t.TempDir()
	exe, dump = filepath.Join(dir, "typecheck"), filepath.Join(dir, "heap.dump")
	run(t, exec.Command("go", "build", "-o", exe, subject))
	cmd := exec.Command(exe, "-dump", dump, "-pkg", pkg)
	cmd.Env = append(os.Environ(), "GODEBUG=memprofilerate=1")
	run(t, cmd)
	return exe, dump
}

func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}

func compare(t *testing.T, exe, dump string, src *Source) *Report {
	t.Helper()
	s, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: exe, FullNames: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	f, err := heapdump.Open(dump)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	r, err := Compare(s, f.Data(), src)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// leastShare is the part of the typed objects that must be witnessed.
const leastShare = 0.6

func check(t *testing.T, r *Report) {
	t.Logf("%d reachable objects, %d not typed; witnessed %.2f %% of the typed: %d agree (%d with the only possible type), %d by conversion, %d disagree, %d guesses do; %d abstentions",
		r.Objects, r.NotTyped, 100*r.Share(), r.Agreed, r.Certain, r.Converted, r.Disagreed, r.Misguessed, r.Abstained)
	list(t, "abstained", r.Abstain, 25)
	list(t, "not typed", r.NotTypedBy, 10)
	list(t, "wrong guess", r.Misguess, 50)
	list(t, "disagree", r.Disagree, 200)
	if r.Disagreed > 0 {
		t.Errorf("%d objects have a type that their line does not allocate", r.Disagreed)
	}
	if r.Share() < leastShare {
		t.Errorf("%.2f %% of the typed objects were witnessed, want %.0f %%", 100*r.Share(), 100*leastShare)
	}
}

func list(t *testing.T, title string, rows []Row, limit int) {
	for _, r := range rows[:min(limit, len(rows))] {
		t.Logf("%s: %d: %s, such as %v", title, r.Count, r.What, r.Example)
	}
}
