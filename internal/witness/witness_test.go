package witness

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/snapshot"
)

// subject is the program whose objects are compared.
const subject = "github.com/objgraph/objgraph/internal/programs/typecheck"

// TestTypecheck compares all objects of a program that type-checks packages
// with what its source says.
func TestTypecheck(t *testing.T) {
	src, err := Load(context.Background(), "../..", subject)
	if err != nil {
		t.Fatal(err)
	}
	t.Run("math", func(t *testing.T) {
		s, dump := typecheck(t, "math")
		r := compare(t, s, dump, src)
		check(t, r)
		mislead(t, s, dump, src, r.Agreed)
	})
	if os.Getenv("OBJGRAPH_BIG") != "1" {
		t.Log("millions of objects are left out: set OBJGRAPH_BIG=1")
		return
	}
	for pkg, flag := range map[string]string{"net/http": "-buildmode=exe", "errors": "-gcflags=all=-N -l", "go/ast": "-buildmode=pie"} {
		t.Run(pkg+" "+flag, func(t *testing.T) {
			s, dump := typecheck(t, pkg, flag)
			check(t, compare(t, s, dump, src))
		})
	}
}

// typecheck builds the subject and has it check a package.
func typecheck(t *testing.T, pkg string, flags ...string) (*snapshot.Snapshot, []byte) {
	t.Helper()
	return snap(t, build(t, ".", subject, flags...), "-pkg", pkg)
}

// build builds a program here and now: one that lay ready could come from
// another folder, where its stacks would point.
func build(t *testing.T, dir, pkg string, flags ...string) (exe string) {
	t.Helper()
	exe = filepath.Join(t.TempDir(), "program")
	cmd := exec.Command("go", append(append([]string{"build", "-o", exe}, flags...), pkg)...)
	cmd.Dir = dir
	run(t, cmd)
	return exe
}

// mislead shows that the witness contradicts: it gives each object the type of
// another one.
func mislead(t *testing.T, s *snapshot.Snapshot, dump []byte, src *Source, right int) {
	t.Helper()
	of := s.Typing.Of
	s.Typing.Of = slices.Concat(of[len(of)/2:], of[:len(of)/2])
	if wrong := compare(t, s, dump, src).Disagreed; wrong < right/2 {
		t.Errorf("%d of %d objects with the types of others are found out", wrong, right)
	}
}

// TestStdlib compares the objects of a program that keeps values of many
// packages.
func TestStdlib(t *testing.T) {
	dir := filepath.Join("testdata", "stdlib")
	src, err := Load(context.Background(), dir, ".")
	if err != nil {
		t.Fatal(err)
	}
	s, dump := snap(t, build(t, dir, "."))
	check(t, compare(t, s, dump, src))
}

// snap runs a program with an allocation sample for every object and opens its
// dump.
func snap(t *testing.T, exe string, args ...string) (s *snapshot.Snapshot, dump []byte) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heap.dump")
	cmd := exec.Command(exe, append([]string{"-dump", path}, args...)...)
	cmd.Env = append(os.Environ(), "GODEBUG=memprofilerate=1")
	run(t, cmd)
	s, err := snapshot.Open(context.Background(), path, snapshot.Options{Exe: exe, FullNames: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	f, err := heapdump.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return s, f.Data()
}

func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}

func compare(t *testing.T, s *snapshot.Snapshot, dump []byte, src *Source) *Report {
	t.Helper()
	r, err := Compare(s, dump, src)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// leastShare is the part of the typed objects that must be witnessed.
const leastShare = 0.6

func check(t *testing.T, r *Report) {
	t.Helper()
	t.Logf("%d reachable objects, %d not typed; witnessed %.2f %% of the typed: %d agree (%d with the only possible type), %d by conversion, %d disagree, %d guesses do; %d abstentions",
		r.Objects, r.NotTyped, 100*r.Share(), r.Agreed, r.Certain, r.Converted, r.Disagreed, r.Misguessed, r.Abstained)
	list(t, "abstained", r.Abstain, 15)
	list(t, "not typed", r.NotTypedBy, 10)
	list(t, "wrong guess", r.Misguess, 20)
	list(t, "disagree", r.Disagree, 100)
	if r.Disagreed > 0 {
		t.Errorf("%d objects have a type that their line does not allocate", r.Disagreed)
	}
	if r.Share() < leastShare {
		t.Errorf("%.2f %% of the typed objects were witnessed, want %.0f %%", 100*r.Share(), 100*leastShare)
	}
}

func list(t *testing.T, title string, rows []Row, limit int) {
	t.Helper()
	for _, r := range rows[:min(limit, len(rows))] {
		t.Logf("%s: %d: %s, such as %v", title, r.Count, r.What, r.Example)
	}
}
