package report

import (
	"fmt"
	"slices"
	"strings"
)

// Header is what a dump says of itself, record by record.
type Header struct {
	DumpBytes   int64  // unpacked
	Compression string // "" for a plain file
	PtrSize     int
	BigEndian   bool
	HeapStart   string // addresses
	HeapEnd     string
	CPUs        int
	Pointers    int // slots for pointers in objects
	Records     []RecordCount
	Memory      uint64 // that the graph is estimated to take
}

// RecordCount is how many records of a kind there are; objects include the
// slots that are none.
type RecordCount struct {
	Kind  string
	Count int
}

// headerJSON is null where a graph was made.
type headerJSON struct {
	DumpBytes    *int64         `json:"dumpBytes"`
	Compression  *string        `json:"compression"`
	Params       *paramsJSON    `json:"params"`
	PointerSlots *int           `json:"pointerSlots"`
	Records      map[string]int `json:"records"`
	Memory       *uint64        `json:"memoryEstimate"`
}

type paramsJSON struct {
	PtrSize   int    `json:"pointerSize"`
	BigEndian bool   `json:"bigEndian"`
	HeapStart string `json:"heapStart"`
	HeapEnd   string `json:"heapEnd"`
	CPUs      int    `json:"cpus"`
}

func (h *Header) json() headerJSON {
	out := headerJSON{
		DumpBytes: &h.DumpBytes, Compression: &h.Compression, PointerSlots: &h.Pointers, Memory: &h.Memory,
		Params:  &paramsJSON{h.PtrSize, h.BigEndian, h.HeapStart, h.HeapEnd, h.CPUs},
		Records: map[string]int{},
	}
	for _, r := range h.Records {
		out.Records[r.Kind] = r.Count
	}
	return out
}

// text adds the header's rows.
func (h *Header) text(tab *table) {
	if h.Compression != "" {
		tab.add("unpacked", fmt.Sprintf("%s (%s)", Bytes(uint64(h.DumpBytes)), h.Compression))
	}
	order := "little-endian"
	if h.BigEndian {
		order = "big-endian"
	}
	tab.add("machine", fmt.Sprintf("%d-bit %s, %s", 8*h.PtrSize, order, plural(h.CPUs, "CPU")))
	tab.add("heap", fmt.Sprintf("%s to %s, with gaps", h.HeapStart, h.HeapEnd))
	tab.add("pointers", fmt.Sprintf("%s in objects", plural(h.Pointers, "slot")))
	heading := "records"
	for line := range slices.Chunk(h.records(), 5) {
		tab.add(heading, strings.Join(line, ", "))
		heading = ""
	}
	tab.add("the graph", fmt.Sprintf("would take about %s of memory", Bytes(h.Memory)))
}

// records lists the kinds that there are, in the order of their tags.
func (h *Header) records() (out []string) {
	for _, r := range h.Records {
		if r.Count > 0 {
			out = append(out, count(r.Count)+" "+r.Kind)
		}
	}
	return out
}
