// Package typing gives every object of a heap its Go type, and says how it is
// known.
//
// In go a heap (objects without types) and, where there is one, the program
// that wrote it, bound to the dump; out comes a Result: a table of types and,
// for each object, its type and the evidence. It builds no graph and makes no
// judgement.
//
// It works by claims. A claim says "at this address begins a value of this
// type", with the evidence for it. Seeds are claims that need nothing else:
// malloc headers, finalizers, globals, locals. Each object whose type becomes
// known is walked, and every pointer in it is a claim on another object, until
// nothing changes. Where claims disagree, the rules of claim.go decide, by
// number, and the disagreement is counted.
//
//	seeds ──> claim ──> rules 1..8 ──> type of object ──┐
//	            ^                                       │
//	            └────────── walk the object's words <───┘
//
// Each construct of the language has a file of its own with what its layout
// is in which Go version: maps_swiss.go, maps_old.go, chans.go, closures.go,
// interfaces.go, headers.go, stacks.go (stackscan.go: which words of a stack the
// collector scans), generics.go, descriptors.go (types that the program made), and
// library.go and protobuf.go for what others hide behind unsafe.Pointers.
//
// Without DWARF the seeds are what the machine code shows (stripped.go) and words
// that say what they are (strippedwords.go, strippedmaps.go). What is left at the
// end is guessed where one type alone fits (guess.go).
package typing

// Evidence is how an object's type is known, strongest first.
type Evidence uint8

// The kinds of evidence.
const (
	None      Evidence = iota
	Layout             // size and pointer mask alone: a guess
	Pointer            // a pointer, slice or string in an object of known type
	Channel            // a channel's buffer, or a goroutine waiting on it
	Map                // a map's parts
	Closure            // a function value, or what one captured
	Local              // a local or argument of a frame
	Global             // a variable in data or bss
	Interface          // the type word beside the pointer
	Finalizer          // the types given to runtime.SetFinalizer
	Header             // the malloc header
	numEvidence
)

var evidenceNames = [numEvidence]string{
	"none", "layout", "pointer", "channel", "map", "closure", "local", "global", "interface", "finalizer", "header",
}

// String is the evidence's name in reports.
func (e Evidence) String() string {
	if e >= numEvidence {
		return "none"
	}
	return evidenceNames[e]
}

// Evidences lists all kinds, strongest first.
func Evidences() []Evidence {
	var out []Evidence
	for e := numEvidence - 1; ; e-- {
		out = append(out, e)
		if e == None {
			return out
		}
	}
}
