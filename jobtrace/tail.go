package jobtrace

import "encoding/binary"

// tailReach is how many bytes of a dump's end are looked at: more than the
// longest of the records that come last.
const tailReach = 64 << 10

// Tags of the records at the end of a dump (runtime/heapdump.go, Go 1.7 to 1.27).
const (
	tagEOF      = 0
	tagMemStats = 10
	tagProfile  = 16 // a bucket of the memory profile
	tagSample   = 17 // an object that the profile knows
)

// A record of MemStats has so many counters and then pauses, the last of which
// is the number of collections.
const (
	statsCounters = 24
	statsPauses   = 256 + 1
)

// endsWhole reports whether tail, the last bytes of a dump, ends in records that
// follow each other up to the record of the end, in the last byte. A dump that
// was cut off anywhere before does not, but for a coincidence.
func endsWhole(tail []byte) bool {
	if len(tail) == 0 || tail[len(tail)-1] != tagEOF {
		return false
	}
	for i, tag := range tail {
		if tag == tagMemStats || tag == tagProfile || tag == tagSample {
			if chain(tail[i:]) {
				return true
			}
		}
	}
	return false
}

// enough is how many records must follow each other where MemStats is not
// among them.
const enough = 4

// chain reports whether records fill b to its end.
func chain(b []byte) bool {
	s := scanner{b: b}
	for n := 0; !s.bad; n++ {
		switch s.number() {
		case tagEOF:
			return !s.bad && len(s.b) == 0 && (n >= enough || s.stats)
		case tagMemStats:
			s.memStats()
		case tagProfile:
			s.profile()
		case tagSample:
			s.address()
			s.address()
		default:
			return false
		}
	}
	return false
}

// scanner reads records; bad stays once something cannot be.
type scanner struct {
	b          []byte
	bad, stats bool
}

func (s *scanner) number() uint64 {
	n, size := binary.Uvarint(s.b)
	if size <= 0 {
		s.bad, s.b = true, nil
		return 0
	}
	s.b = s.b[size:]
	return n
}

func (s *scanner) numbers(n uint64) {
	for ; n > 0 && !s.bad; n-- {
		s.number()
	}
}

// memStats reads a record of MemStats and compares what must agree: Alloc with
// HeapAlloc and TotalAlloc, Sys with HeapSys.
func (s *scanner) memStats() {
	var c [statsCounters]uint64
	for i := range c {
		c[i] = s.number()
	}
	s.numbers(statsPauses)
	s.stats = true
	if c[0] < 4096 || c[0] != c[6] || c[1] < c[0] || c[2] < c[7] {
		s.bad = true
	}
}

// address reads a number that cannot be small.
func (s *scanner) address() {
	if s.number() < 4096 {
		s.bad = true
	}
}

func (s *scanner) text() {
	if n := s.number(); n <= uint64(len(s.b)) {
		s.b = s.b[n:]
	} else {
		s.bad = true
	}
}

// profile reads a bucket: id, size, stack of (function, file, line), allocs, frees.
func (s *scanner) profile() {
	s.address()
	s.number()
	for n := s.number(); n > 0 && !s.bad; n-- {
		s.text()
		s.text()
		s.number()
	}
	s.numbers(2)
}
