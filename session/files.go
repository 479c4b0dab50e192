package session

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Files are those that commands write. Each appears under its name only when
// whole: until then it lies beside under a name of its own, and is removed if
// the command ends before. Safe for concurrent use; the zero value is ready.
type Files struct {
	mu   sync.Mutex
	part map[string]bool // files and folders that are not whole yet
	over bool            // Abandon was called
}

var errAbandoned = errors.New("interrupted")

// Abandon removes what is not whole and lets nobody begin another. It is for
// the end of a process in which commands may still run.
func (f *Files) Abandon() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	for path := range f.part {
		os.RemoveAll(path)
	}
}

// begin makes something that is not whole yet.
func (f *Files) begin(create func() (path string, err error)) (string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over {
		return "", errAbandoned
	}
	path, err := create()
	if err == nil {
		if f.part == nil {
			f.part = map[string]bool{}
		}
		f.part[path] = true
	}
	return path, err
}

// end removes what is left of it.
func (f *Files) end(path string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.part, path)
	os.RemoveAll(path)
}

// partName is the pattern of names of what is not whole.
const partName = ".part-*"

// write writes a file, mode 0600, and not at all once ctx is done.
func (f *Files) write(ctx context.Context, path string, data []byte) error {
	return f.stream(ctx, path, whole(path, data))
}

// whole writes data.
func whole(path string, data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		if _, err := w.Write(data); err != nil {
			return fmt.Errorf("write %s: %w", path, cause(err))
		}
		return nil
	}
}

// writeNew is write for a name that nobody has; the error is fs.ErrExist if
// somebody does.
func (f *Files) writeNew(ctx context.Context, path string, data []byte) error {
	return f.writeAs(ctx, path, whole(path, data), func(part, path string) error {
		err := os.Link(part, path)
		if err == nil || errors.Is(err, fs.ErrExist) {
			return err
		}
		if _, err := os.Lstat(path); err == nil { // a file system without links
			return fs.ErrExist
		}
		return os.Rename(part, path)
	})
}

// stream is write of what fill writes, not at all if that fails.
func (f *Files) stream(ctx context.Context, path string, fill func(io.Writer) error) error {
	return f.writeAs(ctx, path, fill, func(part, path string) error {
		if err := os.Rename(part, path); err != nil {
			return explainPut(err, path)
		}
		return nil
	})
}

// create makes a file in a folder, mode 0600, under a name of its own.
func (f *Files) create(dir string) (part string, out *os.File, err error) {
	part, err = f.begin(func() (string, error) {
		var err error
		if out, err = os.CreateTemp(dir, partName); err != nil { // 0600
			return "", err
		}
		return out.Name(), nil
	})
	return part, out, err
}

func (f *Files) writeAs(ctx context.Context, path string, fill func(io.Writer) error, put func(part, path string) error) error {
	part, out, err := f.create(filepath.Dir(path))
	if err != nil {
		return explainCreate(err, path)
	}
	defer f.end(part)
	buf := bufio.NewWriterSize(out, 1<<18)
	if err := fill(buf); err != nil {
		out.Close()
		return err
	}
	if err := closeWhole(ctx, out, buf); err != nil {
		return fmt.Errorf("write %s: %w", path, cause(err))
	}
	return put(part, path)
}

// closeWhole ends a file that is written whole, or fails.
func closeWhole(ctx context.Context, out *os.File, buf *bufio.Writer) error {
	err := buf.Flush()
	if err == nil {
		err = out.Sync()
	}
	if closeErr := out.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = ctx.Err()
	}
	return err
}

// folder makes a folder in dir for what other programs write, mode 0700; end
// removes it with all that was not moved out of it.
func (f *Files) folder(dir string) (string, error) {
	return f.begin(func() (string, error) { return os.MkdirTemp(dir, partName) })
}

// makeDir makes a folder for pictures and dumps, open to its owner alone.
func makeDir(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("%s: the folder cannot be made: %v; name another with --out", dir, cause(err))
	}
	return nil
}
