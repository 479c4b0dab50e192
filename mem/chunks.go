package mem

// Chunks is a long slice that grows without being copied: pieces of 2^21
// elements. The zero value is empty.
type Chunks[T any] struct {
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

// Push appends an element.
func (c *Chunks[T]) Push(v T) {
	if len(c.last) == cap(c.last) {
		c.grow()
	}
	c.last = append(c.last, v)
}

func (c *Chunks[T]) grow() {
	if n := len(c.list); n == 1 && len(c.last) <= chunkMask {
		c.last = Grow(c.last, 1) // the first one starts small
		c.list[0] = c.last[:cap(c.last)]
		return
	}
	c.Chunk(1 << chunkShift)
}

// Chunk begins a piece with room for so many elements, or as many as any has. It
// is for the first, if there will be many.
func (c *Chunks[T]) Chunk(room int) {
	room = min(room, 1<<chunkShift)
	c.last = MakeCap[T](room)
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
