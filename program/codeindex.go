package program

import (
	"maps"
	"slices"

	"github.com/objgraph/objgraph/mem"
)

// Following all code takes seconds for a large program. An index keeps the result:
// what words of data are, and what functions return; with that a frame's words are
// found by following its one function again.

// callee is what is known of the function at an index.
func (t *flowTables) callee(i int) *callee {
	if t.callees != nil {
		return &t.callees[i]
	}
	c := t.p.newCallee(t.p.funcs.rawName(i))
	if r, ok := t.results[int32(i)]; ok {
		c.result, c.passes = r.what, r.passes
	}
	return &c
}

// intoIndex puts the tables into an index; false if a type in them has no descriptor.
func (t *flowTables) intoIndex(x *indexed) bool {
	x.code = t.readable
	ok := true
	desc := func(ty *Type) mem.Addr {
		if ty == nil {
			return 0
		}
		ok = ok && ty.Addr != 0
		return ty.Addr
	}
	facts := func(m map[mem.Addr]Known) (list []codeFact) {
		for _, at := range slices.Sorted(maps.Keys(m)) {
			list = append(list, codeFact{at, desc(m[at].Type), m[at].Holds, m[at].Sure})
		}
		return list
	}
	x.words, x.values = facts(t.data), facts(t.values)
	for i := range t.callees {
		if c := &t.callees[i]; c.rule == nil && (c.result != Known{} || c.passes != 0) {
			x.result = append(x.result, resultFact{int32(i), desc(c.result.Type), c.result.Holds, c.result.Sure, c.passes})
		}
	}
	return ok
}

// codeFromIndex makes the tables of an index.
func (p *Program) codeFromIndex(x *indexed) *flowTables {
	t := &flowTables{p: p, readable: true, captures: p.allocations().closures, results: map[int32]resultOf{}}
	t.data, t.values = p.known(x.words), p.known(x.values)
	for _, r := range x.result {
		r.passes = min(r.passes, uint8(len(flow{}.regs)))
		t.results[r.fn] = resultOf{p.knownAs(r.typ, r.holds, r.sure), r.passes}
	}
	return t
}

func (p *Program) known(facts []codeFact) map[mem.Addr]Known {
	m := make(map[mem.Addr]Known, len(facts))
	for _, f := range facts {
		m[f.addr] = p.knownAs(f.typ, f.holds, f.sure)
	}
	return m
}

// knownAs is nothing where a fact needs a type and has none.
func (p *Program) knownAs(typ mem.Addr, holds Holds, sure bool) Known {
	k := Known{Holds: holds, Sure: sure}
	if typ != 0 {
		k.Type = p.types.at(typ)
	}
	if k.Type == nil || holds > ValueOf {
		k.Holds = Nothing
	}
	return k
}
