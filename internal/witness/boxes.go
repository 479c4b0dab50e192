package witness

import (
	"go/ast"
	"go/token"
	"go/types"

	"github.com/objgraph/objgraph/typing"
)

// convert enters the box of an expression that becomes a value of type to, if
// it needs one.
func (c *collector) convert(to types.Type, e ast.Expr) {
	if e == nil {
		return
	}
	from := c.typeOf(e)
	if from == nil {
		return
	}
	pos := []token.Pos{e.Pos()}
	switch e := ast.Unparen(e).(type) {
	case *ast.BinaryExpr:
		pos = append(pos, e.OpPos)
	case *ast.CallExpr:
		pos = append(pos, e.Lparen)
	case *ast.CompositeLit:
		pos = append(pos, e.Lbrace)
	case *ast.SelectorExpr:
		pos = append(pos, e.Sel.Pos())
	}
	c.convertType(to, from, pos...)
}

func (c *collector) convertType(to, from types.Type, pos ...token.Pos) {
	if to == nil || !isInterface(to) || isInterface(from) {
		return
	}
	if b, ok := from.(*types.Basic); ok && b.Kind() == types.UntypedNil {
		return
	}
	c.box(from, pos...)
}

// isInterface is false for type parameters, whose values are of some type.
func isInterface(t types.Type) bool {
	if _, ok := types.Unalias(t).(*types.TypeParam); ok {
		return false
	}
	return types.IsInterface(t)
}

// conversion enters what T(x) allocates besides strings. The bytes of a
// constant string have a fixed length.
func (c *collector) conversion(to types.Type, e *ast.CallExpr) {
	if len(e.Args) != 1 {
		return
	}
	if s, ok := under(to).(*types.Slice); ok && c.info.Types[e.Args[0]].Value != nil {
		c.backing(s.Elem(), -1, e.Pos(), e.Lparen)
	}
	c.convert(to, e.Args[0])
	if from := c.typeOf(e.Args[0]); from != nil && isInterface(to) {
		c.convertType(to, from, e.Pos(), e.Lparen)
	}
}

// compare enters the box of x == y where one is an interface.
func (c *collector) compare(e *ast.BinaryExpr) {
	if e.Op != token.EQL && e.Op != token.NEQ {
		return
	}
	x, y := c.typeOf(e.X), c.typeOf(e.Y)
	if x != nil && y != nil {
		c.convertType(x, y, e.Pos(), e.OpPos)
		c.convertType(y, x, e.Pos(), e.OpPos)
	}
}

func (c *collector) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		c.assign(s)
	case *ast.SendStmt:
		if ch, ok := under(c.typeOf(s.Chan)).(*types.Chan); ok {
			c.convert(ch.Elem(), s.Value)
		}
	case *ast.GoStmt:
		c.wrapper(".gowrap", s.Pos(), s.Call)
	case *ast.DeferStmt:
		c.wrapper(".deferwrap", s.Pos(), s.Call)
	case *ast.RangeStmt:
		c.rangeOver(s)
	}
}

func (c *collector) assign(s *ast.AssignStmt) {
	if len(s.Lhs) != len(s.Rhs) {
		c.assignTuple(s)
		return
	}
	for i, l := range s.Lhs {
		if t := c.typeOf(l); t != nil {
			c.convert(t, s.Rhs[i])
			if isInterface(t) {
				c.convertType(t, c.typeOf(s.Rhs[i]), s.Pos(), s.TokPos)
			}
		}
	}
}

// assignTuple is assign for the results of a call.
func (c *collector) assignTuple(s *ast.AssignStmt) {
	tuple, ok := c.typeOf(s.Rhs[0]).(*types.Tuple)
	if !ok || tuple.Len() != len(s.Lhs) {
		return
	}
	for i, l := range s.Lhs {
		if t := c.typeOf(l); t != nil {
			c.convertType(t, tuple.At(i).Type(), s.Pos(), s.TokPos)
		}
	}
}

// wrapper enters the closure that the compiler makes of a call with arguments
// for go and defer.
func (c *collector) wrapper(infix string, pos token.Pos, call *ast.CallExpr) {
	c.at(Want{How: Object, Form: typing.FuncValue, Func: infix, Size: -1}, pos, call.Pos(), call.Lparen)
}

// rangeOver enters the closure of the body of a range over a function.
func (c *collector) rangeOver(s *ast.RangeStmt) {
	if _, ok := under(c.typeOf(s.X)).(*types.Signature); ok {
		c.at(Want{How: Object, Form: typing.FuncValue, Func: "-range", Size: -1}, s.Pos(), s.X.Pos())
	}
}

func (c *collector) returned(s *ast.ReturnStmt, sig *types.Signature) {
	if sig == nil {
		return
	}
	if len(s.Results) != sig.Results().Len() {
		return
	}
	for i, x := range s.Results {
		to := sig.Results().At(i).Type()
		c.convert(to, x)
		if from := c.typeOf(x); from != nil {
			c.convertType(to, from, s.Pos())
		}
	}
}

func (c *collector) valueSpec(s *ast.ValueSpec) {
	if s.Type == nil {
		return
	}
	for _, v := range s.Values {
		c.convert(c.typeOf(s.Type), v)
	}
}
