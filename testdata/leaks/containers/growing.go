package containers

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"

	"planted/drive"
)

// What grows in this file is one object, which a larger one replaces now and
// then: its bytes leak.

// trace is what happened, for a support case that never came.
var trace bytes.Buffer

func newBuffer(env *drive.Env) func(int) {
	return func(job int) {
		for _, l := range env.Shop.Take(job).Lines {
			fmt.Fprintf(&trace, "job %d: %3d x %s\n", job, l.Pieces, l.Article)
		}
	}
}

// recorder writes samples behind each other, and nobody reads them.
type recorder struct {
	name    string
	samples []float64
}

var latency = &recorder{name: "latency of orders"}

func newSamples(*drive.Env) func(int) {
	return func(job int) {
		for i := range 50 {
			latency.samples = append(latency.samples, float64(job*1000+i))
		}
	}
}

// protocol of all that was printed, in a strings.Builder.
var protocol strings.Builder

func newBuilder(env *drive.Env) func(int) {
	return func(job int) {
		fmt.Fprintf(&protocol, "%s: %s\n", env.Shop.Take(job).Number, strings.Repeat("-", 80))
	}
}

// served counts by order number, which is never the same again.
var served = map[int]int{}

func newNumbers(*drive.Env) func(int) {
	return func(job int) {
		for i := range 40 {
			served[job*1000+i]++
		}
	}
}

var logger = slog.New(slog.NewJSONHandler(io.Discard, nil))

func newLogger(env *drive.Env) func(int) {
	return func(job int) {
		logger = logger.With("order", env.Shop.Take(job).Number, "remark", "to be delivered before noon, job", "job", job)
	}
}

var (
	requests = slog.New(slog.NewJSONHandler(io.Discard, nil))
	derived  = map[string]*slog.Logger{}
)

func newDerived(env *drive.Env) func(int) {
	return func(job int) {
		order := env.Shop.Take(job).Number
		derived[order] = requests.With("order", order).WithGroup("request").With("job", job)
	}
}

// snapshot is what a sensor has said so far.
type snapshot struct {
	sensor   *sensor
	readings []float64
}

type sensor struct{ name string }

var state atomic.Pointer[snapshot]

func newState(*drive.Env) func(int) {
	state.Store(&snapshot{sensor: &sensor{"the one at the door"}})
	return func(job int) {
		was := state.Load()
		now := &snapshot{was.sensor, append([]float64(nil), was.readings...)}
		for i := range 10 {
			now.readings = append(now.readings, float64(job)/float64(i+1))
		}
		state.Store(now)
	}
}
