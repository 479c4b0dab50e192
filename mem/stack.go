package mem

// Stack is a last-in-first-out stack in chunks: it copies nothing when it grows.
// The zero value is empty.
type Stack[T any] struct {
	Mem   *Scratch // where the chunks lie; nil for the collector's memory
	Chunk int      // elements of a chunk, set before the first Push; 2^18 if 0

	top   []T
	below [][]T // full ones
	spare []T   // the chunk that was emptied last
}

// Push puts v on top.
func (s *Stack[T]) Push(v T) {
	if len(s.top) == cap(s.top) {
		s.extend()
	}
	s.top = append(s.top, v)
}

func (s *Stack[T]) extend() {
	if len(s.top) > 0 {
		s.below = append(s.below, s.top)
	}
	if s.top, s.spare = s.spare, nil; s.top != nil {
		return
	}
	room := s.Chunk
	if room <= 0 {
		room = queueChunk
	}
	s.top = Room[T](s.Mem, room)
}

// Pop takes the element on top; ok is false if there is none.
func (s *Stack[T]) Pop() (v T, ok bool) {
	if len(s.top) == 0 {
		n := len(s.below)
		if n == 0 {
			return v, false
		}
		s.spare = s.top
		s.top, s.below = s.below[n-1], s.below[:n-1]
	}
	last := len(s.top) - 1
	v = s.top[last]
	s.top = s.top[:last]
	return v, true
}
