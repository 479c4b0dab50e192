package jobtrace

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
	"time"
)

// How often the memory is looked at: rarely without a limit, often near it.
const (
	lookIdle = time.Second
	lookFar  = 100 * time.Millisecond
	lookNear = 10 * time.Millisecond
	near     = 0.6 // of the limit
)

// headroom is what a dump needs below the cgroup's limit, in bytes: the first
// one makes the runtime read its table of arenas (dumpparams), which counts as 32
// MB of a 64-bit process, and a worker goes on allocating until the world stops.
const headroom = 48 << 20

// dueAt is the use of memory at which a dump is due below a cgroup's limit.
func dueAt(limit int64, share float64) int64 {
	return min(int64(share*float64(limit)), max(limit-headroom, limit/2))
}

// guarding watches the memory until it has written the one dump, or the Tracer
// stops. The dump is written as things are, without a collection, for which
// there may be no time.
func (t *Tracer) guarding() {
	cg := findCgroup(os.DirFS("/"))
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-t.stop:
			return
		}
		share, reason := t.pressure(cg)
		if reason != "" {
			_, err := t.dump(&Manifest{Kind: KindMemory, Job: t.jobOr("memory"), Reason: reason})
			if !errors.Is(err, errCrowded) {
				return
			}
			share = 0 // it may be less crowded soon, and looking costs little
		}
		timer.Reset(lookAfter(share))
	}
}

func (t *Tracer) jobOr(other string) string {
	if job, _ := t.now(); job != "" {
		return job
	}
	return other
}

func lookAfter(share float64) time.Duration {
	switch {
	case share <= 0:
		return lookIdle
	case share < near:
		return lookFar
	}
	return lookNear
}

// pressure is how much of the nearest limit is in use, 0 without any, and why a
// dump is due, if it is.
func (t *Tracer) pressure(cg *cgroup) (share float64, reason string) {
	t.work.Lock()
	defer t.work.Unlock()
	live, limit := t.meter.runtimeUse()
	if limit > 0 {
		share = float64(live) / float64(limit)
		if share >= t.o.MemoryShare {
			return share, fmt.Sprintf("live memory is %d MB, %.0f %% of GOMEMLIMIT (%d MB)", live>>20, 100*share, limit>>20)
		}
	}
	limit = cg.limit()
	if limit <= 0 {
		return share, ""
	}
	due := dueAt(limit, t.o.MemoryShare)
	rss, _, _ := t.meter.process()
	used := cg.used(due)
	if rss != nil {
		used = max(used, *rss)
	}
	ofGroup := float64(used) / float64(limit)
	if used >= due {
		reason = fmt.Sprintf("memory in use is %d MB, %.0f %% of the cgroup's limit (%d MB)", used>>20, 100*ofGroup, limit>>20)
	}
	return max(share, ofGroup), reason
}

// runtimeUse is the live heap and what the runtime needs besides the heap, which
// together cannot be collected, and GOMEMLIMIT, 0 if there is none.
func (m *meter) runtimeUse() (live, limit int64) {
	m.read(heapLive, heapUnused+1)
	if n, ok := m.get(memoryLimit); ok && n > 0 && n < math.MaxInt64 {
		limit = n
	}
	live, _ = m.get(heapLive)
	rest, _ := m.get(total)
	for _, i := range [...]int{heapReleased, heapFree, heapObjects, heapUnused} {
		n, _ := m.get(i)
		rest -= n
	}
	return live + max(0, rest), limit
}

// cgroup is the control group whose limit of memory is the nearest, of version 1
// or 2. nil where there is none.
type cgroup struct {
	root  fs.FS  // of the system
	dir   string // in root
	files cgroupFiles
}

// cgroupFiles are the names of what is read, which differ by version.
type cgroupFiles struct {
	dir, limit, used string
	cache            []string // in memory.stat: what the kernel would give up first
}

var (
	cgroup1 = cgroupFiles{"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
		[]string{"total_inactive_file", "total_active_file"}}
	cgroup2 = cgroupFiles{"sys/fs/cgroup", "memory.max", "memory.current",
		[]string{"inactive_file", "active_file"}}
)

// noLimit is what version 1 shows for none, or more.
const noLimit = 1 << 60

// findCgroup looks for the smallest limit of this process's groups and those
// above them.
func findCgroup(root fs.FS) *cgroup {
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return nil
	}
	var best *cgroup
	for line := range strings.SplitSeq(string(text), "\n") {
		fields := strings.SplitN(line, ":", 3)
		if len(fields) < 3 {
			continue
		}
		files := cgroup1
		switch fields[1] {
		case "memory":
		case "":
			files = cgroup2
		default:
			continue
		}
		best = best.nearer(root, files, fields[2])
	}
	return best
}

// nearer is c or the group of a path, or one above it, if its limit is smaller.
// In a container the path may be that outside of it: then the root is tried.
func (c *cgroup) nearer(root fs.FS, files cgroupFiles, group string) *cgroup {
	for dir := path.Join(files.dir, group); strings.HasPrefix(dir, files.dir); dir = path.Dir(dir) {
		g := &cgroup{root, dir, files}
		if n := g.limit(); n > 0 && (c == nil || n < c.limit()) {
			c = g
		}
	}
	return c
}

// limit is in bytes, 0 for none.
func (c *cgroup) limit() int64 {
	if c == nil {
		return 0
	}
	n := c.number(c.files.limit)
	if n >= noLimit {
		return 0
	}
	return n
}

// used is what the group's processes use, in bytes, without the cache of files;
// 0 for less than enough, as finding out costs time.
func (c *cgroup) used(enough int64) int64 {
	used := c.number(c.files.used)
	if used < enough {
		return 0
	}
	stat, err := fs.ReadFile(c.root, path.Join(c.dir, "memory.stat"))
	if err != nil {
		return 0 // with the cache it would say too much
	}
	for line := range bytes.SplitSeq(stat, []byte("\n")) {
		key, value, _ := bytes.Cut(line, []byte(" "))
		for _, name := range c.files.cache {
			if string(key) == name {
				n, _ := strconv.ParseInt(string(value), 10, 64)
				used -= n
			}
		}
	}
	return used
}

// number reads a file of one number, 0 if there is none.
func (c *cgroup) number(name string) int64 {
	text, err := fs.ReadFile(c.root, path.Join(c.dir, name))
	if err != nil {
		return 0
	}
	n, _ := strconv.ParseInt(string(bytes.TrimSpace(text)), 10, 64)
	return n
}
