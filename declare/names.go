package declare

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
)

// names are what one package declares.
type names struct {
	fset  *token.FileSet
	types map[string]*ast.TypeSpec // those at the top, and of those in functions the ones whose name is single; nil where it is not
	vars  map[string]token.Pos
	funcs map[string]token.Pos // "build", "(*Cache).Get"
}

// of parses a package, once. It gives nil for one that is not of the source.
func (s *Source) of(pkgPath string) *names {
	if pkgPath == "main" || pkgPath == commandLine {
		pkgPath = s.main
	}
	if n, ok := s.packages[pkgPath]; ok {
		return n
	}
	var n *names
	if files := s.files[pkgPath]; len(files) > 0 {
		n = parse(files)
	}
	s.packages[pkgPath] = n
	return n
}

// parse reads what it can of the files.
func parse(files []string) *names {
	n := &names{token.NewFileSet(), map[string]*ast.TypeSpec{}, map[string]token.Pos{}, map[string]token.Pos{}}
	local := map[string]*ast.TypeSpec{}
	for _, path := range files {
		f, _ := parser.ParseFile(n.fset, path, nil, parser.SkipObjectResolution)
		if f == nil {
			continue
		}
		for _, d := range f.Decls {
			n.declaration(d)
		}
		n.locals(f, local)
	}
	for name, spec := range local {
		if _, ok := n.types[name]; !ok {
			n.types[name] = spec
		}
	}
	return n
}

func (n *names) declaration(d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		n.funcs[funcName(d)] = d.Pos()
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				n.types[spec.Name.Name] = spec
			case *ast.ValueSpec:
				for _, id := range spec.Names {
					n.vars[id.Name] = id.Pos()
				}
			}
		}
	}
}

// locals finds the types declared in functions. Of two that share a name
// neither can be told: the name stands with nil.
func (n *names) locals(f *ast.File, into map[string]*ast.TypeSpec) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		ast.Inspect(fn, func(node ast.Node) bool {
			if spec, ok := node.(*ast.TypeSpec); ok {
				name := spec.Name.Name
				if _, twice := into[name]; twice {
					spec = nil
				}
				into[name] = spec
			}
			return true
		})
	}
}

// funcName is the name of a function as the linker has it, without its
// package: "(*Cache).Get" for a method of a pointer.
func funcName(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	recv, star := d.Recv.List[0].Type, false
	if p, ok := recv.(*ast.StarExpr); ok {
		recv, star = p.X, true
	}
	name := baseName(recv)
	if star {
		name = "(*" + name + ")"
	}
	return name + "." + d.Name.Name
}

// baseName is the name of a type without package and type arguments.
func baseName(e ast.Expr) string {
	for {
		switch x := e.(type) {
		case *ast.StarExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.IndexListExpr:
			e = x.X
		case *ast.SelectorExpr:
			return x.Sel.Name
		case *ast.Ident:
			return x.Name
		default:
			return ""
		}
	}
}

// field is where a type that is a struct declares a field.
func (n *names) field(typ, field string) token.Pos {
	spec := n.types[typ]
	if spec == nil {
		return token.NoPos
	}
	st, ok := spec.Type.(*ast.StructType)
	if !ok {
		return token.NoPos
	}
	for _, f := range st.Fields.List {
		for _, id := range f.Names {
			if id.Name == field {
				return id.Pos()
			}
		}
		if len(f.Names) == 0 && baseName(f.Type) == field {
			return f.Pos()
		}
	}
	return token.NoPos
}

// place makes a Place of a position, relative to the source's folder.
func (s *Source) place(n *names, pos token.Pos) (Place, bool) {
	if !pos.IsValid() {
		return Place{}, false
	}
	at := n.fset.Position(pos)
	return Place{s.Relative(at.Filename), at.Line}, true
}

// Relative is a path as it is shown: relative to the source's folder if it lies
// in it.
func (s *Source) Relative(path string) string {
	if rel, err := filepath.Rel(s.dir, path); err == nil && rel != ".." && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		path = rel
	}
	return filepath.ToSlash(path)
}
