package typing

import (
	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// GuessAll guesses the type of every object with pointers as if it alone were
// not known; blind, as if none were. It calls f with the guesses, 0 for none.
func GuessAll(h *heap.Heap, img *program.Image, r *Result, blind bool, f func(id mem.ObjID, name string)) {
	w := newWalker(h, img, nil)
	if !blind {
		for id, ev := range r.Evidence {
			w.is[id] = newState(r.Of[id], newMark(ev, noFit))
		}
	}
	w.types = append([]Type(nil), r.Types...)
	w.briefs = nil
	for i := range w.types {
		w.briefs = append(w.briefs, briefOf(&w.types[i]))
		if t := &w.types[i]; t.Go != nil && t.Func == nil {
			w.ids[typeKey{form: t.Form, typ: t.Go}] = TypeID(i)
		}
	}
	g := newGuesser(w)
	h.Each(func(o *heap.Object) bool {
		if !o.Slots.Empty() && w.head.bytes(o) == 0 {
			if to := g.find(o); to != 0 {
				f(o.ID, w.types[to].Name)
			} else {
				f(o.ID, "")
			}
		}
		return true
	})
}
