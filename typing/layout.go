package typing

import (
	"encoding/binary"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/program"
)

// layout is a type flattened into what a walk over its words does.
type layout struct {
	size uint64
	ops  []op // ascending by offset
	ptrs bool // some word holds a pointer

	// list is where the words with pointers are, as a dump's field list has it;
	// nil for arrays inside that are not written out, and for very long ones.
	list  [2][]byte // without and with a malloc header before the value
	tiled []tiling  // see tilings
}

// op is what is at one offset.
type op struct {
	off  uint64
	word uint64 // of the pointer as the collector sees it: an interface's data word
	kind opKind
	t    *program.Type // pointed-to, element, map, channel or func type
	to   TypeID        // what a pointer claims, 0 until first used
	n    uint64        // opRepeat: elements; opSlice: where their number stands after the pointer
	sub  *layout       // opRepeat: one element
	odd  bool          // what is there may be larger, see larger for opPtr, wholeOf for opSlice
}

type opKind uint8

const (
	opUnsafe opKind = iota // a pointer to who knows what
	opPtr
	opSlice
	opString
	opIface
	opMap
	opChan
	opFunc
	opName    // of a made type, see descriptors.go
	opProto   // of a protoreflect.Value, see protobuf.go
	opReflect // the pointer of a reflect.Value, see library.go
	opRepeat
)

// expandUpTo is how many elements of an array are written out.
const expandUpTo = 4

// layoutOf flattens a type, once.
func (tb *table) layoutOf(t *program.Type) *layout {
	if l, ok := tb.byLay[t]; ok {
		return l
	}
	l := &layout{size: t.Size}
	tb.byLay[t] = l
	tb.flatten(l, t, 0)
	l.encode()
	return l
}

// maxEncoded bounds the words of types whose field list is kept.
const maxEncoded = 64

func (l *layout) encode() {
	if len(l.ops) > maxEncoded {
		return
	}
	var lists [2]heapdump.Fields
	for i := range l.ops {
		o := &l.ops[i]
		if o.kind == opRepeat {
			return
		}
		for k := range lists {
			lists[k] = heapdump.AppendField(lists[k], heapdump.FieldPtr, o.word+uint64(k)*headerBytes)
		}
	}
	l.list = [2][]byte{lists[0], lists[1]}
}

func (tb *table) flatten(l *layout, t *program.Type, off uint64) {
	if t.PtrBytes == 0 {
		return
	}
	l.ptrs = true
	switch t.Kind {
	case program.Struct:
		tb.flattenStruct(l, t, off)
	case program.Array:
		tb.flattenArray(l, t, off)
	case program.Pointer:
		to := tb.pointee(t)
		l.add(op{off: off, kind: opPtr, t: to, odd: to != nil && isPrefix(to)})
	case program.Slice:
		l.add(op{off: off, kind: opSlice, t: t.Elem, n: 2 * tb.ptr})
	case program.String:
		l.add(op{off: off, kind: opString})
	case program.Interface:
		l.add(op{off: off, word: off + tb.ptr, kind: opIface})
	case program.Map:
		l.add(op{off: off, kind: opMap, t: t})
	case program.Chan:
		l.add(op{off: off, kind: opChan, t: t})
	case program.FuncKind:
		l.add(op{off: off, kind: opFunc, t: t})
	default:
		l.add(op{off: off, kind: opUnsafe})
	}
}

func (l *layout) add(o op) {
	if o.word == 0 {
		o.word = o.off
	}
	l.ops = append(l.ops, o)
}

func (tb *table) flattenStruct(l *layout, t *program.Type, off uint64) {
	if tb.byLibrary(l, t, off) {
		return
	}
	for _, f := range t.Fields {
		tb.flatten(l, f.Type, off+f.Offset)
	}
}

func (tb *table) flattenArray(l *layout, t *program.Type, off uint64) {
	if t.Len <= expandUpTo {
		for i := range t.Len {
			tb.flatten(l, t.Elem, off+i*t.Elem.Size)
		}
		return
	}
	l.add(op{off: off, kind: opRepeat, t: t.Elem, n: t.Len, sub: tb.layoutOf(t.Elem)})
}

// shape is the size of a value and the offsets of its pointers.
func (l *layout) shape() string {
	return string(l.words(binary.AppendUvarint(nil, l.size), 0))
}

func (l *layout) words(key []byte, at uint64) []byte {
	for i := range l.ops {
		o := &l.ops[i]
		if o.kind != opRepeat {
			key = binary.AppendUvarint(key, at+o.word)
			continue
		}
		for k := range o.n {
			key = o.sub.words(key, at+o.off+k*o.sub.size)
		}
	}
	return key
}
