package early

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestCacheDir(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the cache folder is chosen by XDG_CACHE_HOME on Linux only")
	}
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	dir, err := CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if dir, err = CacheDir(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
}

func TestCacheDirLink(t *testing.T) {
	home := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home)
	base, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	if err := os.MkdirAll(filepath.Join(base, "objgraph"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(t.TempDir(), filepath.Join(base, "objgraph", "engine")); err != nil {
		t.Skip(err)
	}
	if dir, err := CacheDir(); err == nil {
		t.Errorf("took the link %s", dir)
	}
}

func TestDivert(t *testing.T) {
	home, tmp := t.TempDir(), t.TempDir()
	t.Setenv("XDG_CACHE_HOME", home)
	t.Setenv("HOME", home)
	t.Setenv(TempVar(), tmp)
	divert()
	if os.TempDir() == tmp {
		t.Error("the temporary folder is not diverted")
	}
	Restore()
	if os.TempDir() != tmp {
		t.Errorf("the temporary folder is %s, not %s again", os.TempDir(), tmp)
	}
	os.Unsetenv(TempVar())
	divert()
	Restore()
	if v, ok := os.LookupEnv(TempVar()); ok {
		t.Errorf("%s is %q, was not set", TempVar(), v)
	}
}
