package layouts

import "cmp"

// What the layout is told beyond who holds whom: which edges of a cycle point
// up, and which boxes need not stand in the same row.

// backward finds the edges that close a cycle against the picture's direction:
// those that lead away from the target where most lead to it, or the reverse.
// The layout would else turn around whichever edge of a cycle it met first,
// and draw holders below what they hold.
func backward(p *Picture) []bool {
	var towards, away []int
	for i, e := range p.Edges {
		from, to := p.Nodes[e.From], p.Nodes[e.To]
		switch {
		case from.Role == Root || to.Role == Root:
		case from.Depth > to.Depth:
			towards = append(towards, i)
		case from.Depth < to.Depth:
			away = append(away, i)
		}
	}
	fewer := away
	if len(away) > len(towards) {
		fewer = towards
	}
	held := p.held()
	turned := make([]bool, len(p.Edges))
	for _, i := range fewer {
		turned[i] = reaches(held, p.Edges[i].To, p.Edges[i].From)
	}
	return turned
}

// closing finds the edges that close a cycle: those of a cycle that lead away
// from the target where most edges lead to it, or the reverse, and among nodes as
// far from it as each other those from an earlier node. Without them there is no
// cycle.
func closing(p *Picture) []bool {
	part := components(p)
	out := make([]bool, len(p.Edges))
	outward := 0
	for _, e := range p.Edges {
		if p.has(e) {
			outward += cmp.Compare(p.Nodes[e.To].Depth, p.Nodes[e.From].Depth)
		}
	}
	for i, e := range p.Edges {
		if !p.has(e) || part[e.From] != part[e.To] {
			continue
		}
		away := cmp.Or(p.Nodes[e.To].Depth-p.Nodes[e.From].Depth, e.To-e.From)
		if outward > 0 {
			away = -away
		}
		out[i] = away >= 0
	}
	return out
}

// components numbers the strongly connected components: nodes with one number
// reach each other (Kosaraju and Sharir, without recursion).
func components(p *Picture) []int {
	n := len(p.Nodes)
	next, back := make([][]int, n), make([][]int, n)
	for _, e := range p.Edges {
		if p.has(e) {
			next[e.From] = append(next[e.From], e.To)
			back[e.To] = append(back[e.To], e.From)
		}
	}
	order := postorder(next)
	part := make([]int, n)
	for i := range part {
		part[i] = -1
	}
	for i := n - 1; i >= 0; i-- {
		for stack := []int{order[i]}; len(stack) > 0; {
			v := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			if part[v] < 0 {
				part[v] = i
				for _, w := range back[v] {
					if part[w] < 0 {
						stack = append(stack, w)
					}
				}
			}
		}
	}
	return part
}

// postorder lists all nodes, each after those that were first met from it.
func postorder(next [][]int) []int {
	seen, at := make([]bool, len(next)), make([]int, len(next))
	var order, stack []int
	for root := range next {
		if !seen[root] {
			seen[root] = true
			stack = append(stack, root)
		}
		for len(stack) > 0 {
			v := stack[len(stack)-1]
			if at[v] == len(next[v]) {
				order = append(order, v)
				stack = stack[:len(stack)-1]
				continue
			}
			w := next[v][at[v]]
			at[v]++
			if !seen[w] {
				seen[w] = true
				stack = append(stack, w)
			}
		}
	}
	return order
}

// held lists, for each node, the nodes that it holds.
func (p *Picture) held() [][]int {
	out := make([][]int, len(p.Nodes))
	for _, e := range p.Edges {
		out[e.From] = append(out[e.From], e.To)
	}
	return out
}

// reaches reports whether a chain of edges leads from one node to another.
func reaches(held [][]int, from, to int) bool {
	seen := make([]bool, len(held))
	seen[from] = true
	for queue := []int{from}; len(queue) > 0; queue = queue[1:] {
		if queue[0] == to {
			return true
		}
		for _, next := range held[queue[0]] {
			if !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return false
}

// rowLeaves is how many leaves may stand in one row before they are spread
// over several.
const rowLeaves = 16

// maxStagger bounds the number of rows that leaves are spread over.
const maxStagger = 8

// stagger gives each edge the number of ranks that it spans at least: 1, and
// more for the edges of leaves (boxes that are joined to one other box only)
// where there are so many leaves that one row of them would be very wide. It
// is what Graphviz's tool unflatten does.
func stagger(p *Picture) []int {
	spans := make([]int, len(p.Edges))
	for i := range spans {
		spans[i] = 1
	}
	hub := leaves(p)
	count := 0
	for _, h := range hub {
		if h >= 0 {
			count++
		}
	}
	rows := min((count+rowLeaves-1)/rowLeaves, maxStagger)
	if rows < 2 {
		return spans
	}
	next := make([]int, len(p.Nodes)) // per hub: its leaves met so far
	row := make([]int, len(p.Nodes))  // per leaf: its row, from 1; 0 unknown
	for i, e := range p.Edges {
		leaf := e.From
		if hub[leaf] < 0 {
			leaf = e.To
		}
		if hub[leaf] < 0 {
			continue
		}
		if row[leaf] == 0 {
			row[leaf] = 1 + next[hub[leaf]]%rows
			next[hub[leaf]]++
		}
		spans[i] = row[leaf]
	}
	return spans
}

// leaves gives, for each leaf, the one box that it is joined to, and -1 for
// every other node. A leaf's edges all go the same way.
func leaves(p *Picture) []int {
	const none, many = -1, -2
	hub := make([]int, len(p.Nodes))
	holds := make([]bool, len(p.Nodes))
	for i := range hub {
		hub[i] = none
	}
	join := func(node, other int, down bool) {
		switch {
		case hub[node] == none && node != other:
			hub[node], holds[node] = other, down
		case hub[node] != other || holds[node] != down:
			hub[node] = many
		}
	}
	for _, e := range p.Edges {
		join(e.From, e.To, true)
		join(e.To, e.From, false)
	}
	for i, h := range hub {
		if h == many || p.Nodes[i].Role == Target {
			hub[i] = none
		}
	}
	return hub
}
