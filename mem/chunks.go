package mem

// Chunks is a long slice that grows without being copied: pieces of 2^21
// elements. The zero value is empty.
type Chunks[T any] struct {
	Mem  *Scratch // where the pieces lie; nil for the collector's memory
	list [][]T
	last []T // the last of list
}

const (
	chunkShift = 21
	chunkMask  = 1<<chunkShift - 1
)

// Len is the number of elements, with those that Join skipped.
func (c *Chunks[T]) Len() int {
	if len(c.list) == 0 {
		return 0
	}
	return (len(c.list)-1)<<chunkShift + len(c.last)
}

// Push appends an element. Where it stays is known until the next Push.
func (c *Chunks[T]) Push(v T) *T {
	if len(c.last) == cap(c.last) {
		c.grow()
	}
	c.last = append(c.last, v)
	return &c.last[len(c.last)-1]
}

func (c *Chunks[T]) grow() {
	if n := len(c.list); n == 1 && len(c.last) <= chunkMask {
		room := min(max(2*len(c.last), 64), 1<<chunkShift) // the first one starts small
		c.last = append(Room[T](c.Mem, room), c.last...)
		c.list[0] = c.last[:room]
		return
	}
	c.Chunk(1 << chunkShift)
}

// Chunk begins a piece with room for so many elements, or as many as any has. It
// is for the first, if there will be many.
func (c *Chunks[T]) Chunk(room int) {
	room = min(max(room, 1), 1<<chunkShift)
	c.last = Room[T](c.Mem, room)
	c.list = append(c.list, c.last[:room])
}

// At is an element.
func (c *Chunks[T]) At(i uint32) *T { return &c.list[i>>chunkShift][i&chunkMask] }

// Join appends the elements of d, behind some that are skipped, and returns
// what their indexes are higher by.
func (c *Chunks[T]) Join(d *Chunks[T]) uint32 {
	base := uint32(len(c.list)) << chunkShift
	c.list = append(c.list, d.list...)
	c.last = nil
	return base
}
