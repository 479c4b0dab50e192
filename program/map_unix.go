//go:build unix

package program

import (
	"errors"
	"os"
	"syscall"
)

// mapFile maps the file for reading; only the pages looked at are loaded.
func mapFile(path string) (*mapped, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	st, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if st.Mode().IsRegular() && st.Size() > 0 && int64(int(st.Size())) == st.Size() {
		data, err := syscall.Mmap(int(f.Fd()), 0, int(st.Size()), syscall.PROT_READ, syscall.MAP_PRIVATE)
		if err == nil {
			return &mapped{data, f, func() error { return errors.Join(syscall.Munmap(data), f.Close()) }}, nil
		}
	}
	f.Close()
	return readFile(path, st)
}
