package typing

import (
	"strings"

	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// TypeID indexes Result.Types. 0 is "not known".
type TypeID uint32

// Form is what an object of a type is made of.
type Form uint8

// The forms.
const (
	Unknown      Form = iota
	Named             // a descriptor's address and perhaps name, no structure
	Value             // one value
	Array             // values one after the other: a slice's backing array
	String            // the bytes of a string
	FuncValue         // a function value with its captured variables
	MapHeader         // what a map variable points at
	MapDirectory      // a large swiss map's pointers to tables
	MapTable          // one table of a large swiss map
	MapGroups         // groups of 8 slots (swiss), or buckets and overflow buckets
	Chan              // what a channel variable points at
	ChanBuf           // a channel's buffer, where it is an object apart
	Tiny              // several small pointer-free values in one 16-byte slot
)

// Type is one row of the table of types.
type Type struct {
	Name     string // as people see it: main.Job, []*main.Job, map[string]int (group)
	FullName string // with import paths
	PkgPath  string // import path of the (element's) package, "" if none or not known
	Form     Form
	Go       *program.Type // of the value, element, map or channel; nil where there is none
	Func     *program.Func // of a FuncValue, nil if not known
	Size     uint64        // of one value or element in bytes, 0 if not known

	layout *layout // of one value or element; nil if nothing is known
}

// Known reports whether the type counts as typed: neither unknown nor a
// descriptor without a name.
func (t *Type) Known() bool {
	return t.Form > Named || t.Form == Named && !strings.HasPrefix(t.Name, "type@")
}

// Folded reports whether the object is a part of a map or channel that
// pictures fold into its owner.
func (t *Type) Folded() bool {
	switch t.Form {
	case MapDirectory, MapTable, MapGroups, ChanBuf:
		return true
	}
	return false
}

// TrieNode reports whether the object is a node of the trie that a sync.Map or
// package unique is made of, above its entries (internal/sync/hashtriemap.go, Go 1.24
// and later; internal/concurrent before).
func (t *Type) TrieNode() bool {
	return t.Form == Value && (strings.HasPrefix(t.FullName, "internal/sync.indirect[") || strings.HasPrefix(t.FullName, "internal/concurrent.indirect["))
}

// typeKey is what makes a type one row.
type typeKey struct {
	form Form
	typ  *program.Type
	addr mem.Addr // of a Named descriptor or a closure's function
}

// table interns types.
type table struct {
	types  []Type
	briefs []brief // by TypeID
	ids    map[typeKey]TypeID
	byLay  map[*program.Type]*layout
	swiss  bool
	ptr    uint64         // bytes of a pointer
	img    *program.Image // nil without an executable
}

func newTable(swiss bool, ptr int, img *program.Image) *table {
	return &table{
		types:  []Type{{Name: "?"}},
		briefs: make([]brief, 1),
		ids:    map[typeKey]TypeID{},
		byLay:  map[*program.Type]*layout{},
		swiss:  swiss,
		ptr:    uint64(ptr),
		img:    img,
	}
}

// lookupGo is the program's type of a name, nil if there is none.
func (tb *table) lookupGo(name string) *program.Type {
	if tb.img == nil {
		return nil
	}
	return tb.img.LookupType(name)
}

// id is the row of a form of t, entered on first use.
func (tb *table) id(form Form, t *program.Type) TypeID {
	k := typeKey{form: form, typ: t}
	if id, ok := tb.ids[k]; ok {
		return id
	}
	return tb.enter(k, tb.describe(form, t))
}

func (tb *table) enter(k typeKey, t Type) TypeID {
	id := TypeID(len(tb.types))
	if id == maxTypes {
		return 0
	}
	tb.ids[k] = id
	tb.types = append(tb.types, t)
	tb.briefs = append(tb.briefs, briefOf(&t))
	return id
}

func (tb *table) describe(form Form, t *program.Type) Type {
	out := Type{Form: form, Go: t}
	if t == nil {
		out.Name = map[Form]string{String: "string", Tiny: "tiny"}[form]
		out.FullName = out.Name
		return out
	}
	pre, post := tb.affixes(form)
	out.Name, out.FullName = pre+t.Name+post, pre+t.FullName+post
	out.PkgPath, out.Size = t.PkgPath, t.Size
	if form == MapGroups {
		out.Size = 0
		if t.Group != nil {
			out.Size, out.layout = t.Group.Size, tb.layoutOf(t.Group)
		}
		return out
	}
	if form == ChanBuf {
		out.Size, out.layout = t.Elem.Size, tb.layoutOf(t.Elem)
	}
	if form == Value || form == Array {
		out.layout = tb.layoutOf(t)
	}
	return out
}

func (tb *table) affixes(form Form) (pre, post string) {
	switch form {
	case Array:
		return "[]", ""
	case MapDirectory:
		return "", " (directory)"
	case MapTable:
		return "", " (table)"
	case MapGroups:
		if tb.swiss {
			return "", " (group)"
		}
		return "", " (buckets)"
	case ChanBuf:
		return "", " (buf)"
	}
	return "", ""
}

// rawGroup is the map type's name in that of its group or bucket type:
// map[string]int for noalg.map.group[string]int.
func rawGroup(t *program.Type) (name string, ok bool) {
	for _, p := range []string{"map.group[", "map.bucket["} {
		if _, rest, ok := strings.Cut(t.Name, p); ok && t.Kind == program.Struct {
			return "map[" + rest, true
		}
	}
	return "", false
}
