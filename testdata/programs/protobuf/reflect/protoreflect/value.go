// Package protoreflect has a value laid out as that of the module whose place it
// takes, which tests cannot download: google.golang.org/protobuf.
package protoreflect

import "unsafe"

// Value is a type word, a pointer and a number, see value_unsafe.go there.
type Value struct {
	typ unsafe.Pointer
	ptr unsafe.Pointer
	num uint64
}

// Message stands for the interface.
type Message interface{ ProtoMessage() }

// OfString keeps the bytes of s.
func OfString(s string) Value {
	return Value{typeOf(""), unsafe.Pointer(unsafe.StringData(s)), uint64(len(s))}
}

// OfBytes keeps those of b.
func OfBytes(b []byte) Value {
	return Value{typeOf([]byte(nil)), unsafe.Pointer(unsafe.SliceData(b)), uint64(len(b))}
}

// OfUint keeps a number.
func OfUint(n uint64) Value { return Value{typ: typeOf(n), num: n} }

// OfAny keeps v.
func OfAny(v any) Value {
	return Value{typeOf(v), (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1], 0}
}

func typeOf(v any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[0] }
