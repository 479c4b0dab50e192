package census

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/typing"
)

// Typed is how much of what is reachable has a known type.
type Typed struct {
	Sum
	ObjectsShare, BytesShare float64 // 0 to 1, of reachable
}

// EvidenceRow counts reachable objects by how their type is known.
type EvidenceRow struct {
	Evidence typing.Evidence
	Objects  int
}

// Info is what a dump is.
type Info struct {
	GoVersion, Arch string
	Complete        bool
	FileBytes       int64
	Objects         Sum
	SpanTailSlots   int
	HasMemStats     bool
	HeapObjects     uint64 // by the dump's MemStats
	HeapAlloc       uint64
	Goroutines      int
	Roots           int
	Edges           int
	Reachable       Sum
	Conservative    Sum // of Reachable: by words that only look like pointers
	Unreached       Sum
	Typed           Typed
	Evidence        []EvidenceRow // strongest first, none last
	Conflicts       typing.Conflicts
	Exe, ExeHow     string // "" without an executable
	Warnings        []string
}

// NewInfo sums a snapshot up.
func NewInfo(s *snapshot.Snapshot) *Info {
	h := s.Heap
	in := &Info{
		GoVersion: string(h.GoVersion), Arch: h.Params.Arch, Complete: s.Complete(), FileBytes: s.FileBytes(),
		Objects: Sum{h.NumObjects(), h.Bytes()}, SpanTailSlots: h.SpanTailSlots,
		Goroutines: len(h.Goroutines), Roots: s.Graph.Roots().Len(), Edges: s.Graph.NumEdges(),
		Conflicts: s.Typing.Conflicts, Warnings: s.Warnings,
	}
	if m := h.MemStats; m != nil {
		in.HasMemStats, in.HeapObjects, in.HeapAlloc = true, m.HeapObjects, m.HeapAlloc
	}
	if s.Program != nil {
		in.Exe, in.ExeHow = s.Program.Path, s.ExeHow()
	}
	in.count(s)
	return in
}

func (in *Info) count(s *snapshot.Snapshot) {
	var by [256]int
	known := make([]bool, len(s.Typing.Types))
	for i := range known {
		known[i] = s.Typing.Types[i].Known()
	}
	sizes := s.Heap.Sizes()
	for i := range in.Objects.Count {
		id := mem.ObjID(i)
		size := sizes(id)
		if !s.Reach.Has(id) {
			in.Unreached.add(size)
			continue
		}
		in.Reachable.add(size)
		if s.Reach.Weak.Has(id) {
			in.Conservative.add(size)
		}
		by[s.Typing.Evidence[id]]++
		if known[s.Typing.Of[id]] {
			in.Typed.add(size)
		}
	}
	in.Typed.ObjectsShare = share(in.Typed.Count, in.Reachable.Count)
	in.Typed.BytesShare = share(in.Typed.Bytes, in.Reachable.Bytes)
	for _, e := range typing.Evidences() {
		in.Evidence = append(in.Evidence, EvidenceRow{e, by[e]})
	}
}

// TypedOf is the typed share alone.
func TypedOf(s *snapshot.Snapshot) Typed {
	var in Info
	in.Objects.Count = s.Heap.NumObjects()
	in.count(s)
	return in.Typed
}
