// Package drive runs one case of a suite: jobs with the honest churn of a
// worker, the case's own work in each of them, and heap dumps in between.
package drive

import (
	"math/rand"

	"planted/shop"
)

// A Case is one planted leak, or a control that only looks like one.
type Case struct {
	Name  string
	Cause string // what the mistake is; of a control, why it is none

	// The truth that an analysis has to find. A control has none of it.
	Types []string `json:",omitempty"` // that leak: naming any of these first is right
	Also  []string `json:",omitempty"` // second leaks: to be listed among the leaked
	Root  string   `json:",omitempty"` // holder: "global waiting.audit", "goroutine waiting.ask", "finalizer newer.socket"
	Field string   `json:",omitempty"` // part of a label on the way from the root: ".children"

	Besides string `json:",omitempty"` // holder of them all besides Root: without it too they would go

	Innocent []string `json:",omitempty"` // types that grow and leak nothing: not to be called leaking
	Jobs     int      `json:",omitempty"` // to run, 0 for the default
	Idle     int      `json:",omitempty"` // milliseconds without a job before the first, with a dump after them

	Stock int                          `json:",omitempty"` // articles that churn, 0 for the default
	New   func(env *Env) func(job int) `json:"-"`          // makes the work of a job
}

// Leaks says whether the case is a leak rather than a control.
func (c *Case) Leaks() bool { return len(c.Types) > 0 }

// Env is what a case may use.
type Env struct {
	Shop *shop.Shop
	Jobs int // that will run
	Rand *rand.Rand

	settle []func()
}

// BeforeDump has f called before each dump, to wait until what a job began in
// other goroutines has come to rest.
func (e *Env) BeforeDump(f func()) { e.settle = append(e.settle, f) }
