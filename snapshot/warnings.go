package snapshot

import (
	"fmt"
	"strings"
)

// warn collects what a reader of any answer should know of the dump.
func (s *Snapshot) warn() {
	h := s.Heap
	if h.Damage != nil {
		s.warnf("the dump is damaged: %v; %d of %d bytes were read, and what follows is missing from every number", h.Damage, h.Whole, s.dumpBytes)
	}
	if err := s.fileDamage(); err != nil {
		s.warnf("the compressed file is damaged: %v; what could be unpacked was read", err)
	}
	for _, c := range h.Cut {
		s.warnf("the object at %v has %d bytes, of which the runtime wrote %d: what it refers to beyond is not known", c.Addr, c.Size, c.Present)
	}
	if h.Overlapping > 0 {
		s.warnf("%d object records lie on other objects and were left out", h.Overlapping)
	}
	s.warnCounts()
	s.warnExe()
	if s.Program != nil {
		s.Warnings = append(s.Warnings, s.Program.Warnings...)
	}
}

// CountTolerance is how far the objects of a dump may differ from its
// MemStats: writing the dump allocates a few.
const CountTolerance = 32

func (s *Snapshot) warnCounts() {
	m := s.Heap.MemStats
	if m == nil {
		return
	}
	if d := int64(s.Heap.NumObjects()) - int64(m.HeapObjects); d > CountTolerance || d < -CountTolerance {
		s.warnf("%d objects were read, but the dump's MemStats says %d", s.Heap.NumObjects(), m.HeapObjects)
	}
}

func (s *Snapshot) warnf(format string, args ...any) {
	s.Warnings = append(s.Warnings, fmt.Sprintf(format, args...))
}

func isRuntime(fn string) bool {
	return strings.HasPrefix(fn, "runtime.") || strings.HasPrefix(fn, "internal/runtime/")
}
