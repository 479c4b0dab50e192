package program

import (
	"testing"

	"github.com/objgraph/objgraph/internal/testprog"
)

// TestInstances wants the struct in which iter.Pull, which is generic, has its
// state to be among what may be allocated, though no code names it.
func TestInstances(t *testing.T) {
	exe := testprog.Build(t, testprog.Spec{Dir: "zoo", Flags: []string{"-ldflags=-s -w"}})
	p := openAs(t, exe, Options{Cache: CacheOff})
	for _, i := range newImage(p, Slide{}).Instances() {
		if i.Kind == Struct && len(i.Fields) > 3 && i.Fields[0].Name == "v" && i.Fields[3].Name == "yieldNext" {
			return
		}
	}
	t.Error("the state of iter.Pull is not among the types that generic code may allocate")
}
