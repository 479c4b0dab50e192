package jobtrace

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"strconv"
)

// buildIDReach is how many bytes of an executable are searched for Go's build
// id: it stands in a note of ELF's or at the beginning of the code, both early.
const buildIDReach = 64 << 10

// buildID is Go's build id in an executable, as go tool buildid prints it; "" if
// it is not found.
func buildID(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer f.Close()
	head := make([]byte, buildIDReach)
	n, _ := io.ReadFull(f, head)
	if id := noteID(head[:n]); id != "" {
		return id
	}
	return textID(head[:n])
}

// noteID finds the note "Go", type 4 (cmd/internal/buildid, readELF), of either
// byte order.
func noteID(head []byte) string {
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		mark := append(order.AppendUint32(nil, 4), "Go\x00\x00"...)
		i := bytes.Index(head, mark)
		if i < 8 {
			continue
		}
		size := uint64(binary.LittleEndian.Uint32(head[i-4:]))
		if order == binary.AppendByteOrder(binary.BigEndian) {
			size = uint64(binary.BigEndian.Uint32(head[i-4:]))
		}
		if rest := head[i+len(mark):]; size <= uint64(len(rest)) {
			return string(rest[:size])
		}
	}
	return ""
}

// textID finds the id that begins the code where there are no notes.
func textID(head []byte) string {
	_, rest, ok := bytes.Cut(head, []byte("\xff Go build ID: "))
	quoted, _, ends := bytes.Cut(rest, []byte("\n \xff"))
	id, err := strconv.Unquote(string(quoted))
	if !ok || !ends || err != nil {
		return ""
	}
	return id
}
