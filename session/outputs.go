package session

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// checkOutput refuses, before the work, a file that could not be written after it, or
// that would take the place of what is read. "" and - are no files.
func (e *Env) checkOutput(flag, path string, inputs ...string) error {
	if path == "" || path == "-" {
		return nil
	}
	if info, err := os.Stat(path); err == nil {
		switch {
		case info.IsDir():
			return usage("%s %s: this is a folder; name a file in it", flag, path)
		case !info.Mode().IsRegular(): // a file would take its place
			return usage("%s %s: this is no regular file; name another", flag, path)
		}
		for _, in := range append(inputs, e.Exe) {
			if is, err := os.Stat(in); err == nil && os.SameFile(info, is) {
				return usage("%s %s: this is what is read; name another file", flag, path)
			}
		}
	}
	return explainCreate(e.probe(filepath.Dir(path)), path)
}

// checkFolder refuses, before the work, a folder for pictures that could not be made
// or written to after it.
func (e *Env) checkFolder(dir string) error {
	for at := filepath.Clean(dir); ; at = filepath.Dir(at) {
		info, err := os.Stat(at)
		switch {
		case err == nil && info.IsDir():
			if err := e.probe(at); err != nil {
				return usage("--out %s: %s", dir, whyNone(err, at))
			}
			return nil
		case err == nil:
			return usage("--out %s: %s is a file; name a folder", dir, at)
		case !errors.Is(err, fs.ErrNotExist) || at == filepath.Dir(at):
			return usage("--out %s: %v; name another folder", dir, cause(err))
		}
	}
}

// probe makes a file in a folder and removes it.
func (e *Env) probe(dir string) error {
	part, out, err := e.Files.create(dir)
	if err != nil {
		return err
	}
	out.Close()
	e.Files.end(part)
	return nil
}

// checkExe refuses, before a worker runs for an hour, an executable that is not there.
func (e *Env) checkExe() error {
	var path *fs.PathError
	if _, err := os.Stat(e.Exe); e.named() && errors.As(err, &path) {
		return explainPath(path, e.Exe)
	}
	return e.checkDebug()
}

// explainCreate says why there can be no file of that name.
func explainCreate(err error, path string) error {
	if err == nil || errors.Is(err, errAbandoned) {
		return err
	}
	return fmt.Errorf("%s: %s", path, whyNone(err, filepath.Dir(path)))
}

// whyNone says why nothing can be written into a folder, and what to do.
func whyNone(err error, dir string) string {
	_, missing := os.Stat(dir)
	switch {
	case errors.Is(missing, fs.ErrNotExist):
		return fmt.Sprintf("the folder %s does not exist; make it first", dir)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Sprintf("this user may not write into the folder %s; name another, or run as its owner", dir)
	}
	return fmt.Sprintf("nothing can be written into the folder %s: %v; name another", dir, cause(err))
}

// explainPut says why a file that is whole cannot have its name.
func explainPut(err error, path string) error {
	if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
		return fmt.Errorf("%s: this is a folder; name a file in it", path)
	}
	return fmt.Errorf("write %s: %w", path, cause(err))
}

// explainLock says why a folder cannot be watched.
func explainLock(err error, dir string) error {
	if errors.Is(err, fs.ErrPermission) {
		return fmt.Errorf("%s: this user may not write into the folder, where reports and pictures go; run as its owner", dir)
	}
	return fmt.Errorf("%s: %w", dir, cause(err))
}

// cause is an error without the names of files that nobody knows.
func cause(err error) error {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Err
	case errors.As(err, &link):
		return link.Err
	}
	return err
}
