package census_test

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// answers asks a snapshot everything.
func answers(t testing.TB, s *snapshot.Snapshot) {
	t.Helper()
	ctx := context.Background()
	in := census.NewInfo(s)
	if in.Reachable.Count+in.Unreached.Count != in.Objects.Count || in.Reachable.Bytes+in.Unreached.Bytes != in.Objects.Bytes {
		t.Fatalf("%+v reachable and %+v unreached make %+v", in.Reachable, in.Unreached, in.Objects)
	}
	if in.Complete != s.Complete() || !in.Complete && len(in.Warnings) == 0 {
		t.Fatal("a damaged dump says nothing of it")
	}
	table, err := census.Types(ctx, s, census.TypesOptions{All: true})
	if err != nil {
		t.Fatal(err)
	}
	sum := census.Sum{}
	for _, r := range table.Rows {
		sum.Count += r.Count
		sum.Bytes += r.Bytes
		if r.Retained > in.Reachable.Bytes {
			t.Fatalf("%s retains %d bytes of %d", r.Type, r.Retained, in.Reachable.Bytes)
		}
	}
	if sum != in.Objects {
		t.Fatalf("the types have %+v, and there are %+v", sum, in.Objects)
	}
	if _, _, err := census.Roots(s, 0); err != nil {
		t.Fatal(err)
	}
	chains(t, s)
}

func chains(t testing.TB, s *snapshot.Snapshot) {
	t.Helper()
	var all []mem.ObjID
	for i := range min(s.Heap.NumObjects(), 2000) {
		all = append(all, mem.ObjID(i))
	}
	list, _, lost, err := census.Chains(context.Background(), s, all, census.ChainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		lost += c.Count
	}
	if lost != len(all) {
		t.Fatalf("%d of %d objects are in a chain or have none", lost, len(all))
	}
	for r := range graph.RootID(s.Graph.Roots().Len()) {
		if s.RootName(r) == "" {
			t.Fatalf("root %d has no name", r)
		}
	}
}

// FuzzDump goes from the bytes of a dump to the last answer.
func FuzzDump(f *testing.F) {
	for _, seed := range seeds(f) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		start := time.Now()
		s, err := snapshot.Read(context.Background(), data, snapshot.Options{})
		if err != nil {
			return
		}
		defer s.Close()
		answers(t, s)
		if d := time.Since(start); d > 10*time.Second {
			t.Fatalf("%d bytes took %v", len(data), d)
		}
	})
}

// seeds are small dumps of every kind of record, whole and cut.
func seeds(t testing.TB) [][]byte {
	t.Helper()
	whole := small(t)
	out := [][]byte{whole, whole[:len(whole)/2], whole[:len(whole)-1], []byte(heapdump.Magic)}
	for i := 100; i < len(whole); i += len(whole) / 7 {
		b := bytes.Clone(whole)
		b[i] ^= 0x81
		out = append(out, b)
	}
	return out
}

const base = mem.Addr(0xc000000000)

// small is a dump of a few objects that a global, a frame and a finalizer
// hold, and one that nothing does.
func small(t testing.TB) []byte {
	t.Helper()
	object := func(i int, to ...int) *heapdump.Object {
		o := &heapdump.Object{Addr: base + mem.Addr(i*64), Size: 64, Contents: make([]byte, 64)}
		for k, j := range to {
			mem.LE64.PutWord(o.Contents[8*k:], uint64(base)+uint64(j*64))
			o.Fields = heapdump.AppendField(o.Fields, heapdump.FieldPtr, uint64(8*k))
		}
		return o
	}
	words := func(to ...int) (b []byte, f heapdump.Fields) {
		b = make([]byte, 8*len(to)+32)
		for k, j := range to {
			mem.LE64.PutWord(b[8*k:], uint64(base)+uint64(j*64))
			f = heapdump.AppendField(f, heapdump.FieldPtr, uint64(8*k))
		}
		return b, f
	}
	data, dataFields := words(0, 3)
	frame, frameFields := words(4)
	mem.LE64.PutWord(frame[16:], uint64(base)+6*64) // looks like a pointer
	var b bytes.Buffer
	w := heapdump.NewWriter(&b)
	for _, r := range []heapdump.Record{
		&heapdump.Params{PtrSize: 8, HeapStart: base, HeapEnd: base + 1<<26, Arch: "amd64", GoVersion: "go1.26.8", NCPU: 1},
		&heapdump.Type{Addr: 0x4a0000, Size: 64, Name: "main.T", Indirect: true},
		&heapdump.Itab{Addr: 0x4b0000, Type: 0x4a0000},
		object(0, 1, 2), object(1, 0, 1, 1), object(2), object(3, 2), object(4, 5), object(5, 4), object(6, 2, 7), object(7, 6), object(8, 1),
		&heapdump.Goroutine{Addr: base, SP: 0x7000, ID: 7, Status: 4, WaitReason: "select"},
		&heapdump.Frame{SP: 0x7000, Contents: frame, Entry: 0x401000, PC: 0x401010, Func: "main.parked", Fields: frameFields},
		&heapdump.Defer{Addr: base + 64, Goroutine: base, Func: base + 128},
		&heapdump.Panic{Addr: 0x7010, Goroutine: base, Arg: base + 128},
		&heapdump.OSThread{Addr: base, ID: 1, OSID: 2},
		&heapdump.Segment{Addr: 0x500000, Contents: data, Fields: dataFields},
		&heapdump.Segment{BSS: true, Addr: 0x600000, Contents: make([]byte, 16)},
		&heapdump.Finalizer{Object: base + 5*64, Func: base + 3*64, ObjectType: 0x4a0000},
		&heapdump.OtherRoot{Description: "test", To: base + 64},
		&heapdump.MemStats{HeapObjects: 9},
		&heapdump.AllocSample{Object: base, Bucket: 1},
		&heapdump.EOF{},
	} {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// TestDamagedDumps cuts a dump at every byte and corrupts it at every other.
func TestDamagedDumps(t *testing.T) {
	whole := small(t)
	for i := range whole {
		for _, data := range [][]byte{whole[:i], append(bytes.Clone(whole[:i]), append([]byte{whole[i] ^ 0xff}, whole[i+1:]...)...)} {
			s, err := snapshot.Read(context.Background(), data, snapshot.Options{})
			if err != nil {
				continue
			}
			answers(t, s)
			if len(data) < len(whole) && s.Complete() {
				t.Fatalf("cut at %d: passes for whole", i)
			}
			s.Close()
		}
	}
}

func TestUntyped(t *testing.T) {
	s, err := snapshot.Read(context.Background(), small(t), snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	rows, cut, err := census.Untyped(context.Background(), s, 0)
	if err != nil || cut != 0 {
		t.Fatal(err, cut)
	}
	sum := census.Sum{}
	for _, r := range rows {
		sum.Count += r.Count
		sum.Bytes += r.Bytes
		if len(r.Holders) == 0 {
			t.Errorf("%s: nothing points at it", r.Type)
		}
	}
	if in := census.NewInfo(s); sum.Count+in.Typed.Count != in.Reachable.Count || sum.Bytes+in.Typed.Bytes != in.Reachable.Bytes {
		t.Errorf("%+v untyped and %+v typed make %+v", sum, in.Typed.Sum, in.Reachable)
	}
	if _, cut, _ := census.Untyped(context.Background(), s, 1); cut != len(rows)-1 {
		t.Errorf("%d of %d rows were cut", cut, len(rows)-1)
	}
}
