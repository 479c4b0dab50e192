package witness

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"

	"golang.org/x/tools/go/packages"

	"github.com/objgraph/objgraph/typing"
)

// Want is a type that an object from some line can have.
type Want struct {
	How  How
	Form typing.Form
	Type types.Type // of the value, the elements or the map; nil for a FuncValue or String
	Func string     // part of a FuncValue's name, where its line is not known
	Line int        // of a FuncValue's func keyword, 0 if not known
	At   int        // line of a method value
	Size int64      // bytes of all that is allocated, -1 if not known
	Ptrs bool       // it holds pointers
}

// Source is a program's source, with types. Used by one goroutine.
type Source struct {
	fset  *token.FileSet
	files map[string]*file
	sizes types.Sizes
}

// file is one file and, once somebody asked, what its lines allocate.
type file struct {
	syntax *ast.File
	info   *types.Info
	lines  map[int][]Want
	moved  map[types.Object]bool // see movedVars
}

// Load reads the packages that the patterns name in dir, and all that they
// import, from source.
func Load(ctx context.Context, dir string, patterns ...string) (*Source, error) {
	s := &Source{fset: token.NewFileSet(), files: map[string]*file{}, sizes: types.SizesFor("gc", "amd64")}
	pkgs, err := packages.Load(&packages.Config{Mode: packages.LoadAllSyntax, Dir: dir, Fset: s.fset, Context: ctx}, patterns...)
	if err != nil {
		return nil, err
	}
	var broken []error
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			broken = append(broken, fmt.Errorf("%s: %w", p.PkgPath, e))
		}
		for _, f := range p.Syntax {
			s.files[s.fset.File(f.FileStart).Name()] = &file{syntax: f, info: p.TypesInfo}
		}
	})
	return s, errors.Join(broken...)
}

// Has reports whether the source has a file.
func (s *Source) Has(path string) bool { return s.files[path] != nil }

// At is what a line can allocate, in any way.
func (s *Source) At(path string, line int) []Want {
	f := s.files[path]
	if f == nil {
		return nil
	}
	if f.lines == nil {
		f.lines = s.collect(f)
	}
	return f.lines[line]
}
