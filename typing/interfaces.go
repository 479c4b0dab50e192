package typing

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// descType is what a descriptor's address stands for.
type descType struct {
	t      *program.Type // nil without an executable
	boxed  TypeID        // what an interface's data word points at; 0 if not known
	direct *layout       // the data word is the value itself
}

// claimIface follows an interface: tab is its first word, an itab or a type
// descriptor, and the data word is at off.
func (w *walker) claimIface(tab mem.Addr, v view, off uint64) {
	data := w.addr(v, off)
	if data == 0 {
		return
	}
	d := w.dynamic(tab)
	if d.direct != nil {
		w.walkLayout(d.direct, view{v.addr + mem.Addr(off), v.b[off : off+w.ptr]}, 1, Interface)
		return
	}
	w.claim(claim{data, d.boxed, 1, Interface})
}

// dynamic is the dynamic type behind an interface's first word.
func (w *walker) dynamic(tab mem.Addr) *descType {
	last := &w.tabs[uint64(tab/8)%uint64(len(w.tabs))]
	if last.tab == tab && last.is != nil {
		return last.is
	}
	d, ok := w.descs[tab]
	if !ok {
		found := w.findDynamic(tab)
		d = &found
		w.descs[tab] = d
	}
	last.tab, last.is = tab, d
	return d
}

func (w *walker) findDynamic(tab mem.Addr) descType {
	desc, isItab := w.itabs[tab]
	if w.img == nil {
		return descType{boxed: w.namedBox(desc)}
	}
	var t *program.Type
	switch {
	case isItab:
		t = w.made.TypeAt(desc)
	default:
		if t = w.made.TypeAt(tab); t == nil {
			t = w.img.ItabType(tab)
		}
	}
	if t == nil || t.Size == 0 || t.Shape {
		return descType{}
	}
	if t.Direct() {
		return descType{t: t, direct: w.layoutOf(t)}
	}
	return descType{t: t, boxed: w.id(Value, t)}
}
