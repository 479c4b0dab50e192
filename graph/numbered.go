package graph

import (
	"math/bits"

	"github.com/objgraph/objgraph/mem"
)

// Numbered is a set with its members numbered, ascending from 0, so that what is
// known of few objects takes no room for all: 4 bytes for every 64 objects. The set
// must not change after.
type Numbered struct {
	set    Set
	before []uint32 // by word: members in the words before
	len    int
}

// Numbered is the set with numbers.
func (s Set) Numbered() Numbered {
	n := Numbered{set: s, before: make([]uint32, len(s.words))}
	for i, w := range s.words {
		n.before[i] = uint32(n.len)
		n.len += bits.OnesCount64(w)
	}
	return n
}

// Len is the number of members.
func (n *Numbered) Len() int { return n.len }

// Of is the number of a member; of another object, how many members are before it.
func (n *Numbered) Of(id mem.ObjID) int {
	w := id / 64
	return int(n.before[w]) + bits.OnesCount64(n.set.words[w]&(1<<(id%64)-1))
}
