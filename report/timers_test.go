package report

import (
	"testing"

	"github.com/objgraph/objgraph/census"
)

func TestPending(t *testing.T) {
	chain := func(root string, steps ...census.Step) *census.Chain {
		return &census.Chain{RootName: root, Steps: steps}
	}
	p := census.Step{Edge: "[0]", Type: "runtime.p"}
	heap := census.Step{Edge: ".timers.heap", Type: "[]runtime.timerWhen"}
	timer := census.Step{Edge: "[3].timer", Type: "runtime.timeTimer"}
	call := census.Step{Edge: ".timer.arg", Type: "func main.lend.func1"}
	for _, c := range []struct {
		about string
		c     *census.Chain
		want  string
	}{
		{"AfterFunc", chain("global runtime.allp", p, heap, timer, call), "pending timers that are to call func main.lend.func1 (time.AfterFunc)"},
		{"AfterFunc before Go 1.23", chain("global runtime.allp", p, census.Step{Edge: ".timers", Type: "[]*runtime.timer"}, census.Step{Edge: "[3]", Type: "time.Timer"},
			census.Step{Edge: ".r.arg", Type: "func main.lend.func1"}), "pending timers that are to call func main.lend.func1 (time.AfterFunc)"},
		{"a ticker", chain("global runtime.allp", p, heap, timer, census.Step{Edge: ".timer.arg", Type: "chan time.Time"}), "pending timers"},
		{"something else of a P", chain("global runtime.allp", p, census.Step{Edge: ".deferpool[0]", Type: "runtime._defer"}), ""},
		{"a variable of the user's", chain("global main.allp", heap, timer, call), ""},
	} {
		if got := pending(c.c); got != c.want {
			t.Errorf("%s: %q, want %q", c.about, got, c.want)
		}
	}
}
