package program

import (
	"cmp"
	"path/filepath"
	"slices"
	"sync"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program/internal/inflate"
)

// Preload begins to find out, in the background, what types and variables of a
// dump will be asked for, and returns at once: who asks earlier than it is known
// waits, who asks later does not. Of a large executable it then keeps an index,
// see Options.Cache. Close waits for it. Of small ones, what nobody asks for costs
// more than waiting.
func (p *Program) Preload() {
	if p.indexDir == "" {
		return
	}
	p.preload.Do(func() { p.file.work.Go(p.preloadAll) })
}

func (p *Program) preloadAll() {
	stages := []func(){
		func() {
			for _, u := range p.placeSecs() {
				p.debug.start(u)
			}
		},
		func() { p.names() },
		func() { p.typeNames() },
		func() { p.globals() },
		func() { p.allocations() },
		func() { p.places() },
	}
	if !p.HasDWARF {
		stages = append(stages, func() { p.code() })
	}
	for _, stage := range stages {
		if p.file.closing.Load() {
			return
		}
		stage()
	}
	p.saveIndex()
}

// indexable is the folder for this executable's index, "" if it is to have none.
// Symbols in a file of their own are not covered by one.
func (p *Program) indexable(o Options) string {
	if o.Debug != "" || o.Cache == "" && len(p.file.data) < minIndexed {
		return ""
	}
	return indexFolder(o.Cache)
}

// findIndex returns the index of this executable, nil if there is none.
func (p *Program) findIndex() *indexed {
	if p.indexDir == "" || !hasIndex(p.indexDir, p.BuildID) {
		return nil
	}
	proof, err := prove(p.contents, len(p.file.data), p.workers)
	if err != nil {
		return nil
	}
	body, err := readIndex(filepath.Join(p.indexDir, indexName(p.BuildID, proof)), proof)
	if err != nil {
		return nil
	}
	return decodeIndex(body)
}

// saveIndex writes what was found out, if it was not read from an index. That it
// cannot be written is no error: the next time is as slow as this one.
func (p *Program) saveIndex() {
	if p.indexDir == "" || p.fromIndex {
		return
	}
	x := p.collect()
	if x == nil {
		return
	}
	if proof, err := prove(p.contents, len(p.file.data), p.workers); err == nil {
		_ = writeIndex(p.indexDir, indexName(p.BuildID, proof), proof, x.encode())
	}
}

// collect puts together what an index holds, nil if something is not as in an
// executable that Go links.
func (p *Program) collect() *indexed {
	n := p.typeNames()
	x := &indexed{
		dwarf: p.dwarf != nil, descriptors: p.descriptors(), hashes: n.hashes, refs: n.refs,
		allocations: p.allocations().calls,
	}
	if d := p.dwarf; d != nil {
		x.units, x.types, x.funcs = d.units, d.types, d.funcs
		x.vars = p.namedVars()
		x.info = indexPacked(d.info)
		p.places() // which starts them
		for i, u := range p.placeSecs() {
			x.places[i] = indexPacked(u)
		}
		return x
	}
	if !p.code().intoIndex(x) {
		return nil
	}
	return x
}

// namedVars gives the variables their names and types.
func (p *Program) namedVars() []dieVar {
	list := make([]dieVar, 0, len(p.dwarf.vars))
	for _, v := range p.dwarf.vars {
		if !p.inData(v.addr) || !p.readVar(&v) {
			continue
		}
		if t := p.typeOf(v.typ); t != nil && t.Addr != 0 {
			v.typ = refToAddr(t.Addr)
		}
		list = append(list, v)
	}
	return list
}

// indexPacked notes where a section may be entered; nothing if it is not packed,
// or damaged. It was started.
func indexPacked(u *unpacked) (x packedIndex) {
	if u.stream == nil || u.inPieces() || u.finish() != nil || len(u.points) == 0 {
		return x
	}
	x.points = u.points
	for _, p := range x.points[1:] {
		x.windows = append(x.windows, u.data[p.Out-inflate.Window:p.Out]...)
	}
	return x
}

// restore takes from an index what would be found out otherwise; false, and
// nothing has changed, if the index does not go with the executable.
func (p *Program) restore(x *indexed) bool {
	if x.dwarf {
		d, err := openDWARF(p.file)
		if err != nil || d == nil || !d.restore(x) {
			return false
		}
		p.dwarf = d
	} else if p.file.section(".debug_info", ".zdebug_info") != nil {
		return false
	}
	n := &typeNames{x.hashes, x.refs}
	p.typeNames = func() *typeNames { return n }
	p.descriptors = func() []mem.Addr { return x.descriptors }
	p.calls = func() []allocation { return x.allocations }
	if x.code {
		p.code = sync.OnceValue(func() *flowTables { return p.codeFromIndex(x) })
	}
	if x.dwarf {
		secs := p.openPlaces()
		for i, u := range secs {
			u.usePoints(x.places[i].points, x.places[i].windows)
		}
		p.placeSecs = func() [4]*unpacked { return secs }
	}
	p.fromIndex = true
	return true
}

// restore checks that the units lie in .debug_info, and whatever else its
// readers rely on.
func (d *dwarfData) restore(x *indexed) bool {
	end := uint64(0)
	for i := range x.units {
		u := &x.units[i]
		if u.off < end || u.first < u.off || u.end < u.first || u.end > uint64(len(d.info.data)) ||
			u.version < 2 || u.version > 5 || u.addrSize != d.file.arch.PtrSize || u.offSize != 4 && u.offSize != 8 {
			return false
		}
		if u.abbrevs = d.tables.at(u.abbrevOff); u.abbrevs == nil {
			return false
		}
		end = u.end
	}
	if !slices.IsSortedFunc(x.funcs, func(a, b dieFunc) int { return cmp.Compare(a.low, b.low) }) {
		return false
	}
	if d.info.stream != nil && !d.info.usePoints(x.info.points, x.info.windows) {
		return false
	}
	d.units, d.types, d.vars, d.funcs = x.units, x.types, x.vars, x.funcs
	return true
}
