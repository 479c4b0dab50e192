package typing

import (
	"strings"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// The standard library hides types behind unsafe.Pointers. What it keeps there
// is known all the same, by the type that has the pointer.

// byLibrary adds the ops of such a struct at an offset, in place of those that
// its fields make, and reports whether there is a rule for it.
func (tb *table) byLibrary(l *layout, t *program.Type, off uint64) bool {
	name, _, generic := strings.Cut(t.FullName, "[")
	switch {
	case generic && name == "sync/atomic.Pointer":
		return tb.atomicPointer(l, t, off)
	case generic && (name == "internal/runtime/atomic.Pointer" || name == "runtime/internal/atomic.Pointer"):
		return tb.runtimePointer(l, t, off)
	case generic && (name == "weak.Pointer" || name == "internal/weak.Pointer"):
		return tb.weakPointer(l, t, off)
	case name == "reflect.Value":
		return tb.reflectValue(l, t, off)
	case name == "sync.Pool":
		return tb.syncPool(l, t, off)
	case name == "sync.eface":
		return tb.syncEface(l, off)
	case name == "runtime.timeTimer":
		return tb.timeTimer(l, t, off)
	case name == "runtime.g":
		// What package runtime/pprof puts there (runtime/runtime2.go, runtime/pprof/label.go).
		return tb.hiddenField(l, t, off, "labels", "runtime/pprof.labelMap")
	case name == "google.golang.org/protobuf/reflect/protoreflect.Value":
		return tb.protoValue(l, t, off)
	case name == protoImpl+"atomicNilMessage":
		return tb.hiddenField(l, t, off, "p", protoImpl+"messageReflectWrapper")
	case name == "internal/abi.Name":
		l.add(op{off: off, kind: opName})
		return true
	case name == "net.TCPAddr" || name == "net.UDPAddr" || name == "net.IPAddr":
		return tb.partSlice(l, t, off, "IP")
	case name == "regexp/syntax.Inst" || name == "regexp/syntax.Regexp":
		return tb.partSlice(l, t, off, "Rune")
	}
	return false
}

// atomicPointer: the struct begins with a field of type [0]*T that says what
// its unsafe.Pointer leads to (sync/atomic/type.go, Go 1.19 and later).
func (tb *table) atomicPointer(l *layout, t *program.Type, off uint64) bool {
	if len(t.Fields) == 0 {
		return false
	}
	f := t.Fields[0].Type
	if f.Kind != program.Array || f.Elem == nil || f.Elem.Kind != program.Pointer || f.Elem.Elem == nil {
		return false
	}
	to := f.Elem.Elem
	l.add(op{off: off + t.Fields[len(t.Fields)-1].Offset, kind: opPtr, t: to, odd: isPrefix(to)})
	return true
}

// runtimePointer: the runtime's own atomic.Pointer[T] has no field that says
// what it leads to, but for its name (internal/runtime/atomic/types.go,
// runtime/internal/atomic up to Go 1.22).
func (tb *table) runtimePointer(l *layout, t *program.Type, off uint64) bool {
	_, arg, _ := strings.Cut(t.FullName, "[")
	to := tb.lookupGo(strings.TrimSuffix(arg, "]"))
	u := t.Field("u")
	if to == nil || u == nil || u.Type.Kind != program.UnsafePointer {
		return false
	}
	l.add(op{off: off + u.Offset, kind: opPtr, t: to})
	return true
}

// weakPointer: not a pointer to the T, but to a handle that has its address
// (weak/pointer.go, internal/weak in Go 1.23; runtime/mheap.go; since 1.26 padded to a
// slot of its own).
func (tb *table) weakPointer(l *layout, t *program.Type, off uint64) bool {
	u := t.Field("u")
	if u == nil || tb.lookupGo("internal/runtime/atomic.Uintptr") == nil {
		return false
	}
	to := tb.lookupGo("runtime.weakHandleBox")
	if to == nil {
		to = tb.lookupGo("internal/runtime/atomic.Uintptr")
	}
	l.add(op{off: off + u.Offset, kind: opPtr, t: to})
	return true
}

// reflectValue: a type and a pointer, to the value or, if the value is one
// pointer and the flag says so, that pointer itself (reflect/value.go).
func (tb *table) reflectValue(l *layout, t *program.Type, off uint64) bool {
	if len(t.Fields) != 3 || t.Fields[1].Type.Kind != program.UnsafePointer || t.Fields[1].Offset != tb.ptr {
		return false
	}
	tb.flatten(l, t.Fields[0].Type, off)
	l.add(op{off: off, word: off + tb.ptr, kind: opReflect})
	return true
}

// reflectIndirect is the bit of a reflect.Value's flag that says that the
// pointer leads to the value, even where that is a pointer.
const reflectIndirect = 1 << 7

// claimReflect follows the reflect.Value at off.
func (w *walker) claimReflect(v view, off uint64) {
	d := w.dynamic(w.addr(v, off))
	switch {
	case d.t == nil:
	case w.word(v, off+2*w.ptr)&reflectIndirect != 0:
		w.claim(claim{w.addr(v, off+w.ptr), w.id(Value, d.t), 1, Interface})
	case d.direct != nil:
		at := off + w.ptr
		w.walkLayout(d.direct, view{v.addr + mem.Addr(at), v.b[at : at+w.ptr]}, 1, Interface)
	}
}

// flattenWith flattens a struct, but for the fields that instead has an op for.
func (tb *table) flattenWith(l *layout, t *program.Type, off uint64, instead func(*program.Field) (op, bool)) {
	for i := range t.Fields {
		f := &t.Fields[i]
		if o, ok := instead(f); ok {
			o.off = off + f.Offset
			l.add(o)
			continue
		}
		tb.flatten(l, f.Type, off+f.Offset)
	}
}

// syncPool: local and victim are arrays of poolLocal, each with its length
// beside it (sync/pool.go).
func (tb *table) syncPool(l *layout, t *program.Type, off uint64) bool {
	local := tb.lookupGo("sync.poolLocal")
	if local == nil {
		return false
	}
	tb.flattenWith(l, t, off, func(f *program.Field) (op, bool) {
		return op{kind: opSlice, t: local, n: tb.ptr}, f.Name == "local" || f.Name == "victim"
	})
	return true
}

// syncEface: an any of which both words are unsafe.Pointers
// (sync/poolqueue.go).
func (tb *table) syncEface(l *layout, off uint64) bool {
	l.add(op{off: off, kind: opUnsafe})
	l.add(op{off: off, word: off + tb.ptr, kind: opIface})
	return true
}

// timeTimer: its unsafe.Pointer is the channel that a time.Timer has as C
// (runtime/time.go, Go 1.23 and later).
func (tb *table) timeTimer(l *layout, t *program.Type, off uint64) bool {
	c := tb.lookupGo("chan time.Time")
	if len(t.Fields) == 0 || t.Fields[0].Name != "c" || t.Fields[0].Type.Kind != program.UnsafePointer || c == nil {
		return false
	}
	l.add(op{off: off, kind: opChan, t: c})
	for _, f := range t.Fields[1:] {
		tb.flatten(l, f.Type, off+f.Offset)
	}
	return true
}

// hiddenField: a field is an unsafe.Pointer to a type of which the name is known, if the
// program has it.
func (tb *table) hiddenField(l *layout, t *program.Type, off uint64, name, to string) bool {
	leads := tb.lookupGo(to)
	if leads == nil {
		return false
	}
	tb.flattenWith(l, t, off, func(f *program.Field) (op, bool) {
		return op{kind: opPtr, t: leads}, f.Name == name && f.Type.Kind == program.UnsafePointer
	})
	return true
}

// partSlice: a field is a slice of an array inside another struct, see partsSliced.
func (tb *table) partSlice(l *layout, t *program.Type, off uint64, name string) bool {
	part := t.Field(name)
	if part == nil || part.Type.Kind != program.Slice || part.Type.Elem == nil {
		return false
	}
	tb.flattenWith(l, t, off, func(f *program.Field) (op, bool) {
		return op{kind: opSlice, t: part.Type.Elem, n: 2 * tb.ptr, odd: true}, f == part
	})
	return true
}

// partsSliced are the arrays that such slices lead to, by the kind of element: the
// address that the system gave (net/tcpsock_posix.go, udpsock_posix.go,
// iprawsock_posix.go), and the runes of a short literal (regexp/syntax/regexp.go).
var partsSliced = map[program.Kind][]struct{ whole, field string }{
	program.Uint8: {{"syscall.SockaddrInet4", "Addr"}, {"syscall.SockaddrInet6", "Addr"}},
	program.Int32: {{"regexp/syntax.Regexp", "Rune0"}},
}

// wholeOf is the claim for the struct that a slice of such a field lies in, if it
// does: by where in a slot of which size it begins, and up to where it goes.
func (w *walker) wholeOf(elem *program.Type, c claim) claim {
	p, ok := w.h.Locate(c.addr)
	if !ok {
		return c
	}
	for _, part := range partsSliced[elem.Kind] {
		t := w.lookupGo(part.whole)
		if t == nil || classOf(t.Size) != p.Size() {
			continue
		}
		if f := t.Field(part.field); f != nil && f.Offset == uint64(c.addr-p.Start()) && f.Type.Size == c.n*elem.Size {
			return claim{p.Start(), w.id(Value, t), 1, c.ev}
		}
	}
	return c
}

// pointee is what a pointer type leads to. The coroutines of iter.Pull are of an
// empty struct in package iter, which stands for the runtime's (iter/iter.go,
// runtime/coro.go, Go 1.23 and later).
func (tb *table) pointee(t *program.Type) *program.Type {
	if t.Elem != nil && t.Elem.FullName == "iter.coro" {
		if coro := tb.lookupGo("runtime.coro"); coro != nil {
			return coro
		}
	}
	return t.Elem
}

// larger gives the type of what a *t points at where that is not a t: a struct
// that begins with one. b is what is there.
func (w *walker) larger(t *program.Type, b []byte) *program.Type {
	switch {
	case t.FullName == "time.Timer" || t.FullName == "time.Ticker":
		return w.lookupGo("runtime.timeTimer") // runtime/time.go, Go 1.23 and later
	case isTrieNode(t):
		return w.trieNode(t, b)
	case isMessageState(t):
		return w.message(b)
	}
	return nil
}

// isPrefix reports whether larger has something to say of the type.
func isPrefix(t *program.Type) bool {
	switch t.FullName {
	case "time.Timer", "time.Ticker", "runtime.timer", itabTable:
		return true
	}
	return isTrieNode(t) || isDescriptor(t) || isMessageState(t)
}

func isTrieNode(t *program.Type) bool {
	return strings.HasPrefix(t.FullName, "internal/sync.node[") || strings.HasPrefix(t.FullName, "internal/concurrent.node[") ||
		strings.HasPrefix(t.FullName, "sync.node[") || strings.HasPrefix(t.FullName, "unique.node[")
}

// trieNode tells the two kinds of node of an internal/sync.HashTrieMap, which
// sync.Map and unique are made of, by the flag that both begin with
// (internal/sync/hashtriemap.go; internal/concurrent in Go 1.23; unique has a
// copy, unique/canonmap.go, from 1.25).
func (w *walker) trieNode(t *program.Type, b []byte) *program.Type {
	if len(b) == 0 {
		return nil
	}
	kind := ".indirect["
	if b[0] != 0 {
		kind = ".entry["
	}
	for _, name := range []string{t.FullName, t.Name} {
		pkg, args, _ := strings.Cut(name, ".node[")
		if n := w.lookupGo(pkg + kind + args); n != nil {
			return n
		}
	}
	return nil
}

// claimLarger is claim for a pointer to a type of which isPrefix is true.
func (w *walker) claimLarger(c claim) {
	id, ok := w.h.Find(c.addr)
	if ok {
		o := w.h.Object(id)
		w.enlarge(&c, &o)
	}
	w.claim(c)
}

func (w *walker) enlarge(c *claim, o *heap.Object) {
	t, off := w.types[c.to].Go, uint64(c.addr-o.Addr)
	switch {
	case isDescriptor(t) && off == 0:
		if n := w.descriptorAt(o); names(n) {
			c.to = w.id(Value, n)
		}
	case t.FullName == itabTable:
		c.to = w.grown(t)
	case t.FullName == "runtime.timer":
		if whole, at := w.aroundTimer(); names(whole) && at == off && classOf(whole.Size) == o.Size {
			c.addr, c.to = o.Addr, w.id(Value, whole)
		}
	default:
		if n := w.larger(t, o.Contents[min(off, uint64(len(o.Contents))):]); names(n) && off+n.Size <= o.Size {
			c.to = w.id(Value, n)
		}
	}
}

// itabTable is a table that is allocated with more entries than its type has, and
// without pointers (runtime/iface.go, itabAdd).
const itabTable = "runtime.itabTableType"

// grown is the row of a type whose objects are not laid out as it says.
func (w *walker) grown(t *program.Type) TypeID {
	k := typeKey{form: Named, typ: t}
	if id, ok := w.ids[k]; ok {
		return id
	}
	return w.enter(k, Type{Name: t.Name, FullName: t.FullName, PkgPath: t.PkgPath, Form: Named, Size: t.Size})
}

// aroundTimer is the runtime's time.Timer, and where in it the timer lies that
// the processors' lists point at.
func (w *walker) aroundTimer() (t *program.Type, off uint64) {
	t = w.lookupGo("runtime.timeTimer")
	if t == nil {
		return nil, 0
	}
	if f := t.Field("timer"); f != nil && f.Offset > 0 {
		return t, f.Offset
	}
	return nil, 0
}
