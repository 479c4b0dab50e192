// Package partition divides sets of objects into rows, as guppy's heapy does: by
// type, by which field refers to them, by size, and so on.
//
// In go a snapshot and a set of its objects; out come tables of which every object
// of the set has exactly one row, so that the rows add up to the set, and the
// sets of single rows, to be divided again. It renders nothing.
//
//	set ──> kind of partition ──> class of each object ──> rows, most bytes first ──> set of a row
//
//	space.go      one dump, and what is kept of it from table to table
//	kinds.go      the table of kinds of partition
//	classes.go    a class for each object of a set; two kinds at once
//	table.go      rows in order
//	via.go        kinds that look at who refers to an object
//	holders.go    kinds that look at where the shortest chain to it begins
//	content.go    strings by what they say
//	where.go      conditions
//	neighbours.go who refers to a set, with the parts of maps folded into the map
//
// The work is shared by blocks of 65,536 objects; the answers are the same for
// any number of workers. What is kept of each object of a set is 4 bytes, as long
// as its table is in use.
package partition
