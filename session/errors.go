package session

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/program"
	"github.com/objgraph/objgraph/snapshot"
)

// GateError is an answer that was given, and that a gate asked for forbids.
type GateError struct{ Says string }

func (e *GateError) Error() string { return e.Says }

// UsageError is a command that was not used as its help says.
type UsageError struct{ Says string }

func (e *UsageError) Error() string { return e.Says }

func usage(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

// explain turns the error of a file into one line: which file, what is wrong,
// and what to do.
func explain(err error, dump, exe string) error {
	var path *fs.PathError
	var mismatch *program.MismatchError
	var file *program.FileError
	var missing *census.NoMatchError
	switch {
	case errors.As(err, &missing):
		return fmt.Errorf("%s: %w; objgraph types lists all", dump, missing)
	case errors.As(err, &mismatch) && (exe == "" || exe == snapshot.NoExe):
		return fmt.Errorf("%s is not of the process of the other dumps: %w; give dumps of one process", dump, mismatch)
	case errors.As(err, &mismatch):
		return fmt.Errorf("%s was not written by %s: %w; give --exe the very file that ran", dump, exe, mismatch)
	case errors.As(err, &file):
		return fmt.Errorf("%w; --exe wants the Go executable that wrote the dump", file)
	case errors.As(err, &path):
		return explainPath(path, exe)
	case errors.Is(err, graph.ErrTree):
		return fmt.Errorf("%w: that is a mistake of objgraph, and no number is given that follows from it; objgraph paths and info do without", err)
	}
	return err
}

// explainIn is explain for a dump that is open.
func explainIn(s *snapshot.Snapshot, err error) error {
	var missing *census.NoMatchError
	if errors.As(err, &missing) && s.Program == nil {
		return fmt.Errorf("%s: %w; without its executable (--exe FILE) few types are known", s.Path, missing)
	}
	return explain(err, s.Path, "")
}

// blamed is the dump that an error of one of several speaks of.
func blamed(err error, dumps []string) string {
	for _, d := range dumps {
		if strings.HasPrefix(err.Error(), d+": ") {
			return d
		}
	}
	return dumps[len(dumps)-1]
}

func explainPath(err *fs.PathError, exe string) error {
	what := "file"
	if exe != "" && err.Path == exe {
		what = "executable (--exe)"
	}
	switch {
	case err.Path == "":
		return errors.New("the name of a dump is empty; is a variable of the shell not set?")
	case errors.Is(err, fs.ErrNotExist) && isAddress(err.Path):
		return fmt.Errorf("%s: no such %s; if it is the address of a program, begin it with http://", err.Path, what)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such %s; check the path", err.Path, what)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("%s: not readable; dumps hold secrets and are their owner's alone: run as that user", err.Path)
	case strings.Contains(err.Error(), "is a directory"):
		return fmt.Errorf("%s: this is a folder, not a %s", err.Path, what)
	}
	return err
}

// isAddress reports whether a name is a host with a port rather than a file.
func isAddress(name string) bool {
	host, _, _ := strings.Cut(name, "/")
	_, port, err := net.SplitHostPort(host)
	if err != nil {
		return false
	}
	_, err = strconv.ParseUint(port, 10, 16)
	return err == nil
}
