package witness

import (
	"go/ast"
	"go/token"
	"go/types"
)

// mover finds the variables that may be moved to the heap: those whose address
// is taken, and those that function literals capture.
type mover struct {
	info  *types.Info
	moved map[types.Object]bool
	lits  []ast.Node // function literals, and bodies of ranges over functions, around the current node
}

func movedVars(f *ast.File, info *types.Info) map[types.Object]bool {
	m := &mover{info: info, moved: map[types.Object]bool{}}
	m.walk(f)
	return m.moved
}

// movedIn is movedVars of the file that holds a position, once.
func (s *Source) movedIn(pos token.Pos) map[types.Object]bool {
	at := s.fset.File(pos)
	if at == nil {
		return nil
	}
	f := s.files[at.Name()]
	if f == nil {
		return nil
	}
	if f.moved == nil {
		f.moved = movedVars(f.syntax, f.info)
	}
	return f.moved
}

func (m *mover) walk(n ast.Node) {
	ast.Inspect(n, func(x ast.Node) bool {
		if x == nil || x == n && len(m.lits) > 0 {
			return true
		}
		if m.isBody(x) {
			m.lits = append(m.lits, x)
			m.walk(x)
			m.lits = m.lits[:len(m.lits)-1]
			return false
		}
		m.visit(x)
		return true
	})
}

func (m *mover) isBody(x ast.Node) bool {
	switch x := x.(type) {
	case *ast.FuncLit:
		return true
	case *ast.RangeStmt:
		_, ok := under(m.info.TypeOf(x.X)).(*types.Signature)
		return ok
	}
	return false
}

func (m *mover) visit(x ast.Node) {
	switch x := x.(type) {
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			m.taken(x.X)
		}
	case *ast.SliceExpr:
		if _, ok := under(m.info.TypeOf(x.X)).(*types.Array); ok {
			m.taken(x.X)
		}
	case *ast.SelectorExpr:
		m.receiver(x)
	case *ast.Ident:
		m.captured(x)
	}
}

// receiver marks x of x.Method where the method has a pointer receiver.
func (m *mover) receiver(x *ast.SelectorExpr) {
	s := m.info.Selections[x]
	if s == nil || s.Kind() != types.MethodVal {
		return
	}
	recv := s.Obj().(*types.Func).Signature().Recv()
	if isPointer(recv.Type()) && !isPointer(m.info.TypeOf(x.X)) {
		m.taken(x.X)
	}
}

func isPointer(t types.Type) bool {
	_, ok := under(t).(*types.Pointer)
	return ok
}

// taken marks the variable that an addressable expression is a part of.
func (m *mover) taken(e ast.Expr) {
	for {
		switch x := ast.Unparen(e).(type) {
		case *ast.Ident:
			if v, ok := m.info.ObjectOf(x).(*types.Var); ok {
				m.moved[v] = true
			}
			return
		case *ast.SelectorExpr:
			if isPointer(m.info.TypeOf(x.X)) {
				return
			}
			e = x.X
		case *ast.IndexExpr:
			if _, ok := under(m.info.TypeOf(x.X)).(*types.Array); !ok {
				return
			}
			e = x.X
		default:
			return
		}
	}
}

func (m *mover) captured(x *ast.Ident) {
	v, ok := m.info.Uses[x].(*types.Var)
	if !ok || len(m.lits) == 0 || v.IsField() {
		return
	}
	if lit := m.lits[len(m.lits)-1]; v.Pos() < lit.Pos() || v.Pos() >= lit.End() {
		m.moved[v] = true
	}
}
