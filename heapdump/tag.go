package heapdump

import "strconv"

// Magic is the first line of every heap dump.
const Magic = "go1.7 heap dump\n"

// Tag is the number before each record that says what it is.
type Tag uint8

// The tags, as runtime/heapdump.go numbers them.
const (
	TagEOF Tag = iota
	TagObject
	TagOtherRoot
	TagType
	TagGoroutine
	TagFrame
	TagParams
	TagFinalizer
	TagItab
	TagOSThread
	TagMemStats
	TagQueuedFinalizer
	TagData
	TagBSS
	TagDefer
	TagPanic
	TagBucket
	TagSample
	numTags
)

// row is what the package knows of one tag: its word in the text form, and
// an empty record, whose slots method lists the fields in file order.
type row struct {
	name  string
	empty func() slotted
}

// table has one row per tag and is never changed. Reader, Writer, the text
// form and the package comment (by a test) all go by it.
var table = [numTags]row{
	TagEOF:             {"eof", func() slotted { return new(EOF) }},
	TagObject:          {"object", func() slotted { return new(Object) }},
	TagOtherRoot:       {"otherroot", func() slotted { return new(OtherRoot) }},
	TagType:            {"type", func() slotted { return new(Type) }},
	TagGoroutine:       {"goroutine", func() slotted { return new(Goroutine) }},
	TagFrame:           {"frame", func() slotted { return new(Frame) }},
	TagParams:          {"params", func() slotted { return new(Params) }},
	TagFinalizer:       {"finalizer", func() slotted { return new(Finalizer) }},
	TagItab:            {"itab", func() slotted { return new(Itab) }},
	TagOSThread:        {"osthread", func() slotted { return new(OSThread) }},
	TagMemStats:        {"memstats", func() slotted { return new(MemStats) }},
	TagQueuedFinalizer: {"queuedfinalizer", func() slotted { return &Finalizer{Queued: true} }},
	TagData:            {"data", func() slotted { return new(Segment) }},
	TagBSS:             {"bss", func() slotted { return &Segment{BSS: true} }},
	TagDefer:           {"defer", func() slotted { return new(Defer) }},
	TagPanic:           {"panic", func() slotted { return new(Panic) }},
	TagBucket:          {"bucket", func() slotted { return new(ProfileBucket) }},
	TagSample:          {"sample", func() slotted { return new(AllocSample) }},
}

// String is the tag's word in the text form, or its number if it has none.
func (t Tag) String() string {
	if t < numTags {
		return table[t].name
	}
	return "tag " + strconv.Itoa(int(t))
}

// slotted is a record that can point at its own fields. The dynamic type of
// slot.at says how a field is encoded:
//
//	*mem.Addr *uint64   varint
//	*bool               varint 0 or 1
//	*string *[]byte     length, bytes
//	contents            length, bytes; the length may be a lie (see salvage.go)
//	*Fields             (kind, offset)*, 0
//	*[256]uint64        256 varints
//	*[]StackLine        count, (func, file, line)*
type slotted interface {
	Record
	slots() []slot
}

type slot struct {
	name string
	at   any
}

// contents is the slot of an object's bytes: as many as claimed, or fewer.
type contents struct {
	size  *uint64
	bytes *[]byte
}
