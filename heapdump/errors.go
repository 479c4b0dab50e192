package heapdump

import (
	"errors"
	"fmt"
)

var (
	// ErrFormat is what errors.Is finds in every error about a file that is
	// no heap dump, or a damaged one.
	ErrFormat = errors.New("bad heap dump")

	// ErrTruncated is the ErrFormat of a file that ends too early.
	ErrTruncated error = formatText("the file ends too early")
)

// formatText is an ErrFormat with words of its own.
type formatText string

func (e formatText) Error() string { return string(e) }

// Is makes it an ErrFormat.
func (formatText) Is(target error) bool { return target == ErrFormat }

// FormatError says where a dump is damaged. errors.Is(err, ErrFormat) holds.
type FormatError struct {
	Offset int64  // of the damage, in bytes from the start of the (unpacked) dump
	Start  int64  // of the record that holds it
	Record Tag    // of that record, if Field is not "tag"
	Field  string // of the record, as in the package comment; "tag" and "magic" stand before all records' fields
	Err    error
}

func (e *FormatError) Error() string {
	switch e.Field {
	case "magic":
		return e.Err.Error()
	case "tag":
		return fmt.Sprintf("heap dump damaged at offset %d: %v", e.Offset, e.Err)
	}
	return fmt.Sprintf("heap dump damaged at offset %d: %v record from %d, %s: %v", e.Offset, e.Record, e.Start, e.Field, e.Err)
}

// Is makes every FormatError an ErrFormat.
func (e *FormatError) Is(target error) bool { return target == ErrFormat }

func (e *FormatError) Unwrap() error { return e.Err }
