package pprofile

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
)

// naiveFold is what a trie does to the frames of one stack, on a plain list.
func naiveFold[T comparable](frames []T) (out []T) {
	for _, f := range frames {
		at := len(out) - 1
		for at >= 0 && out[at] != f {
			at--
		}
		if at >= 0 && !slices.ContainsFunc(out[at+1:], func(g T) bool { return !slices.Contains(out[:at+1], g) }) {
			out = out[:at+1]
			continue
		}
		out = append(out, f)
	}
	return out
}

func (t *trie) follow(frames []frameID) (at stackID) {
	for _, f := range frames {
		at = t.step(at, f)
	}
	return at
}

// stack are the frames of a stack, outermost first.
func (t *trie) stack(at stackID) (out []frameID) {
	for ; at != 0; at = t.nodes[at].parent {
		out = append(out, t.nodes[at].frame)
	}
	slices.Reverse(out)
	return out
}

func TestFold(t *testing.T) {
	for _, c := range []struct{ frames, want []frameID }{
		{nil, nil},
		{[]frameID{1, 2, 3}, []frameID{1, 2, 3}},
		{[]frameID{1, 2, 2, 2, 2}, []frameID{1, 2}},          // a list
		{[]frameID{1, 2, 2, 2, 3}, []frameID{1, 2, 3}},       // what its nodes hold
		{[]frameID{1, 2, 3, 2, 3, 2}, []frameID{1, 2, 3, 2}}, // left and right of a tree
		{[]frameID{1, 2, 3, 2, 3, 2, 3}, []frameID{1, 2, 3}},
		{[]frameID{1, 2, sameOnly, 3}, []frameID{1, 2, 3}}, // parts of a map
	} {
		tr := newTrie()
		if got := tr.stack(tr.follow(c.frames)); !slices.Equal(got, c.want) {
			t.Errorf("%v folds to %v, want %v", c.frames, got, c.want)
		}
	}
}

// TestFoldMovesNothing wants random stacks to keep their last frame and the set of
// their frames, which is what pprof counts by, and to be those of the naive way.
func TestFoldMovesNothing(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	tr := newTrie()
	for range 3000 {
		frames := make([]frameID, 1+r.IntN(40))
		kinds := 1 + r.IntN(6)
		for i := range frames {
			frames[i] = frameID(1 + r.IntN(kinds))
		}
		got := tr.stack(tr.follow(frames))
		if !slices.Equal(got, naiveFold(frames)) {
			t.Fatalf("%v folds to %v, naively to %v", frames, got, naiveFold(frames))
		}
		if got[len(got)-1] != frames[len(frames)-1] || !slices.Equal(distinct(got), distinct(frames)) {
			t.Fatalf("%v folds to %v", frames, got)
		}
		if len(got) > kinds*(kinds+1)/2 {
			t.Fatalf("a stack of %d frames of %d kinds", len(got), kinds)
		}
	}
}

func distinct(frames []frameID) []frameID {
	return slices.Compact(slices.Sorted(slices.Values(frames)))
}

// TestBounds has more frames and stacks than a trie takes.
func TestBounds(t *testing.T) {
	deep := make([]frameID, 200)
	for i := range deep {
		deep[i] = frameID(i + 1)
	}
	tr := newTrie()
	got := tr.stack(tr.follow(deep))
	if len(got) != maxDepth || got[maxDepth-1] != merged || got[maxDepth-2] != maxDepth-1 {
		t.Errorf("%d frames, the last ones %v", len(got), got[len(got)-2:])
	}
	tr = newTrie()
	tr.most = 100
	for i := range frameID(50) {
		for k := range frameID(50) {
			tr.add(tr.follow([]frameID{i + 1, k + 60}), 8)
		}
	}
	if len(tr.nodes) > 2*tr.most || len(tr.next) > 3*tr.most {
		t.Errorf("%d nodes, %d steps, want few more than %d", len(tr.nodes), len(tr.next), tr.most)
	}
	if n := total(tr); n.objects != 2500 || n.bytes != 20000 {
		t.Errorf("%+v in all, want 2,500 objects", n)
	}
}

func total(t *trie) (s sum) {
	for i := range t.nodes {
		s.add(t.nodes[i].own())
	}
	return s
}

// TestChoose wants of random tries as many samples as are allowed at the most,
// with every object in the sample of its longest beginning that is kept.
func TestChoose(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 400 {
		tr := newTrie()
		if r.IntN(2) == 0 {
			tr.most, tr.deepest = 5+r.IntN(40), 2+r.IntN(4)
		}
		for range r.IntN(60) {
			frames := make([]frameID, 1+r.IntN(6))
			for i := range frames {
				frames[i] = frameID(1 + r.IntN(4))
			}
			tr.add(tr.follow(frames), 8*uint64(1+r.IntN(9)))
		}
		for most := 1; most < 40; most += 1 + r.IntN(5) {
			checkChoice(t, tr, most)
		}
	}
}

func checkChoice(t *testing.T, tr *trie, most int) {
	t.Helper()
	c := tr.choose(most)
	want := map[string]sum{}
	stacks := 0
	for i := range tr.nodes {
		own := tr.nodes[i].own()
		at := stackID(i)
		for !c.kept[at] {
			at = tr.nodes[at].parent
		}
		if own.objects == 0 {
			continue
		}
		stacks++
		key := fmt.Sprint(at, at != stackID(i))
		s := want[key]
		s.add(own)
		want[key] = s
	}
	if len(want) > most {
		t.Fatalf("%d samples, %d are allowed", len(want), most)
	}
	if stacks <= most && c.total.objects > 0 && !slices.ContainsFunc(tr.nodes, func(n node) bool { return n.frame == merged }) {
		t.Fatalf("%d stacks fit into %d, and %d objects are merged", stacks, most, c.total.objects)
	}
	for i := range tr.nodes {
		if got := c.rest[i]; got != want[fmt.Sprint(i, true)] {
			t.Fatalf("%+v merged below stack %d, want %+v", got, i, want[fmt.Sprint(i, true)])
		}
		if i > 0 && c.kept[i] && !c.kept[tr.nodes[i].parent] {
			t.Fatalf("stack %d is kept without its beginning", i)
		}
	}
}
