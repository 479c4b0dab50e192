package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/objgraph/objgraph/mem"
)

// grace is how long a command has to end by itself once a signal came. Ending
// it otherwise leaves no file behind either. A command that has started another
// program waits for it, so it ends as soon as that is killed, which must not be
// cut short.
const (
	grace           = 10 * time.Millisecond
	graceOfPrograms = 70 * time.Millisecond
)

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return i.signal.String() }

// code is what shells make of a signal.
func (i interrupted) code() int {
	if n, ok := i.signal.(syscall.Signal); ok {
		return 128 + int(n)
	}
	return exitInterrupted
}

// interruptedBy is the exit code of a command whose context has ended.
func interruptedBy(ctx context.Context) int {
	var by interrupted
	if errors.As(context.Cause(ctx), &by) {
		return by.code()
	}
	return exitInterrupted
}

// obeySignals gives a context that ends with a signal, unless that is Ctrl-C and
// a session ends what it is at instead. A command that has not
// ended a little later, or at a second signal, is ended from here. Signals that
// whoever started the program ignores (nohup) stay ignored.
func (p *process) obeySignals(parent context.Context) (ctx context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	came := make(chan os.Signal, 2)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) {
			signal.Notify(came, s)
		}
	}
	go func() {
		by := interrupted{<-came}
		for by.signal == os.Interrupt && p.env.Interrupt() {
			by = interrupted{<-came}
		}
		cancel(by)
		select {
		case <-time.After(max(p.meter.grace(), p.env.Child.Patience())):
		case <-came:
		}
		p.end(by)
	}()
	return ctx, func() { signal.Stop(came); cancel(nil) }
}

// grace is that of the stage: the layout engine draws, and what the demo builds
// and runs comes before any stage.
func (m *meter) grace() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s := m.place.stage; s == "" || s == mem.StageDraw || s == mem.StageSource {
		return graceOfPrograms
	}
	return grace
}

// end ends the process in the middle of a command: what it was writing goes,
// and the programs that it had started were ended with the context. A terminal
// that is stopped (Ctrl-S) does not hold it up.
func (p *process) end(by interrupted) {
	p.env.Child.Kill()
	p.env.Files.Abandon()
	said := make(chan struct{})
	go func() {
		p.last.take()
		p.meter.stop()
		fmt.Fprintln(p.err, "objgraph: interrupted")
		close(said)
	}()
	select {
	case <-said:
	case <-time.After(25 * grace):
	}
	os.Exit(by.code())
}

// lastWord lets one goroutine say how the process ends. Another that wants to
// waits until it has.
type lastWord struct{ mu sync.Mutex }

func (l *lastWord) take() { l.mu.Lock() }
