package witness

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// subject is the program whose objects are compared.
const subject = "github.com/objgraph/objgraph/internal/programs/typecheck"

// TestTypecheck compares all objects of a program that type-checks packages
// with what its source says.
func TestTypecheck(t *testing.T) {
	builds := map[string][]string{"math": nil}
	if os.Getenv("OBJGRAPH_BIG") == "1" {
		builds = map[string][]string{"net/http": nil, "errors": {"-gcflags=all=-N -l"}, "go/ast": {"-buildmode=pie"}}
	}
	src, err := Load(context.Background(), "../..", subject)
	if err != nil {
		t.Fatal(err)
	}
	for pkg, flags := range builds {
		t.Run(pkg+strings.Join(flags, " "), func(t *testing.T) {
			exe := filepath.Join(t.TempDir(), "typecheck")
			run(t, exec.Command("go", append(append([]string{"build", "-o", exe}, flags...), subject)...))
			s, dump := snap(t, exe, "-pkg", pkg)
			check(t, compare(t, s, dump, src))
		})
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
	exe := filepath.Join(t.TempDir(), "stdlib")
	build := exec.Command("go", "build", "-o", exe, ".")
	build.Dir = dir
	run(t, build)
	s, dump := snap(t, exe)
	check(t, compare(t, s, dump, src))
}

// TestDisagrees shows that the witness contradicts: it looks at a dump in which
// each object has the type of another one.
func TestDisagrees(t *testing.T) {
	src, err := Load(context.Background(), "../..", subject)
	if err != nil {
		t.Fatal(err)
	}
	exe := filepath.Join(t.TempDir(), "typecheck")
	run(t, exec.Command("go", "build", "-o", exe, subject))
	s, dump := snap(t, exe, "-pkg", "math")
	right := compare(t, s, dump, src)
	of := s.Typing.Of
	s.Typing.Of = append(append([]typing.TypeID{}, of[len(of)/2:]...), of[:len(of)/2]...)
	wrong := compare(t, s, dump, src)
	if wrong.Disagreed < right.Agreed/2 {
		t.Errorf("%d of %d objects with the types of others are found out", wrong.Disagreed, right.Agreed)
	}
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
