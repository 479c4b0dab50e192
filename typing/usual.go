package typing

import (
	"bytes"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
)

// Nearly all claims are the first of their object, begin where it does and fill it.
// For these a few words of the type are all that the rules of fit come to.

// brief is what the usual way has to know of a type.
type brief struct {
	size uint64   // bytes of a value or element; 0: never usual
	many bool     // values in a row
	ptrs bool     // with pointers
	pre  []tiling // of values with pointers: without and with a malloc header
}

// tiling is the field list of so many values in a row, as a dump has it.
type tiling struct {
	list []byte
	ends []uint32 // of the values in list
}

// maxTiled bounds the bytes of a tiling.
const maxTiled = 1 << 16

func briefOf(t *Type) brief {
	b := brief{size: t.Size, many: t.Form != Value, ptrs: t.layout != nil && t.layout.ptrs}
	switch t.Form {
	case String:
		b.size = 1
	case Value, Array:
	default:
		return brief{}
	}
	if !b.ptrs {
		return b
	}
	if t.layout.list[0] == nil || t.layout.size != t.Size {
		return brief{}
	}
	b.pre = t.layout.tilings()
	return b
}

// tilings are the layout's, one value long and more when asked for.
func (l *layout) tilings() []tiling {
	if l.tiled == nil {
		l.tiled = make([]tiling, len(l.list))
		for i, list := range l.list {
			l.tiled[i] = tiling{list, []uint32{uint32(len(list))}}
		}
	}
	return l.tiled
}

// upTo is the list of n values, nil if that is too long.
func (b *brief) upTo(n, head uint64) []byte {
	t := &b.pre[head/headerBytes]
	for k := uint64(len(t.ends)); k < n; k++ {
		if len(t.list) > maxTiled {
			return nil
		}
		for f := heapdump.Fields(t.list[:t.ends[0]]); ; {
			kind, off, rest, ok := f.Next()
			if !ok {
				break
			}
			t.list, f = heapdump.AppendField(t.list, kind, off+k*b.size), rest
		}
		t.ends = append(t.ends, uint32(len(t.list)))
	}
	return t.list[:t.ends[n-1]]
}

// usual makes a claim of which the outcome shows at once from what is known of its
// object, and reports whether it did.
func (w *walker) usual(p heap.Place, c *claim, known state) bool {
	m := known.mark()
	switch {
	case known == 0:
		return w.usualFirst(p, c)
	case known.to() == c.to:
		if m.ev() >= c.ev || m.fit() == partFit {
			return true
		}
		return m.fit() == exactFit && w.usualAgain(p, c)
	case known.to() == w.tiny:
		return w.usualTiny(p, c, m.ev())
	}
	return false
}

// usualFirst is usual for an object of which nothing is known.
func (w *walker) usualFirst(p heap.Place, c *claim) bool {
	b := &w.briefs[c.to]
	need, ok := b.need(c.n)
	switch {
	case !ok:
		return false
	case p.Leaf():
		return !b.ptrs && w.usualLeaf(p, c, need)
	case !b.ptrs:
		return false
	}
	head, ok := w.headAt(p, c.addr)
	if !ok || classOf(need+head) != p.Size() || !b.masks(w.quick(p), c.n, head) {
		return false
	}
	w.is[p.ID] = newState(c.to, newMark(c.ev, exactFit))
	w.push(p.Ref())
	return true
}

// need is the number of bytes that n values take.
func (b *brief) need(n uint64) (bytes uint64, ok bool) {
	if n != 1 && (!b.many || n-1 >= maxTiled*headerBytes) { // 0 is not known
		return 0, false
	}
	return b.size * n, b.size > 0
}

// headAt is the size of the malloc header before a value that begins at a; ok is
// false if none can, or if that takes a closer look.
func (w *walker) headAt(p heap.Place, a mem.Addr) (head uint64, ok bool) {
	size := p.Size()
	if size > w.head.above && size <= maxClass {
		head = headerBytes
	}
	return head, uint64(a-p.Start()) == head && size != maxClass
}

func (w *walker) quick(p heap.Place) heapdump.Fields {
	_, rest := w.h.Quick(p)
	return rest
}

// masks reports whether the object's pointer words are those of n values.
func (b *brief) masks(rest heapdump.Fields, n, head uint64) bool {
	list := b.upTo(n, head)
	if list == nil || !bytes.HasPrefix(rest, list) {
		return false
	}
	kind, off, _, more := rest[len(list):].Next()
	return !more || kind == 0 || off >= head+b.size*n
}

// usualLeaf is usualFirst for an object without pointers.
func (w *walker) usualLeaf(p heap.Place, c *claim, need uint64) bool {
	size := p.Size()
	if size == tinyBytes && need < tinyBytes {
		return w.usualTiny(p, c, None)
	}
	if c.addr != p.Start() || classOf(need) != size {
		return false
	}
	w.is[p.ID] = newState(c.to, newMark(c.ev, exactFit))
	return true
}

// usualTiny is usual for a block of several values, which had this evidence.
func (w *walker) usualTiny(p heap.Place, c *claim, ev Evidence) bool {
	b := &w.briefs[c.to]
	need, ok := b.need(c.n)
	if !ok || b.ptrs || !p.Leaf() || p.Size() != tinyBytes || need >= tinyBytes || uint64(c.addr-p.Start())+need > tinyBytes {
		return false
	}
	w.is[p.ID] = newState(w.tiny, newMark(max(ev, c.ev), tinyFit))
	return true
}

// usualAgain is usual for an object that has the type by weaker evidence, and is
// filled by it.
func (w *walker) usualAgain(p heap.Place, c *claim) bool {
	b := &w.briefs[c.to]
	need, ok := b.need(c.n)
	if !ok || b.many && (b.ptrs || !p.Leaf() || classOf(need) != p.Size() || need < tinyBytes) {
		return false
	}
	head, ok := uint64(0), true
	if b.ptrs {
		head, ok = w.headAt(p, c.addr)
	}
	if !ok || uint64(c.addr-p.Start()) != head {
		return false
	}
	w.is[p.ID] = newState(c.to, newMark(c.ev, exactFit))
	return true
}
