package heapdump

import (
	"context"
	"io"
	"os"

	"github.com/objgraph/objgraph/mem"
)

// Sample is what a few places of a dump hold, spread evenly over it.
type Sample struct {
	Size     int64 // of the dump
	Looked   int64 // bytes that were looked at
	Objects  int   // records that begin in these, span tails included
	Pointers int   // slots for pointers in the objects
}

const (
	sampleWindow = 256 << 10
	samplePlaces = 64
	sampleChain  = 16 // records that must follow well-formed for a place to be one where records begin
)

// SampleOf looks at 16 MiB of a plain dump in 64 places. ok is false for other
// files, and for dumps that are no larger than that.
func SampleOf(ctx context.Context, path string) (s Sample, ok bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || info.Size() <= samplePlaces*sampleWindow {
		return s, false, err
	}
	first, err := newStream(f, info.Size(), sampleWindow)
	if err != nil {
		return s, false, nil
	}
	if _, err := first.next(); err != nil {
		return s, false, nil
	}
	p, ok := first.rec.(*Params)
	if !ok {
		return s, false, nil
	}
	s.Size = info.Size()
	heap := *p
	for i := range int64(samplePlaces) {
		if ctx.Err() != nil {
			return s, false, ctx.Err()
		}
		if err := s.look(f, &heap, i*(s.Size-sampleWindow)/(samplePlaces-1)); err != nil {
			return s, false, err
		}
	}
	return s, true, nil
}

// look counts the objects that begin in one window. Where no record begins, all
// of it is a part of a large one.
func (s *Sample) look(in io.ReaderAt, heap *Params, at int64) error {
	w := stream{buf: make([]byte, sampleWindow), recs: newRecords(), limit: runtimeLimits()}
	n, err := in.ReadAt(w.buf, at)
	if err != nil && err != io.EOF {
		return err
	}
	w.end = n
	s.Looked += int64(n)
	for w.pos < w.end && !w.begins(heap) {
		listed := w.listed()
		s.Pointers += listed
		if listed == 0 {
			w.pos++
		}
	}
	for w.pos < w.end {
		tag, whole := w.here()
		if tag == TagObject {
			s.Objects++
		}
		switch {
		case tag == TagObject && whole:
			s.Pointers += w.obj.pointers
		case tag == TagObject:
			s.Pointers += w.beginning()
		}
		if !whole {
			break
		}
	}
	return nil
}

// beginning counts what there is of the field list of an object that is cut off.
func (s *stream) beginning() int {
	b := s.buf[s.pos+1 : s.end]
	addr, n := uvarint(b)
	size, m := uvarint(b[max(n, 0):])
	if n <= 0 || m <= 0 {
		return 0
	}
	contents, rest := ObjectAt(s.buf[:s.end], int64(s.pos), mem.Addr(addr), size, -1)
	if contents == nil {
		return 0
	}
	s.pos = s.end - len(rest)
	return s.listed()
}

// here reads a record of the window, of which whole is false if it is cut off
// or damaged.
func (s *stream) here() (tag Tag, whole bool) {
	if s.object() {
		return TagObject, true
	}
	tag, done := s.short()
	if !done && s.pos < s.end && s.buf[s.pos] == byte(TagObject) {
		return TagObject, false
	}
	return tag, done && s.err == nil
}

// begins reports whether records begin at pos: so many well-formed ones follow,
// or fewer to the end of the window, and what they say of objects lies in the
// heap. Elsewhere hardly a number does.
func (s *stream) begins(heap *Params) bool {
	if tag := Tag(s.buf[s.pos]); tag != TagObject && tag != TagSample && tag != TagBucket {
		return false
	}
	back, names := s.pos, 0
	defer func() { s.pos, s.err, s.eof = back, nil, false }()
	for range sampleChain {
		tag, whole := s.here()
		if !whole {
			return s.err == nil && names > 0
		}
		addr := s.obj.addr
		if sample, ok := s.rec.(*AllocSample); ok && tag == TagSample {
			addr = sample.Object
		} else if tag != TagObject {
			continue
		}
		if names++; addr < heap.HeapStart || addr >= heap.HeapEnd {
			return false
		}
	}
	return true
}

// listed passes over a part of a field list, as large objects with pointers have
// in front of the next record, and counts its pairs. It is none unless there are
// many, ascending.
func (s *stream) listed() (pairs int) {
	list, last := Fields(s.buf[s.pos:s.end]), uint64(0)
	for {
		kind, off, rest, ok := list.Next()
		if !ok || kind != FieldPtr || pairs > 0 && off <= last {
			break
		}
		list, last = rest, off
		pairs++
	}
	if pairs < sampleChain {
		return 0
	}
	s.pos = s.end - len(list)
	return pairs
}
