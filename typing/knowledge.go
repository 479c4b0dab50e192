package typing

import (
	"strings"

	"github.com/objgraph/objgraph/program"
)

// pointee is the T of a sync/atomic.Pointer[T], whose pointer is an
// unsafe.Pointer: the struct begins with a field of type [0]*T that says it
// (sync/atomic/type.go, Go 1.19 and later). nil for other types.
func pointee(t *program.Type) *program.Type {
	if !strings.HasPrefix(t.FullName, "sync/atomic.Pointer[") || len(t.Fields) == 0 {
		return nil
	}
	f := t.Fields[0].Type
	if f.Kind != program.Array || f.Elem == nil || f.Elem.Kind != program.Pointer {
		return nil
	}
	return f.Elem.Elem
}

// larger gives the type of what a *t points at where that is not a t: a struct
// that begins with one. b is what is there.
func (w *walker) larger(t *program.Type, b []byte) *program.Type {
	switch {
	case t.FullName == "time.Timer" || t.FullName == "time.Ticker":
		return w.img.LookupType("runtime.timeTimer") // runtime/time.go, Go 1.23 and later
	case strings.HasPrefix(t.Name, "sync.node["):
		return w.trieNode(t, b)
	}
	return nil
}

// isPrefix reports whether larger has something to say of the type.
func isPrefix(t *program.Type) bool {
	return t.FullName == "time.Timer" || t.FullName == "time.Ticker" || strings.HasPrefix(t.Name, "sync.node[")
}

// trieNode tells the two kinds of node of an internal/sync.HashTrieMap, which
// sync.Map and unique are made of, by the flag that both begin with
// (internal/sync/hashtriemap.go, Go 1.24 and later).
func (w *walker) trieNode(t *program.Type, b []byte) *program.Type {
	if len(b) == 0 {
		return nil
	}
	kind := "indirect["
	if b[0] != 0 {
		kind = "entry["
	}
	args := strings.TrimPrefix(t.Name, "sync.node[")
	_, fullArgs, _ := strings.Cut(t.FullName, "node[")
	for _, name := range []string{"internal/sync." + kind + fullArgs, "sync." + kind + args} {
		if n := w.img.LookupType(name); n != nil {
			return n
		}
	}
	return nil
}

// claimLarger is claim for a pointer to a type of which isPrefix is true.
func (w *walker) claimLarger(c claim) {
	t := w.types[c.to].Go
	if id, ok := w.h.Find(c.addr); ok {
		o := w.h.Object(id)
		off := uint64(c.addr - o.Addr)
		if n := w.larger(t, o.Contents[min(off, uint64(len(o.Contents))):]); names(n) && off+n.Size <= o.Size {
			c.to = w.id(Value, n)
		}
	}
	w.claim(c)
}
