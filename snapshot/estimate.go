package snapshot

import (
	"context"

	"github.com/objgraph/objgraph/heapdump"
)

// What a graph takes, in bytes of memory: the peak while it is made, with the
// dominators. The dump itself is mapped and counts for nothing, since the system
// takes its pages back at will. Measured on heaps of some millions of objects;
// to be measured again whenever the engine changes.
const (
	baseMemory    = 100e6 // program, executable's debug information, garbage of the collector
	objectMemory  = 30    // for each object: type, evidence, row, dominator, retained size
	pointerMemory = 12    // for each slot that holds a pointer: edges both ways
)

// Memory is what a graph of so many objects and pointer slots takes.
func Memory(objects, pointers int64) uint64 {
	return baseMemory + objectMemory*uint64(objects) + pointerMemory*uint64(pointers)
}

// sampleBytes is how much of an unpacked dump an estimate looks at.
const sampleBytes = 16 << 20

// Estimate is what a dump seems to hold.
type Estimate struct {
	Objects, Pointers int64
	DumpBytes         int64  // unpacked
	Memory            uint64 // that its graph takes, in bytes
	Exact             bool   // all of the dump was looked at
}

// EstimateOf looks at 16 MiB of a dump and takes the rest to be like them: at
// places all over a plain file, at the beginning of a packed one.
func EstimateOf(ctx context.Context, path string) (Estimate, error) {
	sample, ok, err := heapdump.SampleOf(ctx, path)
	if err != nil {
		return Estimate{}, err
	}
	if ok {
		scale := float64(sample.Size) / float64(sample.Looked)
		e := Estimate{Objects: int64(float64(sample.Objects) * scale), Pointers: int64(float64(sample.Pointers) * scale), DumpBytes: sample.Size}
		e.Memory = Memory(e.Objects, e.Pointers)
		return e, nil
	}
	s, err := heapdump.Look(ctx, path, heapdump.SurveyOptions{Upto: sampleBytes})
	if err != nil {
		return Estimate{}, err
	}
	e := Estimate{Objects: int64(s.Objects), Pointers: int64(s.Pointers), DumpBytes: s.Bytes, Exact: true}
	if s.Complete() && s.Count(heapdump.TagEOF) == 0 {
		e.extend(s)
	}
	e.Memory = Memory(e.Objects, e.Pointers)
	return e, nil
}

// extend scales what was seen to the whole dump.
func (e *Estimate) extend(s *heapdump.Survey) {
	e.Exact, e.DumpBytes = false, unpackedBytes(s)
	scale := float64(e.DumpBytes) / float64(max(1, s.Bytes))
	e.Objects = int64(float64(e.Objects) * scale)
	e.Pointers = int64(float64(e.Pointers) * scale)
}

// unpackedBytes is the size of the dump in a file of which the beginning was
// read. A packed file is taken to be packed as well further on, unless it states
// a size that agrees with that by a factor of two: gzip states it modulo 2³².
func unpackedBytes(s *heapdump.Survey) int64 {
	if s.Compression == "" {
		return s.FileBytes
	}
	guess := int64(float64(s.Bytes) * float64(s.FileBytes) / float64(max(1, s.Read)))
	stated := s.SizeInside
	if s.Compression == "gzip" && guess > stated {
		const wrap = 1 << 32
		stated += (guess - stated + wrap/2) / wrap * wrap
	}
	if stated > 0 && (s.Compression == "zstd" || stated/2 < guess && guess/2 < stated) {
		return stated
	}
	return guess
}
