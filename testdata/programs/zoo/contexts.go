package main

import (
	"context"
	"time"

	"programs/truth"
)

// Contexts: a chain of values, trees of cancellations, deadlines.
var (
	valueCtx    context.Context
	cancelTree  context.Context
	cancels     []context.CancelFunc
	deadlines   []context.Context
	afterwards  []func() bool
	withCauses  []context.CancelCauseFunc
	causeLeaves []context.Context
)

type contextKey int

// ContextHeld: 173 values of a chain of contexts.
type ContextHeld struct{ a, b, c int }

// InCanceled: 271, each a value below a cancelCtx that only its parent's
// children hold.
type InCanceled struct{ a, b, c int }

// InDeadline: 13, each a value above a timerCtx.
type InDeadline struct{ a, b, c int }

// AfterHeld: 17, captured by what runs when a context ends.
type AfterHeld struct{ a, b, c int }

// CauseHeld: 5 errors that ended contexts.
type CauseHeld struct{ a, b, c int }

func (*CauseHeld) Error() string { return "cause" }

func addContexts(a *truth.Account) {
	valueCtx = context.Background()
	for i := 0; i < 173; i++ {
		valueCtx = context.WithValue(valueCtx, contextKey(i), truth.Of(a, &ContextHeld{a: i}))
	}
	var cancel context.CancelFunc
	cancelTree, cancel = context.WithCancel(context.Background())
	cancels = append(cancels, cancel)
	for i := 0; i < 271; i++ {
		below(a, i)
	}
	for i := 0; i < 13; i++ {
		up := context.WithValue(cancelTree, contextKey(0), truth.Of(a, &InDeadline{a: i}))
		ctx, cancel := context.WithTimeout(up, time.Hour)
		deadlines, cancels = append(deadlines, ctx), append(cancels, cancel)
	}
	for i := 0; i < 17; i++ {
		afterwards = append(afterwards, after(truth.Of(a, &AfterHeld{a: i})))
	}
	for i := 0; i < 5; i++ {
		ctx, cancel := context.WithCancelCause(cancelTree)
		cancel(truth.Of(a, &CauseHeld{a: i}))
		causeLeaves, withCauses = append(causeLeaves, ctx), append(withCauses, cancel)
	}
	a.Count("context.valueCtx", 173+271+13)
	a.Count("context.cancelCtx", 1+271+5)
	a.Count("context.timerCtx", 13)
	a.Count("context.afterFuncCtx", 17)
}

//go:noinline
func below(a *truth.Account, i int) {
	held := truth.Of(a, &InCanceled{a: i})
	_, cancel := context.WithCancel(context.WithValue(cancelTree, contextKey(1), held))
	cancels = append(cancels, cancel)
}

//go:noinline
func after(held *AfterHeld) func() bool {
	return context.AfterFunc(cancelTree, func() { held.a++ })
}
