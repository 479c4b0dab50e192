// Package heap holds one dump in memory: which objects there are and where,
// and everything else the dump says (segments, stacks, finalizers, counters).
//
// In goes the bytes of a dump; out comes a *Heap that turns addresses into
// object numbers and back, and gives each object's bytes and pointer slots
// without copying them: contents stay in the file. It knows neither types nor
// edges.
//
//	file     runs (one span each, as a rule)      pages           ids
//	┌─────┐  ┌────────────────────────────┐    ┌─────────┐   ┌──────────────┐
//	│ obj ├─>│ base size off first count  │<───┤ 8 KiB   │   │ dense, in    │
//	│ obj │  │ bits: which slots are taken│    │ page ->  │   │ address order│
//	│ ... │  └────────────────────────────┘    │ run      │   └──────────────┘
//	└─────┘
//
// The runtime writes objects span by span, slots of one size in ascending
// order, so a run of such records needs no more than its base, slot size and
// file offset, one bit a slot and four bytes an object. Records in any other
// order are read as well, in shorter runs.
package heap

import (
	"context"
	"io"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// Heap is one dump. Built by one goroutine, immutable after, safe for
// concurrent readers.
type Heap struct {
	Facts

	// Damage is what ended the reading early, nil when the EOF record was
	// reached.
	Damage error
	// Whole is how many bytes of the (unpacked) dump were read before the
	// end or the damage.
	Whole int64

	// SpanTailSlots counts the records that were no objects (see
	// heapdump.TailRule).
	SpanTailSlots int
	// Overlapping counts object records that lie on another object; the
	// first by address and file order is kept.
	Overlapping int
	// Cut lists the objects whose bytes the runtime did not write whole.
	Cut []CutObject

	data    []byte
	n       int
	bytes   uint64
	slotMax int // upper bound of pointer slots in objects
	index
}

// CutObject is an object of which the dump holds only the first bytes.
type CutObject struct {
	Addr    mem.Addr
	Size    uint64 // bytes of the slot
	Present int64  // bytes in the dump
}

// Complete reports whether the dump was read to its end.
func (h *Heap) Complete() bool { return h.Damage == nil }

// NumObjects is the number of objects: ids run from 0 to NumObjects()-1.
func (h *Heap) NumObjects() int { return h.n }

// Bytes is the sum of the objects' slot sizes.
func (h *Heap) Bytes() uint64 { return h.bytes }

// SlotsHint is an upper bound of the objects' pointer slots, for sizing.
func (h *Heap) SlotsHint() int { return h.slotMax }

// Options says how a dump is read. The zero value will do.
type Options struct {
	In       io.ReaderAt        // the same bytes, read instead of mapped; see heapdump.File.In
	Workers  int                // goroutines that share the work, 0 for one a processor
	Touch    func(lo, hi int64) // told, by any worker, of stretches of data with objects that have pointers; see heapdump.File.Populate
	Progress mem.Progress       // told of the stage "read"
	Mem      *mem.Scratch       // holds what is kept of the objects, for the life of the Heap; nil for the collector's memory
	piece    int64              // see pieceBytes; 0 outside of tests
}

// Build reads the dump in data. The error is not nil only when nothing could
// be read of it, or ctx is done; damage further on is in Heap.Damage. data
// must stay readable and unchanged for the life of the Heap. The answer is the
// same for any number of workers.
func Build(ctx context.Context, data []byte, o Options) (*Heap, error) {
	s, err := scan(ctx, data, maxRunBytes, &o)
	if err != nil {
		return nil, err
	}
	if s.interleaved() {
		// Records out of order: one run for each.
		if s, err = scan(ctx, data, 0, &o); err != nil {
			return nil, err
		}
	}
	h := &Heap{Facts: s.others.finish(), Damage: s.damage, Whole: s.end, Cut: s.cut, data: data, slotMax: s.slots}
	h.SpanTailSlots = s.dropTails(heapdump.NewTailRule(h.GoVersion, h.Arch))
	h.Overlapping = s.dropOverlaps()
	h.index = s.numbered(len(data))
	h.n, h.bytes = h.index.count()
	return h, nil
}
