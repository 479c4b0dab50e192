// Package impl has what messages begin with, laid out as in the module whose place it
// takes.
package impl

import (
	"reflect"
	"sync/atomic"
	"unsafe"
)

// MessageInfo describes a kind of message.
type MessageInfo struct {
	GoReflectType reflect.Type
	nilMessage    atomicNilMessage
}

// MessageState is what a message begins with.
type MessageState struct {
	_                 [0]func()
	atomicMessageInfo *MessageInfo
}

type messageState MessageState

func (*messageState) ProtoMessage() {}

type messageReflectWrapper struct {
	p  unsafe.Pointer
	mi *MessageInfo
}

type atomicNilMessage struct{ p unsafe.Pointer }

// State is the message that begins with ms, as reflection has it.
func (ms *MessageState) State(mi *MessageInfo) any {
	ms.atomicMessageInfo = mi
	return (*messageState)(ms)
}

// Nil makes the message that stands for none.
func (mi *MessageInfo) Nil() unsafe.Pointer {
	m := unsafe.Pointer(&messageReflectWrapper{mi: mi})
	atomic.StorePointer(&mi.nilMessage.p, m)
	return m
}
