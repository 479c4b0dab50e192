// Package pprofile makes a profile for pprof of what a heap holds: every
// reachable object is counted under the stack of those that hold it.
//
// In goes a snapshot; out comes a profile whose sample values are the objects
// themselves, so that what pprof cumulates for a frame is what it retains. A
// stack begins with the root, as its outermost frame, and goes down the dominator
// tree, or the shortest path, to the object. It asks for nothing and writes
// nothing but the profile.
//
//	goroutine main.serve            all goroutines that do the same
//	main.serve: srv                 a local; a global is main.registry
//	map[string]*main.Job            what the root points at, by its type
//	main.Job                        an element: of maps, slices and channels the parts are folded into them
//	main.Job.payload []uint8        a field of the holder, and the type of what it holds
//
// What several roots hold together lies below "(several roots)". An object that
// its dominator does not point at itself has a frame of its type alone.
//
//	trie.go     distinct stacks, recursion folded
//	walk.go     the tree of objects, from the roots down
//	frames.go   names
//	choose.go   which stacks are kept apart
//	profile.go  the profile itself
package pprofile
