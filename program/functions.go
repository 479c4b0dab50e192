package program

import (
	"bytes"
	"sort"
	"strings"
	"sync/atomic"

	"github.com/objgraph/objgraph/mem"
)

// Func is one function of the text.
type Func struct {
	Name     string // package by its name: "cron.(*Cron).run.func1"
	FullName string // as the runtime prints it: "example.com/cron/v3.(*Cron).run.func1"
	PkgPath  string
	Entry    mem.Addr // first instruction
	End      mem.Addr // first byte after it, padding included
	Line     int      // line of the func keyword, 0 if unknown
}

// funcTable is the runtime's table of functions (runtime/symtab.go, format of
// Go 1.20 to 1.27). A record in pcLine begins with entry offset u32, name
// offset i32; its start line is at 36. Numbers of tables stand at 28 (pcdata)
// and 43 (funcdata), and the tables' offsets, u32 each, from 44 on.
type funcTable struct {
	p    *Program
	n    int                    // functions; ftab has one more entry, the end
	memo []atomic.Pointer[Func] // by index
}

const (
	funcNumPCData   = 28
	funcStartLine   = 36
	funcNumFuncData = 43
	funcTables      = 44
)

func newFuncTable(p *Program) *funcTable {
	n := len(p.md.ftab)/8 - 1
	return &funcTable{p: p, n: n, memo: make([]atomic.Pointer[Func], n)}
}

// entry is the start address of function i; of i == n the end of the last.
func (t *funcTable) entry(i int) mem.Addr {
	return t.p.md.text.Start + mem.Addr(t.p.file.arch.Uint32(t.p.md.ftab[i*8:]))
}

// find returns the index of the function that contains pc, -1 if none does.
func (t *funcTable) find(pc mem.Addr) int {
	if pc < t.entry(0) || pc >= t.entry(t.n) {
		return -1
	}
	return sort.Search(t.n, func(i int) bool { return t.entry(i) > pc }) - 1
}

// ascending reports whether the functions follow each other, as they must, so
// that all of them are no longer than the text.
func (t *funcTable) ascending() bool {
	for i := range t.n {
		if t.entry(i) > t.entry(i+1) {
			return false
		}
	}
	return t.n > 0
}

// isEntry reports whether a function starts at pc.
func (t *funcTable) isEntry(pc mem.Addr) bool {
	i := t.find(pc)
	return i >= 0 && t.entry(i) == pc
}

// record returns the bytes that describe function i.
func (t *funcTable) record(i int) []byte {
	off := t.p.file.arch.Uint32(t.p.md.ftab[i*8+4:])
	if uint64(off) >= uint64(len(t.p.md.pcLine)) {
		return nil
	}
	return t.p.md.pcLine[off:]
}

// data is the address of table kind of function i (FUNCDATA in
// internal/abi/symtab.go), 0 if it has none.
func (t *funcTable) data(i int, kind uint8) mem.Addr {
	r := t.record(i)
	if len(r) < funcTables || kind >= r[funcNumFuncData] {
		return 0
	}
	before := t.p.file.arch.Uint32(r[funcNumPCData:])
	if before > uint32(len(r)) {
		return 0
	}
	b := skipBytes(r, funcTables+4*(int(before)+int(kind)))
	off := t.p.file.arch.Uint32(b)
	if len(b) < 4 || off == 1<<32-1 {
		return 0
	}
	return t.p.md.gofunc + mem.Addr(off)
}

// rawName is the name of function i as it stands in the table.
func (t *funcTable) rawName(i int) []byte {
	off := uint64(t.p.file.arch.Uint32(skipBytes(t.record(i), 4)))
	if off == 0 || off >= uint64(len(t.p.md.funcNames)) {
		return nil
	}
	c := cursor{buf: t.p.md.funcNames[off:]}
	return c.cstr()
}

func skipBytes(b []byte, n int) []byte {
	if n > len(b) {
		return nil
	}
	return b[n:]
}

func (t *funcTable) get(i int) *Func {
	if f := t.memo[i].Load(); f != nil {
		return f
	}
	full := string(t.rawName(i))
	f := &Func{
		FullName: full,
		PkgPath:  funcPackage(full),
		Entry:    t.entry(i),
		End:      t.entry(i + 1),
		Line:     int(t.p.file.arch.Uint32(skipBytes(t.record(i), funcStartLine))),
	}
	f.Name = t.p.names().short(full)
	t.memo[i].CompareAndSwap(nil, f)
	return t.memo[i].Load()
}

// lookup finds a function by its full name; -1 if there is none.
func (t *funcTable) lookup(name string) int {
	for i := range t.n {
		if bytes.Equal(t.rawName(i), []byte(name)) {
			return i
		}
	}
	return -1
}

// funcPackage is the import path in a symbol name: up to the first dot after
// the last slash, where a type argument's path does not count.
func funcPackage(sym string) string {
	head, _, _ := strings.Cut(sym, "[")
	slash := strings.LastIndexByte(head, '/') + 1
	dot := strings.IndexByte(head[slash:], '.')
	if dot < 0 {
		return ""
	}
	return unescapePath(head[:slash+dot])
}
