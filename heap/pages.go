package heap

import (
	"sort"

	"github.com/objgraph/objgraph/mem"
)

// pageTable finds the run of an address with one load and a short walk: for
// each 8 KiB page, the first run that ends beyond the page's start. Pages are
// kept by blocks of 64 MiB, of which a heap has few.
type pageTable struct {
	base   uint64     // number of the first block
	blocks [][]uint32 // run+1 of each page, nil where the heap has nothing
	none   int        // what at says beyond the blocks: scatter if the heap is too scattered for a table
}

const (
	blockPages = 8192 // 64 MiB
	maxBlocks  = 1 << 21
)

func newPageTable(runs []run, fileBytes int) pageTable {
	if len(runs) == 0 {
		return pageTable{none: noPage}
	}
	lo := uint64(runs[0].base) >> pageShift / blockPages
	hi := uint64(runs[len(runs)-1].end()-1) >> pageShift / blockPages
	t := pageTable{base: lo, none: noPage}
	if hi-lo >= maxBlocks || !affordable(runs, fileBytes) {
		t.none = scatter
		return t
	}
	t.blocks = make([][]uint32, hi-lo+1)
	for i := range runs {
		t.enter(&runs[i], uint32(i)+1)
	}
	return t
}

// affordable reports whether the table stays below 64 MiB and a sixteenth of
// the dump: hostile files scatter their objects.
func affordable(runs []run, fileBytes int) bool {
	blocks, last := uint64(0), ^uint64(0)
	for i := range runs {
		lo := uint64(runs[i].base) >> pageShift / blockPages
		hi := uint64(runs[i].end()-1) >> pageShift / blockPages
		if lo != last {
			blocks++
		}
		blocks += hi - lo
		last = hi
	}
	return blocks*blockPages*4 <= 64<<20+uint64(fileBytes)/16
}

func (t *pageTable) enter(r *run, v uint32) {
	for p := uint64(r.base) >> pageShift; p <= uint64(r.end()-1)>>pageShift; p++ {
		b := &t.blocks[p/blockPages-t.base]
		if *b == nil {
			*b = make([]uint32, blockPages)
		}
		if (*b)[p%blockPages] == 0 {
			(*b)[p%blockPages] = v
		}
	}
}

// What at says where it knows no run.
const (
	noPage  = -1 // there is none
	scatter = -2 // search finds it
)

// at is the first run that can cover a.
func (t *pageTable) at(a mem.Addr) int {
	p := uint64(a) >> pageShift
	b := p/blockPages - t.base // wraps below the first block
	if b >= uint64(len(t.blocks)) || t.blocks[b] == nil {
		return t.none
	}
	return int(t.blocks[b][p%blockPages]) - 1
}

// search is the same where there is no table.
func (t *pageTable) search(runs []run, a mem.Addr) int {
	return sort.Search(len(runs), func(i int) bool { return runs[i].end() > a })
}
