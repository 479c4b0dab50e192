package partition

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
)

// maxWords is how many names a row shows; the others are counted.
const maxWords = 8

// unreferred is the row of what nothing refers to.
const unreferred = "(nothing)"

// lexicon numbers names for several workers, from 1. Which has which number is
// chance, so nothing that is shown depends on it.
type lexicon struct {
	mu    sync.Mutex
	names numberNames
}

func (l *lexicon) of(name string) uint32 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.names.of(name) + 1
}

// byNames gives objects with the same set of names a class. collect appends the
// numbers of an object's names, which may be there several times; describe gives
// the name of one.
func (sp *Space) byNames(ctx context.Context, set graph.Set, describe func(uint32) string, collect func() func(id mem.ObjID, dst []uint32) []uint32) (*classes, error) {
	words := lexicon{}
	none := words.of(unreferred) - 1
	c, err := sp.classify(ctx, set, 0, nil, func() func(mem.ObjID) uint32 {
		one := map[uint32]uint32{} // classes of single names: most objects have one
		several := map[string]uint32{}
		collect := collect()
		var buf []uint32
		var key []byte
		return func(id mem.ObjID) uint32 {
			buf = collect(id, buf[:0])
			if len(buf) == 0 {
				return none
			}
			if len(buf) > 1 {
				slices.Sort(buf)
				buf = slices.Compact(buf)
			}
			if len(buf) == 1 {
				class, ok := one[buf[0]]
				if !ok {
					class = words.of(wordsOf(buf, describe)) - 1
					one[buf[0]] = class
				}
				return class
			}
			key = key[:0]
			for _, n := range buf {
				key = binary.LittleEndian.AppendUint32(key, n)
			}
			class, ok := several[string(key)]
			if !ok {
				class = words.of(wordsOf(buf, describe)) - 1
				several[string(key)] = class
			}
			return class
		}
	})
	if err != nil {
		return nil, err
	}
	c.n, c.name = len(words.names.list), words.names.name
	return c, nil
}

// wordsOf is a set of names in words: the first by name, and how many more.
func wordsOf(set []uint32, describe func(uint32) string) string {
	names := make([]string, len(set))
	for i, n := range set {
		names[i] = describe(n)
	}
	slices.Sort(names)
	more := ""
	if n := len(names) - maxWords; n > 0 {
		names, more = names[:maxWords], fmt.Sprintf(" and %d more", n)
	}
	return strings.Join(names, ", ") + more
}
