package graph

import (
	"context"

	"github.com/objgraph/objgraph/mem"
)

// Dominators is the dominator tree of the nodes that are reached: a node lies
// below the last one that every path from the top to it goes through. The
// memory that goes free with a node is that of the objects below it.
type Dominators struct {
	g        *Graph
	idom     []uint32 // by node: a Node
	retained []uint64 // by node: bytes of the objects at and below it, 0 if not reached
	size     func(mem.ObjID) uint64
}

// Dominators computes the dominator tree, exactly, by SEMI-NCA. size gives the
// bytes of an object. The error is the context's.
func (g *Graph) Dominators(ctx context.Context, size func(mem.ObjID) uint64) (*Dominators, error) {
	return g.dominators(ctx, size, semiNCASteps[:], nil)
}

// DominatorsIn is Dominators in m, which must not be given back as long as they
// are used.
func (g *Graph) DominatorsIn(ctx context.Context, size func(mem.ObjID) uint64, m *mem.Scratch) (*Dominators, error) {
	return g.dominators(ctx, size, semiNCASteps[:], m)
}

func (g *Graph) dominators(ctx context.Context, size func(mem.ObjID) uint64, steps []step, m *mem.Scratch) (*Dominators, error) {
	reach, err := g.Reach(ctx)
	if err != nil {
		return nil, err
	}
	retained := mem.Alloc[uint64](m, g.NumNodes()) // lent to the search
	s := newSemiNCA(g, reach, pulse{ctx: ctx}, mem.Alloc[uint32](m, g.NumNodes()), retained)
	defer s.mem.Free()
	for _, step := range steps {
		if !step(s) {
			return nil, ctx.Err()
		}
	}
	clear(retained)
	s.retained(size, retained)
	return &Dominators{g: g, retained: retained, idom: s.idoms(), size: size}, nil
}

// retained sums the sizes from the leaves up, from 0. Of two numbers the dominator's
// is the lower one.
func (s *semiNCA) retained(size func(mem.ObjID) uint64, sum []uint64) {
	for i := range s.g.n {
		id := mem.ObjID(i)
		if s.num[i] == outside {
			s.hang(id)
		}
		if s.num[i] == 0 {
			continue
		}
		bytes := size(id)
		sum[i] += bytes
		if s.num[i] == outside {
			sum[s.g.referrer(id)] += bytes
		}
	}
	for w := s.count; w > topNum; w-- {
		sum[s.vertex[s.dom[w]]] += sum[s.vertex[w]]
	}
}

// hang marks a leaf as not reached if its referrer is not.
func (s *semiNCA) hang(leaf mem.ObjID) {
	if s.num[s.g.referrer(leaf)] == 0 {
		s.num[leaf] = 0
	}
}

// idoms turns the numbers into the nodes of the dominators, in the same memory.
func (s *semiNCA) idoms() []uint32 {
	for v, w := range s.num {
		switch w {
		case 0, topNum:
			s.num[v] = uint32(NoNode)
		case outside:
			s.num[v] = uint32(s.g.referrer(mem.ObjID(v)))
		default:
			s.num[v] = uint32(s.vertex[s.dom[w]])
		}
	}
	return s.num
}

// Idom is the immediate dominator of a node, NoNode for the top and for what
// is not reached.
func (d *Dominators) Idom(v Node) Node { return Node(d.idom[v]) }

// Retained is the bytes that would go free with an object, its own included;
// 0 if it is not reached.
func (d *Dominators) Retained(id mem.ObjID) uint64 { return d.retained[id] }

// RetainedRoot is the bytes that would go free with a root.
func (d *Dominators) RetainedRoot(r RootID) uint64 { return d.retained[d.g.NodeOfRoot(r)] }

// RetainedGroup is the bytes that would go free with all roots of a group; 0
// for a group without roots.
func (d *Dominators) RetainedGroup(id GroupID) uint64 {
	if int(id) >= d.g.roots.groups {
		return 0
	}
	return d.retained[d.g.NodeOfGroup(id)]
}

// RetainedNode is the same for any node; the top's is all that is reached.
func (d *Dominators) RetainedNode(v Node) uint64 { return d.retained[v] }
