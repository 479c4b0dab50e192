package watch

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/jobtrace"
)

// kept makes dumps from words "folder/seq": with l a job that leaked, n needed,
// d damaged, f foreign, p of a panic, b before the job.
func kept(t *testing.T, words string) (out []Kept) {
	t.Helper()
	for i, w := range strings.Fields(words) {
		name, marks, _ := strings.Cut(w, ":")
		folder, seq, ok := strings.Cut(name, "/")
		n := 0
		if _, err := fmt.Sscan(seq, &n); err != nil || !ok {
			t.Fatalf("%s: %v", w, err)
		}
		has := func(m string) bool { return strings.Contains(marks, m) }
		k := Kept{Whole: !has("d"), Needed: has("n"), Leaked: has("l")}
		k.Path, k.Size = fmt.Sprintf("%s/%06d-job.dump", folder, n), 100
		k.ModTime = time.Unix(int64(i), 0)
		if !has("f") {
			k.Manifest = &Manifest{Manifest: jobtrace.Manifest{PID: 1, Job: fmt.Sprint("job", n), Seq: n, Kind: jobtrace.KindAfter}}
			if has("p") {
				k.Manifest.Kind = jobtrace.KindPanic
			}
			if has("b") {
				k.Manifest.Job = fmt.Sprint("job", n+1)
			}
		}
		out = append(out, k)
	}
	return out
}

func TestRetention(t *testing.T) {
	for _, c := range []struct {
		about string
		r     Retention
		dumps string
		want  string // that go
	}{
		{"the last ones stay", Retention{Keep: 2}, "a/1 a/2 a/3 a/4", "a/1 a/2"},
		{"of each worker", Retention{Keep: 1}, "a/1 a/2 b/1 b/2 b/3", "a/1 b/1 b/2"},
		{"the dump before a job is the job's", Retention{Keep: 1}, "a/1 a/2:b a/3", "a/1"},
		{"all stay", Retention{Keep: -1}, "a/1 a/2", ""},
		{"none stay", Retention{}, "a/1 a/2", "a/1 a/2"},
		{"what is needed stays", Retention{Keep: 1}, "a/1:n a/2 a/3", "a/2"},
		{"so does what could not be read", Retention{Keep: 1}, "a/1:d a/2 a/3", "a/2"},
		{"and crashes", Retention{Keep: 1}, "a/1:p a/2 a/3", "a/2"},
		{"and dumps of others", Retention{Keep: 1}, "a/1:f a/2 a/3", "a/2"},
		{"unless asked", Retention{Keep: 1, Foreign: true}, "a/1:f a/2 a/3", "a/1 a/2"},
		{"leaks stay, with the dump before", Retention{Keep: 1, Leaks: 1}, "a/1:l a/2 a/3 a/4:l a/5 a/6", "a/1 a/2 a/5"},
		{"all leaks", Retention{Keep: 1, Leaks: -1}, "a/1:l a/2 a/3:l a/4", ""},
		{"a limit", Retention{Keep: -1, MaxBytes: 250}, "a/1 b/1 a/2 a/3", "a/1 b/1"},
		{"a limit takes crashes and leaks, and nothing else", Retention{Keep: -1, Leaks: -1, MaxBytes: 1}, "a/1:p a/2:l a/3:d a/4:n a/5:f", "a/1 a/2"},
	} {
		dumps := kept(t, c.dumps)
		var gone []string
		for _, i := range c.r.Surplus(dumps, int64(100*len(dumps))) {
			gone = append(gone, fmt.Sprintf("%s/%d", dumps[i].Folder(), dumps[i].Seq()))
		}
		if got := strings.Join(gone, " "); got != c.want {
			t.Errorf("%s: %q go, want %q", c.about, got, c.want)
		}
	}
}

func TestPack(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "000001-x.dump")
	if err := os.WriteFile(path, []byte(wholeDump()), 0o600); err != nil {
		t.Fatal(err)
	}
	packed, err := Pack(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := heapdump.Open(packed)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if !bytes.Equal(f.Data(), []byte(wholeDump())) {
		t.Error("it is not the same when it is unpacked")
	}
	info, _ := os.Stat(packed)
	if entries, _ := os.ReadDir(dir); len(entries) != 1 || info.Mode().Perm() != 0o600 {
		t.Errorf("the folder has %v; mode %v", entries, info.Mode())
	}
	if _, err := Pack(path); !Gone(err) {
		t.Errorf("of a file that is not there: %v", err)
	}
}

func TestTidy(t *testing.T) {
	f := newFolder(t)
	for _, name := range []string{".part-1", ".000001-x.dump.zst.7.tmp", ".000001-x.dump.7.tmp", "000001-x.dump.zst", ".lock"} {
		f.put(name, "x")
	}
	Tidy(f.dir, f.now.Add(time.Second))
	if left, _ := os.ReadDir(f.dir); len(left) != 5 {
		t.Errorf("%v are left of files that may be in use", left)
	}
	Tidy(f.dir, f.now.Add(time.Hour))
	left, _ := os.ReadDir(f.dir)
	if len(left) != 3 || left[0].Name() != ".000001-x.dump.7.tmp" || left[1].Name() != ".lock" {
		t.Errorf("%v are left", left)
	}
}
