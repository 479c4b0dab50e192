package program

import (
	"errors"
	"io/fs"
	"os"
)

// readFile loads a file that cannot be mapped.
func readFile(path string, st fs.FileInfo) ([]byte, func() error, error) {
	if !st.Mode().IsRegular() {
		return nil, nil, &FileError{Path: path, Err: errors.New("not a regular file")}
	}
	data, err := os.ReadFile(path)
	return data, func() error { return nil }, err
}
