package program

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
)

// mapped is an executable in memory.
type mapped struct {
	data  []byte
	file  io.ReaderAt // the same bytes
	close func() error
}

// inMemory is for bytes that need no file.
func inMemory(data []byte) *mapped {
	return &mapped{data, bytes.NewReader(data), func() error { return nil }}
}

// readFile loads a file that cannot be mapped.
func readFile(path string, st fs.FileInfo) (*mapped, error) {
	if st.IsDir() {
		return nil, &FileError{Path: path, Err: errors.New("this is a folder")}
	}
	if !st.Mode().IsRegular() {
		return nil, &FileError{Path: path, Err: errors.New("not a regular file")}
	}
	data, err := os.ReadFile(path)
	return inMemory(data), err
}
