package heapdump

import "github.com/objgraph/objgraph/mem"

// ObjectAt gives the contents of the object record at offset off of data, where
// a record of that address and size was seen whole. present is how many bytes of
// contents it holds, or negative if as many as it claims (see Object.Size). The
// field list is not measured: it goes on to the end of data and its end is kind
// 0. At any other place than the start of such a record the results are empty or
// arbitrary parts of data.
func ObjectAt(data []byte, off int64, addr mem.Addr, size uint64, present int64) (contents []byte, rest Fields) {
	start := uint64(off) + 1 + uint64(uvarintLen(uint64(addr))+uvarintLen(size)) // behind tag, address and size
	if present >= 0 {
		size = uint64(present)
	}
	if end := start + size; start <= end && end <= uint64(len(data)) {
		return data[start:end:end], Fields(data[end:])
	}
	return nil, nil
}
