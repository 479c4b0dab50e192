package repl

// looked is what a condition looked at of an object.
type looked uint8

const (
	ofType   looked = iota // nothing that objects of one type and size do not share
	ofObject               // what is the object's own
)

// look notes that something was looked at. Only objects that a condition is asked
// for take notes.
func (o *Object) look(at looked) {
	if o.looked != nil {
		*o.looked = max(*o.looked, at)
	}
}
