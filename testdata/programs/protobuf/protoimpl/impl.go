// Package protoimpl shows package impl to others.
package protoimpl

import "google.golang.org/protobuf/internal/impl"

// MessageInfo and MessageState are impl's.
type (
	MessageInfo  = impl.MessageInfo
	MessageState = impl.MessageState
)
