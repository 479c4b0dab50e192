package graph

import "github.com/objgraph/objgraph/mem"

// lists are the lists of siblings, into which nodes are put next to others, and
// which say in O(log n) which of two comes first. Every node but the first ones
// hangs in a forest from the node that it was put next to. So one list is the
// forest's in-order: of what was put on one side of a node, the last is nearest.
// The way up is taken in the jumps of nearest, with semiNCA's links; above all is
// number 0, at which lists begin.
//
// All slices are by number in depth-first preorder, as in semiNCA.
type lists struct {
	*semiNCA
	up    []uint32 // in the forest
	time  []uint32 // when it was put, from 1
	right Set      // put behind, not before
	next  []uint32 // sibling, 0 for none
	prev  []uint32
	first []uint32 // child, 0 for none
	now   uint32
}

// putFirst puts a node before all of its siblings.
func (l *lists) putFirst(x uint32) {
	l.hang(x, 0, true)
	up := l.dom[x]
	l.join(x, l.first[up])
	l.first[up] = x
}

// put puts a node next to a sibling, right behind it or right before it.
func (l *lists) put(x, at uint32, behind bool) {
	l.hang(x, at, behind)
	switch before := l.prev[at]; {
	case behind:
		l.join(x, l.next[at])
		l.join(at, x)
	case before == 0:
		l.first[l.dom[x]] = x
		l.join(x, at)
	default:
		l.join(before, x)
		l.join(x, at)
	}
}

// join makes two nodes neighbours; y may be 0.
func (l *lists) join(x, y uint32) {
	l.next[x] = y
	if y != 0 {
		l.prev[y] = x
	}
}

// hang enters a node into the forest.
func (l *lists) hang(x, at uint32, behind bool) {
	l.now++
	l.up[x], l.time[x] = at, l.now
	l.link[x] = l.below(at)
	if behind {
		l.right.Add(mem.ObjID(x))
	}
}

// after reports whether x comes after y, another node of the same list.
func (l *lists) after(x, y uint32) bool {
	if l.link[x].label < l.link[y].label {
		return !l.behind(y, x)
	}
	return l.behind(x, y)
}

// behind is after, for an x that is not higher up in the forest.
func (l *lists) behind(x, y uint32) bool {
	if depth := l.link[y].label; l.link[x].label > depth {
		x = l.rise(x, depth+1)
		if l.up[x] == y {
			return l.right.Has(mem.ObjID(x))
		}
		x = l.up[x]
	}
	for l.up[x] != l.up[y] {
		if fx, fy := l.link[x].ancestor, l.link[y].ancestor; fx != fy {
			x, y = fx, fy
		} else {
			x, y = l.up[x], l.up[y]
		}
	}
	right := l.right.Has(mem.ObjID(x))
	if right != l.right.Has(mem.ObjID(y)) {
		return right
	}
	return right == (l.time[x] < l.time[y])
}

// rise is the node above x, or x, at a depth.
func (l *lists) rise(x, depth uint32) uint32 {
	for l.link[x].label > depth {
		if far := l.link[x].ancestor; l.link[far].label >= depth {
			x = far
		} else {
			x = l.up[x]
		}
	}
	return x
}
