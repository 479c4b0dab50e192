package graph

import (
	"context"
	"iter"
	"math/bits"

	"github.com/objgraph/objgraph/mem"
)

// The sets that follow are new ones with the room of the larger of the two;
// their operands stay as they are.

// And are the objects in both sets.
func (s Set) And(t Set) Set { return combine(s, t, func(a, b uint64) uint64 { return a & b }) }

// Or are the objects in one of the sets.
func (s Set) Or(t Set) Set { return combine(s, t, func(a, b uint64) uint64 { return a | b }) }

// AndNot are the objects of s that are not in t.
func (s Set) AndNot(t Set) Set { return combine(s, t, func(a, b uint64) uint64 { return a &^ b }) }

// Xor are the objects in one of the sets and not in both.
func (s Set) Xor(t Set) Set { return combine(s, t, func(a, b uint64) uint64 { return a ^ b }) }

func combine(s, t Set, op func(a, b uint64) uint64) Set {
	out := Set{make([]uint64, max(len(s.words), len(t.words)))}
	for i := range out.words {
		out.words[i] = op(s.word(i), t.word(i))
	}
	return out
}

func (s Set) word(i int) uint64 {
	if i < len(s.words) {
		return s.words[i]
	}
	return 0
}

// Equal reports whether both sets have the same objects.
func (s Set) Equal(t Set) bool { return s.Xor(t).Empty() }

// Empty reports whether no object is in the set.
func (s Set) Empty() bool {
	for _, w := range s.words {
		if w != 0 {
			return false
		}
	}
	return true
}

// Block is how many objects the blocks of a set have that are worked on at once.
const Block = 1 << 16

// Blocks is the number of blocks that the set has room for.
func (s Set) Blocks() int { return (len(s.words)*64 + Block - 1) / Block }

// InBlock yields the objects of one block, ascending.
func (s Set) InBlock(block int) iter.Seq[mem.ObjID] {
	lo := min(block*(Block/64), len(s.words))
	words := s.words[lo:min(lo+Block/64, len(s.words))]
	return func(yield func(mem.ObjID) bool) {
		for i, w := range words {
			for ; w != 0; w &= w - 1 {
				if !yield(mem.ObjID((lo+i)*64 + bits.TrailingZeros64(w))) {
					return
				}
			}
		}
	}
}

// Filter are the objects of the set that one of the workers' functions wants:
// each worker calls test once, and what that returns with ascending objects of one
// block after the other. The error is the context's.
func (s Set) Filter(ctx context.Context, workers int, test func() func(mem.ObjID) bool) (Set, error) {
	out := Set{make([]uint64, len(s.words))}
	tests := make([]func(mem.ObjID) bool, mem.Workers(workers))
	err := mem.Parallel(ctx, workers, s.Blocks(), func(worker, block int) {
		if tests[worker] == nil {
			tests[worker] = test()
		}
		for id := range s.InBlock(block) {
			if tests[worker](id) {
				out.Add(id) // the words of a block are one worker's
			}
		}
	})
	return out, err
}
