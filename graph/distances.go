package graph

import "github.com/objgraph/objgraph/mem"

// distances are how far objects are from the roots: a byte each, and four more if
// one is further than a byte can say.
type distances struct {
	level uint32 // of what is marked now
	near  []uint8
	wide  []uint32 // nil while a byte is enough
	mem   *mem.Scratch
}

func newDistances(m *mem.Scratch, n int) *distances {
	return &distances{near: mem.Alloc[uint8](m, n), mem: m}
}

// next goes on to the next level, while nobody marks.
func (d *distances) next() {
	if d.level++; d.level > 255 && d.wide == nil {
		d.wide = mem.Alloc[uint32](d.mem, len(d.near))
		for i, far := range d.near {
			d.wide[i] = uint32(far)
		}
		d.near = nil
	}
}

// set notes an object of this level. Others may set others.
func (d *distances) set(id mem.ObjID) {
	if d.wide != nil {
		d.wide[id] = d.level
		return
	}
	d.near[id] = uint8(d.level)
}

// of is the distance of an object, 0 where none was set.
func (d *distances) of(id mem.ObjID) int {
	if d.wide != nil {
		return int(d.wide[id])
	}
	return int(d.near[id])
}
