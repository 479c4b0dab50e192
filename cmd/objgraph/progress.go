package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/objgraph/objgraph/mem"
)

const (
	meterDelay = time.Second            // work that is over sooner shows nothing
	meterEvery = 100 * time.Millisecond // between two looks at how far it is
	clearLine  = "\r\x1b[K"
)

// weights are the stages' shares of the time that a dump takes, in percent,
// measured on 2 million objects. A stage that is not among them is a whole
// command by itself.
var weights = map[string]float64{
	mem.StageRead: 20, mem.StageType: 40, mem.StageLink: 15, mem.StageReach: 5,
	mem.StageDominators: 10, mem.StageChains: 5, mem.StageDraw: 5,
}

// stageWords are what people read.
var stageWords = map[string]string{
	mem.StageRead: "reading", mem.StageType: "typing", mem.StageLink: "linking", mem.StageReach: "finding what is reachable",
	mem.StageDominators: "computing retained sizes", mem.StageChains: "finding chains", mem.StageDraw: "drawing",
	mem.StageCount: "counting", mem.StageSource: "loading the source",
}

// place is how far the work is.
type place struct {
	stage       string
	done, total int64 // of the stage
	dump, dumps int64 // so many dumps are done, of how many; 0 of 0 for one
}

// share is how much of the work is done, 0 to 1. It goes back when a command
// turns to a stage that it had before.
func (p *place) share() float64 {
	part := 0.0
	if p.total > 0 {
		part = min(1, float64(p.done)/float64(p.total))
	}
	if whole, ok := weights[p.stage]; ok {
		part *= whole / 100
	}
	for _, s := range mem.Stages() {
		if _, ok := weights[p.stage]; !ok || s == p.stage {
			break
		}
		part += weights[s] / 100
	}
	if p.dumps > 0 {
		return (float64(p.dump) + part) / float64(p.dumps)
	}
	return part
}

// line is what a terminal shows after so much time.
func (p *place) line(after time.Duration) string {
	text := "objgraph: "
	if p.dumps > 1 {
		text += fmt.Sprintf("dump %d of %d, ", p.dump+1, p.dumps)
	}
	word := stageWords[p.stage]
	if word == "" {
		word = "working"
	}
	text += word
	if share := p.share(); share >= 0.01 {
		left := time.Duration(float64(after) * (1 - share) / share)
		text += fmt.Sprintf("  %.0f %%  %s left", share*100, roughly(left))
	}
	return text
}

// roughly is a time in the unit that matters.
func roughly(d time.Duration) string {
	switch {
	case d < time.Second:
		return "under 1 s"
	case d < 100*time.Second:
		return fmt.Sprintf("about %.0f s", d.Seconds())
	case d < 100*time.Minute:
		return fmt.Sprintf("about %.0f min", d.Minutes())
	}
	return fmt.Sprintf("about %.0f h", d.Hours())
}

// meter shows on a terminal how far the work is, in one line that goes before
// anything else is printed. Safe for concurrent use. A meter that is not on a
// terminal shows nothing.
type meter struct {
	w io.Writer // nil: no terminal

	mu    sync.Mutex
	place place
	begun time.Time // zero before start
	shown bool
	open  bool // the last line printed has not ended
	quit  chan struct{}
}

func newMeter(w io.Writer) *meter {
	m := &meter{}
	if f, ok := w.(*os.File); ok && isTerminal(f) {
		m.w = w
	}
	return m
}

// isTerminal reports whether a file is a terminal that knows how to clear a line.
func isTerminal(f *os.File) bool { return isShown(f) && os.Getenv("TERM") != "dumb" }

// isShown reports whether somebody sees what is written: it goes to a terminal.
func isShown(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	if err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(info, null)
}

// start begins to show, after a while.
func (m *meter) start() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.w == nil || m.quit != nil {
		return
	}
	m.begun, m.quit, m.place = time.Now(), make(chan struct{}), place{}
	go m.show(m.quit)
}

// tell is the mem.Progress of the work.
func (m *meter) tell(stage string, done, total int64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if stage == mem.StageDump {
		m.place = place{dump: done, dumps: total}
		return
	}
	m.place.stage, m.place.done, m.place.total = stage, done, total
}

func (m *meter) show(quit chan struct{}) {
	for tick := time.NewTicker(meterEvery); ; {
		select {
		case <-quit:
			tick.Stop()
			return
		case <-tick.C:
			m.draw()
		}
	}
}

func (m *meter) draw() {
	m.mu.Lock()
	defer m.mu.Unlock()
	after := time.Since(m.begun)
	if after < meterDelay || m.open || m.quit == nil {
		return
	}
	m.shown = true
	io.WriteString(m.w, clearLine+m.place.line(after))
}

// hide clears the line; m.mu is held.
func (m *meter) hide() {
	if m.shown {
		io.WriteString(m.w, clearLine)
		m.shown = false
	}
}

// stop ends the meter and clears its line.
func (m *meter) stop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.hide()
	if m.quit != nil {
		close(m.quit)
		m.quit = nil
	}
}

// busy starts or stops the meter of a session that waits for its user in between.
func (m *meter) busy(is bool) {
	if is {
		m.start()
	} else {
		m.stop()
	}
}

// over is a writer whose text the meter makes way for.
func (m *meter) over(w io.Writer) io.Writer {
	if m.w == nil {
		return w
	}
	return &makeWay{m, w}
}

type makeWay struct {
	m *meter
	w io.Writer
}

func (o *makeWay) Write(p []byte) (int, error) {
	o.m.mu.Lock()
	o.m.hide()
	if len(p) > 0 {
		o.m.open = p[len(p)-1] != '\n'
	}
	o.m.mu.Unlock()
	return o.w.Write(p)
}
