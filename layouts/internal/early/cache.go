package early

import (
	"errors"
	"os"
	"path/filepath"
)

// CacheDir makes and returns the folder in which compiled code is kept between
// runs: in the user's cache folder, and open to nobody else.
func CacheDir() (string, error) {
	base, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(base, "objgraph", "engine")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || !owned(info) {
		return "", errors.New(dir + " is not a folder of this user's")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return dir, os.Chmod(dir, 0o700)
	}
	return dir, nil
}
