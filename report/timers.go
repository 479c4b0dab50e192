package report

import (
	"strings"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/typefilter"
)

// The runtime keeps the timers that have not fired in heaps, one for each P
// (runtime/runtime2.go, p.timers; runtime/time.go). A chain that begins there
// says of a program's mistake no more than that a timer is pending, so that is
// what people read beside the name of the root.

// pending says of a chain through the runtime's heaps of timers that it is one,
// and what is to be called; "" of any other. What time.AfterFunc was given is
// the argument of its timer.
func pending(c *census.Chain) string {
	if c.RootName != "global runtime.allp" {
		return ""
	}
	inHeap := false
	for i := range c.Steps {
		st := &c.Steps[i]
		inHeap = inHeap || strings.HasPrefix(st.Edge, ".timers")
		if inHeap && typefilter.FormOf(st.Type) == typefilter.Closure && isArgument(st.Edge) {
			return "pending timers that are to call " + st.Type + " (time.AfterFunc)"
		}
	}
	if inHeap {
		return "pending timers"
	}
	return ""
}

func isArgument(edge string) bool { return edge == ".arg" || strings.HasSuffix(edge, ".arg") }
