package program

import "fmt"

// FileError says what in the executable could not be read, and where.
type FileError struct {
	Path    string
	Section string // "" when the file as a whole is meant
	Offset  int64  // in the section, or in the file when Section is "", where 0 is the file as a whole
	Err     error
}

func (e *FileError) Error() string {
	switch {
	case e.Section == "" && e.Offset == 0:
		return fmt.Sprintf("%s: %v", e.Path, e.Err)
	case e.Section == "":
		return fmt.Sprintf("%s: offset %#x: %v", e.Path, e.Offset, e.Err)
	}
	return fmt.Sprintf("%s: section %s+%#x: %v", e.Path, e.Section, e.Offset, e.Err)
}

func (e *FileError) Unwrap() error { return e.Err }

// MismatchError names the first fact in which dump and executable disagree.
type MismatchError struct {
	Fact string // "go version", "data size", "type 0x4f2a80", …
	Dump string // what the dump says
	Exe  string // what the executable says
}

func (e *MismatchError) Error() string {
	return fmt.Sprintf("%s: dump %s, executable %s", e.Fact, e.Dump, e.Exe)
}
