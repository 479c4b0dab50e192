package typing

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/program"
)

// Messages of google.golang.org/protobuf keep what reflection gives them as
// protoreflect.Values (reflect/protoreflect/value_unsafe.go):
//
//	typ(p) ptr(p) num(8)
//
// For a string or bytes ptr leads to them and num is their length; for a message, a
// list and a map typ and ptr are the two words of an interface; else ptr is nil.

// protoValue adds the ops of such a struct.
func (tb *table) protoValue(l *layout, t *program.Type, off uint64) bool {
	typ, ptr, num := t.Field("typ"), t.Field("ptr"), t.Field("num")
	if typ == nil || ptr == nil || num == nil || typ.Offset != 0 || ptr.Offset != tb.ptr || num.Offset != 2*tb.ptr ||
		typ.Type.Kind != program.UnsafePointer || ptr.Type.Kind != program.UnsafePointer {
		return false
	}
	l.add(op{off: off, kind: opUnsafe})
	l.add(op{off: off, word: off + tb.ptr, kind: opProto})
	return true
}

// claimProto follows the protoreflect.Value at off.
func (w *walker) claimProto(typ mem.Addr, v view, off uint64) {
	t := w.dynamic(typ).t
	c := claim{addr: w.addr(v, off+w.ptr), n: w.word(v, off+2*w.ptr), ev: Interface}
	switch {
	case t == nil:
	case t.Kind == program.String:
		c.to = w.str
		w.claim(c)
	case t.Kind == program.Slice && t.Elem != nil && t.Elem.Kind == program.Uint8:
		c.to = w.id(Array, t.Elem)
		w.claim(c)
	default:
		w.claimIface(typ, v, off+w.ptr)
	}
}

// isMessageState reports whether a type is what a message begins with, and what one
// is by protoreflect.Message (internal/impl/message_reflect.go).
func isMessageState(t *program.Type) bool {
	return t.FullName == protoImpl+"messageState" || t.FullName == protoImpl+"MessageState"
}

const protoImpl = "google.golang.org/protobuf/internal/impl."

// message is the type of the message that begins with b: its state leads to an
// impl.MessageInfo, and that has the type of a pointer to it.
func (w *walker) message(b []byte) *program.Type {
	info := w.lookupGo(protoImpl + "MessageInfo")
	if info == nil {
		return nil
	}
	f := info.Field("GoReflectType")
	at := w.addr(view{b: b}, 0)
	if f == nil || f.Type.Kind != program.Interface || at == 0 {
		return nil
	}
	t := w.made.TypeAt(w.addr(view{b: w.bytesAt(at)}, f.Offset+w.ptr))
	if t == nil || t.Kind != program.Pointer {
		return nil
	}
	return t.Elem
}
