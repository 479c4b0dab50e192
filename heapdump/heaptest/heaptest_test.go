package heaptest_test

import (
	"io"
	"testing"

	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/mem"
)

func TestBuilder(t *testing.T) {
	for _, arch := range []mem.Arch{{}, {PtrSize: 8, BigEndian: true}, {PtrSize: 4}, {PtrSize: 4, BigEndian: true}} {
		ref := heaptest.Ref{Off: 8, To: 0xc000}
		b := heaptest.New(arch, "go1.26.8").
			Object(0x1000, 16, ref).Bytes(0x2000, "abc").
			Goroutine(1).Frame("main.f", 0, 32, ref).Frame("main.main", 1, 32).
			Data(0x3000, 16, ref).BSS(0x4000, 16, ref)
		arch, tags := contentsOf(t, b.Dump(), ref)
		want := []heapdump.Tag{heapdump.TagParams, heapdump.TagObject, heapdump.TagObject, heapdump.TagGoroutine,
			heapdump.TagFrame, heapdump.TagFrame, heapdump.TagData, heapdump.TagBSS, heapdump.TagEOF}
		if len(tags) != len(want) {
			t.Fatalf("%+v: tags %v, want %v", arch, tags, want)
		}
		for i := range want {
			if tags[i] != want[i] {
				t.Errorf("%+v: tags %v, want %v", arch, tags, want)
			}
		}
	}
}

// contentsOf reads a dump and checks that each field list names ref.
func contentsOf(t *testing.T, dump []byte, ref heaptest.Ref) (arch mem.Arch, tags []heapdump.Tag) {
	r, err := heapdump.NewReader(dump)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return arch, tags
		}
		if err != nil {
			t.Fatal(err)
		}
		tags = append(tags, rec.Tag())
		var fields heapdump.Fields
		var contents []byte
		switch rec := rec.(type) {
		case *heapdump.Params:
			if arch, err = rec.MemArch(); err != nil {
				t.Fatal(err)
			}
		case *heapdump.Object:
			fields, contents = rec.Fields, rec.Contents
		case *heapdump.Segment:
			fields, contents = rec.Fields, rec.Contents
		}
		if _, off, _, ok := fields.Next(); ok && (off != ref.Off || arch.WordAt(contents, off) != uint64(ref.To)) {
			t.Errorf("%v: %#x at %d, want %+v", rec.Tag(), arch.WordAt(contents, off), off, ref)
		}
	}
}

func TestBuilderRefusesPointerOutside(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a pointer outside of its object was taken")
		}
	}()
	heaptest.New(mem.LE64, "go1.26.8").Object(0x1000, 8, heaptest.Ref{Off: 8, To: 1})
}
