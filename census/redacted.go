package census

import (
	"github.com/objgraph/objgraph/heap"
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
	blank, code, spoken := 0, 0, false
	word := s.Heap.Arch.PtrSize
	s.Heap.Each(func(o *heap.Object) bool {
		if o.Size < smallest || o.Size >= smallerThan || !o.Slots.Empty() || len(o.Contents) < smallest {
			return true
		}
		spoken = !zero(o.Contents[word:])
		if blank++; !zero(o.Contents[:word]) {
			code++
		}
		return !spoken
	})
	return !spoken && blank >= leastBlank && code <= blank/mostCode
}

func zero(b []byte) bool {
	for _, c := range b {
		if c != 0 {
			return false
		}
	}
	return true
}
