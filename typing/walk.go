package typing

import (
	"context"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Conflicts counts claims that were refused or disagreed.
type Conflicts struct {
	Beyond int // reached beyond their object (rule 1)
	Mask   int // pointer words differ from the dump's (rule 2)
	Types  int // another type fitted as well (rules 3 to 8)
}

// walker holds the state of one run. Used by one goroutine.
type walker struct {
	*table
	h    *heap.Heap
	head headerRule
	mem  memory
	made *program.MadeTypes // by descriptor; nil without an executable
	scan *StackScan

	is        []state     // by object
	scratch   mem.Scratch // of what follows
	queue     []heap.Ref
	untyped   []mem.ObjID // see eachUntyped; nil until first used
	literals  []Literal   // values in segments, as claimed
	outside   []claim     // values in segments and frames, to be walked
	seen      map[outsideKey]bool
	lately    [256]outsideKey // that were asked for
	conflicts Conflicts

	tiny, str TypeID
	chans     chanLayout
	funcs     map[mem.Addr]TypeID    // by closure's entry
	bound     map[boundKey]*layout   // of closures of generic code
	descs     map[mem.Addr]*descType // by descriptor
	tabs      [256]struct {          // of descs, those that were asked for lately
		tab mem.Addr
		is  *descType
	}
	itabs    map[mem.Addr]mem.Addr // itab -> descriptor, as the dump says
	text     [2]mem.Addr           // where code lies
	guess    *guesser              // what is claimed from now on is a guess; nil while anything else is left
	sudog    TypeID
	mapextra TypeID
}

func newWalker(h *heap.Heap, img *program.Image, m *mem.Scratch) *walker {
	w := &walker{
		table: newTable(h.GoVersion.SwissMaps(), h.Arch.PtrSize, img),
		h:     h,
		head:  newHeaderRule(h.GoVersion, h.Arch, img),
		mem:   newMemory(h),
		scan:  NewStackScan(h, img),
		is:    mem.Alloc[state](m, h.NumObjects()),
		seen:  map[outsideKey]bool{},
		chans: newChanLayout(h.GoVersion, h.Arch),
		funcs: map[mem.Addr]TypeID{},
		bound: map[boundKey]*layout{},
		descs: map[mem.Addr]*descType{},
		itabs: map[mem.Addr]mem.Addr{},
	}
	w.tiny, w.str = w.id(Tiny, nil), w.id(String, nil)
	w.sudog, w.mapextra = w.lookup("runtime.sudog"), w.lookup("runtime.mapextra")
	if img != nil {
		r := img.Program().Text
		w.made = img.MadeTypes(w.bytesAt)
		w.text = [2]mem.Addr{r.Start + img.Slide().Text, r.End + img.Slide().Text}
	}
	for _, it := range h.Itabs {
		w.itabs[it.Addr] = it.Type
	}
	return w
}

// bytesAt is what the dump holds from an address up to the end of the object, frame
// or segment there, nil if it has nothing.
func (w *walker) bytesAt(a mem.Addr) []byte {
	p, ok := w.h.Locate(a)
	if !ok {
		return w.mem.at(a)
	}
	b := w.h.At(p).Contents
	return b[min(uint64(a-p.Start()), uint64(len(b))):]
}

// lookup is the row of a runtime type, 0 if the program does not have it.
func (w *walker) lookup(name string) TypeID {
	if t := w.lookupGo(name); t != nil {
		return w.id(Value, t)
	}
	return 0
}

func (w *walker) push(r heap.Ref) { w.queue = append(mem.Grow(&w.scratch, w.queue, 1), r) }

// drain walks queued objects until there are no more.
func (w *walker) drain(ctx context.Context) error {
	for n := 0; len(w.queue) > 0 || len(w.outside) > 0; n++ {
		if n&0x3fff == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if k := len(w.queue); k > 0 {
			r := w.queue[k-1]
			w.queue = w.queue[:k-1]
			w.walkObject(r)
			continue
		}
		c := w.outside[len(w.outside)-1]
		w.outside = w.outside[:len(w.outside)-1]
		w.walkOutside(c)
	}
	return nil
}

func (w *walker) walkObject(r heap.Ref) {
	o := w.h.Of(r)
	to := w.typeOf(o.ID)
	if to == w.tiny || to == w.str {
		return
	}
	head := uint64(0)
	if o.Size > w.head.above {
		head = w.head.bytes(&o)
	}
	if uint64(len(o.Contents)) < head {
		return
	}
	w.walkValue(to, view{addr: o.Addr + mem.Addr(head), b: o.Contents[head:]}, Pointer)
}

// view is bytes at an address.
type view struct {
	addr mem.Addr
	b    []byte
}

// word reads the word at off, 0 beyond the end.
func (w *walker) word(v view, off uint64) uint64 { return w.h.Arch.WordAt(v.b, off) }

// addr reads the address at off, 0 beyond the end.
func (w *walker) addr(v view, off uint64) mem.Addr { return mem.Addr(w.word(v, off)) }

// walkValue makes the claims that follow from v holding a type. ev is the
// evidence that plain pointers in it carry on.
func (w *walker) walkValue(to TypeID, v view, ev Evidence) {
	ty := &w.types[to] // until the first claim, which may add types
	switch ty.Form {
	case Value:
		w.walkLayout(ty.layout, v, 1, ev)
	case Array:
		w.walkLayout(ty.layout, v, uint64(len(v.b))/max(ty.Size, 1), ev)
	case FuncValue:
		w.walkLayout(ty.layout, v, 1, Closure)
	case MapHeader, MapDirectory, MapTable, MapGroups:
		ty := *ty
		w.walkMap(&ty, v)
	case Chan:
		ty := *ty
		w.walkChan(&ty, v)
	case ChanBuf:
		w.walkLayout(ty.layout, v, uint64(len(v.b))/max(ty.Size, 1), Channel)
	}
}

// walkLayout makes the claims of n elements in a row.
func (w *walker) walkLayout(l *layout, v view, n uint64, ev Evidence) {
	if l == nil || !l.ptrs || l.size == 0 {
		return
	}
	for at := uint64(0); n > 0 && at+l.size <= uint64(len(v.b)); n-- {
		e := view{v.addr + mem.Addr(at), v.b[at : at+l.size]}
		for i := range l.ops {
			w.step(&l.ops[i], e, ev)
		}
		at += l.size
	}
}

// step makes the claim of one op.
func (w *walker) step(o *op, v view, ev Evidence) {
	if o.kind == opRepeat {
		if end := o.off + o.n*o.sub.size; end <= uint64(len(v.b)) {
			w.walkLayout(o.sub, view{v.addr + mem.Addr(o.off), v.b[o.off:end]}, o.n, ev)
		}
		return
	}
	p := w.addr(v, o.off)
	if p == 0 {
		return
	}
	switch o.kind {
	case opPtr:
		w.claimPtr(o, claim{p, w.target1(o, Value), 1, ev})
	case opSlice:
		c := claim{p, w.target1(o, Array), w.word(v, o.off+o.n), ev}
		if o.odd {
			c = w.wholeOf(o.t, c)
		}
		w.claim(c)
	case opString:
		w.claim(claim{p, w.str, w.word(v, o.off+w.ptr), ev})
	case opIface:
		w.claimIface(p, v, o.word)
	case opMap:
		w.claim(claim{p, w.target1(o, MapHeader), mapHeaderBytes(w.ptr), Map})
	case opChan:
		if o.to == 0 {
			o.t = w.bothWays(o.t)
		}
		w.claim(claim{p, w.target1(o, Chan), w.chans.size, Channel})
	case opFunc:
		w.claimFunc(p, o.t)
	case opName:
		w.claimName(p, ev)
	case opProto:
		w.claimProto(p, v, o.off)
	case opReflect:
		w.claimReflect(v, o.off)
	}
}

func (w *walker) claimPtr(o *op, c claim) {
	if o.odd {
		w.claimLarger(c)
		return
	}
	w.claim(c)
}

// target1 is the row that the op's pointer claims, looked up once; 0 for
// types that name no object.
func (w *walker) target1(o *op, form Form) TypeID {
	if o.to == 0 && o.t != nil && o.t.Size > 0 && !o.t.Shape {
		o.to = w.id(form, o.t)
	}
	return o.to
}

// Claims outside of the heap: composite literals in data and bss, maps and
// values on stacks. They are walked once for each address and type.

type outsideKey struct {
	addr mem.Addr
	to   TypeID
}

// maxOutside bounds the walk of what is not in the heap.
const maxOutside = 1 << 20

func (w *walker) claimOutside(c claim) {
	if !w.mem.has(c.addr) {
		return
	}
	k := outsideKey{c.addr, c.to}
	last := &w.lately[uint64(c.addr/8)%uint64(len(w.lately))]
	if *last == k {
		return
	}
	if *last = k; w.seen[k] || len(w.seen) >= maxOutside || w.mem.at(c.addr) == nil {
		return
	}
	w.seen[k] = true
	w.outside = append(w.outside, c)
	w.noteLiteral(c)
}

func (w *walker) walkOutside(c claim) {
	b := w.mem.at(c.addr)
	need, ok := c.n, true // of a map's or channel's part: bytes
	switch ty := &w.types[c.to]; ty.Form {
	case Value, Array:
		need, ok = extent(c, ty)
	case FuncValue:
		ok = false
	}
	if ok && need < uint64(len(b)) {
		b = b[:need]
	}
	w.walkValue(c.to, view{c.addr, b}, c.ev)
}
