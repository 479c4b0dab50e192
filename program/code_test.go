package program

import (
	"testing"
)

// What the code shows of variables, in the plain and in the stripped program,
// must be what DWARF says of them.
func TestCodeGlobals(t *testing.T) {
	eachBuild(t, func(t *testing.T, p *probe, m *Image) {
		seen := map[string]bool{}
		for _, w := range m.CodeGlobals() {
			g := m.GlobalAt(w.Addr)
			if g == nil || g.Type == nil {
				continue
			}
			off := uint64(w.Addr - g.Addr)
			if w.Sure && !agrees(wordAt(g.Type, off, true), w.Known) {
				t.Errorf("%s%s, a %s: the code says %d of %s", g.Name, g.Type.FieldPath(off), g.Type, w.Holds, w.Type)
			}
			seen[g.Name] = true
		}
		for _, name := range []string{"main.fns", "main.labels"} {
			if !seen[name] {
				t.Errorf("nothing is known of %s", name)
			}
		}
	})
}

// agrees reports whether what code knows of a word fits its type: it takes the
// array that a slice or an interface points at, and a closure, for themselves.
func agrees(want, got Known) bool {
	switch {
	case want.Holds == Nothing:
		return got.Holds == PointerTo // in an interface or behind an unsafe.Pointer
	case got.Holds == ClosureOf:
		return want.Type.Kind == FuncKind
	case want.Holds == SliceOf && got.Holds == PointerTo:
		return got.Type.Kind == Array && got.Type.Elem == want.Type
	}
	return want.Holds == got.Holds && want.Type == got.Type
}

// Every function must begin where an instruction does if all of the text is
// decoded from the start of the function before it.
func TestDecodeText(t *testing.T) {
	eachVersion(t, func(t *testing.T, toolchain string) {
		p := buildProbe(t, toolchain, "amd64").open0(t)
		bad := 0
		for i := range p.funcs.n {
			code := p.file.mem(p.funcs.entry(i), uint64(p.funcs.entry(i+1)-p.funcs.entry(i)))
			for len(code) > 0 {
				in := decodeX86(code)
				if in.n == 0 {
					break
				}
				code = code[in.n:]
			}
			if len(code) > 0 {
				bad++
				t.Logf("%s: % x", p.funcs.rawName(i), code[:min(len(code), 12)])
			}
		}
		if bad*200 > p.funcs.n {
			t.Errorf("%d of %d functions are not decoded to their ends", bad, p.funcs.n)
		}
	})
}

func FuzzDecodeX86(f *testing.F) {
	f.Add([]byte{0x48, 0x8d, 0x05, 1, 2, 3, 4})
	f.Add([]byte{0xc4, 0xe2, 0x7d, 0x18, 0x44, 0x24, 0x08})
	f.Add([]byte{0x62, 0xf1, 0xfe, 0x48, 0x6f, 0x84, 0xcc})
	f.Fuzz(func(t *testing.T, code []byte) {
		if in := decodeX86(code); in.n < 0 || in.n > len(code) {
			t.Errorf("% x: %d bytes", code, in.n)
		}
	})
}
