// Package witness says what type an object can have from where it was
// allocated, independently of all that package typing goes by. It is for tests.
//
// In go a dump whose objects have allocation samples (MemProfileRate 1) and
// the source of the program that wrote it; out come, for each object, the
// types that the expressions on its allocation's line can give it, and a
// report of where objgraph says otherwise.
//
//	sample ──> bucket ──> stack ─┬─ the runtime's frames: how it was allocated
//	                             │  (newobject, growslice, convT, mapassign …)
//	                             └─ the first other frame: file and line
//	source ──> syntax with types ─> what that line can allocate in that way ──> Want
//
// The runtime's frames tell most: a string is made by few functions, and the
// part of a map that grows is named by the function that grows it. The line
// then tells the types. Where it holds several expressions that fit, any of
// them will do; where it holds none, or one whose type depends on a type
// parameter alone, the witness abstains, and the report says why.
//
// It needs the stacks of Go 1.26 and later, and source that the Go of this
// build can read.
package witness
