package program

import "strings"

// The compiler may keep the words of a string, slice or interface in stack
// slots apart, and lists each as a variable: x.ptr *T, x.len int, x.cap int;
// x.itab or x.type uintptr, x.data *uint8 (cmd/compile/internal/ssa/func.go).
// Their types say less than the truth: what x.data points to is no uint8.

// joinSplit gives such words the type of the whole variable, as pieces of it. A
// word whose whole cannot be told loses its type and keeps its name.
func (p *Program) joinSplit(vars []Var) []Var {
	out := vars[:0:0]
	taken := make([]bool, len(vars))
	for i := range vars {
		if taken[i] {
			continue
		}
		v := vars[i]
		base, suffix := splitName(v.Name)
		switch {
		case suffix == ".data" && v.isPointerTo(Uint8):
			v = p.joinInterface(vars, taken, i, base)
		case suffix == ".itab" || suffix == ".type": // whichever word is listed first brings the other
			if j := partner(vars, taken, base, ".data"); j >= 0 && vars[j].isPointerTo(Uint8) {
				v = p.joinInterface(vars, taken, j, base)
			}
		case suffix == ".ptr" && v.Type != nil && v.Type.Kind == Pointer:
			v = p.joinPointer(vars, i, base)
		}
		out = append(out, v)
	}
	return out
}

func (v *Var) isPointerTo(k Kind) bool {
	return v.Type != nil && v.Type.Kind == Pointer && v.Type.Elem != nil && v.Type.Elem.Kind == k && !v.Type.Named
}

// splitName cuts the last component off a variable's name.
func splitName(name string) (base, suffix string) {
	dot := strings.LastIndexByte(name, '.')
	if dot <= 0 {
		return name, ""
	}
	return name[:dot], name[dot:]
}

// partner is the first variable not taken of that name, -1 if there is none.
func partner(vars []Var, taken []bool, base, suffix string) int {
	for i := range vars {
		if !taken[i] && len(vars[i].Name) == len(base)+len(suffix) &&
			strings.HasPrefix(vars[i].Name, base) && strings.HasSuffix(vars[i].Name, suffix) {
			return i
		}
	}
	return -1
}

// joinInterface makes one variable of x.data at index i and its x.itab or
// x.type; both are taken.
func (p *Program) joinInterface(vars []Var, taken []bool, i int, base string) Var {
	v := Var{Name: base, Param: vars[i].Param, Pieces: vars[i].Pieces}
	taken[i] = true
	for _, kind := range []struct{ suffix, stands string }{{".itab", "error"}, {".type", "interface {}"}} {
		j := partner(vars, taken, base, kind.suffix)
		if j < 0 {
			continue
		}
		taken[j] = true
		v.Type = p.lookupType(kind.stands)
		v.Pieces = append(clonePieces(vars[j].Pieces, 0), clonePieces(vars[i].Pieces, uint64(p.Arch.PtrSize))...)
		return v
	}
	return v
}

// joinPointer makes a string or slice of x.ptr if its x.len is listed, too;
// then the pointer leads to an array of what it points to. Bytes without an
// x.cap are a string's.
func (p *Program) joinPointer(vars []Var, i int, base string) Var {
	v := vars[i]
	none := make([]bool, len(vars))
	bytes := v.isPointerTo(Uint8)
	hasCap := partner(vars, none, base, ".cap") >= 0
	hasLen := partner(vars, none, base, ".len") >= 0
	var whole *Type
	switch {
	case bytes && hasLen && !hasCap:
		whole = p.lookupType("string")
	case (hasLen || hasCap) && v.Type.Elem != nil:
		whole = p.lookupType("[]" + v.Type.Elem.FullName)
	}
	switch {
	case whole != nil:
		v.Name, v.Type = base, whole
	case bytes:
		v.Name, v.Type = base, nil
	}
	return v
}

// clonePieces returns pieces that stand by bytes further into their variable.
func clonePieces(pieces []Piece, by uint64) []Piece {
	out := make([]Piece, len(pieces))
	for i, pc := range pieces {
		pc.VarOffset += by
		out[i] = pc
	}
	return out
}
