package watch

import (
	"io"
	"os"
	"path/filepath"

	"github.com/klauspost/compress/zstd"
)

// Pack packs a dump with zstd under a temporary name, renames that and removes
// the plain one. It returns the new path.
func Pack(path string) (packed string, err error) {
	in, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer in.Close()
	packed = path + ".zst"
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(packed)+".*.tmp") // mode 0600
	if err != nil {
		return "", err
	}
	if err = packInto(out, in); err == nil {
		err = os.Rename(out.Name(), packed)
	}
	if err != nil {
		os.Remove(out.Name())
		return "", err
	}
	return packed, os.Remove(path)
}

// packInto writes a packed file whole, and closes it. The modification time stays that
// of the dump.
func packInto(out, in *os.File) error {
	z, err := zstd.NewWriter(out, zstd.WithEncoderConcurrency(1))
	if err == nil {
		_, err = io.Copy(z, in)
	}
	if z != nil {
		if closed := z.Close(); err == nil {
			err = closed
		}
	}
	if err == nil {
		err = out.Sync()
	}
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	info, err := in.Stat()
	if err != nil {
		return err
	}
	return os.Chtimes(out.Name(), info.ModTime(), info.ModTime())
}
