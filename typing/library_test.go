package typing

import (
	"encoding/binary"
	"testing"

	"github.com/objgraph/objgraph/program"
)

// The runtime's table of itabs grows beyond its type, and has no pointers then.
func TestItabTable(t *testing.T) {
	w := one(t, 18432)
	table := &program.Type{
		Name: itabTable, FullName: itabTable, Kind: program.Struct, Named: true, Size: 16 + 512*8, PtrBytes: 16 + 512*8,
		Fields: []program.Field{{Name: "size", Type: word}, {Name: "count", Type: word, Offset: 8}, {Name: "entries", Type: array(ptr, 512), Offset: 16}},
	}
	w.walkLayout(w.layoutOf(pointer(table)), view{b: binary.LittleEndian.AppendUint64(nil, uint64(slotBase))}, 1, Global)
	if got := &w.types[w.typeOf(0)]; got.Name != itabTable || !got.Known() {
		t.Errorf("the table is a %s", got.Name)
	}
}
