package heapdump

import (
	"bytes"
	"errors"
	"strings"
)

// kinds of file that people open instead of a dump, by their first bytes.
var lookalikes = [...]struct{ magic, says string }{
	{"\x7fELF", "this is an executable or a core file, not a heap dump; give the dump first and the executable with --exe"},
	{"\xcf\xfa\xed\xfe", "this is an executable, not a heap dump"},
	{"MZ", "this is an executable, not a heap dump"},
	{"heap profile: ", "this is a pprof profile in text form, " + writeOne},
	{"\x1f\x8b", "this is a gzip file, which must be unpacked first"},
	{"\x28\xb5\x2f\xfd", "this is a zstd file, which must be unpacked first"},
	{"BZh", "this is a bzip2 file; unpack it, or pack it with gzip or zstd"},
	{"\xfd7zXZ", "this is an xz file; unpack it, or pack it with gzip or zstd"},
	{"PK\x03\x04", "this is a zip file; unpack it, or pack it with gzip or zstd"},
	{"JAVA PROFILE", "this is a heap dump of Java, not of Go"},
	{"go1.3 heap dump\n", "this heap dump has the format of Go 1.3; Go 1.7 and later are read"},
	{"go1.4 heap dump\n", "this heap dump has the format of Go 1.4; Go 1.7 and later are read"},
	{"go1.5 heap dump\n", "this heap dump has the format of Go 1.5; Go 1.7 and later are read"},
	{"go1.6 heap dump\n", "this heap dump has the format of Go 1.6; Go 1.7 and later are read"},
}

const writeOne = "not a heap dump; write one with debug.WriteHeapDump"

// checkMagic returns nil if data starts with the magic line, else a
// *FormatError that says what data is and what to do.
func checkMagic(data []byte) error {
	if bytes.HasPrefix(data, []byte(Magic)) {
		return nil
	}
	return &FormatError{Field: "magic", Err: noDump(data)}
}

func noDump(data []byte) error {
	if len(data) == 0 {
		return truncated{"the file is empty: writing the heap dump failed, or has not begun"}
	}
	if strings.HasPrefix(Magic, string(data[:min(len(data), len(Magic))])) {
		return truncated{"the file ends within the first line of a heap dump: writing it failed, or has not finished"}
	}
	for _, l := range lookalikes {
		if bytes.HasPrefix(data, []byte(l.magic)) {
			return errors.New(l.says)
		}
	}
	switch {
	case isProfile(data):
		return errors.New("this is a pprof profile, " + writeOne)
	case isText(data):
		return errors.New("this is a text file, " + writeOne)
	}
	return errors.New("this is " + writeOne)
}

// truncated is an ErrTruncated with words of its own.
type truncated struct{ says string }

func (t truncated) Error() string { return t.says }
func (t truncated) Unwrap() error { return ErrTruncated }

// isProfile reports whether data looks like an unpacked pprof profile: a
// protobuf message whose first field, sample_type (1) or period_type (11), is
// itself a message of two small numbers, with another field of a profile
// behind it (github.com/google/pprof/proto/profile.proto).
func isProfile(data []byte) bool {
	const (
		sampleType, sample, periodType, period = 1<<3 | 2, 2<<3 | 2, 11<<3 | 2, 12 << 3
		typeNumber                             = 1 << 3
	)
	if len(data) < 3 || data[0] != sampleType && data[0] != periodType {
		return false
	}
	next := 2 + int(data[1])
	if data[2] != typeNumber || data[1] > 22 || next >= len(data) {
		return false
	}
	return bytes.IndexByte([]byte{sampleType, sample, periodType, period}, data[next]) >= 0
}

// isText reports whether the first bytes are all printable ASCII or UTF-8 letters.
func isText(data []byte) bool {
	for _, c := range data[:min(len(data), 512)] {
		if c < ' ' && c != '\n' && c != '\t' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return true
}
