package fields

import (
	"math"
	"slices"
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/snapshot"
)

func keyed(t *testing.T) *snapshot.Snapshot {
	t.Helper()
	exe, truths := testprog.Series(t, testprog.Spec{Dir: "keyed", Flags: []string{"-trimpath"}})
	s, err := snapshot.Open(t.Context(), truths[1].Dump, snapshot.Options{Exe: exe})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// first is the first object of a type that test finds right.
func first(t *testing.T, s *snapshot.Snapshot, typ string, test func(mem.ObjID) bool) mem.ObjID {
	t.Helper()
	for i := range mem.ObjID(s.Heap.NumObjects()) {
		if s.Reach.Has(i) && s.TypeName(i) == typ && test(i) {
			return i
		}
	}
	t.Fatalf("no %s", typ)
	return 0
}

// says are name, type and value of each field, "name type = value".
func says(s *snapshot.Snapshot, id mem.ObjID) (lines []string) {
	for _, f := range Of(s.Heap, s.Typing, id) {
		lines = append(lines, f.Name+" "+f.Type+" = "+f.Says(s.Heap, id, 20))
	}
	return lines
}

// A struct of which everything is known: the item with the number 30.
func TestStruct(t *testing.T) {
	s := keyed(t)
	id := first(t, s, "main.Item", func(id mem.ObjID) bool {
		f := Of(s.Heap, s.Typing, id)[2]
		return f.Says(s.Heap, id, 0) == "30"
	})
	want := []string{`.Label string = "shelf shelf shelf sh"… (31 bytes)`, ".Price float64 = 7.5", ".Stock int32 = 30", ".Sold bool = true", ".Extra *main.Extra = "}
	if got := says(s, id); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	for i, to := range []string{"string", "", "", "", "main.Extra"} {
		f := Of(s.Heap, s.Typing, id)[i]
		if name := target(s, f.To); name != to || f.Offset != []uint64{0, 16, 24, 28, 32}[i] {
			t.Errorf("%s points to %q from %d, want %q", f.Name, name, f.Offset, to)
		}
	}
}

func target(s *snapshot.Snapshot, id mem.ObjID) string {
	if id == mem.NoObj {
		return ""
	}
	return s.TypeName(id)
}

// Arrays, strings and parts without fields of their own.
func TestForms(t *testing.T) {
	s := keyed(t)
	any := func(mem.ObjID) bool { return true }
	log := first(t, s, "[]*main.Entry", any)
	elements := Of(s.Heap, s.Typing, log)
	if n := int(s.Size(log) / 8); len(elements) != n || elements[3].Name != "[3]" || target(s, elements[3].To) != "main.Entry" {
		t.Errorf("%d elements, want %d; the fourth is %+v", len(elements), n, elements[3])
	}
	words := first(t, s, "string", func(id mem.ObjID) bool { return s.Heap.Object(id).Contents[0] == 's' })
	if got, want := says(s, words), []string{`bytes string = "shelf shelf shelf sh"… (32 bytes)`}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	group := first(t, s, "map[string]*main.Item (group)", any)
	labels := map[string]bool{}
	for _, f := range Of(s.Heap, s.Typing, group) {
		labels[f.Name] = true
		if v := f.Says(s.Heap, group, 20); v != "" {
			t.Errorf("%s of a map says %q", f.Name, v)
		}
	}
	if !labels["[key]"] || !labels["key"] || len(labels) != 2 {
		t.Errorf("a map's group has %v", labels)
	}
}

// What has no size points to nothing, though a pointer begins where it is; nor does a
// type of any size look beyond the object.
func TestPointersOfFields(t *testing.T) {
	pointed := &program.Type{Kind: program.Struct, Fields: []program.Field{
		{Name: "empty", Type: &program.Type{Kind: program.Struct}},
		{Name: "p", Type: &program.Type{Kind: program.Pointer, Size: 8}},
		{Name: "n", Type: &program.Type{Kind: program.Int, Size: 8}, Offset: 8},
		{Name: "huge", Type: &program.Type{Kind: program.Array, Size: math.MaxUint64}, Offset: 16},
	}}
	r := reader{head: 8, pointers: []pointer{{8, 5}, {40, 6}}}
	r.value(pointed)
	var to []mem.ObjID
	for _, f := range r.out {
		to = append(to, f.To)
	}
	if want := []mem.ObjID{mem.NoObj, 5, mem.NoObj, 6}; !slices.Equal(to, want) {
		t.Errorf("points to %v, want %v", to, want)
	}
}

// Numbers of every kind and size, and sizes that no such kind has, as a wrong
// executable may claim.
func TestNumbers(t *testing.T) {
	le := func(v uint64, n int) []byte {
		b := make([]byte, 8)
		mem.LE64.PutWord(b, v)
		return b[:n]
	}
	for _, c := range []struct {
		kind program.Kind
		b    []byte
		want string
	}{
		{program.Int8, le(0xff, 1), "-1"}, {program.Int16, le(0x8000, 2), "-32768"}, {program.Int32, le(7, 4), "7"},
		{program.Int64, le(math.MaxUint64, 8), "-1"}, {program.Uint8, le(0xff, 1), "255"}, {program.Uintptr, le(math.MaxUint64, 8), "18446744073709551615"},
		{program.Bool, le(1, 1), "true"}, {program.Bool, nil, ""}, {program.Float64, le(math.Float64bits(0.1), 8), "0.1"},
		{program.Float32, le(uint64(math.Float32bits(0.1)), 4), "0.1"}, {program.Float64, le(1, 4), ""}, {program.Float32, le(1, 8), ""},
		{program.Int, le(1, 3), ""}, {program.Complex64, le(1, 8), ""}, {program.Pointer, le(1, 8), ""},
	} {
		if got := number(mem.LE64, c.kind, c.b); got != c.want {
			t.Errorf("%v of %x is %q, want %q", c.kind, c.b, got, c.want)
		}
	}
}

func TestSizesBeyondTheSlot(t *testing.T) {
	s := keyed(t)
	id := first(t, s, "main.Item", func(mem.ObjID) bool { return true })
	for _, f := range []Field{
		{typ: &program.Type{Kind: program.String, Size: 8}}, {typ: &program.Type{Kind: program.String, Size: math.MaxUint64}},
		{typ: &program.Type{Kind: program.Int, Size: 8}, at: math.MaxUint64}, {typ: &program.Type{Kind: program.Int, Size: 8}, at: s.Size(id) - 4},
	} {
		if v := f.Says(s.Heap, id, 20); v != "" {
			t.Errorf("%+v says %q", f, v)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", `""`}, {"1234", `"1234"`}, {"12345", `"1234"… (5 bytes)`}, {"123ä", `"123"… (5 bytes)`},
		{"\x80\x80\x80\x80\x80\x80", `"\x80\x80\x80\x80"… (6 bytes)`},
	} {
		if got := Quote([]byte(c.text), 4); got != c.want {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}
