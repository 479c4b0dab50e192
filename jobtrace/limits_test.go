package jobtrace

import (
	"testing"
	"testing/fstest"
)

func file(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }

func TestCgroup2(t *testing.T) {
	cg := findCgroup(fstest.MapFS{
		"proc/self/cgroup":                        file("0::/pods/a/worker\n"),
		"sys/fs/cgroup/pods/memory.max":           file("1000\n"),
		"sys/fs/cgroup/pods/a/memory.max":         file("800\n"),
		"sys/fs/cgroup/pods/a/memory.current":     file("700\n"),
		"sys/fs/cgroup/pods/a/memory.stat":        file("anon 600\ninactive_file 60\nactive_file 40\n"),
		"sys/fs/cgroup/pods/a/worker/memory.max":  file("max\n"),
		"sys/fs/cgroup/pods/a/worker/memory.stat": file("inactive_file 1\n"),
	})
	if got := cg.limit(); got != 800 {
		t.Errorf("limit %d, want 800", got)
	}
	if got := cg.used(500); got != 600 {
		t.Errorf("used %d, want 600", got)
	}
	if got := cg.used(701); got != 0 {
		t.Errorf("used %d, want 0 for less than enough", got)
	}
}

// TestCgroup1 is version 1 in a container, where the path is that outside.
func TestCgroup1(t *testing.T) {
	cg := findCgroup(fstest.MapFS{
		"proc/self/cgroup":                            file("4:memory:/docker/1234\n3:cpu:/\n0::/\n"),
		"sys/fs/cgroup/memory/memory.limit_in_bytes":  file("5000\n"),
		"sys/fs/cgroup/memory/memory.usage_in_bytes":  file("4000\n"),
		"sys/fs/cgroup/memory/memory.stat":            file("inactive_file 1\ntotal_inactive_file 100\ntotal_active_file 200\n"),
		"sys/fs/cgroup/memory/docker/memory.kmem.txt": file(""),
	})
	if limit, used := cg.limit(), cg.used(0); limit != 5000 || used != 3700 {
		t.Errorf("limit %d, used %d, want 5000 and 3700", limit, used)
	}
}

func TestNoCgroup(t *testing.T) {
	for name, root := range map[string]fstest.MapFS{
		"none":      {},
		"unlimited": {"proc/self/cgroup": file("4:memory:/\n0::/\n"), "sys/fs/cgroup/memory/memory.limit_in_bytes": file("9223372036854771712\n")},
		"outside":   {"proc/self/cgroup": file("0::/../../etc\nnonsense\n")},
	} {
		if cg := findCgroup(root); cg.limit() != 0 {
			t.Errorf("%s: limit %d, want none", name, cg.limit())
		}
	}
}

func TestLookAfter(t *testing.T) {
	if lookAfter(0) <= lookAfter(0.1) || lookAfter(0.1) <= lookAfter(0.8) {
		t.Error("it does not look more often as the limit comes nearer")
	}
}

func TestDueAt(t *testing.T) {
	for _, c := range []struct{ limit, want int64 }{{2000 << 20, 1800 << 20}, {200 << 20, 152 << 20}, {64 << 20, 32 << 20}} {
		if got := dueAt(c.limit, 0.9); got != c.want {
			t.Errorf("limit %d: %d, want %d", c.limit, got, c.want)
		}
	}
}
