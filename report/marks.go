package report

import "github.com/objgraph/objgraph/graph"

// marks is a set of nodes that is emptied and filled again. Whoever fills it
// empties it by the same list.
type marks []uint64

func newMarks(g *graph.Graph) marks { return make(marks, (g.NumNodes()+63)/64) }

func (m marks) has(n graph.Node) bool { return m[n/64]>>(n%64)&1 != 0 }

// put adds a node and reports whether it was not there.
func (m marks) put(n graph.Node) bool {
	if m.has(n) {
		return false
	}
	m[n/64] |= 1 << (n % 64)
	return true
}

func (m marks) drop(nodes []graph.Node) {
	for _, n := range nodes {
		m[n/64] &^= 1 << (n % 64)
	}
}
