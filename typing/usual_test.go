package typing

import (
	"math/rand/v2"
	"testing"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// outcome is what a claim leaves behind.
type outcome struct {
	is        state
	queued    int
	conflicts Conflicts
}

func (w *walker) after(was state, do func(p heap.Place)) outcome {
	w.is[0], w.queue, w.conflicts = was, w.queue[:0], Conflicts{}
	p, _ := w.h.Locate(slotBase)
	do(p)
	return outcome{w.is[0], len(w.queue), w.conflicts}
}

// The usual way says what all the rules say, or nothing.
func TestUsual(t *testing.T) {
	types := []*program.Type{byte1, word, scalar("int24", 3), ptr, pair, triple, plain, array(byte1, 13), array(pair, 70), array(word, 100),
		structure("main.Large", array(ptr, 4), array(word, 90)), structure("main.Few", ptr, word, word), structure("main.Node", word, ptr)}
	forms := []Form{Value, Array}
	rnd := rand.New(rand.NewPCG(1, 2))
	said, all := 0, 0
	for range 3000 {
		is := types[rnd.IntN(len(types))] // what the object is made of
		n := 1 + rnd.Uint64N(4)
		head := headerBytes * rnd.Uint64N(2)
		size := classOf(is.Size*n + head)
		if rnd.IntN(8) == 0 {
			size = sizeClasses[rnd.IntN(len(sizeClasses))]
		}
		w := one(t, int(size), pointersOf(is, n, head, size)...)
		for range 40 {
			c := claim{slotBase, w.id(forms[rnd.IntN(2)], types[rnd.IntN(len(types))]), 1, Evidence(1 + rnd.IntN(int(numEvidence)-1))}
			if rnd.IntN(4) > 0 {
				c.to = w.id(forms[rnd.IntN(2)], is)
			}
			if w.types[c.to].Form != Value {
				c.n = [...]uint64{n, n, rnd.Uint64N(9)}[rnd.IntN(3)]
			}
			if rnd.IntN(4) == 0 {
				c.to, c.n = w.str, 1+rnd.Uint64N(2*tinyBytes)
			}
			c.addr += [...]mem.Addr{0, mem.Addr(head), mem.Addr(head), 8, 3}[rnd.IntN(5)]
			was := w.someState(rnd, &c)
			var did bool
			a := w.after(was, func(p heap.Place) { did = w.usual(p, &c, was) })
			if all++; !did {
				continue
			}
			said++
			if b := w.after(was, func(p heap.Place) { w.closely(p, c, was) }); a != b && !w.knownBefore(was, &c) {
				t.Fatalf("object of %d bytes, %d of %s behind %d: was %s %v/%d, claim of %d %s at +%d by %v: usually %v, by the rules %v", size, n, is.Name, head,
					w.types[was.to()].Name, was.mark().ev(), was.mark().fit(), c.n, w.types[c.to].Name, c.addr-slotBase, c.ev, a, b)
			}
		}
	}
	if said < all/10 {
		t.Errorf("only %d of %d claims went the usual way", said, all)
	}
	t.Logf("%d of %d claims went the usual way", said, all)
}

// knownBefore reports whether a claim says what is known by better evidence, which
// no rule looks at.
func (w *walker) knownBefore(was state, c *claim) bool {
	return was.to() == c.to && (was.mark().ev() >= c.ev || was.mark().fit() == partFit)
}

// someState is nothing, or what an earlier claim left.
func (w *walker) someState(rnd *rand.Rand, c *claim) state {
	if rnd.IntN(2) == 0 {
		return 0
	}
	before := *c
	before.ev = Evidence(1 + rnd.IntN(int(numEvidence)-1))
	if rnd.IntN(3) == 0 {
		before.to, before.n = w.str, 1+rnd.Uint64N(2*tinyBytes)
	}
	return w.after(0, func(p heap.Place) { w.closely(p, before, 0) }).is
}

// pointersOf are the offsets of the pointers of n values behind a header, as far as
// they lie in the slot.
func pointersOf(t *program.Type, n, head, size uint64) (out []uint64) {
	tb := newTable(true, 8, nil)
	var add func(l *layout, at uint64)
	add = func(l *layout, at uint64) {
		for i := range l.ops {
			o := &l.ops[i]
			if off := at + o.word; o.kind != opRepeat && off+8 <= size {
				out = append(out, off)
			}
			for k := uint64(0); o.kind == opRepeat && k < o.n; k++ {
				add(o.sub, at+o.off+k*o.sub.size)
			}
		}
	}
	for k := range n {
		add(tb.layoutOf(t), head+k*t.Size)
	}
	return out
}
