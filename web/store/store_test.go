package store

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 2, 3, 0, 0, 0, time.UTC)

// journal are lines of memory.jsonl: the i-th sample's RSS is 1000+i.
func journal(pid, from, n int, every time.Duration) string {
	var b strings.Builder
	for i := from; i < from+n; i++ {
		fmt.Fprintf(&b, `{"time":%q,"pid":%d,"rss":%d,"heapLive":null,"heapGoal":%d,"goroutines":3,"job":"j%d","jobsSoFar":%d}`+"\n",
			start.Add(time.Duration(i)*every).Format(time.RFC3339Nano), pid, 1000+i, 5000+i, i, i)
	}
	return b.String()
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func openStore(t testing.TB, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func index(t testing.TB, s *Store) {
	t.Helper()
	if err := s.Index(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// total is how many samples are known of a worker, at each width.
func total(t testing.TB, s *Store, worker string) (n int) {
	t.Helper()
	for i, w := range widths {
		var sum int
		if err := s.db.QueryRow("SELECT ifnull(sum(n), 0) FROM samples WHERE worker = ? AND width = ?", worker, w).Scan(&sum); err != nil {
			t.Fatal(err)
		}
		if i > 0 && sum != n {
			t.Errorf("%d samples at width %d, and %d at another", sum, w, n)
		}
		n = sum
	}
	return n
}

// Samples are counted once: however the file grows, is begun anew, ends in half a line, and
// whoever reads it.
func TestJournal(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "w", "memory.jsonl")
	all := journal(7, 0, 1000, 5*time.Second)
	write(t, path, all[:len(all)/3])
	s := openStore(t, dir)
	index(t, s)
	first := total(t, s, "w")
	if first == 0 || first > 340 {
		t.Errorf("%d samples of a third of 1000", first)
	}
	write(t, path, all)
	index(t, s)
	index(t, s)
	if n := total(t, s, "w"); n != 1000 {
		t.Errorf("%d samples, want 1000", n)
	}
	if err := os.Rename(path, filepath.Join(dir, "w", "memory.old.jsonl")); err != nil {
		t.Fatal(err)
	}
	write(t, path, "no sample\n"+journal(8, 1000, 100, 5*time.Second)+"{}\n"+strings.Repeat("x", 2*maxLine)+"\n")
	index(t, s)
	s.Close()
	again := openStore(t, dir)
	index(t, again)
	if n := total(t, again, "w"); n != 1100 {
		t.Errorf("%d samples after the file was begun anew, want 1100", n)
	}
	w, ok, err := again.Worker(t.Context(), "w")
	if err != nil || !ok || w.PID != 8 || *w.Memory.RSS != 2099 || w.Memory.HeapLive != nil || w.Every != 5*time.Second || w.Job != "j1099" || !w.First.Equal(start) {
		t.Errorf("the worker: %+v, %v", w, err)
	}
	marks, err := again.Marks(t.Context(), "w", start, start.Add(24*time.Hour))
	if err != nil || len(marks) != 2 || marks[0].Text != "7" || marks[1].Text != "8" {
		t.Errorf("starts of processes: %v, %v", marks, err)
	}
}

// Two servers that read one folder at once count every sample once.
func TestTwoServers(t *testing.T) {
	dir := t.TempDir()
	stores := []*Store{openStore(t, dir), openStore(t, dir)}
	for i := range 10 {
		write(t, filepath.Join(dir, fmt.Sprint("w", i), "memory.jsonl"), journal(1, 0, 2000, time.Second))
	}
	var both sync.WaitGroup
	for _, s := range stores {
		both.Go(func() {
			if err := s.Index(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
	for i := range 10 {
		if n := total(t, stores[i%2], fmt.Sprint("w", i)); n != 2000 {
			t.Errorf("w%d: %d samples, want 2000", i, n)
		}
	}
}

// A series is the samples where they are few, else what they come to; nothing is lost of
// the highest and the lowest.
func TestMemory(t *testing.T) {
	dir := t.TempDir()
	const n = 24 * 720 // a day
	write(t, filepath.Join(dir, "w", "memory.jsonl"), journal(1, 0, n, 5*time.Second))
	s := openStore(t, dir)
	index(t, s)
	for _, c := range []struct {
		from, to time.Duration
		width    time.Duration
		points   int
	}{
		{0, 10 * time.Minute, 0, 121},
		{23 * time.Hour, 24 * time.Hour, 0, 720},
		{0, 6 * time.Hour, time.Minute, 361},
		{0, 24 * time.Hour, 10 * time.Minute, 144},
		{-100 * 24 * time.Hour, 24 * time.Hour, 4 * time.Hour, 7},
	} {
		got, err := s.Memory(t.Context(), "w", start.Add(c.from), start.Add(c.to), 1000)
		if err != nil {
			t.Fatal(err)
		}
		if got.Width != c.width || len(got.Points) != c.points {
			t.Errorf("%v to %v: %d points of %v, want %d of %v", c.from, c.to, len(got.Points), got.Width, c.points, c.width)
			continue
		}
		last := got.Points[len(got.Points)-1]
		if want := 1000 + int64(min(c.to/(5*time.Second), n-1)); *last.RSS > want+720 || *last.RSS < want-12 || last.Live != nil || *last.RSSLow > *last.RSS {
			t.Errorf("%v to %v: the last point is %d, want about %d", c.from, c.to, *last.RSS, want)
		}
	}
}

// The last sample is what a process had when it died. A worker's last moment is known
// to the millisecond, and its samples to the nanosecond.
func TestLastSample(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "w", "memory.jsonl"), fmt.Sprintf(`{"time":%q,"pid":1,"rss":1,"jobsSoFar":0}`+"\n"+`{"time":%q,"pid":1,"rss":2,"jobsSoFar":9}`+"\n",
		start.Format(time.RFC3339Nano), start.Add(244*time.Millisecond+567).Format(time.RFC3339Nano)))
	s := openStore(t, dir)
	index(t, s)
	w, ok, err := s.Worker(t.Context(), "w")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	got, err := s.Memory(t.Context(), "w", w.First, w.Seen, 1000)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(got.Points); n != 2 || *got.Points[n-1].RSS != 2 {
		t.Errorf("of two samples %d are shown up to the last: %+v", n, got.Points)
	}
}

func manifest(job string, seq int, report any) string {
	text, err := json.Marshal(map[string]any{"schema": 1, "job": job, "seq": seq, "kind": "after", "outcome": "ok", "pid": 5, "jobsSoFar": seq, "written": start.Add(time.Duration(seq) * time.Second), "duration": float64(seq),
		"memoryBefore": map[string]any{"heapLive": 100}, "memoryAfter": map[string]any{"heapLive": 100 + seq*seq%7}, "report": report})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Dumps come, are packed, lose their file and go; their reports are searched.
func TestDumps(t *testing.T) {
	dir := t.TempDir()
	worker := filepath.Join(dir, "w")
	for i := 1; i <= 120; i++ {
		name := filepath.Join(worker, fmt.Sprintf("%06d-job", i))
		write(t, name+".dump", "dump")
		report := any(nil)
		if i%10 == 0 {
			report = map[string]any{"verdict": "50% grew", "leak": i%20 == 0, "picked": map[string]any{"type": fmt.Sprintf("main.T_%d", i), "count": i, "new": i, "bytes": i}}
		}
		write(t, name+".json", manifest(fmt.Sprint("job-", i), i, report))
	}
	write(t, filepath.Join(dir, "foreign.dump.gz"), "x")
	write(t, filepath.Join(worker, ".000200-job.dump.7.tmp"), "x")
	write(t, filepath.Join(worker, "notes.json"), "{}")
	write(t, filepath.Join(worker, "crash-5-1.txt"), "fatal error")
	write(t, filepath.Join(worker, "crash-6-1.txt"), "")
	s := openStore(t, dir)
	index(t, s)
	count := func(q JobQuery) int {
		t.Helper()
		_, n, err := s.Jobs(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	for _, c := range []struct {
		q    JobQuery
		want int
	}{{JobQuery{}, 121}, {JobQuery{Worker: "w"}, 120}, {JobQuery{Worker: Top}, 1}, {JobQuery{Leaks: true}, 6}, {JobQuery{Type: "T_1"}, 4}, {JobQuery{Type: "T%1"}, 0},
		{JobQuery{Search: "job-12"}, 2}, {JobQuery{Search: "50%"}, 12}, {JobQuery{From: start.Add(100 * time.Second), To: start.Add(110 * time.Second)}, 11}} {
		if n := count(c.q); n != c.want {
			t.Errorf("%+v: %d, want %d", c.q, n, c.want)
		}
	}
	best, _, err := s.Jobs(t.Context(), JobQuery{Sort: "duration", Limit: 2, Offset: 1})
	if err != nil || len(best) != 2 || best[0].Seq != 119 || best[1].Seq != 118 {
		t.Errorf("the longest but one: %v, %v", best, err)
	}
	if _, _, err := s.Jobs(t.Context(), JobQuery{Sort: "duration; DROP TABLE dumps"}); err == nil {
		t.Error("no error for a column that there is none of")
	}
	if w, _, _ := s.Worker(t.Context(), "w"); w.Crashes != 1 || w.Dumps != 120 || w.Leaks != 6 {
		t.Errorf("the worker: %+v", w)
	}

	os.Rename(filepath.Join(worker, "000001-job.dump"), filepath.Join(worker, "000001-job.dump.zst"))
	os.Remove(filepath.Join(worker, "000002-job.dump"))
	os.Remove(filepath.Join(worker, "000003-job.dump"))
	os.Remove(filepath.Join(worker, "000003-job.json"))
	write(t, filepath.Join(worker, "000004-job.json"), "{")
	index(t, s)
	for name, want := range map[string]string{"000001-job": "000001-job.dump.zst", "000002-job": "", "000004-job": "000004-job.dump"} {
		if d, ok, err := s.Dump(t.Context(), "w", name); err != nil || !ok || d.File != want {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
	if _, ok, _ := s.Dump(t.Context(), "w", "000003-job"); ok {
		t.Error("a dump without any file is still known")
	}
	if d, _, _ := s.Dump(t.Context(), "w", "000004-job"); !strings.Contains(d.Error, "manifest") {
		t.Errorf("a damaged manifest: %+v", d)
	}
}

// The database is its owner's alone, may be removed, and one that is damaged is made anew.
func TestDatabase(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "w", "memory.jsonl"), journal(1, 0, 50, time.Second))
	write(t, filepath.Join(dir, FileName), "this is no database, and has more than a hundred bytes, so that it is looked at: "+strings.Repeat("x", 5000))
	s := openStore(t, dir)
	index(t, s)
	if n := total(t, s, "w"); n != 50 || s.Note != "" {
		t.Errorf("%d samples, %q", n, s.Note)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || strings.HasPrefix(e.Name(), FileName) && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
	s.Close()
	for _, suffix := range []string{"", "-wal", "-shm"} {
		os.Remove(filepath.Join(dir, FileName+suffix))
	}
	s = openStore(t, dir)
	index(t, s)
	if n := total(t, s, "w"); n != 50 {
		t.Errorf("%d samples after the database was removed, want 50", n)
	}
}

// Whoever waits for a change is told of one, and of no other.
func TestChanged(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, dir)
	if whole, _ := s.State(); whole {
		t.Error("the folder is said to be read, and is not")
	}
	index(t, s)
	changed := s.Changed()
	index(t, s)
	select {
	case <-changed:
		t.Error("a change where nothing changed")
	default:
	}
	write(t, filepath.Join(dir, "w", "memory.jsonl"), journal(1, 0, 1, time.Second))
	index(t, s)
	select {
	case <-changed:
	default:
		t.Error("no change where a worker came")
	}
	os.RemoveAll(dir)
	if err := s.Index(t.Context()); err == nil {
		t.Error("no error for a folder that went")
	}
	if _, err := s.State(); err == nil {
		t.Error("the error is not told")
	}
}
