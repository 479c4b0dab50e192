package census

import (
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

// A redacted dump (heapdump.Redact) has no mark. Small objects without pointers tell:
// texts and numbers, of which any program has some that are not zero. In a redacted
// dump they are blank but for the first word, that may be a closure's code; channels,
// of which more stays, are larger.
const (
	smallest    = 16 // bytes
	smallerThan = 48 // a channel, with words of 32 bits
	leastBlank  = 32 // objects to tell from
	mostCode    = 8  // one in so many may have a first word
)

// isRedacted reports whether contents were taken out of a dump.
func isRedacted(s *snapshot.Snapshot) bool {
	blank, code := 0, 0
	word, size := s.Heap.Arch.PtrSize, s.Heap.Sizes()
	for id := range mem.ObjID(s.Heap.NumObjects()) {
		if n := size(id); n < smallest || n >= smallerThan {
			continue
		}
		o := s.Heap.Object(id)
		if !o.Slots.Empty() || len(o.Contents) < smallest {
			continue
		}
		if !zero(o.Contents[word:]) {
			return false
		}
		if blank++; !zero(o.Contents[:word]) {
			code++
		}
	}
	return blank >= leastBlank && code <= blank/mostCode
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
