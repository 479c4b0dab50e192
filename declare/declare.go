// Package declare says where a program's source declares its types, struct
// fields, variables and functions.
//
// In go a folder of the source, and types and variables as package program has
// them; out come file and line. Packages are found with the go command, and
// only those that are asked about are parsed, so a source that no longer
// compiles will do. Nothing is type-checked: a name is looked for where its
// package must declare it.
package declare

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"golang.org/x/tools/go/packages"
)

// Place is a line of source.
type Place struct {
	File string // relative to the source's folder if it lies in it, slashes between the parts
	Line int
}

// String is "main.go:41".
func (p Place) String() string { return fmt.Sprintf("%s:%d", p.File, p.Line) }

// Options says what is looked for. The zero value is usable.
type Options struct {
	MainPath string        // import path of the program's package main, if known
	Time     time.Duration // for the go command; 0: DefaultTime
}

// DefaultTime is how long the go command may take to find the packages.
const DefaultTime = 30 * time.Second

// Source is a program's source. One goroutine.
type Source struct {
	Warnings []string // what did not load

	dir      string
	files    map[string][]string // by import path
	main     string              // import path of package main, "" if not known
	packages map[string]*names   // those parsed so far
}

// Load finds the packages below dir, or those of the program, and all that
// they import but the standard library's, where nobody looks for a leak. The
// error says in one line why there are none.
func Load(ctx context.Context, dir string, o Options) (*Source, error) {
	if err := isFolder(dir); err != nil {
		return nil, err
	}
	if _, err := exec.LookPath("go"); err != nil {
		return nil, errors.New("the go command finds the packages of a source, and there is none on the PATH")
	}
	limit := o.Time
	if limit == 0 {
		limit = DefaultTime
	}
	timed, stop := context.WithTimeout(ctx, limit)
	defer stop()
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	s := &Source{dir: abs, files: map[string][]string{}, packages: map[string]*names{}}
	for _, pattern := range patterns(o.MainPath) {
		err = s.load(timed, pattern)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case timed.Err() != nil:
			return nil, fmt.Errorf("%s: the go command took longer than %v to find the packages", dir, limit)
		case err == nil:
			return s, nil
		}
	}
	return nil, fmt.Errorf("%s: %w", dir, err)
}

func isFolder(dir string) error {
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; give the folder of the source", dir)
	}
	return err
}

// patterns are what the go command is asked for, until something is found.
func patterns(mainPath string) []string {
	if mainPath == "" || mainPath == commandLine {
		return []string{"./..."}
	}
	return []string{mainPath, "./..."}
}

// commandLine is the import path of files that were named to go build.
const commandLine = "command-line-arguments"

// load takes the packages of a pattern and all that they import.
func (s *Source) load(ctx context.Context, pattern string) error {
	found, err := packages.Load(&packages.Config{
		Context: ctx, Dir: s.dir,
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedImports | packages.NeedDeps | packages.NeedModule,
	}, pattern)
	if err != nil {
		return err
	}
	s.main, s.Warnings = mainOf(found), nil
	packages.Visit(found, nil, func(p *packages.Package) {
		if len(p.GoFiles) > 0 && (p.Module != nil || p.PkgPath == commandLine) {
			s.files[p.PkgPath] = p.GoFiles
		}
		for _, e := range p.Errors {
			s.Warnings = append(s.Warnings, says(e))
		}
	})
	if len(s.files) > 0 {
		return nil
	}
	if len(s.Warnings) > 0 {
		return errors.New(s.Warnings[0])
	}
	return errors.New("there are no Go packages")
}

// says is an error without the "-" of one that has no place.
func says(e packages.Error) string {
	if e.Pos == "" || e.Pos == "-" {
		return e.Msg
	}
	return e.Error()
}

// mainOf is the import path of the one package main among some, "" if there is
// none or more than one.
func mainOf(found []*packages.Package) (path string) {
	for _, p := range found {
		switch {
		case p.Name != "main":
		case path != "":
			return ""
		default:
			path = p.PkgPath
		}
	}
	return path
}
