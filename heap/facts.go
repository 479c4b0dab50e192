package heap

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
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

// scanner is one pass over the records.
type scanner struct {
	objects
	h          *Heap
	goroutines []heapdump.Goroutine
	frames     []heapdump.Frame
	defers     []heapdump.Defer
	panics     []heapdump.Panic
	params     bool
}

// ErrNothing marks a file of which nothing could be used.
var ErrNothing = errors.New("nothing could be read")

func scan(ctx context.Context, h *Heap, limit uint64) (*scanner, error) {
	r, err := heapdump.NewReader(h.data)
	if err != nil {
		return nil, err
	}
	s := &scanner{h: h, objects: objects{limit: limit}}
	for n := 0; ; n++ {
		if n&0xffff == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			h.Damage = err
			break
		}
		h.Whole = r.End()
		if err := s.take(rec, r); err != nil {
			return nil, err
		}
	}
	return s, s.close()
}

func (s *scanner) close() error {
	h := s.h
	if !s.params {
		if h.Damage != nil {
			return fmt.Errorf("%w: %w", ErrNothing, h.Damage)
		}
		return fmt.Errorf("%w: the dump has no params record", ErrNothing)
	}
	slices.SortStableFunc(h.Buckets, func(a, b heapdump.ProfileBucket) int { return cmp.Compare(a.ID, b.ID) })
	sort.SliceStable(h.Samples, func(i, j int) bool { return h.Samples[i].Object < h.Samples[j].Object })
	return nil
}

// take files one record away. Records belong to the reader, so each is
// copied; byte slices stay in the file.
func (s *scanner) take(rec heapdump.Record, r *heapdump.Reader) error {
	h := s.h
	switch rec := rec.(type) {
	case *heapdump.Object:
		if uint64(len(rec.Contents)) < rec.Size {
			h.Cut = append(h.Cut, CutObject{rec.Addr, rec.Size, int64(len(rec.Contents))})
		}
		h.slotMax += len(rec.Fields) / 2
		s.add(rec, r.Offset(), r.End())
	case *heapdump.Params:
		return s.takeParams(rec)
	case *heapdump.Segment:
		h.Segments = append(h.Segments, *rec)
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

func (s *scanner) takeRest(rec heapdump.Record) {
	h := s.h
	switch rec := rec.(type) {
	case *heapdump.Finalizer:
		h.Finalizers = append(h.Finalizers, *rec)
	case *heapdump.OtherRoot:
		h.OtherRoots = append(h.OtherRoots, *rec)
	case *heapdump.Type:
		h.Types = append(h.Types, *rec)
	case *heapdump.Itab:
		h.Itabs = append(h.Itabs, *rec)
	case *heapdump.OSThread:
		h.Threads = append(h.Threads, *rec)
	case *heapdump.AllocSample:
		h.Samples = append(h.Samples, *rec)
	case *heapdump.ProfileBucket:
		b := *rec
		b.Stack = slices.Clone(rec.Stack)
		h.Buckets = append(h.Buckets, b)
	case *heapdump.MemStats:
		m := *rec
		h.MemStats = &m
	}
}

func (s *scanner) takeParams(p *heapdump.Params) error {
	if s.params {
		return nil // the first one counts
	}
	arch, err := p.MemArch()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNothing, err)
	}
	s.params = true
	s.h.Params, s.h.Arch, s.h.GoVersion = *p, arch, mem.GoVersion(p.GoVersion)
	return nil
}
