package report

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/heapdump"
	"github.com/objgraph/objgraph/heapdump/heaptest"
	"github.com/objgraph/objgraph/layouts"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/snapshot"
)

const (
	heapBase = mem.Addr(0xc000000000)
	dataBase = mem.Addr(0x500000)
)

// at is the address of the i-th object of these tests.
func at(i int) mem.Addr { return heapBase + mem.Addr(i*64) }

// held writes objects of 64 bytes: refs[i] are what object i points to.
func held(b *heaptest.Builder, refs [][]int) {
	for i, to := range refs {
		var list []heaptest.Ref
		for k, j := range to {
			list = append(list, heaptest.Ref{Off: uint64(k * 8), To: at(j)})
		}
		b.Object(at(i), 64, list...)
	}
}

func newDump() *heaptest.Builder { return heaptest.New(mem.LE64, "go1.21.13") }

func openDump(t *testing.T, data []byte) *snapshot.Snapshot {
	t.Helper()
	path := filepath.Join(t.TempDir(), "heap.dump")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := snapshot.Open(context.Background(), path, snapshot.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func picture(t *testing.T, s *snapshot.Snapshot, target int, o PictureOptions) *layouts.Picture {
	t.Helper()
	id, ok := s.Heap.Find(at(target))
	if !ok {
		t.Fatalf("object %d is not there", target)
	}
	p, err := NewPicture(context.Background(), s, id, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// arrows are the picture's edges as text, objects by their number.
func arrows(p *layouts.Picture) (out []string) {
	for _, e := range p.Edges {
		weak := ""
		if e.Weak {
			weak = " weak"
		}
		out = append(out, fmt.Sprintf("%s -%s-> %s%s", boxName(p, e.From), e.Label, boxName(p, e.To), weak))
	}
	slices.Sort(out)
	return out
}

func boxName(p *layouts.Picture, i int) string {
	n := p.Nodes[i]
	if n.Role == layouts.Root || n.Role == layouts.More {
		return strings.Join(n.Lines, " ")
	}
	var a mem.Addr
	fmt.Sscanf(n.Lines[1], "0x%x", &a)
	return fmt.Sprint(int(a-heapBase) / 64)
}

func wantArrows(t *testing.T, p *layouts.Picture, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := arrows(p); !slices.Equal(got, want) {
		t.Errorf("arrows\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func wantNote(t *testing.T, p *layouts.Picture, part string) {
	t.Helper()
	if !strings.Contains(strings.Join(p.Notes, "\n"), part) {
		t.Errorf("no note says %q: %q", part, p.Notes)
	}
}

// A global points to 0, that to 1 twice, and that to 2; 3 points to 2 and is
// garbage.
func smallDump() []byte {
	b := newDump()
	held(b, [][]int{{1, 1}, {2}, {}, {2}})
	b.Data(dataBase, 64, heaptest.Ref{Off: 8, To: at(0)})
	return b.Dump()
}

func TestBack(t *testing.T) {
	p := picture(t, openDump(t, smallDump()), 2, PictureOptions{})
	wantArrows(t, p, "global 0x500008 (unnamed) -points to-> 0", "0 -+0-> 1", "0 -+8-> 1", "1 -+0-> 2")
	wantNote(t, p, "1 reference from objects that no root reaches left out")
	if p.Nodes[0].Role != layouts.Target || p.Nodes[0].Depth != 0 {
		t.Errorf("the first box is %v at depth %d", p.Nodes[0].Role, p.Nodes[0].Depth)
	}
}

// Of two ways that are equally short the one is drawn that was asked for.
func TestWay(t *testing.T) {
	b := newDump()
	held(b, [][]int{{2}, {2}, {}})
	b.Data(dataBase, 64, heaptest.Ref{Off: 8, To: at(0)}, heaptest.Ref{Off: 16, To: at(1)})
	s := openDump(t, b.Dump())
	for holder := range 2 {
		id, _ := s.Heap.Find(at(2))
		chains, err := s.Graph.BackChains(context.Background(), id, 2, graph.PathOptions{})
		if err != nil || len(chains) != 2 {
			t.Fatalf("%d chains, %v", len(chains), err)
		}
		for _, c := range chains {
			if s.Addr(c.Objs[0]) == at(holder) {
				p := picture(t, s, 2, PictureOptions{View: Chain, Way: c})
				wantArrows(t, p, fmt.Sprintf("global 0x5000%02x (unnamed) -points to-> %d", 8+8*holder, holder), fmt.Sprintf("%d -+0-> 2", holder))
			}
		}
	}
}

func TestForward(t *testing.T) {
	p := picture(t, openDump(t, smallDump()), 0, PictureOptions{View: Forward, Depth: 1})
	wantArrows(t, p, "0 -+0-> 1", "0 -+8-> 1")
	if last := p.Nodes[1].Lines; last[len(last)-1] != "… holds 1 more object" {
		t.Errorf("the border does not say that there is more: %q", last)
	}
}

func TestGarbage(t *testing.T) {
	p := picture(t, openDump(t, smallDump()), 3, PictureOptions{View: Both})
	wantArrows(t, p)
	wantNote(t, p, "no root that the dump lists leads to this object")
}

// Many objects hold one; ten are drawn.
func TestFanOut(t *testing.T) {
	b := newDump()
	refs := [][]int{{}}
	for range 14 {
		refs = append(refs, []int{0})
	}
	held(b, refs)
	var roots []heaptest.Ref
	for i := 1; i <= 14; i++ {
		roots = append(roots, heaptest.Ref{Off: uint64(i * 8), To: at(i)})
	}
	b.Data(dataBase, 256, roots...)
	s := openDump(t, b.Dump())
	p := picture(t, s, 0, PictureOptions{Depth: 1})
	if n := countArrows(p, "-> 0"); n != 11 {
		t.Errorf("%d arrows to the object, want those of ten holders and of a box", n)
	}
	if !slices.Contains(arrows(p), "4 more: 4 ?64[ptr,-,-,-,-,-,-,-] -4 more-> 0") {
		t.Errorf("no box for four more: %q", arrows(p))
	}
	p = picture(t, s, 0, PictureOptions{MaxNodes: 8})
	if len(p.Nodes) > 8 {
		t.Errorf("%d boxes, want 8 at the most", len(p.Nodes))
	}
	wantNote(t, p, "--max-nodes 8")
}

func countArrows(p *layouts.Picture, end string) (n int) {
	for _, a := range arrows(p) {
		if strings.HasSuffix(a, end) {
			n++
		}
	}
	return n
}

// A chain that is longer than the picture's depth ends in its root all the
// same, and a very long one loses its middle.
func TestLongChain(t *testing.T) {
	for _, n := range []int{8, 200} {
		b := newDump()
		refs := make([][]int, n)
		for i := range n - 1 {
			refs[i] = []int{i + 1}
		}
		held(b, refs)
		b.Data(dataBase, 64, heaptest.Ref{To: at(0)})
		s := openDump(t, b.Dump())
		for _, view := range []View{Chain, Both} {
			p := picture(t, s, n-1, PictureOptions{View: view})
			if !slices.Contains(arrows(p), "global 0x500000 (unnamed) -points to-> 0") {
				t.Errorf("%d objects, view %d: the chain does not end in its root: %q", n, view, arrows(p))
			}
			if !joined(p) || len(p.Nodes) > 60 {
				t.Errorf("%d objects, view %d: %d boxes, in one piece: %v", n, view, len(p.Nodes), joined(p))
			}
		}
	}
}

// joined reports whether arrows lead from every box to the target.
func joined(p *layouts.Picture) bool {
	reached := map[int]bool{0: true}
	for range p.Nodes {
		for _, e := range p.Edges {
			if reached[e.To] {
				reached[e.From] = true
			}
		}
	}
	return len(reached) == len(p.Nodes)
}

// Words of a stack that only look like pointers are dashed, and those of one
// frame share a box.
func TestWeakRoots(t *testing.T) {
	b := newDump()
	held(b, [][]int{{1}, {}})
	b.Add(&heapdump.Goroutine{Addr: 0xc000800000, SP: 0xc000900000, ID: 7, Status: 4})
	b.Add(&heapdump.Frame{SP: 0xc000900000, Contents: words(at(1), at(0), at(1)), Func: "main.f", Entry: 0x401000, PC: 0x401010})
	p := picture(t, openDump(t, b.Dump()), 1, PictureOptions{})
	wantArrows(t, p, "0 -+0-> 1 weak", "goroutine 7 main.f (unnamed) -points to-> 0 weak", "goroutine 7 main.f (unnamed) -points to-> 1 weak")
}

func words(addrs ...mem.Addr) []byte {
	out := make([]byte, 8*len(addrs))
	for i, a := range addrs {
		mem.LE64.PutWord(out[i*8:], uint64(a))
	}
	return out
}

func TestFinalizerIsMarked(t *testing.T) {
	b := newDump()
	held(b, [][]int{{1}, {}})
	b.Data(dataBase, 64, heaptest.Ref{To: at(0)})
	b.Add(&heapdump.Finalizer{Object: at(1)})
	p := picture(t, openDump(t, b.Dump()), 1, PictureOptions{})
	if !p.Nodes[0].Finalizer || p.Nodes[1].Finalizer {
		t.Error("the finalizer's object is not the one that is marked")
	}
}

// The same dump gives the same picture.
func TestPictureIsDeterministic(t *testing.T) {
	s := openDump(t, smallDump())
	first := layouts.DOT(picture(t, s, 2, PictureOptions{View: Both}))
	for range 5 {
		if string(layouts.DOT(picture(t, s, 2, PictureOptions{View: Both}))) != string(first) {
			t.Fatal("two pictures of one object differ")
		}
	}
}
