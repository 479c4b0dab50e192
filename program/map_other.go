//go:build !unix

package program

import "os"

func mapFile(path string) (*mapped, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return readFile(path, st)
}
