package program

import (
	"encoding/binary"
	"os"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// process is the memory of a process, in which descriptors are written by hand.
type process struct {
	objects map[mem.Addr][]byte
	next    mem.Addr
}

func (p *process) at(a mem.Addr) []byte {
	for start, b := range p.objects {
		if a >= start && a < start+mem.Addr(len(b)) {
			return b[a-start:]
		}
	}
	return nil
}

func (p *process) put(b []byte) mem.Addr {
	p.next += 1 << 16
	p.objects[p.next] = b
	return p.next
}

func words(w ...mem.Addr) (b []byte) {
	for _, v := range w {
		b = binary.LittleEndian.AppendUint64(b, uint64(v))
	}
	return b
}

// descriptor is a type's: what all have, and the words that follow for its kind.
func (p *process) descriptor(k Kind, size, ptrs uint64, body ...mem.Addr) mem.Addr {
	head := words(mem.Addr(size), mem.Addr(ptrs), 8<<40|mem.Addr(k)<<56, 0, 0, 0)
	return p.put(append(head, words(body...)...))
}

func (p *process) structOf(size, ptrs uint64, fields ...mem.Addr) mem.Addr {
	var list []mem.Addr
	for i, f := range fields {
		list = append(list, p.put([]byte{0, 1, byte('A' + i)}), f, mem.Addr(8*i))
	}
	return p.descriptor(Struct, size, ptrs, 0, p.put(words(list...)), mem.Addr(len(fields)))
}

// patch makes a word of an object point at another one.
func (p *process) patch(a mem.Addr, word int, to mem.Addr) {
	binary.LittleEndian.PutUint64(p.objects[a][8*word:], uint64(to))
}

func testImage(t *testing.T) (*Image, *process, mem.Addr) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p, err := Open(exe)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	m := newImage(p, Slide{})
	integer := m.LookupType("int")
	if integer == nil || integer.Addr == 0 {
		t.Skip("no descriptor of int in this test, or no 64-bit words")
	}
	return m, &process{map[mem.Addr][]byte{}, 0xc000000000}, integer.Addr
}

func TestMadeTypes(t *testing.T) {
	m, p, integer := testImage(t)
	pair := p.structOf(16, 16, p.descriptor(Pointer, 8, 8, integer), p.descriptor(Map, 8, 8, 0, 0, 0))
	if got := m.MadeTypes(p.at).TypeAt(pair); got != nil {
		t.Errorf("a struct with a map of nothing is %v", got)
	}
	node := p.structOf(16, 16, p.descriptor(Slice, 24, 8, integer))
	if got := m.MadeTypes(p.at).TypeAt(node); got != nil {
		t.Errorf("a struct that ends within its field is %v", got)
	}
	self := p.descriptor(Pointer, 8, 8, 0)
	node = p.structOf(16, 8, self, integer)
	p.patch(self, 6, node)
	for addr, want := range map[mem.Addr]string{
		node:                                    "struct { A *…; B int }",
		self:                                    "*struct { A …; B int }",
		p.descriptor(Chan, 8, 8, node, 1):       "<-chan struct { A *…; B int }",
		p.descriptor(Array, 48, 40, node, 0, 3): "[3]struct { A *…; B int }",
		p.descriptor(FuncKind, 8, 8, 1|1<<16|1<<31, p.sliceOf(node), integer): "func(...struct { A *…; B int }) int",
	} {
		got := m.MadeTypes(p.at).TypeAt(addr)
		if got == nil || got.Name != want {
			t.Errorf("%v, want %s", got, want)
		}
	}
}

func (p *process) sliceOf(elem mem.Addr) mem.Addr { return p.descriptor(Slice, 24, 8, elem) }

// What no process makes must be none, soon.
func TestMadeTypesHostile(t *testing.T) {
	m, p, integer := testImage(t)
	whole := p.structOf(8, 0, integer)
	p.patch(p.fields(whole), 1, whole)
	chain := integer
	for range 5 * maxDepth {
		chain = p.descriptor(Pointer, 8, 8, chain)
	}
	wide := make([]mem.Addr, 2*maxBatch)
	for i := range wide {
		wide[i] = p.descriptor(Pointer, 8, 8, integer)
	}
	for what, addr := range map[string]mem.Addr{
		"contains itself":       whole,
		"no end of pointers":    chain,
		"more parts than named": p.structOf(uint64(8*len(wide)), uint64(8*len(wide)), wide...),
		"fields beyond memory":  p.descriptor(Struct, 8, 0, 0, p.put(words(0, integer, 0)), 1<<40),
		"parameters beyond it":  p.descriptor(FuncKind, 8, 8, 0x7fff<<16|0xffff),
		"array that overflows":  p.descriptor(Array, 8, 0, integer, 0, 1<<61+1),
		"pointers elsewhere":    p.structOf(16, 16, p.descriptor(Pointer, 8, 8, integer), integer),
		"nothing":               0xc0ffee,
		"half a word":           p.descriptor(Pointer, 8, 8, integer) + 4,
		"cut short":             p.put(words(8, 8, 8<<40|mem.Addr(Pointer)<<56)),
	} {
		if got := m.MadeTypes(p.at).TypeAt(addr); got != nil {
			t.Errorf("%s: %s", what, got.Name[:min(len(got.Name), 100)])
		}
	}
	if !strings.HasPrefix(m.MadeTypes(p.at).TypeAt(p.descriptor(Pointer, 8, 8, integer)).Name, "*int") {
		t.Error("*int is not what it is")
	}
}

// fields is where a struct's fields are.
func (p *process) fields(s mem.Addr) mem.Addr {
	return mem.Addr(binary.LittleEndian.Uint64(p.objects[s][8*7:]))
}
