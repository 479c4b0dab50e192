package heap

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sort"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// Facts is what a dump says beside its objects.
type Facts struct {
	Params     heapdump.Params
	Arch       mem.Arch
	GoVersion  mem.GoVersion
	MemStats   *heapdump.MemStats // nil if the dump has none
	Segments   []heapdump.Segment
	Goroutines []Goroutine
	Finalizers []heapdump.Finalizer
	OtherRoots []heapdump.OtherRoot
	Types      []heapdump.Type
	Itabs      []heapdump.Itab
	Threads    []heapdump.OSThread
	Samples    []heapdump.AllocSample   // ascending by object
	Buckets    []heapdump.ProfileBucket // ascending by ID; what Sample names
}

// Bucket is the allocation site that Sample gives for an object, nil if the
// dump lacks it.
func (f *Facts) Bucket(id uint64) *heapdump.ProfileBucket {
	i, ok := slices.BinarySearchFunc(f.Buckets, mem.Addr(id), func(b heapdump.ProfileBucket, id mem.Addr) int { return cmp.Compare(b.ID, id) })
	if !ok {
		return nil
	}
	return &f.Buckets[i]
}

// Segment returns the data or bss segment that holds the address.
func (f *Facts) Segment(a mem.Addr) *heapdump.Segment {
	for i := range f.Segments {
		if s := &f.Segments[i]; a >= s.Addr && a-s.Addr < mem.Addr(len(s.Contents)) {
			return s
		}
	}
	return nil
}

// ErrNothing marks a file of which nothing could be used.
var ErrNothing = errors.New("nothing could be read")

// others is what a stretch of the dump says beside its objects, as it stands
// there.
type others struct {
	Facts
	goroutines []heapdump.Goroutine
	frames     []heapdump.Frame
	defers     []heapdump.Defer
	panics     []heapdump.Panic
	params     bool
}

// take files one record away. Records belong to the reader, so each is
// copied; byte slices stay in the file.
func (s *others) take(rec heapdump.Record) error {
	switch rec := rec.(type) {
	case *heapdump.Params:
		return s.takeParams(rec)
	case *heapdump.Segment:
		s.Segments = append(s.Segments, *rec)
	case *heapdump.Goroutine:
		s.goroutines = append(s.goroutines, *rec)
	case *heapdump.Frame:
		s.frames = append(s.frames, *rec)
	case *heapdump.Defer:
		s.defers = append(s.defers, *rec)
	case *heapdump.Panic:
		s.panics = append(s.panics, *rec)
	default:
		s.takeRest(rec)
	}
	return nil
}

func (s *others) takeRest(rec heapdump.Record) {
	switch rec := rec.(type) {
	case *heapdump.Finalizer:
		s.Finalizers = append(s.Finalizers, *rec)
	case *heapdump.OtherRoot:
		s.OtherRoots = append(s.OtherRoots, *rec)
	case *heapdump.Type:
		s.Types = append(s.Types, *rec)
	case *heapdump.Itab:
		s.Itabs = append(s.Itabs, *rec)
	case *heapdump.OSThread:
		s.Threads = append(s.Threads, *rec)
	case *heapdump.AllocSample:
		s.Samples = append(s.Samples, *rec)
	case *heapdump.ProfileBucket:
		b := *rec
		b.Stack = slices.Clone(rec.Stack)
		s.Buckets = append(s.Buckets, b)
	case *heapdump.MemStats:
		m := *rec
		s.MemStats = &m
	}
}

// takeParams takes the first one.
func (s *others) takeParams(p *heapdump.Params) error {
	if s.params {
		return nil
	}
	arch, err := p.MemArch()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNothing, err)
	}
	s.params = true
	s.Params, s.Arch, s.GoVersion = *p, arch, mem.GoVersion(p.GoVersion)
	return nil
}

// join appends what a later stretch says.
func (s *others) join(t *others) {
	if !s.params && t.params {
		s.params, s.Params, s.Arch, s.GoVersion = true, t.Params, t.Arch, t.GoVersion
	}
	if t.MemStats != nil {
		s.MemStats = t.MemStats
	}
	s.Segments = append(s.Segments, t.Segments...)
	s.Finalizers = append(s.Finalizers, t.Finalizers...)
	s.OtherRoots = append(s.OtherRoots, t.OtherRoots...)
	s.Types = append(s.Types, t.Types...)
	s.Itabs = append(s.Itabs, t.Itabs...)
	s.Threads = append(s.Threads, t.Threads...)
	s.Samples = append(s.Samples, t.Samples...)
	s.Buckets = append(s.Buckets, t.Buckets...)
	s.goroutines = append(s.goroutines, t.goroutines...)
	s.frames = append(s.frames, t.frames...)
	s.defers = append(s.defers, t.defers...)
	s.panics = append(s.panics, t.panics...)
}

// finish gives the facts of the whole dump in their order.
func (s *others) finish() Facts {
	slices.SortStableFunc(s.Buckets, func(a, b heapdump.ProfileBucket) int { return cmp.Compare(a.ID, b.ID) })
	sort.SliceStable(s.Samples, func(i, j int) bool { return s.Samples[i].Object < s.Samples[j].Object })
	s.Goroutines = joinStacks(s.goroutines, s.frames, s.defers, s.panics)
	return s.Facts
}
