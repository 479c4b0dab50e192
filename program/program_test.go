package program

import (
	"fmt"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// Every type that the probe prints with package reflect must be found by its
// name and by its descriptor, and be the same.
func TestTypesAsReflectPrintsThem(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		for _, l := range p.facts["type"] {
			got := m.TypeAt(addr(t, l[1]))
			if got == nil {
				t.Errorf("%s: no descriptor at %s", l[0], l[1])
				continue
			}
			if byName := m.LookupType(l[0]); byName != got {
				t.Errorf("%s: by name %v at %v, by descriptor %v at %v", l[0], byName, byName.Addr, got, got.Addr)
			}
			if d, w := describe(got), strings.Join(append([]string{l[0]}, l[2:]...), "\t"); d != w {
				t.Errorf("type\n got %s\nwant %s", d, w)
			}
			checkMask(t, got)
		}
	})
}

// describe prints a type as the probe does.
func describe(t *Type) string {
	elem, key := "-", "-"
	switch t.Kind {
	case Map:
		elem, key = t.Elem.Name, t.Key.Name
	case Pointer, Slice, Chan, Array:
		elem = t.Elem.Name
	}
	var fields []string
	for _, f := range t.Fields {
		fields = append(fields, fmt.Sprint(f.Name, "|", f.Type, "|", f.Offset, "|", f.Embedded))
	}
	return fmt.Sprintf("%s\t%d\t%s\t%s\t%s\t%d\t%s\t%s", t.Name, t.Size, t.Kind, elem, key, t.Len, strings.Join(fields, ";"), t.PkgPath)
}

// checkMask compares the mask with the walk down to each word.
func checkMask(t *testing.T, ty *Type) {
	t.Helper()
	mask := ty.Mask()
	last := uint64(0)
	for w := range min(ty.Size, 1<<16) / 8 {
		if mask.At(w) != ty.PointerAt(w*8) {
			t.Errorf("%s word %d: mask %v, PointerAt %v", ty, w, mask.At(w), ty.PointerAt(w*8))
		}
		if mask.At(w) {
			last = (w + 1) * 8
		}
	}
	if last != ty.PtrBytes {
		t.Errorf("%s: last pointer ends at %d, descriptor says %d", ty, last, ty.PtrBytes)
	}
}

func TestFullNames(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		const v3 = "example.com/probe/cron/v3."
		for _, c := range []struct{ short, full string }{
			{"cron.Entry", v3 + "Entry"},
			{"[]*cron.Entry", "[]*" + v3 + "Entry"},
			{"atomic.Pointer[" + v3 + "Entry]", "sync/atomic.Pointer[" + v3 + "Entry]"},
			{"map[[2]int32]cron.Pair[string,*main.Tracker]", "map[[2]int32]" + v3 + "Pair[string,*main.Tracker]"},
			{"struct { A int \"json:\\\"a\\\"\"; cron.Entry }", "struct { A int; " + v3 + "Entry }"},
			{"func(int, ...string) (error, bool)", "func(int, ...string) (error, bool)"},
		} {
			ty := m.LookupType(c.short)
			if ty == nil {
				t.Errorf("no type %s", c.short)
				continue
			}
			if ty.FullName != c.full {
				t.Errorf("%s: full name %s, want %s", c.short, ty.FullName, c.full)
			}
		}
		if a, b := m.LookupType(v3+"Entry"), m.LookupType("cron.Entry"); a != b || a == nil {
			t.Errorf("by full name %v, by short name %v", a, b)
		}
	})
}

func TestMaps(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		for _, c := range []struct {
			name       string
			key, value bool // kept as a pointer in the group
		}{{"map[string]*main.Named", false, true}, {"map[[200]uint8][300]uint8", true, true}} {
			g := m.LookupType(c.name).Group
			if g == nil {
				t.Fatalf("%s: no group", c.name)
			}
			keys, elems := g.Field("keys"), g.Field("elems")
			if slots := g.Field("slots"); slots != nil {
				slot := slots.Type.Elem
				keys, elems = slot.Field("key"), slot.Field("elem")
				if slots.Type.Len != 8 {
					t.Errorf("%s: %d slots", g, slots.Type.Len)
				}
			}
			if keys == nil || elems == nil {
				t.Fatalf("%s: fields %v", g, g.Fields)
			}
			if got := isPointer(keys.Type); got != c.key {
				t.Errorf("%s: key %s", g, keys.Type)
			}
			if got := isPointer(elems.Type); got != c.value {
				t.Errorf("%s: elem %s", g, elems.Type)
			}
		}
	})
}

func isPointer(t *Type) bool {
	return t.Kind == Pointer || t.Kind == Array && t.Elem.Kind == Pointer
}

func TestFieldPath(t *testing.T) {
	m := buildProbe(t, "", "").open(t)
	named, big := m.LookupType("main.Named"), m.LookupType("main.Big")
	arr, a := named.Field("Arr"), big.Field("Array")
	for _, c := range []struct {
		t    *Type
		off  uint64
		want string
	}{
		{named, 0, ".Mutex" + named.Fields[0].Type.FieldPath(0)},
		{named, arr.Offset + 2*16 + 8, ".Arr[2].B"},
		{named, named.Field("S").Offset + 8, ".S"},
		{big, a.Offset + 39*8, ".Array[39]"},
		{m.LookupType("int"), 0, ""},
		{named, named.Size, ""},
		{named, 21, ""}, // padding
	} {
		if got := c.t.FieldPath(c.off); got != c.want {
			t.Errorf("%s+%d: %q, want %q", c.t, c.off, got, c.want)
		}
	}
}

// A mask of a huge array is that of its element.
func TestHugeArray(t *testing.T) {
	m := buildProbe(t, "", "").open(t)
	huge := m.LookupType("*[140737488355328]uint8").Elem
	if huge.Size != 1<<47 || huge.Mask().Words != 0 || huge.PointerAt(1<<40) {
		t.Errorf("%s: size %d, mask %+v", huge, huge.Size, huge.Mask())
	}
	elem := m.LookupType("*main.Named")
	ptrs := &Type{Kind: Array, Elem: elem, Len: 1 << 40, Size: 1 << 43, PtrBytes: 1 << 43, arch: mem.LE64}
	if mk := ptrs.Mask(); mk.Words != 1 || mk.Repeat != 1<<40 || !mk.At(1<<40-1) || mk.At(1<<40) {
		t.Errorf("mask %+v", mk)
	}
	wide := &Type{Kind: Struct, Size: 1 << 43, PtrBytes: 1 << 43, arch: mem.LE64, Fields: []Field{{Type: ptrs}}}
	if wide.Mask() != nil || !wide.PointerAt(8<<30) || wide.PointerAt(4) {
		t.Error("a struct of 8 TiB: no mask, but PointerAt must answer")
	}
}

func TestGlobals(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		for _, l := range p.facts["global"] {
			g := m.GlobalAt(addr(t, l[1]))
			if g == nil {
				t.Errorf("%s: nothing at %s", l[0], l[1])
				continue
			}
			if g.Name != l[0] || g.Addr != addr(t, l[1]) || fmt.Sprint(g.Size) != l[2] || g.Type == nil {
				t.Errorf("got %+v, want %v", g, l)
			}
		}
		if len(m.Literals()) == 0 {
			t.Error("no literals")
		}
		for i, list := 1, m.Globals(); i < len(list); i++ {
			if list[i-1].Addr > list[i].Addr {
				t.Fatalf("%s before %s", list[i-1].Name, list[i].Name)
			}
		}
		itab := p.facts["itab"][0]
		if ty := m.ItabType(addr(t, itab[0])); ty == nil || ty.Name != itab[1] {
			t.Errorf("itab: %v, want %s", ty, itab[1])
		}
		if ty := m.ItabType(addr(t, itab[0]) + 8); ty != nil {
			t.Errorf("8 bytes into an itab: %v", ty)
		}
	})
}

// At each captured variable's offset the closure's object must hold what the
// probe says that it captured.
func TestClosures(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		for _, l := range p.facts["closure"] {
			c := m.Closure(addr(t, l[1]))
			if c == nil {
				t.Errorf("%s: no layout", l[0])
				continue
			}
			if c.Func.FullName != l[0] || c.Type.Name != "func "+l[0] {
				t.Errorf("%s: function %s, type %s", l[0], c.Func.FullName, c.Type)
			}
			words := strings.Fields(l[2])
			for capture := range strings.SplitSeq(l[3], ";") {
				name, want, _ := strings.Cut(capture, "=")
				f := c.Type.Field(name)
				if f == nil {
					t.Errorf("%s: no capture %s in %+v", l[0], name, c.Type.Fields)
				} else if got := words[f.Offset/8]; got != want || f.Type.Kind != Pointer {
					t.Errorf("%s: %s at %d is %s, want %s; type %s", l[0], name, f.Offset, got, want, f.Type)
				}
			}
		}
	})
}

// The variables' places must hold their values, all counted from one CFA. Which
// of the printed words that is, the probe cannot know: Go gives an array whose
// address is taken no place in DWARF.
func TestFrameVariables(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		for _, l := range p.facts["frame"] {
			vars := map[string]Var{}
			for _, v := range m.Vars(addr(t, l[0])) {
				vars[v.Name] = v
			}
			words, wants := strings.Fields(l[2]), strings.Split(l[3], ";")
			fits := 0
			for cfa := range words {
				if frameFits(vars, words, wants, cfa) {
					fits++
				}
			}
			if fits != 1 {
				t.Errorf("%d places for the CFA; variables %+v", fits, vars)
			}
			if v := vars["kept"]; !v.Param || v.Type != m.LookupType("*main.Named") {
				t.Errorf("kept: %+v", v)
			}
			if v := vars["text"]; v.Type != m.LookupType("[]*main.Tracker") {
				t.Errorf("text: %+v", v)
			}
		}
	})
}

// frameFits reports whether all variables have their values if the CFA is at
// index cfa of the printed words.
func frameFits(vars map[string]Var, words, wants []string, cfa int) bool {
	for _, v := range wants {
		name, want, _ := strings.Cut(v, "=")
		pieces := vars[name].Pieces
		if len(pieces) == 0 {
			return false
		}
		i := cfa + int(pieces[0].Offset/8)
		if i < 0 || i >= len(words) || words[i] != want {
			return false
		}
	}
	return true
}

func TestFunctions(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		for _, l := range p.facts["func"] {
			entry := addr(t, l[1])
			for _, pc := range []mem.Addr{entry, entry + 1} {
				if f := m.FuncAt(pc); f == nil || f.FullName != l[0] || fmt.Sprint(f.Line) != l[2] {
					t.Errorf("%v: %+v, want %s", pc, f, l[0])
				}
			}
			if !m.IsEntry(entry) || m.IsEntry(entry+1) {
				t.Errorf("%s: entry not told from what follows it", l[0])
			}
		}
		if f := m.FuncAt(1); f != nil {
			t.Errorf("at 1: %+v", f)
		}
	})
}
