package program

import (
	"cmp"
	"debug/dwarf"
	"slices"
	"sync"

	"github.com/objgraph/objgraph/mem"
)

// unitIndex is what one scan found.
type unitIndex struct {
	types []uint32
	vars  []dieVar
	funcs []dieFunc
	bad   uint64 // offset of a DIE that could not be read, 0: none
}

// index scans every unit once for types, package variables and functions. A
// unit is scanned by the first worker that is free once its bytes are there;
// what was found is joined in the order of the units.
func (d *dwarfData) index(workers int) error {
	type job struct {
		u     unit
		found *unitIndex
	}
	jobs := make(chan job, 64)
	var wg sync.WaitGroup
	for range mem.Workers(workers) {
		wg.Go(func() {
			for j := range jobs {
				d.indexUnit(&j.u, j.found)
			}
		})
	}
	var found []*unitIndex
	err := d.eachUnit(func(u unit) {
		x := &unitIndex{}
		d.units, found = append(d.units, u), append(found, x)
		jobs <- job{u, x}
	})
	close(jobs)
	wg.Wait()
	if err != nil {
		return err
	}
	return d.join(found)
}

func (d *dwarfData) join(found []*unitIndex) error {
	var types, vars, funcs int
	for _, x := range found {
		if x.bad != 0 {
			return d.file.fail(".debug_info", x.bad, "an entry is damaged")
		}
		types, vars, funcs = types+len(x.types), vars+len(x.vars), funcs+len(x.funcs)
	}
	d.types, d.vars, d.funcs = make([]uint32, 0, types), make([]dieVar, 0, vars), make([]dieFunc, 0, funcs)
	for _, x := range found {
		d.types = append(d.types, x.types...)
		d.vars = append(d.vars, x.vars...)
		d.funcs = append(d.funcs, x.funcs...)
	}
	slices.SortStableFunc(d.funcs, func(a, b dieFunc) int { return cmp.Compare(a.low, b.low) })
	return nil
}

// indexUnit walks all DIEs of a unit in file order; depth 1 is below the unit.
func (d *dwarfData) indexUnit(u *unit, x *unitIndex) {
	c := d.cursor(u, u.first)
	for depth := 0; uint64(c.off) < u.end && !c.bad; {
		off := c.off
		code := c.uleb()
		if code == 0 {
			if depth--; depth <= 0 {
				return
			}
			continue
		}
		a := u.abbrevs.get(code)
		if a == nil {
			x.bad = uint64(off)
			return
		}
		if depth == 1 && d.indexDIE(u, a, &c, uint32(off), x) {
			// attributes are consumed
		} else {
			for i := range a.attrs {
				u.skip(&c, &a.attrs[i])
			}
		}
		if a.children {
			depth++
		}
	}
	if c.bad {
		x.bad = max(uint64(c.off), 1)
	}
}

// indexDIE notes a DIE just below its unit, and reports whether it read it.
func (d *dwarfData) indexDIE(u *unit, a *abbrev, c *cursor, off uint32, x *unitIndex) bool {
	switch a.tag {
	case dwarf.TagBaseType, dwarf.TagArrayType, dwarf.TagTypedef, dwarf.TagSubroutineType,
		dwarf.TagPointerType, dwarf.TagStructType:
		x.types = append(x.types, off)
		return false
	case dwarf.TagVariable:
		loc := d.attr(u, a, c, dwarf.AttrLocation)
		if addr, ok := d.staticAddr(u, loc.b); ok {
			x.vars = append(x.vars, dieVar{die: off, addr: mem.Addr(addr)})
		}
		return true
	case dwarf.TagSubprogram:
		e := d.decode(u, a, c, off)
		if e.hasLow {
			x.funcs = append(x.funcs, dieFunc{mem.Addr(e.low), mem.Addr(e.high), off})
		}
		return true
	}
	return false
}

// attr consumes all attributes and returns one of them.
func (d *dwarfData) attr(u *unit, a *abbrev, c *cursor, want dwarf.Attr) (v value) {
	for i := range a.attrs {
		if a.attrs[i].attr == want {
			v = u.read(c, &a.attrs[i])
		} else {
			u.skip(c, &a.attrs[i])
		}
	}
	return v
}

// staticAddr decodes a location that is one fixed address.
func (d *dwarfData) staticAddr(u *unit, loc []byte) (uint64, bool) {
	c := cursor{buf: loc, arch: d.file.arch}
	switch c.u8() {
	case opAddr:
		addr := c.uint(u.addrSize)
		return addr, !c.bad && c.left() == 0
	case opAddrx:
		index := c.uleb()
		if c.bad || c.left() != 0 {
			return 0, false
		}
		return d.indexedAddr(u, index)
	}
	return 0, false
}
