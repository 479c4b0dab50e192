package http

import (
	"bytes"
	"debug/elf"
	"io"
	"os"
	"strconv"
	"sync"
)

// buildID is what the Go command stamped the executable with, "" if it cannot be
// found. It is read once: the file may be replaced while the program runs.
var buildID = sync.OnceValue(func() string {
	path := "/proc/self/exe" // the very file, even where its name is another's by now
	f, err := os.Open(path)
	if err != nil {
		if f, err = os.Open(executable()); err != nil {
			return ""
		}
	}
	defer f.Close()
	if id := noteID(f); id != "" {
		return id
	}
	return markedID(f)
})

// noteID reads the note that ELF files have: lengths of name and id, a kind, the
// name "Go\0\0", the id (cmd/internal/buildid/note.go).
func noteID(f io.ReaderAt) string {
	e, err := elf.NewFile(f)
	if err != nil {
		return ""
	}
	s := e.Section(".note.go.buildid")
	if s == nil {
		return ""
	}
	b, err := s.Data()
	if err != nil || len(b) < 16 || string(b[12:16]) != "Go\x00\x00" {
		return ""
	}
	n := e.ByteOrder.Uint32(b[4:])
	return string(b[16 : 16+min(int64(n), int64(len(b)-16))])
}

// markedID finds the id that begins the code of other files
// (cmd/internal/buildid/buildid.go).
func markedID(f io.ReaderAt) string {
	head := make([]byte, 32<<10)
	n, _ := f.ReadAt(head, 0)
	_, rest, ok := bytes.Cut(head[:n], []byte("\xff Go build ID: "))
	end := bytes.Index(rest, []byte("\n \xff"))
	if !ok || end < 0 {
		return ""
	}
	id, err := strconv.Unquote(string(rest[:end]))
	if err != nil {
		return ""
	}
	return id
}
