package program

import (
	"cmp"
	"maps"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
)

// flowTables is what the flows of all functions share, immutable while they run.
type flowTables struct {
	p        *Program
	readable bool               // the machine's code can be read
	callees  []callee           // by index of the function; nil: from results, as asked for
	results  map[int32]resultOf // from an index
	captures map[mem.Addr]*Type // closure entry -> struct
	data     map[mem.Addr]Known // words of the data sections, as far as known
	frames   sync.Map           // index of a function -> []CodeWord
	values   map[mem.Addr]Known // ValueOf
}

// CodeWord is a word of memory that the program's code shows to be something.
type CodeWord struct {
	Addr   mem.Addr // in a data section
	Offset int64    // in a frame: bytes from its stack pointer
	Known
}

// readCode follows all functions, then those again that call one of which it
// became known what it returns, and so on, and at last all with all that.
func (p *Program) readCode() *flowTables {
	t := &flowTables{p: p}
	if p.Machine != "amd64" || !p.funcs.ascending() {
		return t
	}
	t.readable = true
	t.captures = p.allocations().closures
	t.callees = make([]callee, p.funcs.n)
	all := make([]int32, p.funcs.n)
	for i := range t.callees {
		t.callees[i] = p.newCallee(p.funcs.rawName(i))
		all[i] = int32(i)
	}
	first := t.follow(all)
	t.keep(first)
	news := t.learn(first)
	for range maxCallDepth {
		if len(news) == 0 {
			break
		}
		news = t.learn(t.follow(first.callersOf(news)))
	}
	t.keep(t.follow(all))
	return t
}

// maxCallDepth bounds how far results are handed on.
const maxCallDepth = 8

// codeChunk is how many functions a worker takes at a time.
const codeChunk = 64

// follow runs the flow of some functions, in parallel, and puts together what
// was found.
func (t *flowTables) follow(funcs []int32) *findings {
	parts := make([]*findings, max(1, min(runtime.GOMAXPROCS(0), 8)))
	var next atomic.Int64
	var wg sync.WaitGroup
	for w := range parts {
		parts[w] = newFindings()
		wg.Go(func() {
			f := newFlow(t, parts[w].note)
			for {
				from := int(next.Add(codeChunk)) - codeChunk
				if from >= len(funcs) {
					return
				}
				for _, i := range funcs[from:min(from+codeChunk, len(funcs))] {
					f.run(int(i))
					parts[w].returned(i, f)
				}
			}
		})
	}
	wg.Wait()
	return join(parts)
}

// keep takes what was found of data.
func (t *flowTables) keep(fs *findings) { t.data, t.values = fs.words, fs.values }

// learn takes what functions return, and lists those of which it is new.
func (t *flowTables) learn(fs *findings) (news []int32) {
	for i, r := range fs.results {
		c := &t.callees[i]
		if c.rule == nil && (!c.result.Sure && r.what.Sure || c.passes == 0 && r.passes != 0) {
			c.result, c.passes = r.what, r.passes
			news = append(news, i)
		}
	}
	slices.Sort(news)
	return news
}

func newFlow(t *flowTables, note noteFunc) *flow {
	return &flow{t: t, note: note, targets: map[int]int{}, stack: map[int64]Known{}, args: map[int64]uint8{}}
}

// findings is what flows noted: of the data sections, and of functions. Their
// order does not matter.
type findings struct {
	words, values map[mem.Addr]Known
	results       map[int32]resultOf
	callers       map[int32][]int32
}

// resultOf is what a function returns in the first register, see callee.
type resultOf struct {
	what   Known
	passes uint8
}

func newFindings() *findings {
	return &findings{
		map[mem.Addr]Known{}, map[mem.Addr]Known{}, map[int32]resultOf{}, map[int32][]int32{},
	}
}

// returned notes the result of a function and whom it called.
func (fs *findings) returned(i int32, f *flow) {
	if f.result.Sure || f.passes != 0 {
		fs.results[i] = resultOf{f.result, f.passes}
	}
	for _, callee := range f.calls {
		fs.callers[callee] = append(fs.callers[callee], i)
	}
}

// callersOf lists who calls one of the functions, each once.
func (fs *findings) callersOf(funcs []int32) (list []int32) {
	for _, i := range funcs {
		list = append(list, fs.callers[i]...)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

func join(parts []*findings) *findings {
	all := newFindings()
	for _, part := range parts {
		for at, k := range part.words {
			all.add(all.words, at, k)
		}
		for at, k := range part.values {
			all.add(all.values, at, k)
		}
		for callee, list := range part.callers {
			all.callers[callee] = append(all.callers[callee], list...)
		}
		maps.Copy(all.results, part.results)
	}
	return all
}

func (fs *findings) note(at place, what Known) {
	switch {
	case at.kind() != dataPlace:
	case what.Holds == ValueOf:
		fs.add(fs.values, mem.Addr(at.at()), what)
	default:
		fs.add(fs.words, mem.Addr(at.at()), what)
	}
}

func (fs *findings) add(m map[mem.Addr]Known, at mem.Addr, what Known) {
	old, seen := m[at]
	if !seen {
		m[at] = what
		return
	}
	m[at] = agree(old, what)
}

// agree joins what two places of the code say of one word. A sure type stands
// against one that is not; of two unsure ones that which the other begins;
// else nothing is known.
func agree(a, b Known) Known {
	switch {
	case a.Holds == b.Holds && a.Type == b.Type:
		a.Sure = a.Sure || b.Sure
		return a
	case a.Sure != b.Sure:
		if a.Sure {
			return a
		}
		return b
	case a.Holds == SliceOf && b.Holds == PointerTo && a.Type == b.Type:
		return a
	case b.Holds == SliceOf && a.Holds == PointerTo && a.Type == b.Type:
		return b
	case a.Holds != Nothing && b.Holds != Nothing && a.Type.beginsWith(b.Type):
		return a
	case a.Holds != Nothing && b.Holds != Nothing && b.Type.beginsWith(a.Type):
		return b
	}
	return Known{Sure: a.Sure}
}

// beginsWith reports whether the first field of t, or that field's first and so
// on, is a first.
func (t *Type) beginsWith(first *Type) bool {
	for range maxDepth {
		switch {
		case t == first:
			return true
		case t.Kind == Struct && len(t.Fields) > 0:
			t = t.Fields[0].Type
		case t.Kind == Array && t.Elem != nil:
			t = t.Elem
		default:
			return false
		}
	}
	return false
}

// frame lists what is known of words of the frames of function i.
func (t *flowTables) frame(i int) []CodeWord {
	if v, ok := t.frames.Load(i); ok {
		return v.([]CodeWord)
	}
	found := map[place]Known{}
	newFlow(t, func(at place, what Known) {
		if at.kind() != stackPlace {
			return
		}
		if what.Holds == ValueOf {
			at = newPlace(number, at.at()) // apart from the first word's own type
		}
		if old, ok := found[at]; ok {
			what = agree(old, what)
		}
		found[at] = what
	}).run(i)
	list := make([]CodeWord, 0, len(found))
	for at, what := range found {
		if what.Holds != Nothing {
			list = append(list, CodeWord{Offset: at.at(), Known: what})
		}
	}
	slices.SortFunc(list, func(a, b CodeWord) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Holds, b.Holds))
	})
	v, _ := t.frames.LoadOrStore(i, list)
	return v.([]CodeWord)
}

// CodeGlobals lists what the code shows of the program's variables, by address;
// it needs no DWARF, and costs following all of the code once. The slice is
// shared. It is empty for machines whose code is not read.
func (m *Image) CodeGlobals() []CodeWord {
	t := m.p.code()
	list := make([]CodeWord, 0, len(t.data)+len(t.values))
	for _, words := range []map[mem.Addr]Known{t.data, t.values} {
		for at, what := range words {
			if what.Holds != Nothing && m.p.inData(at) {
				list = append(list, CodeWord{Addr: m.dataAddr(at), Known: what})
			}
		}
	}
	slices.SortFunc(list, func(a, b CodeWord) int {
		return cmp.Or(cmp.Compare(a.Addr, b.Addr), cmp.Compare(a.Holds, b.Holds))
	})
	return list
}

// CodeFrame lists what the code shows of the words of the frame whose return
// address is pc. A word is that whenever it is in use.
func (m *Image) CodeFrame(pc mem.Addr) []CodeWord {
	t := m.p.code()
	i := m.p.funcs.find(pc - 1 - m.slide.Text)
	if i < 0 || !t.readable {
		return nil
	}
	return t.frame(i)
}

// Allocated lists the types that the program allocates, by descriptor.
func (m *Image) Allocated() []Made { return m.p.allocations().made }
