//go:build unix

package program

import (
	"os"
	"syscall"
)

// mapFile maps the file for reading; only the pages looked at are loaded.
func mapFile(path string) (data []byte, unmap func() error, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, nil, err
	}
	if !st.Mode().IsRegular() || st.Size() == 0 || int64(int(st.Size())) != st.Size() {
		return readFile(path, st)
	}
	data, err = syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
	if err != nil {
		return readFile(path, st)
	}
	return data, func() error { return syscall.Munmap(data) }, nil
}
