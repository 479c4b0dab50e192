package report

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

func merged(t *testing.T, s *snapshot.Snapshot, set []mem.Addr, o PictureOptions) *layouts.Picture {
	t.Helper()
	var ids []mem.ObjID
	for _, a := range set {
		id, ok := s.Heap.Find(a)
		if !ok {
			t.Fatalf("nothing at %v", a)
		}
		ids = append(ids, id)
	}
	slices.Sort(ids)
	p, err := NewMerged(context.Background(), s, ids, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// boxes are the picture's, their lines joined.
func boxes(p *layouts.Picture) (out []string) {
	for _, n := range p.Nodes {
		out = append(out, fmt.Sprintf("%v: %s", n.Role, strings.Join(n.Lines, "; ")))
	}
	return out
}

// leak500 has 500 objects of 32 bytes, each held by one of 64 bytes in a list of a
// global, and by one of 128 in that of another; one is held by a third, too.
func leak500() ([]byte, []mem.Addr) {
	const n = 500
	b := newDump()
	lists, jobs, items, sessions, odd := heapBase, heapBase+0x10000, heapBase+0x20000, heapBase+0x40000, heapBase+0x60000
	slots := func(base, size mem.Addr) (refs []heaptest.Ref) {
		for i := range mem.Addr(n) {
			refs = append(refs, heaptest.Ref{Off: uint64(i * 8), To: base + i*size})
		}
		return refs
	}
	b.Object(lists, 4096, slots(items, 64)...)
	b.Object(lists+4096, 4096, slots(sessions, 128)...)
	var set []mem.Addr
	for i := range mem.Addr(n) {
		set = append(set, jobs+i*32)
		b.Object(jobs+i*32, 32)
	}
	for i := range mem.Addr(n) {
		b.Object(items+i*64, 64, heaptest.Ref{Off: 8, To: jobs + i*32})
	}
	for i := range mem.Addr(n) {
		b.Object(sessions+i*128, 128, heaptest.Ref{Off: 16, To: jobs + i*32})
	}
	b.Object(odd, 256, heaptest.Ref{To: jobs})
	b.Data(dataBase, 64, heaptest.Ref{To: lists}, heaptest.Ref{Off: 8, To: lists + 4096}, heaptest.Ref{Off: 16, To: odd})
	return b.Dump(), set
}

// TestMergedFew wants 500 leaked objects to be the nine boxes that their holders
// are, with the numbers.
func TestMergedFew(t *testing.T) {
	data, set := leak500()
	p := merged(t, openDump(t, data), set, PictureOptions{})
	got := boxes(p)
	want := []string{
		"target: ?32 (no pointers); 500 objects, 16.0 kB",
		"holder: ?64[-,ptr,-,-,-,-,-,-]; 500 objects, 32.0 kB",
		"holder: ?128[-,-,ptr,-,-,-,-,-,…]; 500 objects, 64.0 kB",
		"holder: ?256[ptr,-,-,-,-,-,-,-,…]; 0xc000060000; 256 B",
		"holder: ?4096[ptr,ptr,ptr,ptr,ptr,ptr,ptr,ptr,…]; 0xc000000000; 4.1 kB, retains 36.1 kB",
		"holder: ?4096[ptr,ptr,ptr,ptr,ptr,ptr,ptr,ptr,…]; 0xc000001000; 4.1 kB, retains 68.1 kB",
		"root: global 0x500000 (unnamed)", "root: global 0x500008 (unnamed)", "root: global 0x500010 (unnamed)",
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("boxes\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
	for _, n := range p.Nodes {
		if n.Dominator {
			t.Errorf("%v is said to dominate objects with several holders", n.Lines)
		}
	}
	times := 0
	for _, e := range p.Edges {
		times += e.Count
	}
	if times != 4*500+1+3 {
		t.Errorf("the arrows stand for %d references", times)
	}
}

// TestMergedList wants a list to be one box, however long it is.
func TestMergedList(t *testing.T) {
	const n = 5000
	b := newDump()
	items, list := heapBase, heapBase+0x100000
	var set []mem.Addr
	for i := range mem.Addr(n) {
		set = append(set, items+i*32)
		b.Object(items+i*32, 32)
	}
	for i := range mem.Addr(n) {
		refs := []heaptest.Ref{{To: items + i*32}}
		if i+1 < n {
			refs = append(refs, heaptest.Ref{Off: 8, To: list + (i+1)*64})
		} else {
			refs = append(refs, heaptest.Ref{Off: 8, To: items}) // so that all look alike
		}
		b.Object(list+i*64, 64, refs...)
	}
	b.Data(dataBase, 64, heaptest.Ref{To: list})
	p := merged(t, openDump(t, b.Dump()), set, PictureOptions{})
	got := boxes(p)
	want := []string{
		"target: ?32 (no pointers); 5,000 objects, 160 kB", "holder: ?64[ptr,ptr,-,-,-,-,-,-]; 5,000 objects, 320 kB; retain 480 kB",
		"root: global 0x500000 (unnamed)",
	}
	if !slices.Equal(got, want) {
		t.Errorf("boxes\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

// TestMergedAgainstOracle compares boxes and arrows of random graphs with what a
// plain search finds: every holder is in one box, every reference in one arrow.
func TestMergedAgainstOracle(t *testing.T) {
	for seed := range uint64(60) {
		rnd := rand.New(rand.NewPCG(seed, 1))
		n := 3 + rnd.IntN(40)
		refs := make([][]int, n)
		for i := range refs {
			for range rnd.IntN(4) {
				refs[i] = append(refs[i], rnd.IntN(n))
			}
		}
		b := newDump()
		held(b, refs)
		roots := []int{rnd.IntN(n), rnd.IntN(n), rnd.IntN(n)}
		var words []heaptest.Ref
		for i, r := range roots {
			words = append(words, heaptest.Ref{Off: uint64(i * 8), To: at(r)})
		}
		b.Data(dataBase, 64, words...)
		objects, references := holdersOf(refs, roots, roots[0])
		p := merged(t, openDump(t, b.Dump()), []mem.Addr{at(roots[0])}, PictureOptions{Depth: 100, FanOut: 1000, MaxNodes: 1000})
		gotObjects, gotReferences := 0, 0
		for _, x := range p.Nodes {
			if x.Role != layouts.Root {
				gotObjects += x.Count
			}
		}
		for _, e := range p.Edges {
			gotReferences += e.Count
		}
		if gotObjects != objects || gotReferences != references {
			t.Errorf("seed %d: %d objects and %d references, want %d and %d\n%s", seed, gotObjects, gotReferences, objects, references, layouts.Tree(p))
		}
	}
}

// holdersOf counts the reachable objects from which one is reached, itself among
// them, and the references to them, those of roots among them.
func holdersOf(refs [][]int, roots []int, goal int) (objects, references int) {
	reach := func(from []int) []bool {
		seen := make([]bool, len(refs))
		for len(from) > 0 {
			i := from[len(from)-1]
			from = from[:len(from)-1]
			if !seen[i] {
				seen[i] = true
				from = append(from, refs[i]...)
			}
		}
		return seen
	}
	live := reach(slices.Clone(roots))
	holds := make([]bool, len(refs))
	for i := range refs {
		holds[i] = live[i] && reach([]int{i})[goal]
	}
	for i, h := range holds {
		if !h {
			continue
		}
		objects++
		for _, to := range refs[i] {
			if holds[to] {
				references++
			}
		}
	}
	for _, r := range roots {
		if holds[r] {
			references++
		}
	}
	return objects, references
}

// TestMergedBounds wants many kinds of holders to be cut, and the picture to say
// so.
func TestMergedBounds(t *testing.T) {
	b := newDump()
	target := heapBase
	b.Object(target, 64)
	var words []heaptest.Ref
	for i := range mem.Addr(40) { // eight places of the pointer in five sizes
		a := heapBase + 0x10000 + (i%5)*0x10000 + (i/5)*(64<<(i%5))
		words = append(words, heaptest.Ref{Off: uint64(i * 8), To: a})
	}
	for size := range mem.Addr(5) {
		for k := range mem.Addr(8) {
			b.Object(heapBase+0x10000+size*0x10000+k*(64<<size), 64<<size, heaptest.Ref{Off: uint64(k * 8), To: target})
		}
	}
	b.Data(dataBase, 1024, words...)
	s := openDump(t, b.Dump())
	p := merged(t, s, []mem.Addr{target}, PictureOptions{FanOut: 5})
	if n := len(p.Nodes); n != 1+5+5+1 {
		t.Errorf("%d boxes:\n%s", n, layouts.Tree(p))
	}
	if all := strings.Join(boxes(p), "\n"); !strings.Contains(all, "more: 35 more:") {
		t.Errorf("no box says that 35 are left out:\n%s", all)
	}
	p = merged(t, s, []mem.Addr{target}, PictureOptions{FanOut: 1000, MaxNodes: 8})
	if n := len(p.Nodes); n > 8 {
		t.Errorf("%d boxes of 8", n)
	}
	wantNote(t, p, "the picture is full (--max-nodes 8)")
}

// TestMergedDeterministic wants the same picture from the same dump.
func TestMergedDeterministic(t *testing.T) {
	data, set := leak500()
	s := openDump(t, data)
	a := layouts.DOT(merged(t, s, set, PictureOptions{}))
	for range 5 {
		if b := layouts.DOT(merged(t, s, set, PictureOptions{})); string(a) != string(b) {
			t.Fatalf("two pictures differ:\n%s\n%s", a, b)
		}
	}
}
