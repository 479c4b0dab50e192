package typing

import (
	"strings"

	"github.com/objgraph/objgraph/program"
)

// pointee is the T of a sync/atomic.Pointer[T], whose pointer is an
// unsafe.Pointer: the struct begins with a field of type [0]*T that says it
// (sync/atomic/type.go, Go 1.19 and later). nil for other types.
func pointee(t *program.Type) *program.Type {
	if !strings.HasPrefix(t.FullName, "sync/atomic.Pointer[") || len(t.Fields) == 0 {
		return nil
	}
	f := t.Fields[0].Type
	if f.Kind != program.Array || f.Elem == nil || f.Elem.Kind != program.Pointer {
		return nil
	}
	return f.Elem.Elem
}
