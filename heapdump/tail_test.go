package heapdump

import (
	"io"
	"testing"

	"github.com/objgraph/objgraph/mem"
)

func TestTailRule(t *testing.T) {
	le32 := mem.Arch{PtrSize: 4}
	for _, c := range []struct {
		version   mem.GoVersion
		arch      mem.Arch
		size      uint64
		scannable bool
		want      uint64
	}{
		{"go1.21.13", mem.LE64, 64, true, 0},
		{"go1.22.12", mem.LE64, 8, true, 128},
		{"go1.22.12", mem.LE64, 512, true, 128},
		{"go1.22.12", mem.LE64, 512, false, 0},
		{"go1.22.12", mem.LE64, 576, true, 0},
		{"go1.22.12 X:noallocheaders", mem.LE64, 64, true, 0},
		{"go1.25.7", mem.LE64, 64, false, 0},
		{"go1.25.7 X:greenteagc", mem.LE64, 64, false, 128},
		{"go1.25.7 X:greenteagc", mem.LE64, 64, true, 256},
		{"go1.26.8", mem.LE64, 8, false, 0},
		{"go1.26.8", mem.LE64, 8, true, 128},
		{"go1.26.8", mem.LE64, 16, false, 128},
		{"go1.27.0", mem.LE64, 512, true, 256},
		{"go1.27.0", mem.LE64, 576, true, 0},
		{"go1.26.8-X:nogreenteagc", mem.LE64, 512, true, 128},
		{"go1.26.8-X:nogreenteagc", mem.LE64, 512, false, 0},
		{"go1.24.13", le32, 128, true, 256},
		{"go1.24.13", le32, 144, true, 0},
		{"go1.26.8", le32, 128, true, 384},
		{"go1.26.8", le32, 144, false, 0},
		{"devel", mem.LE64, 64, true, 0},
	} {
		r := NewTailRule(c.version, c.arch)
		if got := r.Reserved(c.size, c.scannable); got != c.want {
			t.Errorf("%s, %d-byte pointers: Reserved(%d, %v) = %d, want %d",
				c.version, c.arch.PtrSize, c.size, c.scannable, got, c.want)
		}
	}
	if got := (TailRule{}).Reserved(64, true); got != 0 {
		t.Errorf("zero rule: Reserved = %d, want 0", got)
	}
}

func TestIsTail(t *testing.T) {
	r := NewTailRule("go1.26.8", mem.LE64)
	for _, scannable := range []bool{false, true} {
		for size := uint64(8); size <= 512; size += 8 {
			for i := range TailPage / size {
				addr := mem.Addr(0xc000000000 + i*size)
				if got, want := r.IsTail(addr, size, scannable), i >= r.Slots(size, scannable); got != want {
					t.Fatalf("IsTail(slot %d of size %d, %v) = %v, want %v", i, size, scannable, got, want)
				}
			}
		}
	}
}

// tally is what a dump says of itself, and what its records say.
type tally struct {
	records, tails int
	realBytes      uint64
	params         Params
	stats          MemStats
}

// objects is the count of records that are objects.
func (c tally) objects() int { return c.records - c.tails }

// takeTally counts by pages: the slots of one page follow each other.
func takeTally(t *testing.T, data []byte) tally {
	t.Helper()
	r, err := NewReader(data)
	if err != nil {
		t.Fatal(err)
	}
	var c tally
	var rule TailRule
	var page []Object
	for {
		rec, err := r.Next()
		if o, ok := rec.(*Object); ok {
			if len(page) > 0 && (page[0].Addr/TailPage != o.Addr/TailPage || page[0].Size != o.Size) {
				c.addPage(rule, page)
				page = page[:0]
			}
			page = append(page, *o)
			continue
		}
		if err == io.EOF {
			return c
		}
		if err != nil {
			t.Fatal(err)
		}
		switch rec := rec.(type) {
		case *Params:
			c.params = *rec
			arch, _ := rec.MemArch()
			rule = NewTailRule(mem.GoVersion(rec.GoVersion), arch)
		case *MemStats:
			c.stats = *rec
		default:
			if len(page) > 0 {
				c.addPage(rule, page)
				page = nil
			}
		}
	}
}

// addPage counts the slots of a page. It is scannable if a slot that is no
// tail in any case has fields.
func (c *tally) addPage(rule TailRule, page []Object) {
	scannable := false
	for _, o := range page {
		scannable = scannable || len(o.Fields) > 0 && !rule.IsTail(o.Addr, o.Size, true)
	}
	c.records += len(page)
	for _, o := range page {
		if rule.IsTail(o.Addr, o.Size, scannable) {
			c.tails++
		} else {
			c.realBytes += o.Size
		}
	}
}
