// Package controls does what looks like a leak and is none: things that come
// and go, grow to a bound, or are replaced by others.
package controls

import "planted/drive"

// Cases are the controls. None has a truth to be found.
func Cases() []drive.Case {
	return []drive.Case{
		{Name: "ok-churn", Cause: "jobs keep nothing", New: newChurn},
		{Name: "ok-warm-cache", Cause: "a cache fills with the forty reports that there are during the first half of the jobs", New: newWarmCache},
		{Name: "ok-ring", Cause: "a history grows to its bound of one entry for every second job, and then forgets the oldest", New: newRing},
		{Name: "ok-lru", Cause: "an LRU cache is at its bound from the start and replaces entries in every job", New: newLRU},
		{Name: "ok-generations", Cause: "a cache of two generations drops the older one when the younger is full", New: newGenerations},
		{Name: "ok-reload", Cause: "every third job replaces the configuration, which is larger or smaller than before", New: newReload},
		{Name: "ok-sessions", Cause: "sessions come at random and end ten jobs later", New: newSessions},
		{Name: "ok-batch", Cause: "rows are collected and written in batches of every third job: a sawtooth", New: newBatch},
		{Name: "ok-log-rotation", Cause: "log segments are rotated, of which the last four are kept", New: newLogs},
		{Name: "ok-lazy", Cause: "parts of the program are made when they are needed first, in five of the jobs", New: newLazy},
		{Name: "ok-pools", Cause: "buffers go back to a sync.Pool and to a free list with a bound", New: newPools},
		{Name: "ok-workers", Cause: "a pool of goroutines grows with the load to its bound and shrinks when idle", New: newWorkers},
		{Name: "ok-timers", Cause: "timers are stopped, tickers too, and contexts cancelled", New: newTimers},
		{Name: "ok-http", Cause: "a client and a server keep idle connections, with the bodies read and closed", New: newHTTP},
		{Name: "ok-metrics", Cause: "counters by method and status: all combinations are soon known", New: newMetrics},
		{Name: "ok-unique", Cause: "unique handles and objects with finalizers that nobody keeps", New: newHandles},
		{Name: "ok-queue", Cause: "a channel is filled at random and read until it is nearly empty", New: newQueue},
		{Name: "ok-flush", Cause: "rows wait until there are many, and are flushed once in two thirds of the run: it ends on the way up", New: newFlush},
		{Name: "ok-buffer-reused", Cause: "a buffer is emptied and filled by each job, and its array grows with the largest of them", New: newBufferReused},
		{Name: "ok-buffer-window", Cause: "a log in memory is cut at its front when it has reached its bound", New: newBufferWindow},
		{Name: "ok-numbers", Cause: "a map of numbers has as many keys as there are tables, soon all of them", New: newNumbers},
		{Name: "ok-heartbeat", Cause: "a clock leaves its beats whether jobs run or not", Idle: 300, New: newHeartbeat},
	}
}
