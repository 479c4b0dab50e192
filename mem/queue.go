package mem

// Queue is a first-in-first-out queue in chunks that are used again, so that it
// takes the memory of what is in it at once, and copies nothing. The zero value is
// empty.
type Queue[T any] struct {
	Mem   *Scratch // where the chunks lie; nil for the collector's memory
	Chunk int      // elements of a chunk, set before the first Push; 2^18 if 0

	head, tail []T   // head is read from the front; tail is written
	read       []T   // all of the chunk that head is the rest of
	full       [][]T // between the two, oldest first
	spare      [][]T
}

const queueChunk = 1 << 18

// Push appends v.
func (q *Queue[T]) Push(v T) {
	if len(q.tail) == cap(q.tail) {
		q.extend()
	}
	q.tail = append(q.tail, v)
}

func (q *Queue[T]) extend() {
	if len(q.tail) > 0 {
		q.full = append(q.full, q.tail)
	}
	if n := len(q.spare); n > 0 {
		q.tail, q.spare = q.spare[n-1], q.spare[:n-1]
		return
	}
	room := q.Chunk
	if room <= 0 {
		room = queueChunk
	}
	q.tail = Room[T](q.Mem, room)
}

// Pop takes the element that was pushed first; ok is false if there is none.
func (q *Queue[T]) Pop() (v T, ok bool) {
	few := q.PopFew(1)
	if len(few) == 0 {
		return v, false
	}
	return few[0], true
}

// PopFew takes the elements that were pushed first, at least one if there is any and
// at most so many. They stay until the next pop.
func (q *Queue[T]) PopFew(most int) []T {
	if len(q.head) == 0 && !q.advance() {
		return nil
	}
	few := q.head[:min(most, len(q.head))]
	q.head = q.head[len(few):]
	return few
}

// advance makes the oldest chunk the head, and the one before a spare.
func (q *Queue[T]) advance() bool {
	if q.read != nil {
		q.spare = append(q.spare, q.read[:0])
		q.read, q.head = nil, nil
	}
	switch {
	case len(q.full) > 0:
		q.read, q.full = q.full[0], q.full[1:]
	case len(q.tail) > 0:
		q.read, q.tail = q.tail, nil
	default:
		return false
	}
	q.head = q.read
	return true
}
