package program

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"maps"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// A whole executable in 14 KB, for tests and as the seed of the fuzzer: three
// functions, seven descriptors, one closure, one variable, DWARF 5. It is laid
// out by hand, a section every 1 KB, mapped at tinyBase.
const (
	tinyBase   = 0x400000
	tinyText   = 0x400
	tinyTypes  = 0x800
	tinyPcln   = 0x1000
	tinyModule = 0x1400
	tinyBuild  = 0x1800
	tinyData   = 0x1c00
	tinyAbbrev = 0x2000
	tinyInfo   = 0x2400
	tinyLoc    = 0x2800
	tinySyms   = 0x2c00
	tinyStrs   = 0x3000
	tinyHeads  = 0x3400
	tinySize   = 0x3800

	tinyPtrT    = 0x180 // descriptor of *main.T, from tinyTypes
	tinyClosure = 0x1c0 // of struct { F uintptr; X0 *main.T }
)

type tinyELF struct{ b []byte }

func (e *tinyELF) p16(at, v int) { binary.LittleEndian.PutUint16(e.b[at:], uint16(v)) }
func (e *tinyELF) p32(at, v int) { binary.LittleEndian.PutUint32(e.b[at:], uint32(v)) }
func (e *tinyELF) p64(at, v int) { binary.LittleEndian.PutUint64(e.b[at:], uint64(v)) }

func makeTinyELF() []byte {
	e := &tinyELF{make([]byte, tinySize)}
	e.text()
	e.types()
	e.functions()
	e.module()
	copy(e.b[tinyBuild:], buildMagic+"\x08\x02")
	copy(e.b[tinyBuild+buildHeaderSize:], "\x06go1.26\x00")
	e.dwarf()
	e.headers()
	return e.b
}

// text: main.f allocates the closure main.f.func1 by runtime.newobject.
func (e *tinyELF) text() {
	t := e.b[tinyText:]
	lea := func(at int, op string, to int) {
		copy(t[at:], op)
		e.p32(tinyText+at+len(op), to-(tinyText+at+len(op)+4))
	}
	lea(0x10, "\x48\x8d\x05", tinyTypes+tinyClosure)
	lea(0x17, "\xe8", tinyText+0x80)
	lea(0x1c, "\x48\x8d\x0d", tinyText+0x40)
}

func (e *tinyELF) types() {
	names := 0x400
	name := func(flag byte, s string) int {
		at := names
		copy(e.b[tinyTypes+at:], string([]byte{flag, byte(len(s))})+s)
		names += 2 + len(s)
		return at
	}
	desc := func(at, size, ptr int, tflag byte, kind Kind, s string, body ...int) {
		d := tinyTypes + at
		e.p64(d, size)
		e.p64(d+8, ptr)
		copy(e.b[d+20:], []byte{tflag, 8, 8, byte(kind)})
		e.p32(d+40, name(0, s))
		for i, w := range body {
			e.p64(d+48+8*i, w)
		}
	}
	at := func(off int) int { return tinyBase + tinyTypes + off }
	desc(0x40, 8, 0, tflagNamed, Uintptr, "uintptr")
	desc(0x80, 8, 0, tflagNamed, Int, "int")
	desc(0xc0, 16, 16, tflagNamed|tflagUncommon, Struct, "main.T", 0, at(0x300), 2, 2)
	e.p32(tinyTypes+0xc0+80, name(0, "example.com/main"))
	desc(tinyPtrT, 8, 8, 0, Pointer, "*main.T", at(0xc0))
	desc(tinyClosure, 16, 16, 0, Struct, "struct { F uintptr; X0 *main.T }", 0, at(0x330), 2, 2)
	desc(0x240, 8, 8, 0, Map, "map[int]*main.T", at(0x80), at(tinyPtrT), at(0xc0))
	desc(0x2a0, 48, 48, 0, Array, "[3]main.T", at(0xc0), 0, 3)
	for i, f := range []struct {
		name    string
		typ, at int
	}{{"A", 0x80, 0}, {"P", tinyPtrT, 8}, {"F", 0x40, 0}, {"X0", tinyPtrT, 8}} {
		d := tinyTypes + 0x300 + 24*i
		e.p64(d, at(name(0, f.name)))
		e.p64(d+8, at(f.typ))
		e.p64(d+16, f.at)
	}
}

// functions: names at +0, records at +0x100, the table at +0x200.
func (e *tinyELF) functions() {
	off := 1
	for i, name := range []string{"main.f", "main.f.func1", "runtime.newobject"} {
		copy(e.b[tinyPcln+off:], name)
		e.p32(tinyPcln+0x100+0x40*i+4, off)
		e.p32(tinyPcln+0x200+8*i, 0x40*i)
		e.p32(tinyPcln+0x200+8*i+4, 0x40*i)
		off += len(name) + 1
	}
	e.p32(tinyPcln+0x200+24, 0xc0)
}

func (e *tinyELF) module() {
	word := func(i, v int) { e.p64(tinyModule+8*i, v) }
	slice := func(i, off, n int) { word(i, tinyBase+off); word(i+1, n); word(i+2, n) }
	pair := func(i, off, n int) { word(i, tinyBase+off); word(i+1, tinyBase+off+n) }
	word(0, tinyBase+tinyPcln)
	slice(mdSlices, tinyPcln, 0x100)
	slice(mdSlices+12, tinyPcln+0x100, 0x100)
	slice(mdSlices+15, tinyPcln+0x200, 4)
	pair(mdText, tinyText, 0xc0)
	pair(mdNoptr, tinyData, 0x40)
	pair(mdData, tinyData+0x40, 0x40)
	pair(mdBSS, tinyData+0x80, 0x40)
	pair(mdNoptrBS, tinyData+0xc0, 0x40)
	pair(mdTypes, tinyTypes, 0x800)
}

func (e *tinyELF) dwarf() {
	copy(e.b[tinyAbbrev:], ""+
		"\x01\x11\x01\x03\x08\x13\x0b\x11\x01\x85\x52\x08\x00\x00"+ // unit: name, language, low, package
		"\x02\x34\x00\x03\x08\x02\x18\x49\x13\x00\x00"+ // variable: name, place, type
		"\x03\x2e\x01\x03\x08\x11\x01\x12\x0f\x00\x00"+ // function: name, low, high
		"\x04\x34\x00\x03\x08\x49\x13\x02\x17\x87\x52\x0f\x00\x00"+ // local: name, type, list, closure offset
		"\x05\x0f\x00\x03\x08\x49\x13\x80\x52\x0b\x84\x52\x01\x00\x00"+ // pointer: name, type, kind, descriptor
		"\x06\x13\x01\x03\x08\x0b\x0f\x80\x52\x0b\x00\x00"+ // struct: name, size, kind
		"\x07\x0d\x00\x03\x08\x38\x0f\x49\x13\x00\x00\x00") // member: name, offset, type
	var b bytes.Buffer
	u8 := func(v ...byte) { b.Write(v) }
	u32 := func(v int) { b.Write(binary.LittleEndian.AppendUint32(nil, uint32(v))) }
	u64 := func(v int) { b.Write(binary.LittleEndian.AppendUint64(nil, uint64(v))) }
	str := func(s string) { b.WriteString(s + "\x00") }
	u32(0)
	u8(5, 0, 1, 8)
	u32(0)
	u8(1)
	str("example.com/main")
	u8(langGo)
	u64(tinyBase + tinyText)
	str("main")
	ptr := b.Len()
	u8(5)
	str("*example.com/main.T")
	u32(ptr) // its descriptor says better
	u8(byte(Pointer))
	u64(tinyPtrT)
	list := b.Len()
	u8(6)
	str("example.com/main.list")
	u8(16, byte(Struct))
	for i, name := range []string{"next", "val"} {
		u8(7)
		str(name)
		u8(byte(8 * i))
		u32(ptr)
	}
	u8(0)
	u8(2)
	str("example.com/main.g")
	u8(9, opAddr)
	u64(tinyBase + tinyData + 0x40)
	u32(list)
	u8(3)
	str("example.com/main.f.func1")
	u64(tinyBase + tinyText + 0x40)
	u8(0x40, 4)
	str("held")
	u32(ptr)
	u32(0)
	u8(8, 0, 0)
	copy(e.b[tinyInfo:], b.Bytes())
	e.p32(tinyInfo, b.Len()-4)
	copy(e.b[tinyLoc:], "\x04\x40\x60\x02\x91\x70\x00") // 0x40..0x60 of the unit: CFA-16
}

func (e *tinyELF) headers() {
	copy(e.b, elf.ELFMAG+"\x02\x01\x01")
	e.p16(16, int(elf.ET_EXEC))
	e.p16(18, int(elf.EM_X86_64))
	e.p64(32, 64)
	e.p64(40, tinyHeads)
	e.p16(54, 56)
	e.p16(56, 1)
	e.p16(58, 64)
	e.p32(64, int(elf.PT_LOAD))
	e.p64(64+16, tinyBase)
	e.p64(64+32, tinySize)
	e.p64(64+40, tinySize)
	secs := []struct {
		name            string
		typ             elf.SectionType
		off, size, link int
	}{
		{".text", elf.SHT_PROGBITS, tinyText, 0xc0, 0},
		{".gopclntab", elf.SHT_PROGBITS, tinyPcln, 0x400, 0},
		{".go.module", elf.SHT_PROGBITS, tinyModule, 0x300, 0},
		{".go.buildinfo", elf.SHT_PROGBITS, tinyBuild, 0x100, 0},
		{".data", elf.SHT_PROGBITS, tinyData, 0x100, 0},
		{".debug_abbrev", elf.SHT_PROGBITS, tinyAbbrev, 0x100, 0},
		{".debug_info", elf.SHT_PROGBITS, tinyInfo, int(binary.LittleEndian.Uint32(e.b[tinyInfo:])) + 4, 0},
		{".debug_loclists", elf.SHT_PROGBITS, tinyLoc, 0x40, 0},
		{".symtab", elf.SHT_SYMTAB, tinySyms, 24, 9},
		{".strtab", elf.SHT_STRTAB, tinyStrs, 0x400, 0},
	}
	e.p16(60, len(secs))
	e.p16(62, len(secs)-1)
	str := 1
	for i, s := range secs {
		h := tinyHeads + 64*i
		copy(e.b[tinyStrs+str:], s.name)
		e.p32(h, str)
		e.p32(h+4, int(s.typ))
		e.p64(h+16, tinyBase+s.off)
		e.p64(h+24, s.off)
		e.p64(h+32, s.size)
		e.p32(h+40, s.link)
		str += len(s.name) + 1
	}
	copy(e.b[tinyStrs+str:], "example.com/main..stmp_1")
	e.p32(tinySyms, str)
	e.b[tinySyms+4] = byte(elf.STT_OBJECT)
	e.p64(tinySyms+8, tinyBase+tinyData+0x60)
	e.p64(tinySyms+16, 8)
}

func TestTinyELF(t *testing.T) {
	p, err := parse("tiny", makeTinyELF())
	if err != nil {
		t.Fatal(err)
	}
	m, err := p.Bind(Facts{})
	if err != nil || len(p.Warnings) > 0 {
		t.Fatal(err, p.Warnings)
	}
	g := m.Globals()
	if len(g) != 1 || g[0].Name != "main.g" || g[0].Type == nil || g[0].Type.Mask().Count != 2 {
		t.Errorf("globals %+v", g)
	}
	if l := m.Literal(tinyBase + tinyData + 0x64); l == nil || l.Name != "main..stmp_1" || l.FullName != "example.com/main..stmp_1" {
		t.Errorf("literal %+v", l)
	}
	if a := m.LookupType("[3]main.T"); a == nil || a.FieldPath(40) != "[2].P" || a.FullName != "[3]example.com/main.T" {
		t.Errorf("array %+v", a)
	}
	entry := mem.Addr(tinyBase + tinyText + 0x40)
	if c := m.Closure(entry); c == nil || c.Type.FieldPath(8) != ".held" || c.Type.Fields[1].Type != m.LookupType("*main.T") {
		t.Errorf("closure %+v", c)
	}
	want := Piece{Offset: -16, Size: 8}
	if v := m.Vars(entry + 8); len(v) != 1 || v[0].Name != "held" || v[0].Pieces[0] != want {
		t.Errorf("variables %+v", v)
	}
	if v := m.Vars(entry + 0x30); len(v) != 0 {
		t.Errorf("variables behind their range: %+v", v)
	}
}

// hostile are executables that try to send a reader round in circles.
var hostile = map[string]func(e *tinyELF){
	"a struct contains itself": func(e *tinyELF) {
		e.p64(tinyTypes+0x300+24+8, tinyBase+tinyTypes+0xc0) // P's type is main.T
		e.p64(tinyTypes+0x300+24+16, 0)
		e.p64(tinyTypes+0x300+8, tinyBase+tinyTypes+0xc0) // A's, too
	},
	"a pointer points to itself": func(e *tinyELF) { e.p64(tinyTypes+tinyPtrT+48, tinyBase+tinyTypes+tinyPtrT) },
	"an array of itself": func(e *tinyELF) {
		e.p64(tinyTypes+0x2a0+48, tinyBase+tinyTypes+0x2a0)
		e.p64(tinyTypes+0x2a0+64, 1)
	},
	"2^60 elements of no size": func(e *tinyELF) {
		e.p64(tinyTypes+0xc0, 0) // main.T has no bytes
		e.p64(tinyTypes+0xc0+8, 0)
		e.p64(tinyTypes+0xc0+64, 0)
		e.p64(tinyTypes+0x2a0+64, 1<<60)
	},
	"2^60 fields":            func(e *tinyELF) { e.p64(tinyTypes+0xc0+64, 1<<60) },
	"2^60 elements":          func(e *tinyELF) { e.p64(tinyTypes+0x2a0+64, 1<<60) },
	"a name of 2^60 bytes":   func(e *tinyELF) { copy(e.b[tinyTypes+0x400:], "\x00\xff\xff\xff\xff\xff\xff\xff\x0f") },
	"2^60 functions":         func(e *tinyELF) { e.p64(tinyModule+8*(mdSlices+16), 1<<60) },
	"types of 2^60 bytes":    func(e *tinyELF) { e.p64(tinyModule+8*(mdTypes+1), 1<<60) },
	"a member of its struct": func(e *tinyELF) { e.replaceRef("next", "example.com/main.list") },
	"60000 sections":         func(e *tinyELF) { e.p16(60, 60000) },
	"60000 segments":         func(e *tinyELF) { e.p16(56, 60000) },
	"a unit of 4 GiB":        func(e *tinyELF) { e.p32(tinyInfo, -2) },
	"unpacks to 2^60 bytes": func(e *tinyELF) {
		e.p64(tinyHeads+64*6+8, int(elf.SHF_COMPRESSED))
		e.p64(tinyInfo, int(elf.COMPRESS_ZLIB))
		e.p64(tinyInfo+8, 1<<60)
	},
}

// replaceRef lets the type reference behind one DIE's name lead to the DIE of
// another name.
func (e *tinyELF) replaceRef(from, to string) {
	info := e.b[tinyInfo : tinyInfo+0x400]
	at := bytes.Index(info, []byte(from+"\x00")) + len(from) + 2
	e.p32(tinyInfo+at, bytes.Index(info, []byte(to+"\x00"))-1)
}

func TestHostile(t *testing.T) {
	for name, spoil := range hostile {
		t.Run(name, func(t *testing.T) {
			e := &tinyELF{makeTinyELF()}
			spoil(e)
			if bytes.Equal(e.b, makeTinyELF()) {
				t.Error("nothing was spoiled")
			}
			tryOpen(t, e.b)
		})
	}
}

// FuzzOpen asks a damaged executable for everything: any answer will do, but
// no panic, no hang, and only *FileError.
func FuzzOpen(f *testing.F) {
	f.Add(makeTinyELF())
	f.Add([]byte("\x7fELF"))
	for _, name := range slices.Sorted(maps.Keys(hostile)) {
		e := &tinyELF{makeTinyELF()}
		hostile[name](e)
		f.Add(e.b)
	}
	f.Fuzz(func(t *testing.T, data []byte) { tryOpen(t, data) })
}
