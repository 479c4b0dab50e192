package heapdump

import "github.com/objgraph/objgraph/mem"

// ObjectAt decodes the object record at offset off of data, where a Reader
// has seen one whole. present is how many bytes of contents the record holds,
// or negative if as many as it claims (see Object.Size). The field list is
// not measured: it goes on to the end of data and its end is kind 0. At any
// other place than the start of a record the results are empty or arbitrary
// parts of data.
func ObjectAt(data []byte, off int64, present int64) (addr mem.Addr, contents []byte, rest Fields) {
	if off < 0 || off >= int64(len(data)) {
		return 0, nil, nil
	}
	b := data[off+1:] // the tag
	a, n := uvarint(b)
	if n <= 0 {
		return 0, nil, nil
	}
	b = b[n:]
	size, n := uvarint(b)
	if n <= 0 {
		return 0, nil, nil
	}
	b = b[n:]
	if present >= 0 {
		size = uint64(present)
	}
	if size > uint64(len(b)) {
		return mem.Addr(a), nil, nil
	}
	return mem.Addr(a), b[:size:size], Fields(b[size:])
}
