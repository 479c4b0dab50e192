package heapdump

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

// outcome is what reading a dump comes to, whoever reads it.
type outcome struct {
	records  [numTags]int
	objects  int // with their sizes and pointers in the sums
	bytes    uint64
	pointers int
	end      int64
	err      error
}

func (o *outcome) object(size uint64, pointers int) {
	o.objects++
	o.bytes += size
	o.pointers += pointers
}

// byReader is the outcome of a Reader.
func byReader(t testing.TB, data []byte, l limits) (o outcome) {
	t.Helper()
	r, err := NewReader(data)
	if err != nil {
		return outcome{err: err}
	}
	r.limit, o.end = l, int64(len(Magic))
	for {
		rec, err := r.Next()
		if err != nil {
			o.err = err
			return o
		}
		o.records[rec.Tag()]++
		o.end = r.End()
		if ob, ok := rec.(*Object); ok {
			o.object(ob.Size, ob.Fields.Count())
		}
	}
}

// byStream is the outcome of a stream with the smallest window. size -1 hides
// how long the dump is, file lets it seek.
func byStream(data []byte, size int64, file *os.File, l limits) (o outcome) {
	var in io.Reader = bytes.NewReader(data)
	if file != nil {
		in = file
	}
	s, err := newStream(in, size, 0)
	if err != nil {
		return outcome{err: err}
	}
	s.limit, s.file, o.end = l, file, int64(len(Magic))
	for {
		tag, err := s.next()
		if err != nil {
			o.err = err
			return o
		}
		o.records[tag]++
		o.end = s.offset()
		if tag == TagObject {
			o.object(s.obj.size, s.obj.pointers)
		}
	}
}

// sameDamage compares all that two errors say of a dump. Where its size is not
// known, a length beyond the end is noticed later, so only the record counts.
func sameDamage(a, b error, all bool) bool {
	if a == io.EOF || b == io.EOF {
		return a == b
	}
	x, y := new(FormatError), new(FormatError)
	if !errors.As(a, &x) || !errors.As(b, &y) {
		return false
	}
	return x.Start == y.Start && (!all || x.Record == y.Record && x.Field == y.Field && a.Error() == b.Error())
}

// checkStream reads data in every way and wants what a Reader finds.
func checkStream(t testing.TB, data []byte, file *os.File, l limits) {
	t.Helper()
	want := byReader(t, data, l)
	ways := map[string]outcome{"in parts": byStream(data, int64(len(data)), nil, l), "of unknown size": byStream(data, -1, nil, l)}
	if file != nil {
		ways["with places skipped"] = byStream(data, int64(len(data)), file, l)
	}
	for how, got := range ways {
		if errors.Is(got.err, errShortStream) {
			continue // what a Reader salvages wants a file
		}
		if !sameDamage(want.err, got.err, how != "of unknown size") {
			t.Errorf("%s: the error is %v, a Reader's is %v", how, got.err, want.err)
		}
		if got.err = want.err; got != want {
			t.Errorf("%s: %+v, a Reader finds %+v", how, got, want)
		}
	}
}

// scratch is a file that holds data.
func scratch(t testing.TB, data []byte) *os.File {
	t.Helper()
	f, err := os.CreateTemp(t.TempDir(), "dump")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	if _, err := f.Write(data); err != nil {
		t.Fatal(err)
	}
	f.Seek(0, io.SeekStart)
	return f
}

// largeRecords is a dump whose records are larger than a window of 512 bytes.
func largeRecords(t testing.TB) []byte {
	many := Fields(nil)
	for off := uint64(0); off < 4096; off += 8 {
		many = AppendField(many, FieldPtr, off)
	}
	body := make([]byte, 4096)
	return dumpOf(t, filled(TagParams), &Object{Addr: 0xc000, Size: 4096, Contents: body, Fields: many},
		&Object{Addr: 0xe000, Size: 4096, Contents: body}, &Segment{Addr: 0x5000, Contents: body, Fields: many},
		&Segment{BSS: true, Addr: 0x9000, Contents: body}, &Frame{Contents: body, Func: string(body), Fields: AppendField(nil, FieldPtr, 1<<40)},
		&ProfileBucket{ID: 1, Stack: make([]StackLine, 300)}, &MemStats{HeapObjects: 2}, &Goroutine{WaitReason: string(body)}, &EOF{})
}

func TestStreamAgreesWithReader(t *testing.T) {
	for _, data := range [][]byte{oneOfEach(t), largeRecords(t), smallDump(t)} {
		checkStream(t, data, scratch(t, data), runtimeLimits())
	}
}

func TestStreamOfCutDumps(t *testing.T) {
	for _, data := range [][]byte{oneOfEach(t), largeRecords(t)} {
		f := scratch(t, data)
		for n := 0; n < len(data); n += 1 + n/200 {
			f.Truncate(int64(n))
			f.Seek(0, io.SeekStart)
			checkStream(t, data[:n], f, runtimeLimits())
			f.WriteAt(data, 0)
		}
	}
}

// TestStreamSalvages looks behind objects that the runtime wrote short.
func TestStreamSalvages(t *testing.T) {
	for _, size := range []uint64{2000, 3000, 4000, 4500} {
		for _, present := range []int{0, 500, 1990, int(size)} {
			data := shortDump(t, size, present, 3)
			checkStream(t, data, scratch(t, data), tiny)
		}
	}
	data := shortDump(t, 3000, 1990, 3)
	if o := byStream(data, -1, nil, tiny); !errors.Is(o.err, errShortStream) {
		t.Errorf("of a pipe: %v, want that it is to be unpacked", o.err)
	}
}

func FuzzStream(f *testing.F) {
	f.Add(oneOfEach(f))
	f.Add(largeRecords(f))
	f.Add(shortDump(f, 3000, 1990, 2))
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := NewReader(data); err == nil {
			checkStream(t, data, nil, tiny)
		}
	})
}

// TestLook wants the same of a dump plain, packed and from a pipe.
func TestLook(t *testing.T) {
	data := smallDump(t)
	want := byReader(t, data, runtimeLimits())
	for _, compression := range []string{"", "gzip", "zstd"} {
		packed := data
		if compression != "" {
			packed = pack(t, compression, data)
		}
		s, err := Look(t.Context(), put(t, packed), SurveyOptions{Facts: true})
		if err != nil {
			t.Fatal(err)
		}
		if s.Records != want.records || s.Pointers != want.pointers || s.Objects+s.SpanTailSlots != want.objects || !s.Complete() {
			t.Errorf("%q: %+v, want %+v", compression, s, want)
		}
		if s.Bytes != int64(len(data)) || s.FileBytes != int64(len(packed)) || s.Read != s.FileBytes || s.Compression != compression {
			t.Errorf("%q: %d of %d bytes, %d of %d in the file, %s", compression, s.Bytes, len(data), s.Read, len(packed), s.Compression)
		}
		if compression == "gzip" && s.SizeInside != int64(len(data)) {
			t.Errorf("the file states %d bytes, want %d", s.SizeInside, len(data))
		}
		if s.MemStats == nil || s.Params.GoVersion == "" || len(s.Facts.Segments) != 2 || len(s.Facts.Types) == 0 {
			t.Errorf("%q: MemStats %v, params %v, facts %v", compression, s.MemStats, s.Params, s.Facts)
		}
	}
}

// TestLookAgreesWithMemStats drops the slots that are no objects.
func TestLookAgreesWithMemStats(t *testing.T) {
	s, err := Look(t.Context(), put(t, smallDump(t)), SurveyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if d := s.Objects - int(s.MemStats.HeapObjects); d < -32 || d > 32 || s.SpanTailSlots == 0 {
		t.Errorf("%d objects, %d tail slots; MemStats says %d", s.Objects, s.SpanTailSlots, s.MemStats.HeapObjects)
	}
}

func TestLookUpto(t *testing.T) {
	data := smallDump(t)
	s, err := Look(t.Context(), put(t, data), SurveyOptions{Upto: int64(len(data) / 2)})
	if err != nil || !s.Complete() || s.Bytes < int64(len(data)/2) || s.Bytes > int64(len(data)) || s.Count(TagEOF) != 0 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestLookAtDamage(t *testing.T) {
	data := smallDump(t)
	packed := pack(t, "gzip", data)
	s, err := Look(t.Context(), put(t, packed[:len(packed)/2]), SurveyOptions{})
	if err != nil || s.FileDamage == nil || s.Damage == nil || s.Complete() || s.Objects == 0 {
		t.Errorf("half a gzip file: %+v, %v", s, err)
	}
	for _, data := range [][]byte{nil, []byte("text\n"), packed[:20]} {
		if _, err := Look(t.Context(), put(t, data), SurveyOptions{}); !errors.Is(err, ErrFormat) {
			t.Errorf("%q: %v is no ErrFormat", data, err)
		}
	}
	if _, err := Look(t.Context(), filepath.Join(t.TempDir(), "none"), SurveyOptions{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Look(ctx, put(t, data), SurveyOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// TestClasses counts slots by class: those at the end of a page are none if
// any slot of the page holds pointers.
func TestClasses(t *testing.T) {
	recs := []Record{&Params{PtrSize: 8, Arch: "amd64", GoVersion: "go1.26.8"}}
	object := func(a mem.Addr, size int, word uint64, ptrs ...uint64) {
		o := &Object{Addr: a, Size: uint64(size), Contents: make([]byte, size, size+8)}
		mem.LE64.PutWord(o.Contents[:8:cap(o.Contents)], word)
		for _, p := range ptrs {
			o.Fields = AppendField(o.Fields, FieldPtr, p)
		}
		recs = append(recs, o)
	}
	for i := range 16 { // 512 bytes: one page, of which the last slot is a table
		object(0xc000000000+mem.Addr(i*512), 512, 0, 8)
	}
	for i := range 16 {
		object(0xc000002000+mem.Addr(i*512), 512, 0)
	}
	object(0xc000004000, 1024, 0x5000, 8)
	object(0xc000004400, 1024, 0x5000, 8)
	object(0xc000004800, 1024, 0x6000, 8)
	object(0xc000004c00, 1024, 0x5000)
	object(0xc000006000, 32768, 0x5000, 8)
	object(0xc00000e000, 32768, 0x5000, 0, 8)        // large, of just that size
	object(0xc00010e000, 32768, 0xffffffffffffff, 8) // likewise, and begins with a number
	object(0xc000016000, 40960, 0)
	object(0xc000020000, 65536, 0)
	object(0xc000030000, 24, 0, 0)
	object(0xc000032000, 3, 0)
	got, err := Look(t.Context(), put(t, dumpOf(t, append(recs, &EOF{})...)), SurveyOptions{Headers: true})
	if err != nil {
		t.Fatal(err)
	}
	want := []Class{
		{3, 0, false, 0, 1, 3}, {24, 0, true, 0, 1, 24}, {512, 0, false, 0, 15, 7680}, {512, 0, true, 0, 15, 7680},
		{1024, 0, false, 0, 1, 1024}, {1024, 0, true, 0x5000, 2, 2048}, {1024, 0, true, 0x6000, 1, 1024},
		{32768, 0, true, 0, 2, 65536}, {32768, 0, true, 0x5000, 1, 32768}, {65536, 32768, false, 0, 2, 106496},
	}
	if len(got.Classes) != len(want) {
		t.Fatalf("classes\n%v, want\n%v", got.Classes, want)
	}
	for i := range want {
		if got.Classes[i] != want[i] {
			t.Errorf("class %v, want %v", got.Classes[i], want[i])
		}
	}
	if got.SpanTailSlots != 2 || got.Objects != 41 {
		t.Errorf("%d tails and %d objects, want 2 and 41", got.SpanTailSlots, got.Objects)
	}
}

func TestLookAllocatesLittle(t *testing.T) {
	body := make([]byte, 1000)
	recs := []Record{filled(TagParams)}
	for i := range 20_000 {
		recs = append(recs, &Object{Addr: 0xc000000000 + mem.Addr(i)*1024, Size: 1000, Contents: body})
	}
	path := put(t, dumpOf(t, append(recs, &EOF{})...))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Look(t.Context(), path, SurveyOptions{}); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if n := after.TotalAlloc - before.TotalAlloc; n > 2*windowBytes {
		t.Errorf("a look at 20 MB allocates %d bytes, want little more than the window's %d", n, windowBytes)
	}
}
