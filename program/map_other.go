//go:build !unix

package program

import "os"

func mapFile(path string) (data []byte, unmap func() error, err error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, nil, err
	}
	return readFile(path, st)
}
