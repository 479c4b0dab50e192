package testprog

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// sourceDir is the folder of a program: dir itself if it is absolute, else
// testdata/programs/dir of the module that the test runs in.
func sourceDir(dir string) (string, error) {
	if filepath.IsAbs(dir) {
		return dir, nil
	}
	root, err := moduleRoot()
	return filepath.Join(root, "testdata", "programs", dir), err
}

// moduleRoot is the nearest folder above the working directory with a go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = up
	}
	return "", err
}

// cacheDir is where executables are kept: a private folder of the user's cache
// or, where there is none, a folder that ends with the test.
func cacheDir(t testing.TB) string {
	t.Helper()
	base, err := os.UserCacheDir()
	if err != nil {
		return t.TempDir()
	}
	dir := filepath.Join(base, "objgraph-testprog")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return t.TempDir()
	}
	return dir
}

// cacheName names the executable of s, whose source is in dir: the program, the
// toolchain, and a hash of all that goes into the build.
func (s Spec) cacheName(dir string) (string, error) {
	h := sha256.New()
	fmt.Fprintf(h, "%s %s/%s\n%q\n%q\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, s.Flags, s.environment())
	for _, name := range []string{"CGO_ENABLED", "GOEXPERIMENT", "GOARCH", "GOOS", "GOAMD64", "CC"} {
		fmt.Fprintf(h, "%s=%q\n", name, os.Getenv(name))
	}
	err := eachSource(dir, func(name string, text []byte) {
		fmt.Fprintf(h, "%s %d\n%s\n", name, len(text), text)
	})
	if err != nil {
		return "", err
	}
	version := s.Go
	if version == "" {
		version = Local()
	}
	return fmt.Sprintf("%s-%s-%x", filepath.Base(dir), version, h.Sum(nil)[:12]), nil
}

// eachSource calls f for every file of the module that dir belongs to, in the
// order of their names.
func eachSource(dir string, f func(name string, text []byte)) error {
	root := dir
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		root = filepath.Dir(dir) // programs that share one module
	}
	return filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if !strings.HasSuffix(path, ".go") && d.Name() != "go.mod" && d.Name() != "go.sum" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		f(filepath.ToSlash(strings.TrimPrefix(path, root)), text)
		return nil
	})
}

// keepFor is how long an executable stays in the cache after it was built.
const keepFor = 14 * 24 * time.Hour

// forgetOld removes what is older than that. A failure leaves files behind and
// nothing else, so it is not reported.
func forgetOld(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		info, err := e.Info()
		if err == nil && time.Since(info.ModTime()) > keepFor {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
}
