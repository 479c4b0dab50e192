// Package waiting plants leaks in what waits: goroutines, channels, contexts,
// timers, and functions that are to be called some day.
package waiting

import "planted/drive"

// Cases are the leaks of this package.
func Cases() []drive.Case {
	return []drive.Case{
		{Name: "channel", Cause: "audit records go into a large buffered channel whose reader was never started",
			Types: []string{"waiting.record"}, Root: "global waiting.audit", New: newChannel},
		{Name: "sender", Cause: "after a timeout nobody receives the answer, and the goroutine that sends it waits for ever",
			Types: []string{"waiting.quote"}, Root: "goroutine waiting.newSender", New: newSender},
		{Name: "receiver", Cause: "a worker per job ranges over a channel that nobody closes",
			Types: []string{"waiting.worker"}, Root: "goroutine waiting.newReceiver", New: newReceiver},
		{Name: "wait-group", Cause: "an early return skips Done, and the goroutine that waits for the batch never goes on",
			Types: []string{"waiting.batch"}, Root: "goroutine waiting.newWaitGroup", New: newWaitGroup},
		{Name: "mutex", Cause: "a lock is taken twice on a rare path: everybody who comes after queues up for ever",
			Types: []string{"waiting.transfer"}, Root: "goroutine waiting.(*transfer).book", New: newMutex},
		{Name: "context", Cause: "a context with the job's request is derived from the server's and never cancelled",
			Types: []string{"waiting.request"}, Root: "global waiting.server", Field: ".children", New: newContext},
		{Name: "context-bare", Cause: "a context is derived from the server's and never cancelled; nothing of the program's hangs on it",
			Types: []string{"context.cancelCtx"}, Root: "global waiting.server", Field: ".children", New: newBareContext},
		{Name: "after-func", Cause: "time.AfterFunc a day ahead, not stopped when the lease is returned",
			Types: []string{"waiting.lease"}, Root: "global runtime.allp", Field: ".timers", New: newAfterFunc},
		{Name: "ticker", Cause: "a poller's goroutine ranges over its ticker, and nobody tells it to end",
			Types: []string{"waiting.poller"}, Root: "goroutine waiting.newTicker", New: newTicker},
		{Name: "hub", Cause: "a peer that hangs up is not unregistered, nor is the goroutine told that writes to it",
			Types: []string{"waiting.peer"}, Root: "goroutine waiting.newHub", Besides: "global waiting.peers", New: newHub},
		{Name: "callback", Cause: "a closure that has the tenant is appended to the list of what to call on reload",
			Types: []string{"waiting.tenant"}, Root: "global waiting.onReload", New: newCallback},
		{Name: "callback-bare", Cause: "a closure that captured nothing but a number is appended to a list",
			Types: []string{"func waiting.newBareCallback.func1.1"}, Root: "global waiting.onExit", New: newBareCallback},
		{Name: "defer", Cause: "a loop that never returns defers the closing of what each job opened",
			Types: []string{"waiting.tempFile"}, Root: "goroutine waiting.serve", New: newDefer},
		{Name: "heartbeat", Cause: "claims of jobs are kept, beside the beats of a clock, which come whether jobs run or not",
			Types: []string{"waiting.claim"}, Root: "global waiting.claims", Innocent: []string{"waiting.beat"}, Idle: 300, New: newHeartbeat},
	}
}
