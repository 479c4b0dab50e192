package main

import (
	"container/list"

	"programs/truth"
)

// Lists and trees.
var (
	chain  *ChainNode
	rings  *RingNode
	root   *TreeNode
	queued *list.List
)

// ChainNode: a linked list of 1,499.
type ChainNode struct {
	next *ChainNode
	n    int
}

// RingNode: 107, linked both ways and closed to a ring.
type RingNode struct {
	prev, next *RingNode
	n          int
}

// TreeNode: 109, a binary tree.
type TreeNode struct {
	left, right *TreeNode
	n           int
}

// ListValue: 113 in a container/list.
type ListValue struct{ a, b, c int }

func addLists(a *truth.Account) {
	for i := 0; i < 1499; i++ {
		chain = truth.Of(a, &ChainNode{next: chain, n: i})
	}
	rings = truth.Of(a, &RingNode{})
	rings.prev, rings.next = rings, rings
	for i := 1; i < 107; i++ {
		n := truth.Of(a, &RingNode{prev: rings, next: rings.next, n: i})
		n.prev.next, n.next.prev = n, n
	}
	for i := 0; i < 109; i++ {
		insert(&root, truth.Of(a, &TreeNode{n: i * 61 % 109}))
	}
	queued = truth.Of(a, list.New())
	for i := 0; i < 113; i++ {
		truth.Of(a, queued.PushBack(truth.Of(a, &ListValue{a: i})))
	}
}

func insert(at **TreeNode, n *TreeNode) {
	for *at != nil {
		if n.n < (*at).n {
			at = &(*at).left
		} else {
			at = &(*at).right
		}
	}
	*at = n
}
