package program

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/objgraph/objgraph/mem"
)

// pkgNames maps an import path to the name in its package clause.
type pkgNames struct{ byPath map[string]string }

// readPkgNames takes the names from the compile units (attribute 0x2905), or
// without DWARF from the packages' types.
func (p *Program) readPkgNames() *pkgNames {
	n := &pkgNames{byPath: map[string]string{}}
	if p.dwarf == nil {
		p.types.eachDescriptor(func(_ mem.Addr, typ, path string) {
			if name, _, ok := strings.Cut(typ, "."); ok && path != "" {
				n.byPath[path] = name
			}
		})
		return n
	}
	for i := range p.dwarf.units {
		if u := &p.dwarf.units[i]; u.pkgName != "" {
			n.byPath[unescapePath(u.name)] = u.pkgName
		}
	}
	return n
}

// name is the package's name, guessed from the path where no unit tells it:
// the last element, or the one before a /v2, without a .v2.
func (n *pkgNames) name(path string) string {
	if s, ok := n.byPath[path]; ok {
		return s
	}
	dir, last := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		dir, last = path[:i], path[i+1:]
	}
	if dir != "" && isMajor(last) {
		last = dir[strings.LastIndexByte(dir, '/')+1:]
	}
	if head, tail, ok := strings.Cut(last, "."); ok && isMajor(tail) {
		last = head
	}
	return last
}

// isMajor reports whether s is a major version: v2, v10.
func isMajor(s string) bool {
	n, err := strconv.Atoi(strings.TrimPrefix(s, "v"))
	return err == nil && n > 0 && s[0] == 'v'
}

// unescapePath undoes the linker's %xx in import paths (a dot in the last
// element is %2e).
func unescapePath(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			if v, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(v))
				i += 2
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// short turns a name with import paths into one with package names, as package
// reflect prints it: the type arguments of a named type keep their paths.
func (n *pkgNames) short(full string) string {
	if !strings.ContainsAny(full, "/%") {
		return full
	}
	var b strings.Builder
	for i := 0; i < len(full); {
		j := i + nameToken(full[i:])
		token := full[i:j]
		b.WriteString(n.shortToken(token))
		i = j
		if i < len(full) && full[i] == '[' && isNamed(token) {
			end := i + closing(full[i:])
			b.WriteString(full[i:end])
			i = end
		}
	}
	return b.String()
}

// nameToken is the length of the piece at the start of s: a quoted tag, a
// punctuation character, or a run of anything else.
func nameToken(s string) int {
	if s[0] == '"' {
		for i := 1; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return i + 1
			}
		}
		return len(s)
	}
	if i := strings.IndexAny(s, ` *[](){},;<>"`); i != 0 {
		if i < 0 {
			return len(s)
		}
		return i
	}
	return 1
}

// isNamed reports whether a bracket after the token opens type arguments.
func isNamed(token string) bool {
	return strings.IndexByte(token, '.') >= 0 && !strings.HasPrefix(token, "map.") && !strings.HasPrefix(token, "noalg.map.")
}

// closing is the length of s up to the bracket that closes its first one.
func closing(s string) int {
	depth := 0
	for i := range len(s) {
		switch s[i] {
		case '[':
			depth++
		case ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}

// shortToken replaces the path in "path/to/pkg.Name" by the package's name.
func (n *pkgNames) shortToken(token string) string {
	slash := strings.LastIndexByte(token, '/') + 1
	dot := strings.IndexByte(token[slash:], '.')
	if dot < 0 || (slash == 0 && !strings.Contains(token, "%")) || token[0] == '"' {
		return token
	}
	return n.name(unescapePath(token[:slash+dot])) + token[slash+dot:]
}

// maxNameLen bounds names that are put together here.
const maxNameLen = 1 << 14

// fullName spells a type with import paths, from its parts, and keeps the
// result in the type, which only its maker has so far. A type that contains
// itself without a name between gets its short name there.
func fullName(t *Type, depth int) string {
	switch {
	case t == nil:
		return "?"
	case t.FullName != "":
		return t.FullName
	}
	if t.FullName = t.Name; t.Name == "" { // of MadeTypes
		t.FullName = "…"
	}
	switch {
	case depth > maxDepth || t.Name != "" && strings.IndexByte(t.Name, '.') < 0:
	case t.Named:
		t.FullName = namedFullName(t)
	default:
		if s := compositeName(t, depth+1); s != "" && len(s) <= maxNameLen {
			t.FullName = s
		}
	}
	return t.FullName
}

func namedFullName(t *Type) string {
	dot := strings.IndexByte(t.Name, '.')
	if t.PkgPath == "" || dot < 0 {
		return t.Name
	}
	return t.PkgPath + t.Name[dot:]
}

func compositeName(t *Type, depth int) string {
	switch t.Kind {
	case Pointer:
		return "*" + fullName(t.Elem, depth)
	case Slice:
		return "[]" + fullName(t.Elem, depth)
	case Array:
		return "[" + strconv.FormatUint(t.Len, 10) + "]" + fullName(t.Elem, depth)
	case Map:
		return "map[" + fullName(t.Key, depth) + "]" + fullName(t.Elem, depth)
	case Chan:
		return cmp.Or(t.begins, chanPrefix(t.Name)) + fullName(t.Elem, depth)
	case FuncKind:
		return "func(" + paramNames(t, depth) + ")" + resultNames(t.Out, depth)
	case Struct:
		return structName(t, depth)
	}
	return ""
}

func chanPrefix(name string) string {
	for _, p := range []string{"<-chan ", "chan<- "} {
		if strings.HasPrefix(name, p) {
			return p
		}
	}
	return "chan "
}

func paramNames(t *Type, depth int) string {
	s := joinNames(t.In, depth)
	if t.Variadic && len(t.In) > 0 {
		last := fullName(t.In[len(t.In)-1], depth)
		s = strings.TrimSuffix(s, last) + "..." + strings.TrimPrefix(last, "[]")
	}
	return s
}

func resultNames(out []*Type, depth int) string {
	switch len(out) {
	case 0:
		return ""
	case 1:
		return " " + fullName(out[0], depth)
	}
	return " (" + joinNames(out, depth) + ")"
}

func joinNames(types []*Type, depth int) string {
	var b strings.Builder
	for i, t := range types {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(fullName(t, depth))
		if b.Len() > maxNameLen {
			break
		}
	}
	return b.String()
}

// structName spells an unnamed struct, without tags. A synthetic one of the
// compiler (map.group[K]V) has a name of its own and keeps it.
func structName(t *Type, depth int) string {
	if t.Name != "" && !strings.HasPrefix(t.Name, "struct {") {
		return t.Name
	}
	var b strings.Builder
	b.WriteString("struct {")
	for i := range t.Fields {
		f := &t.Fields[i]
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteByte(' ')
		if !f.Embedded {
			b.WriteString(f.Name + " ")
		}
		b.WriteString(fullName(f.Type, depth))
		if b.Len() > maxNameLen {
			break
		}
	}
	b.WriteString(" }")
	return b.String()
}
