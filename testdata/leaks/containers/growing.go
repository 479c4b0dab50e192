package containers

import (
	"bytes"
	"fmt"
	"strings"

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
