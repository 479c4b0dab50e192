package snapshot_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/snapshot"
)

func copyTo(t *testing.T, dir, name, from string, mode os.FileMode) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, name), b, mode)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestExecutableBeside looks for the executable in the dump's folder.
func TestExecutableBeside(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "fanin"})
	other := testprog.Build(t, testprog.Spec{Dir: "twofields"})
	dir := filepath.Dir(dump)
	openAt := func(o snapshot.Options) *snapshot.Snapshot {
		s, err := snapshot.Open(context.Background(), dump, o)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	if s := openAt(snapshot.Options{}); s.Program != nil || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], "--exe") {
		t.Errorf("alone: program %v, warnings %q", s.Program, s.Warnings)
	}
	copyTo(t, dir, "another", other, 0o755)
	if s := openAt(snapshot.Options{}); s.Program != nil || !strings.Contains(s.Warnings[0], "another is not this dump's") {
		t.Errorf("beside another program: %v, warnings %q", s.Program, s.Warnings)
	}
	copyTo(t, dir, "worker", exe, 0o755)
	if s := openAt(snapshot.Options{}); s.Program == nil || filepath.Base(s.Program.Path) != "worker" || !strings.HasPrefix(s.ExeHow(), "found beside") {
		t.Errorf("beside its own: %q", s.ExeHow())
	}
	if s := openAt(snapshot.Options{Exe: snapshot.NoExe}); s.Program != nil {
		t.Error("none was asked for, and one was taken")
	}
	_, err := snapshot.Open(context.Background(), dump, snapshot.Options{Exe: other})
	var mismatch *program.MismatchError
	if !errors.As(err, &mismatch) {
		t.Errorf("another program given: %v", err)
	}
}

// TestExecutableOfManifest looks for the executable where the manifest beside
// the dump says.
func TestExecutableOfManifest(t *testing.T) {
	exe, dump, _ := testprog.Dump(t, testprog.Spec{Dir: "fanin"})
	elsewhere := t.TempDir()
	copyTo(t, elsewhere, "worker", exe, 0o755)
	manifest := strings.TrimSuffix(dump, ".dump") + ".json"
	for text, found := range map[string]bool{
		`{"job": "7", "executable": "` + filepath.Join(elsewhere, "worker") + `"}`: true,
		`{"executable": "gone"}`: false,
		`{"executable": 7}`:      false,
		`not JSON`:               false,
	} {
		if err := os.WriteFile(manifest, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		s, err := snapshot.Open(context.Background(), dump, snapshot.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := s.Program != nil; got != found {
			t.Errorf("manifest %s: found %v, want %v", text, got, found)
		}
		s.Close()
	}
}
