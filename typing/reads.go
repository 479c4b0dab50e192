package typing

import (
	"strings"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Read is what a word is that types are told by, and that is no pointer which
// the dump lists.
type Read uint8

// The kinds of such words.
const (
	ReadAddress Read = iota // a pointer that the collector does not look at
	ReadHeader              // the allocator's
	ReadType                // an interface's or channel's
	ReadCode                // a function's entry
	ReadLength              // of a string or slice
	ReadCount               // of a map's or channel's entries
	ReadFlag                // which kind of node it is
)

// Reader is told of n bytes at an offset that are read. They lie in one word, or
// are 8 bytes.
type Reader func(off, n uint64, what Read)

// Reads calls f for what is read of an object, whose contents are b, and of
// which the type is known for certain. For others, whose every word may have to do
// with what they are taken for, it returns false.
func (r *Result) Reads(id mem.ObjID, b []byte, f Reader) bool {
	ty, o := r.Type(id), r.h.Object(id)
	if !ty.Known() || ty.Form == Named || ty.Form == FuncValue && (ty.Go == nil || ty.Go.Shape) {
		return false
	}
	if o.Slots.Empty() && (ty.Form == Value || ty.Form == Array || ty.Form == String || ty.Form == Tiny) {
		r.readsNode(ty, f)
		return true
	}
	if r.Evidence[id] <= Layout {
		return false
	}
	head := r.head.bytes(&o)
	if head > 0 {
		f(0, r.ptr, ReadHeader)
	}
	if uint64(len(b)) >= head {
		r.reads(ty, uint64(len(b))-head, func(off, n uint64, what Read) { f(head+off, n, what) })
	}
	return true
}

// ReadsOf calls f for what is read of a value, a literal or variable, of a type.
func (r *Result) ReadsOf(t *program.Type, f Reader) {
	if l := r.tb.layoutOf(t); l != nil {
		r.readsLayout(l, 0, f)
	}
}

// ReadsLiteral calls f for what is read of a literal.
func (r *Result) ReadsLiteral(l *Literal, f Reader) { r.reads(&r.Types[l.Type], l.Size, f) }

// reads is for an object of which n bytes follow the header.
func (r *Result) reads(ty *Type, n uint64, f Reader) {
	switch ty.Form {
	case Value:
		r.readsNode(ty, f)
		r.readsLayout(ty.layout, 0, f)
	case Array, ChanBuf, MapGroups:
		for at := uint64(0); ty.Size > 0 && at+ty.Size <= n; at += ty.Size {
			r.readsLayout(ty.layout, at, f)
		}
	case FuncValue:
		f(0, r.ptr, ReadCode)
		r.readsLayout(ty.layout, 0, f)
	case MapHeader:
		r.readsMap(f)
	case MapTable:
		f(0, min(7, r.ptr), ReadCount)
		f(8+2*r.ptr, 8, ReadCount)
	case Chan:
		r.readsChan(f)
	}
}

// readsNode is for the flag that tells a node of a HashTrieMap.
func (r *Result) readsNode(ty *Type, f Reader) {
	pkg, rest, ok := strings.Cut(ty.FullName, ".")
	if ok && ty.Form == Value && (strings.HasPrefix(rest, "entry[") || strings.HasPrefix(rest, "indirect[")) {
		switch pkg {
		case "internal/sync", "internal/concurrent", "sync", "unique":
			f(0, 1, ReadFlag)
		}
	}
}

func (r *Result) readsMap(f Reader) {
	f(0, r.ptr, ReadCount)
	if r.swiss {
		f(8+2*r.ptr, r.ptr, ReadCount) // dirLen
		f(8+3*r.ptr, 1, ReadCount)     // globalDepth
		return
	}
	f(r.ptr, 4, ReadCount) // flags, B, noverflow
}

func (r *Result) readsChan(f Reader) {
	c := newChanLayout(r.h.GoVersion, r.h.Arch)
	for _, off := range []uint64{0, c.dataqsiz, c.elemtype + r.ptr, c.elemtype + 2*r.ptr} {
		f(off, r.ptr, ReadCount)
	}
	f(c.elemsize, 2, ReadCount)
	f(c.elemsize+4, min(4, r.ptr), ReadCount) // closed
	f(c.elemtype, r.ptr, ReadType)
	for _, off := range []uint64{c.buf, c.recvq, c.recvq + r.ptr, c.sendq, c.sendq + r.ptr} {
		f(off, r.ptr, ReadAddress)
	}
}

// readsLayout is for a value of a layout at an offset.
func (r *Result) readsLayout(l *layout, at uint64, f Reader) {
	if l == nil {
		return
	}
	for i := range l.ops {
		o := &l.ops[i]
		switch off := at + o.off; o.kind {
		case opRepeat:
			for k := range o.n {
				r.readsLayout(o.sub, off+k*o.sub.size, f)
			}
		case opSlice:
			f(off+r.ptr, r.ptr, ReadLength)
			f(off+o.n, r.ptr, ReadLength)
		case opString:
			f(off+r.ptr, r.ptr, ReadLength)
		case opIface:
			f(off, r.ptr, ReadType)
		case opReflect:
			f(off+2*r.ptr, r.ptr, ReadFlag)
		}
	}
}
