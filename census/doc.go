// Package census answers questions about sets of objects: how many of each
// type there are and what they retain, which roots hold what, along which
// chains a set is held, and what grew between the dumps of one process.
//
// In go snapshots; out come plain tables of names and numbers, in a stated
// order, for a report to print. It renders nothing.
package census

// Sum is a number of objects and their bytes.
type Sum struct {
	Count int
	Bytes uint64
}

func (s *Sum) add(bytes uint64) {
	s.Count++
	s.Bytes += bytes
}

// share is part of whole, 1 where there is nothing.
func share[T int | uint64](part, whole T) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}
