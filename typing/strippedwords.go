package typing

import (
	"bytes"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Some words say what they are wherever they stand: the pair of an interface, a
// closure's entry, a channel's element type. They are looked for in objects that
// nothing else types and, without DWARF, in data.

// seedWords makes the claims of such words.
func (w *walker) seedWords() {
	if w.img == nil {
		return
	}
	if !w.img.Program().HasDWARF {
		w.dataPairs()
	}
	w.bareChans() // a goroutine that waits for one has it as a runtime.hchan
	w.eachUntyped(func(o *heap.Object) {
		if !w.closureObject(o) && !w.chanObject(o) {
			w.pairs(view{o.Addr, o.Contents}, o.Slots)
		}
	})
}

func (w *walker) bareChans() {
	hchan := w.lookup("runtime.hchan")
	for id := range w.is {
		if hchan != 0 && w.typeOf(mem.ObjID(id)) == hchan {
			o := w.h.Object(mem.ObjID(id))
			w.chanObject(&o)
		}
	}
}

// seedOwners types maps and their tables by the groups that they have.
func (w *walker) seedOwners() {
	if w.img == nil {
		return
	}
	for _, owner := range []func(*heap.Object) claim{w.tableOf, w.directoryOf, w.mapOf} {
		w.eachUntyped(func(o *heap.Object) { w.claim(owner(o)) })
	}
}

// dataPairs looks into data. Stacks are left out: beside a word that is in use
// may stand what was there before.
func (w *walker) dataPairs() {
	for i := range w.h.Segments {
		s := &w.h.Segments[i]
		w.pairs(view{s.Addr, s.Contents}, w.h.SlotsOf(s.Fields))
	}
}

// pairs takes a word that the collector does not scan and that is a descriptor
// or an itab, with one behind it that it does scan, for an interface.
func (w *walker) pairs(v view, s heap.Slots) {
	last := ^uint64(0)
	for {
		off, rest, ok := s.Next()
		if !ok {
			return
		}
		s = rest
		if off >= w.ptr && last != off-w.ptr {
			if tab := w.addr(v, off-w.ptr); w.isTypeWord(tab) {
				w.claimIface(tab, v, off)
			}
		}
		last = off
	}
}

// isTypeWord reports whether the word is an interface's first.
func (w *walker) isTypeWord(tab mem.Addr) bool {
	if tab == 0 || uint64(tab)%w.ptr != 0 {
		return false
	}
	if _, ok := w.itabs[tab]; ok {
		return true
	}
	return w.made.TypeAt(tab) != nil || w.img.ItabType(tab) != nil
}

// closureObject claims an object that begins with the entry of a function as
// that function's closure, if the captured variables fit it; where none are
// known the function must have the name of one.
func (w *walker) closureObject(o *heap.Object) bool {
	if w.head.bytes(o) > 0 || uint64(len(o.Contents)) < w.ptr {
		return false
	}
	entry := mem.Addr(w.h.Arch.Word(o.Contents))
	if first, _, ok := o.Slots.Next(); entry < w.text[0] || entry >= w.text[1] || ok && first == 0 || !w.img.IsEntry(entry) {
		return false
	}
	to := w.funcType(entry)
	ty := &w.types[to]
	if ty.Go == nil {
		if !isClosureName(ty.Func) {
			return false
		}
	} else if t := (target{Object: *o}); !t.fills(ty.Size) || !w.maskFits(&t, ty, ty.Size) {
		return false
	}
	w.claim(claim{o.Addr, to, 1, Closure})
	return true
}

// isClosureName reports whether a function is a closure or a method value.
func isClosureName(f *program.Func) bool {
	name := []byte(f.FullName)
	return bytes.HasSuffix(name, []byte("-fm")) || bytes.Contains(name, []byte(".func")) ||
		bytes.Contains(name, []byte(".gowrap")) || bytes.Contains(name, []byte(".deferwrap"))
}

// chanObject claims an object that has a descriptor where a channel has that of
// its elements, and agrees with it in every other word.
func (w *walker) chanObject(o *heap.Object) bool {
	elem := w.made.TypeAt(w.addr(view{o.Addr, o.Contents}, w.chans.elemtype))
	if elem == nil || elem.Shape || !w.isChan(o, elem) {
		return false
	}
	t := w.img.ChanOf(elem)
	if t == nil {
		return false
	}
	w.claim(claim{o.Addr, w.id(Chan, t), w.chans.size, Channel})
	return true
}

// isChan checks the words of an hchan against each other.
func (w *walker) isChan(o *heap.Object, elem *program.Type) bool {
	v := view{o.Addr, o.Contents}
	if uint64(len(v.b)) < w.chans.size || w.head.bytes(o) > 0 {
		return false
	}
	count, size := w.word(v, 0), w.word(v, w.chans.dataqsiz)
	elemSize := uint64(w.h.Arch.Uint16(v.b[w.chans.elemsize:]))
	closed := w.h.Arch.Uint32(v.b[w.chans.elemsize+4:])
	sendx, recvx := w.word(v, w.chans.elemtype+w.ptr), w.word(v, w.chans.elemtype+2*w.ptr)
	if elemSize != elem.Size || closed > 1 || count > size || sendx > size || recvx > size || size > 1<<40 {
		return false
	}
	need := w.chans.size
	if elem.PtrBytes == 0 {
		need += size * elem.Size
	}
	return classOf(need) == o.Size
}
