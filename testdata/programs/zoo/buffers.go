package main

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unsafe"

	"programs/truth"
)

// Builders, buffers and readers.
var (
	builders []*strings.Builder
	buffers  []*bytes.Buffer
	readers  []*bufio.Reader
	inlineSB struct {
		n  int
		sb strings.Builder
	}
)

// ReaderBelow: 7, each under a bufio.Reader.
type ReaderBelow struct{ a, b, c int }

func (*ReaderBelow) Read([]byte) (int, error) { return 0, io.EOF }

func addBuffers(a *truth.Account) {
	for i := 0; i < 277; i++ {
		sb := truth.Of(a, new(strings.Builder))
		sb.WriteString("more than sixteen bytes in a builder")
		a.Some("[]uint8", unsafe.Pointer(unsafe.StringData(sb.String())))
		builders = append(builders, sb)
	}
	for i := 0; i < 281; i++ {
		b := truth.Of(a, new(bytes.Buffer))
		b.WriteString("more than sixteen bytes in a buffer")
		a.Some("[]uint8", unsafe.Pointer(&b.Bytes()[0]))
		buffers = append(buffers, b)
	}
	for i := 0; i < 7; i++ {
		readers = append(readers, truth.Of(a, bufio.NewReader(truth.Of(a, &ReaderBelow{a: i}))))
	}
	inlineSB.sb.WriteString("more than sixteen bytes in a variable")
	a.Some("[]uint8", unsafe.Pointer(unsafe.StringData(inlineSB.sb.String())))
}
