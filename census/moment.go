package census

import (
	"fmt"
	"os"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// moment is what is kept of a closed dump: of which process it is, and when it
// was written.
type moment struct {
	path, arch string
	version    mem.GoVersion
	segments   string             // where the variables lie
	stats      *heapdump.MemStats // nil if the dump has none
}

func momentOf(path string, s *snapshot.Snapshot) moment {
	h := s.Heap
	return moment{path, h.Params.Arch, h.GoVersion, segments(s), h.MemStats}
}

func segments(s *snapshot.Snapshot) (out string) {
	for i := range s.Heap.Segments {
		seg := &s.Heap.Segments[i]
		out += fmt.Sprintf("%v+%d ", seg.Addr, len(seg.Contents))
	}
	return out
}

// distinct refuses a list that names one file twice, before any is read.
func distinct(paths []string) error {
	var seen []os.FileInfo
	for i, p := range paths {
		info, err := os.Stat(p)
		if err != nil {
			return nil // whoever opens it says what is wrong
		}
		for k := range seen {
			if os.SameFile(seen[k], info) {
				return &twiceError{paths[k], paths[i], "one file"}
			}
		}
		seen = append(seen, info)
	}
	return nil
}

// twiceError is one dump under two names.
type twiceError struct{ a, b, why string }

func (e *twiceError) Error() string {
	if e.a == e.b {
		return fmt.Sprintf("%s was given twice: nothing can have grown between a dump and itself; give each dump once", e.a)
	}
	return fmt.Sprintf("%s and %s are the same dump, %s: nothing can have grown between them; give each dump once", e.a, e.b, e.why)
}

// Follows checks that a dump is of the process of another one, and was written
// after it.
func Follows(was, now *snapshot.Snapshot) error {
	a, b := momentOf(was.Path, was), momentOf(now.Path, now)
	return a.before(&b)
}

// before checks that the dump is of the same process as one that comes later
// in a series, and was written before it.
func (m *moment) before(later *moment) error {
	if why := m.unlike(later); why != "" {
		return fmt.Errorf("%s and %s are not of one process: %s", m.path, later.path, why)
	}
	x, y := m.stats, later.stats
	switch {
	case x == nil || y == nil:
		return nil
	case *x == *y:
		return &twiceError{m.path, later.path, fmt.Sprintf("both written after %d allocations and %d collections", x.Mallocs, x.NumGC)}
	case !x.SamePauses(y):
		return fmt.Errorf("%s and %s are not of one process: their collections took other times", m.path, later.path)
	case x.TotalAlloc > y.TotalAlloc || x.NumGC > y.NumGC:
		return fmt.Errorf("%s was written after %s: give the dumps oldest first", m.path, later.path)
	}
	return nil
}

// unlike is what all dumps of a process have in common and these two have not.
func (m *moment) unlike(other *moment) string {
	const differ = "the %s is %s in one and %s in the other"
	switch {
	case m.version != other.version:
		return fmt.Sprintf(differ, "Go version", m.version, other.version)
	case m.arch != other.arch:
		return fmt.Sprintf(differ, "architecture", m.arch, other.arch)
	case m.segments != other.segments:
		return "their variables lie in other places, as those of two executables do"
	}
	return ""
}
