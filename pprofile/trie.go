package pprofile

// stackID is a distinct stack, 0 the empty one.
type stackID uint32

// frameID is a distinct frame.
type frameID uint32

// Frames that are none of their own.
const (
	merged   frameID = 0         // "(merged)": frames that are not kept apart
	noFrame  frameID = 1<<32 - 1 // of the empty stack
	sameOnly frameID = 1<<32 - 2 // a part of its holder: no frame
)

// A trie holds the distinct stacks: each is another one and a frame. Parents come
// before their children.
type trie struct {
	nodes []node // by stackID
	next  map[step]stackID
	found recent[step, stackID] // before the map

	most, deepest int // nodes and frames at the most; what goes beyond is merged
}

// node is one stack; the values are those of the objects at its end.
type node struct {
	parent  stackID
	frame   frameID
	depth   int32
	objects uint64
	bytes   uint64
}

// step is a frame more on a stack.
type step struct {
	from  stackID
	frame frameID
}

// Bounds of a trie while it is built. Below maxDepth frames there are as many
// types in one stack; a node takes some 80 bytes with its place in the map.
const (
	maxNodes = 1 << 20
	maxDepth = 64
)

func newTrie() *trie {
	return &trie{nodes: []node{{frame: noFrame}}, next: map[step]stackID{}, most: maxNodes, deepest: maxDepth}
}

// step goes on from a stack by a frame.
func (t *trie) step(from stackID, f frameID) stackID {
	on := t.nodes[from].frame
	if f == on || f == sameOnly || on == merged {
		return from
	}
	k := step{from, f}
	at := t.found.slot(uint32(k.from), uint32(k.frame))
	if at.key == k && at.value != 0 {
		return at.value
	}
	to, ok := t.next[k]
	if !ok {
		to = t.enter(k)
	}
	at.key, at.value = k, to
	return to
}

// recent keeps what was looked up last, one key for each hash: the same few come
// again and again.
type recent[K comparable, V any] [1 << recentBits]struct {
	key   K
	value V
}

const recentBits = 9

// slot is the place for a key of two numbers (Knuth's multiplicative hash).
func (r *recent[K, V]) slot(a, b uint32) *struct {
	key   K
	value V
} {
	return &r[(a*2654435769^b*2246822519)>>(32-recentBits)]
}

func (t *trie) enter(k step) stackID {
	to, ok := t.fold(k)
	if !ok {
		if t.full(k.from) && k.frame != merged {
			return t.step(k.from, merged) // not remembered, so that the map is bounded too
		}
		to = stackID(len(t.nodes))
		t.nodes = append(t.nodes, node{parent: k.from, frame: k.frame, depth: t.nodes[k.from].depth + 1})
	}
	t.next[k] = to
	return to
}

func (t *trie) full(at stackID) bool {
	return len(t.nodes) >= t.most || int(t.nodes[at].depth) >= t.deepest-1
}

// fold finds the stack that a recursion comes back to: it ends with the frame,
// and has all frames that the longer one has. So no value moves to another frame,
// neither an object's own nor what is cumulated, and a list of a million nodes is
// a stack of one.
func (t *trie) fold(k step) (stackID, bool) {
	for at := k.from; at != 0; at = t.nodes[at].parent {
		if t.nodes[at].frame == k.frame {
			return at, t.has(at, k.from)
		}
	}
	return 0, false
}

// has reports whether a stack has all frames of a longer one that begins with it.
func (t *trie) has(stack, longer stackID) bool {
	for at := longer; at != stack; at = t.nodes[at].parent {
		if !t.contains(stack, t.nodes[at].frame) {
			return false
		}
	}
	return true
}

func (t *trie) contains(stack stackID, f frameID) bool {
	for at := stack; at != 0; at = t.nodes[at].parent {
		if t.nodes[at].frame == f {
			return true
		}
	}
	return false
}

// add counts an object at the end of a stack.
func (t *trie) add(at stackID, bytes uint64) {
	t.nodes[at].objects++
	t.nodes[at].bytes += bytes
}
