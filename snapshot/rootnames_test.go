package snapshot

import (
	"strings"
	"testing"

	"github.com/objgraph/objgraph/heap"
	"github.com/objgraph/objgraph/heapdump"
)

// TestTopFrame wants goroutines to be known by the function of the program that
// waits, not by what it waits in.
func TestTopFrame(t *testing.T) {
	for _, c := range []struct{ stack, want string }{
		{"runtime.gopark sync.runtime_notifyListWait sync.(*Cond).Wait main.work.func1", "main.work.func1"},
		{"runtime.gopark time.Sleep example.com/cron.(*Cron).run main.main runtime.main", "example.com/cron.(*Cron).run"},
		{"runtime.gopark internal/poll.runtime_pollWait net.(*conn).Read net/http.(*persistConn).readLoop", "net/http.(*persistConn).readLoop"},
		{"runtime.gopark runtime.goparkunlock runtime.bgsweep runtime.gcenable.gowrap1 runtime.goexit", "runtime.bgsweep"},
		{"main.spin", "main.spin"},
	} {
		g := &heap.Goroutine{}
		for _, fn := range strings.Fields(c.stack) {
			g.Frames = append(g.Frames, heapdump.Frame{Func: fn})
		}
		if got := g.Frames[topFrame(g)].Func; got != c.want {
			t.Errorf("%s: known by %s, want %s", c.stack, got, c.want)
		}
	}
}

func TestSpoken(t *testing.T) {
	for name, want := range map[string]string{".autotmp_12": "a temporary", "~r0": "unnamed result 0", "~p1": "unnamed argument 1", "held": "held", "data.ptr": "data.ptr"} {
		if got := spoken(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
