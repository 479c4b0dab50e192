package testprog

import (
	"bytes"
	"encoding/binary"
	"os"
	"testing"
)

// RemoveSymbols copies a 64-bit little-endian ELF file and makes its sections of
// symbols and DWARF empty.
func RemoveSymbols(t testing.TB, from, to string) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	table, size, n, names := le.Uint64(b[40:]), uint64(le.Uint16(b[58:])), uint64(le.Uint16(b[60:])), uint64(le.Uint16(b[62:]))
	strs := b[le.Uint64(b[table+names*size+24:]):]
	for i := range n {
		h := b[table+i*size : table+(i+1)*size]
		name, _, _ := bytes.Cut(strs[le.Uint32(h):], []byte{0})
		if string(name) == ".symtab" || string(name) == ".strtab" || bytes.Contains(name, []byte("debug_")) {
			clear(h[4:])
		}
	}
	if err := os.WriteFile(to, b, 0o755); err != nil {
		t.Fatal(err)
	}
}
