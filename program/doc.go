// Package program reads what a Go executable knows about its own memory:
// types, package variables, functions, the variables of a frame and what a
// closure captured. An ELF file goes in; a [Program] comes out, and with the
// facts of a dump [Program.Bind] turns it into an [Image], which speaks in the
// addresses of the dumped process.
//
// Two sources are joined. The runtime's type descriptors, which every build
// carries, stripped or not, are the canonical types: one [Type] per descriptor,
// read when first asked for. DWARF adds the types that have no descriptor, the
// package variables, the locals and the names of captured variables. Its
// attribute 0x2904 holds a descriptor's address minus the start of the
// descriptors (moduledata.types), 0 where there is none.
//
// The package does not read dumps, does not guess, and does not know objects.
// Holds for Go 1.21 to 1.27.
//
// Open needs no dump, so it may run beside the reading of one; then Bind joins
// the two. Most is found out when first asked for, by as many workers as
// Options.Workers says; Preload has it found out in the background, and keeps
// what took long in an index on disk. Neither changes any answer.
//
// A Program and an Image are safe for concurrent use, Preload and Bind included,
// until Close; what they return is immutable. Damaged input gives a [FileError], or less knowledge and a line
// in Program.Warnings; it never panics.
package program
