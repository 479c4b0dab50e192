package witness

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/objgraph/objgraph/typing"
)

// collector finds what the lines of one file allocate.
type collector struct {
	*Source
	info   *types.Info
	lines  map[int][]Want
	called map[ast.Expr]bool // functions of calls: no values
}

func (s *Source) collect(f *file) map[int][]Want {
	c := &collector{Source: s, info: f.info, lines: map[int][]Want{}, called: map[ast.Expr]bool{}}
	for o := range s.movedIn(f.syntax.Pos()) {
		c.value(o.Type(), o.Pos())
	}
	c.walk(f.syntax, nil)
	return c.lines
}

// walk visits what is below n. sig is the function that its return statements
// leave.
func (c *collector) walk(n ast.Node, sig *types.Signature) {
	ast.Inspect(n, func(m ast.Node) bool {
		switch m := m.(type) {
		case *ast.FuncDecl:
			if m.Body != nil && m != n {
				c.walk(m, c.info.Defs[m.Name].Type().(*types.Signature))
				return false
			}
		case *ast.FuncLit:
			if m != n {
				c.closure(m)
				c.walk(m, c.typeOf(m).(*types.Signature))
				return false
			}
		case *ast.ReturnStmt:
			c.returned(m, sig)
		case ast.Expr:
			c.expr(m)
		case ast.Stmt:
			c.stmt(m)
		case *ast.ValueSpec:
			c.valueSpec(m)
		}
		return true
	})
}

func (c *collector) typeOf(e ast.Expr) types.Type { return c.info.TypeOf(e) }

// at enters a want on the lines of some positions.
func (c *collector) at(w Want, pos ...token.Pos) {
	done := map[int]bool{}
	for _, p := range pos {
		if line := c.fset.Position(p).Line; p.IsValid() && !done[line] {
			done[line] = true
			c.lines[line] = append(c.lines[line], w)
		}
	}
}

// value enters one value of a type.
func (c *collector) value(t types.Type, pos ...token.Pos) {
	size, ptrs := c.sizeOf(t)
	c.at(Want{How: Object, Form: typing.Value, Type: t, Size: size, Ptrs: ptrs}, pos...)
}

// backing enters a slice's array of n elements, -1 if their number is not
// known.
func (c *collector) backing(elem types.Type, n int64, pos ...token.Pos) {
	size, ptrs := c.sizeOf(elem)
	if size >= 0 && n >= 0 {
		size *= n
	} else {
		size = -1
	}
	w := Want{Form: typing.Array, Type: elem, Size: size, Ptrs: ptrs}
	for _, w.How = range []How{Object, Backing} {
		c.at(w, pos...)
	}
}

func (c *collector) box(t types.Type, pos ...token.Pos) {
	size, ptrs := c.sizeOf(t)
	c.at(Want{How: Box, Form: typing.Value, Type: t, Size: size, Ptrs: ptrs}, pos...)
}

// sizeOf is the size of a type in bytes, -1 if it depends on a type parameter.
func (c *collector) sizeOf(t types.Type) (size int64, ptrs bool) {
	if dependent(t, 0) {
		return -1, false
	}
	return c.sizes.Sizeof(t), hasPointers(t)
}

// dependent reports whether the size of a type depends on a type parameter.
func dependent(t types.Type, nest int) bool {
	if nest > maxNest {
		return true
	}
	switch t := types.Unalias(t).(type) {
	case *types.TypeParam:
		return true
	case *types.Array:
		return dependent(t.Elem(), nest+1)
	case *types.Named:
		return dependent(t.Underlying(), nest+1)
	case *types.Struct:
		for i := range t.NumFields() {
			if dependent(t.Field(i).Type(), nest+1) {
				return true
			}
		}
	}
	return false
}

func hasPointers(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Basic:
		return t.Kind() == types.String || t.Kind() == types.UnsafePointer
	case *types.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case *types.Struct:
		for i := range t.NumFields() {
			if hasPointers(t.Field(i).Type()) {
				return true
			}
		}
		return false
	}
	return true
}
