package witness

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"

	"github.com/objgraph/objgraph/typing"
)

// expr enters what an expression allocates itself, without its parts.
func (c *collector) expr(e ast.Expr) {
	if s, ok := under(c.typeOf(e)).(*types.Slice); ok {
		c.at(Want{How: MovedSlice, Form: typing.Array, Type: s.Elem(), Size: -1}, e.Pos())
	}
	switch e := e.(type) {
	case *ast.CompositeLit:
		c.literal(e)
	case *ast.CallExpr:
		c.call(e)
	case *ast.IndexExpr:
		if m, ok := under(c.typeOf(e.X)).(*types.Map); ok {
			c.mapType(c.typeOf(e.X), e.Pos(), e.Lbrack)
			c.convert(m.Key(), e.Index)
		}
	case *ast.SelectorExpr:
		c.selector(e)
	case *ast.BinaryExpr:
		c.compare(e)
	case *ast.UnaryExpr:
		c.pointed(e, e.Pos())
	}
}

// under is the underlying type, or the one that all types of a type
// parameter's set share.
func under(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if p, ok := types.Unalias(t).(*types.TypeParam); ok {
		return coreType(p)
	}
	return t.Underlying()
}

func coreType(p *types.TypeParam) types.Type {
	iface := p.Constraint().Underlying().(*types.Interface)
	for i := range iface.NumEmbeddeds() {
		if u, ok := iface.EmbeddedType(i).(*types.Union); ok && u.Len() == 1 {
			return u.Term(0).Type().Underlying()
		}
		if n, ok := iface.EmbeddedType(i).(*types.Named); ok && !types.IsInterface(n) {
			return n.Underlying()
		}
	}
	return p.Underlying()
}

func (c *collector) literal(e *ast.CompositeLit) {
	c.literalAt(e, e.Pos(), e.Lbrace)
}

// literalAt is literal for one that is made at some other place: the elements
// of a map literal, which a function of their own puts in.
func (c *collector) literalAt(e *ast.CompositeLit, pos ...token.Pos) {
	t := c.typeOf(e)
	if p, ok := types.Unalias(t).(*types.Pointer); ok { // an elided &T in an outer literal
		t = p.Elem()
		c.value(t, pos...)
	}
	switch u := under(t).(type) {
	case *types.Slice:
		c.backing(u.Elem(), literalLen(c.info, e), pos...)
		for _, x := range e.Elts {
			c.convert(u.Elem(), valueOf(x))
		}
	case *types.Map:
		c.mapType(t, pos...)
		c.mapEntries(u, e, pos...)
	case *types.Array:
		for _, x := range e.Elts {
			c.convert(u.Elem(), valueOf(x))
		}
	case *types.Struct:
		c.fields(u, e)
	}
}

// pointed enters the value of &T{…}.
func (c *collector) pointed(e *ast.UnaryExpr, pos ...token.Pos) {
	if l, ok := ast.Unparen(e.X).(*ast.CompositeLit); ok && e.Op == token.AND {
		c.value(c.typeOf(l), append(pos, l.Lbrace)...)
	}
}

// mapEntries enters what the entries of a map literal allocate, where they
// stand and where the literal begins.
func (c *collector) mapEntries(m *types.Map, e *ast.CompositeLit, pos ...token.Pos) {
	for _, x := range e.Elts {
		kv, ok := x.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		c.mapType(m, kv.Pos(), kv.Colon)
		for _, part := range []ast.Expr{kv.Key, kv.Value} {
			if u, ok := part.(*ast.UnaryExpr); ok {
				c.pointed(u, pos...)
				part = u.X
			}
			if l, ok := part.(*ast.CompositeLit); ok {
				c.literalAt(l, pos...)
			}
		}
		c.convert(m.Key(), kv.Key)
		c.convert(m.Elem(), kv.Value)
	}
}

func (c *collector) fields(s *types.Struct, e *ast.CompositeLit) {
	for i, x := range e.Elts {
		kv, ok := x.(*ast.KeyValueExpr)
		if !ok {
			c.convert(s.Field(i).Type(), x)
			continue
		}
		if f, ok := c.info.Uses[kv.Key.(*ast.Ident)]; ok {
			c.convert(f.Type(), kv.Value)
		}
	}
}

func valueOf(e ast.Expr) ast.Expr {
	if kv, ok := e.(*ast.KeyValueExpr); ok {
		return kv.Value
	}
	return e
}

// literalLen is the number of elements of a slice literal, -1 if its indexes
// say something else.
func literalLen(info *types.Info, e *ast.CompositeLit) int64 {
	next, most := int64(0), int64(0)
	for _, x := range e.Elts {
		if kv, ok := x.(*ast.KeyValueExpr); ok {
			v, exact := constant.Int64Val(constant.ToInt(info.Types[kv.Key].Value))
			if !exact {
				return -1
			}
			next = v
		}
		next++
		most = max(most, next)
	}
	return most
}

func (c *collector) call(e *ast.CallExpr) {
	fun := ast.Unparen(e.Fun)
	tv := c.info.Types[fun]
	switch {
	case tv.IsType():
		c.conversion(tv.Type, e)
	case tv.IsBuiltin():
		c.builtin(builtinName(fun), e)
	default:
		c.called[fun] = true
		if sig, ok := under(tv.Type).(*types.Signature); ok {
			c.arguments(sig, e)
		}
		c.inlined(fun, e)
	}
}

// inlined enters the parameters of the function that is called which move to
// the heap: where it is inlined they are variables of this line.
func (c *collector) inlined(fun ast.Expr, e *ast.CallExpr) {
	id, ok := fun.(*ast.Ident)
	if s, is := fun.(*ast.SelectorExpr); is {
		id, ok = s.Sel, true
	}
	if !ok {
		return
	}
	f, ok := c.info.Uses[id].(*types.Func)
	if !ok || f.Origin() != f {
		return
	}
	moved := c.movedIn(f.Pos())
	sig := f.Signature()
	if moved[sig.Recv()] {
		c.value(sig.Recv().Type(), e.Pos(), e.Lparen)
	}
	for i := range sig.Params().Len() {
		if p := sig.Params().At(i); moved[p] {
			c.value(p.Type(), e.Pos(), e.Lparen)
		}
	}
}

func builtinName(fun ast.Expr) string {
	switch f := fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

func (c *collector) builtin(name string, e *ast.CallExpr) {
	t := c.typeOf(e)
	switch name {
	case "new":
		if p, ok := types.Unalias(t).(*types.Pointer); ok {
			c.value(p.Elem(), e.Pos(), e.Lparen)
		}
	case "make":
		c.make(t, e)
	case "append":
		if s, ok := under(t).(*types.Slice); ok {
			c.backing(s.Elem(), -1, e.Pos(), e.Lparen)
			for _, x := range e.Args[1:] {
				if !e.Ellipsis.IsValid() {
					c.convert(s.Elem(), x)
				}
			}
		}
	case "panic":
		c.convert(types.NewInterfaceType(nil, nil), e.Args[0])
	}
}

func (c *collector) make(t types.Type, e *ast.CallExpr) {
	switch u := under(t).(type) {
	case *types.Slice:
		c.backing(u.Elem(), -1, e.Pos(), e.Lparen)
	case *types.Map:
		c.mapType(t, e.Pos(), e.Lparen)
	case *types.Chan:
		c.at(Want{How: ChanPart, Form: typing.Chan, Type: u.Elem(), Size: -1}, e.Pos(), e.Lparen)
	}
}

func (c *collector) mapType(t types.Type, pos ...token.Pos) {
	if m, ok := under(t).(*types.Map); ok {
		c.at(Want{How: MapHead, Form: typing.MapHeader, Type: m, Size: -1}, pos...)
	}
}

func (c *collector) arguments(sig *types.Signature, e *ast.CallExpr) {
	n := sig.Params().Len()
	if len(e.Args) == 1 && n > 1 {
		if tuple, ok := c.typeOf(e.Args[0]).(*types.Tuple); ok {
			c.spread(sig, tuple, e)
			return
		}
	}
	for i, x := range e.Args {
		switch {
		case i < n-1 || !sig.Variadic() && i < n:
			c.convert(sig.Params().At(i).Type(), x)
		case sig.Variadic() && !e.Ellipsis.IsValid():
			if s, ok := under(sig.Params().At(n - 1).Type()).(*types.Slice); ok {
				c.convert(s.Elem(), x)
			}
		}
	}
	if sig.Variadic() && !e.Ellipsis.IsValid() && len(e.Args) >= n {
		if s, ok := under(sig.Params().At(n - 1).Type()).(*types.Slice); ok {
			c.backing(s.Elem(), int64(len(e.Args)-n+1), e.Pos(), e.Lparen)
		}
	}
}

// spread is arguments for f(g()) with several results.
func (c *collector) spread(sig *types.Signature, tuple *types.Tuple, e *ast.CallExpr) {
	n := sig.Params().Len()
	for i := range tuple.Len() {
		to := sig.Params().At(min(i, n-1)).Type()
		if s, ok := under(to).(*types.Slice); ok && sig.Variadic() && i >= n-1 {
			to = s.Elem()
			c.backing(to, int64(tuple.Len()-n+1), e.Pos(), e.Lparen)
		}
		c.convertType(to, tuple.At(i).Type(), e.Pos(), e.Lparen)
	}
}

// closure enters a function literal's object.
func (c *collector) closure(e *ast.FuncLit) {
	c.at(Want{How: Object, Form: typing.FuncValue, Line: c.fset.Position(e.Pos()).Line, Size: -1}, e.Pos())
}

// selector enters a method value, which is a closure with its receiver.
func (c *collector) selector(e *ast.SelectorExpr) {
	s := c.info.Selections[e]
	if s == nil || s.Kind() != types.MethodVal || c.called[e] {
		return
	}
	at := c.fset.Position(e.Sel.Pos()).Line
	c.at(Want{How: Object, Form: typing.FuncValue, Func: "." + e.Sel.Name + "-fm", At: at, Size: -1}, e.Pos(), e.Sel.Pos())
}
