// Package hugeheap has a program's heap lie in huge pages from the start. It is
// imported by programs, for what it does while they are initialised.
//
// Memory that is touched for the first time costs a page fault for each 4 KiB, on
// virtual machines 15 to 25 µs. The start of cmd/objgraph touches 430 such pages of
// its heap, a command on a dump 1,500, and a child that draws 2,100. The runtime asks for no huge
// pages for the heap, and this is advice to the system alone: where it is not
// heeded, or the runtime's heap lies otherwise, memory is as slow as it was.
//
// Go initialises, of the packages whose imports are ready, the one whose path is
// first in the alphabet. This one imports package syscall alone, so it comes before
// nearly all others.
package hugeheap
