package repl

import "github.com/objgraph/objgraph/partition"

// looked is what a condition looked at of an object.
type looked uint8

const (
	ofKind   looked = iota // nothing that objects of one type, size and evidence do not share
	ofHeld                 // what it retains
	ofObject               // what is the object's own
)

// scope are the objects for which a condition that looked at no more says the same.
func (l looked) scope() partition.Scope {
	switch l {
	case ofKind:
		return partition.SameKind
	case ofHeld:
		return partition.SameHeld
	}
	return partition.Alone
}

// look notes that something was looked at. Only objects that a condition is asked
// for take notes.
func (o *Object) look(at looked) {
	if o.looked != nil {
		*o.looked = max(*o.looked, at)
	}
}
