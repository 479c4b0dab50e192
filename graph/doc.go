// Package graph is the object graph of one heap: who points to whom, what the
// roots are, what they reach, how far, along which chain, and how much memory
// each object holds alive.
//
// In goes a number of objects, a function that gives the targets of each, and
// the roots. Out come answers about objects by number. The package knows
// nothing of addresses, types, names or dumps: those stay with the caller,
// who asks with the same numbers.
//
// # Layout
//
// Everything is a slice indexed by [mem.ObjID], or by position in another such
// slice; there is no struct, map entry or recursion per object.
//
//	bytes per object   what
//	4                  row start, outgoing
//	4                  referrer, or where several stand
//	4 + 4 per edge     targets, referrers (none for an only one, one more for several)
//	1/2                is a root's target, a leaf, aside, leads to none but these
//	1/4                reached strongly, reached weakly (once Reach has run)
//	1                  ShortestTree: distance (5 if one is above 255); 8 if something is left out
//	4 + 8              Dominators: immediate dominator, retained bytes
//
// # Strong and weak
//
// A conservative root is a word that looks like a pointer. It is weaker than a
// root that is known to be one: whatever any other root reaches is strong, and
// conservative roots count only for what is not. An object reached only so is
// weak. The edges from weak objects and conservative roots into strong objects
// are ignored by chains, dominators and retained sizes: a stray word must not
// take away from the holder that is certain.
//
// # Checked
//
// A finished dominator tree can be checked without a second one: Check finds
// nodes that hang too low, wrong sums and holes, Verify those that hang too high
// as well, which together is every mistake. Neither trusts what made the tree.
//
// A Graph is built by one goroutine, immutable afterwards and safe for
// concurrent readers. All answers are deterministic, and none depends on the
// order of the edges: ties go to the lowest root, then the lowest object.
package graph
