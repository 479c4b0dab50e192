package graph

import "github.com/objgraph/objgraph/mem"

// families puts the children of every node in a low-high order: all in one go,
// as no edge leads from one family into another. A child is free if there is an
// edge from the dominator; any other has a blue and a red edge, from two
// siblings. As there are less than two edges a child, one at least points to no
// more than one sibling. It is taken out; the sibling that it points to has from
// then on the edge of the same colour that led to what is taken out, and is free
// if that was. Blue and red ways to a node still share nothing. In the end none
// is left. Then all are put back, see insert: the constructive half of the proof
// in Georgiadis and Tarjan, as above, that there is an order.
//
// A tree that is wrong may leave some, or offer edges that cannot be: those
// nodes are put anywhere, and have no proof.
//
// All slices are by number in depth-first preorder, as in semiNCA.
type families struct {
	*semiNCA
	blue, red []uint32 // where the edges come from, both the dominator if free; of what is taken out, see insert
	out       []uint32 // edges to siblings
	heads     []uint32 // where they lead, all in one by exclusive or
	taken     []uint32 // in the order in which they are taken out
	away      Set      // taken out free, and had a sibling
	list      lists
	order     []Node // the answer
}

// reduce takes the nodes out, last in order of number first where there is a
// choice; false if the context ended it.
func (f *families) reduce() bool {
	clear(f.out)
	clear(f.heads)
	f.taken = f.semi[:0]
	f.away = NewSet(int(f.count) + 1)
	for w := uint32(topNum + 1); w <= f.count; w++ {
		f.enter(w)
		if f.pulse.stop(2) {
			return false
		}
	}
	for w := uint32(topNum + 1); w <= f.count; w++ {
		if f.out[w] <= 1 {
			f.taken = append(f.taken, w)
		}
	}
	for i := 0; i < len(f.taken); i++ {
		f.take(f.taken[i])
		if f.pulse.stop(3) {
			return false
		}
	}
	return true
}

// enter counts the two edges into a node that is not free.
func (f *families) enter(w uint32) {
	blue, red := f.blue[w], f.red[w]
	if blue == f.dom[w] || red == f.dom[w] || blue == red || blue == w || red == w {
		f.setFree(w)
		return
	}
	f.out[blue]++
	f.out[red]++
	f.heads[blue] ^= w
	f.heads[red] ^= w
}

func (f *families) setFree(w uint32)   { f.blue[w], f.red[w] = f.dom[w], f.dom[w] }
func (f *families) free(w uint32) bool { return f.blue[w] == f.dom[w] }

// drop removes an edge.
func (f *families) drop(from, to uint32) {
	f.heads[from] ^= to
	f.out[from]--
	if f.out[from] == 1 {
		f.taken = append(f.taken, from)
	}
}

// take takes a node out that points to one sibling at most.
func (f *families) take(x uint32) {
	switch {
	case f.out[x] == 1 && f.free(x):
		f.passFree(x, f.heads[x])
	case f.out[x] == 1:
		f.pass(x, f.heads[x])
	case !f.free(x):
		f.drop(f.blue[x], x)
		f.drop(f.red[x], x)
	}
}

// passFree makes free what a free node points to.
func (f *families) passFree(x, y uint32) {
	other := f.red[y]
	if other == x {
		other = f.blue[y]
	}
	f.drop(other, y)
	f.setFree(y)
	f.blue[x], f.red[x] = y, other
	f.away.Add(mem.ObjID(x))
}

// pass gives y, which x points to, x's own edge of that colour.
func (f *families) pass(x, y uint32) {
	to, other := &f.blue[y], f.red[y]
	same, rest := f.blue[x], f.red[x]
	if *to != x {
		to, other = &f.red[y], f.blue[y]
		same, rest = rest, same
	}
	f.drop(rest, x)
	f.blue[x], f.red[x] = same, rest
	if same == other || same == y { // in no tree that is right
		f.drop(same, x)
		f.drop(other, y)
		f.setFree(y)
		return
	}
	*to = same
	f.heads[same] ^= x ^ y
}

// insert puts the nodes back, the last one first. What was taken out is put
// next to blue: on the side of red, so that it is between them and between blue
// and the sibling that it points to; or, if it was free, on the side where red,
// the sibling's other edge, is not. What was free and had no sibling comes first.
// False if the context ended it.
func (f *families) insert() bool {
	f.list = lists{semiNCA: f.semiNCA, up: f.out, time: f.heads, right: NewSet(int(f.count) + 1),
		next: f.slice(), prev: f.slice(), first: f.slice()}
	f.link[0] = link{}
	f.insertLeft()
	for i := len(f.taken) - 1; i >= 0; i-- {
		x := f.taken[i]
		if away := f.away.Has(mem.ObjID(x)); away || !f.free(x) {
			f.list.put(x, f.blue[x], f.list.after(f.red[x], f.blue[x]) != away)
		} else {
			f.list.putFirst(x)
		}
		if f.pulse.stop(4) {
			return false
		}
	}
	return true
}

func (f *families) slice() []uint32 { return mem.Alloc[uint32](&f.mem, int(f.count)+1) }

// insertLeft puts in what could not be taken out.
func (f *families) insertLeft() {
	if len(f.taken) == int(f.count)-topNum {
		return
	}
	taken := NewSet(int(f.count) + 1)
	for _, w := range f.taken {
		taken.Add(mem.ObjID(w))
	}
	for w := uint32(topNum + 1); w <= f.count; w++ {
		if !taken.Has(mem.ObjID(w)) {
			f.list.putFirst(w)
		}
	}
}

// preorder puts the nodes of the tree in order, those of a family as listed;
// false if the context ended it.
func (f *families) preorder() bool {
	for w := uint32(topNum); ; {
		f.order = append(f.order, f.vertex[w])
		child := f.list.first[w]
		for child == 0 {
			if w == topNum {
				return true
			}
			if child = f.list.next[w]; child == 0 {
				w = f.dom[w]
			}
		}
		w = child
		if f.pulse.stop(1) {
			return false
		}
	}
}
