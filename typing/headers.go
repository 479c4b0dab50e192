package typing

import (
	"strings"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// seedHeaders types the objects that carry a malloc header.
func (w *walker) seedHeaders() {
	w.h.EachFrom(w.head.above, func(o *heap.Object) {
		if w.head.bytes(o) > 0 && len(o.Contents) >= headerBytes {
			w.claimHeader(o, mem.Addr(w.h.Arch.Word(o.Contents)))
		}
	})
}

func (w *walker) claimHeader(o *heap.Object, desc mem.Addr) {
	to := w.headerType(desc, o.Size)
	if to == 0 {
		return
	}
	ty := &w.types[to]
	n := uint64(1)
	if ty.Form == Array {
		n = (o.Size - headerBytes) / ty.Size
	}
	w.claim(claim{o.Addr + headerBytes, to, n, Header})
}

// headerType is what a header says of a slot: one value if it fills the size
// class, else an array of them.
func (w *walker) headerType(desc mem.Addr, slot uint64) TypeID {
	if w.img == nil {
		return w.named(desc)
	}
	t := w.made.TypeAt(desc)
	if t == nil || t.Size == 0 || t.Shape {
		return 0
	}
	if name, ok := rawGroup(t); ok {
		return w.rawGroups(t, name)
	}
	if classOf(t.Size+headerBytes) == slot {
		return w.id(Value, t)
	}
	return w.id(Array, t)
}

// rawGroups is the row of a map's groups or buckets of which no map is known.
func (w *walker) rawGroups(t *program.Type, name string) TypeID {
	k := typeKey{form: Array, typ: t}
	if id, ok := w.ids[k]; ok {
		return id
	}
	_, post := w.affixes(MapGroups)
	full := name
	if m := w.img.MapOf(t); m != nil {
		full = m.FullName
	}
	return w.enter(k, Type{Name: name + post, FullName: full + post, Form: Array, Go: t, Size: t.Size, layout: w.layoutOf(t)})
}

// named is the row of a descriptor of which only the address is known, and
// the name if the dump has a type record for it.
func (w *walker) named(desc mem.Addr) TypeID {
	if desc == 0 {
		return 0
	}
	k := typeKey{form: Named, addr: desc}
	if id, ok := w.ids[k]; ok {
		return id
	}
	name, full := "type@"+desc.String(), ""
	if r := w.record(desc); r != nil && !strings.HasSuffix(r.Name, ".") && r.Name != "" {
		name, full = shortName(r.Name), r.Name
	}
	return w.enter(k, Type{Name: name, FullName: max(full, name), Form: Named})
}

// namedBox is the row of what an interface's data word points at, from the
// dump's type records alone.
func (w *walker) namedBox(desc mem.Addr) TypeID {
	r := w.record(desc)
	if r == nil || !r.Indirect || strings.HasSuffix(r.Name, ".") || r.Name == "" {
		return 0
	}
	return w.named(desc)
}

func (w *walker) record(desc mem.Addr) *heapdump.Type {
	for i := range w.h.Types {
		if w.h.Types[i].Addr == desc {
			return &w.h.Types[i]
		}
	}
	return nil
}

// shortName drops the folders of an import path: a/b/pkg.T is pkg.T.
func shortName(full string) string {
	if i := strings.LastIndexByte(full, '/'); i >= 0 {
		return full[i+1:]
	}
	return full
}
