// Package containers plants leaks in what Go programs keep things in: slices,
// maps, lists, trees, caches.
package containers

import "planted/drive"

// Cases are the leaks of this package.
func Cases() []drive.Case {
	return []drive.Case{
		{Name: "slice", Cause: "every order is appended to a package-level slice that nothing empties",
			Types: []string{"shop.Order"}, Root: "global containers.ledger", New: newSlice},
		{Name: "map", Cause: "orders are indexed by number, and never deleted when they are done",
			Types: []string{"shop.Order"}, Root: "global containers.byNumber", New: newMap},
		{Name: "sync-map", Cause: "a session is stored at login, and logout deletes it under another key",
			Types: []string{"containers.Session"}, Root: "global containers.sessions", New: newSyncMap},
		{Name: "list", Cause: "visits are pushed to a container/list whose front nobody removes",
			Types: []string{"containers.Visit"}, Root: "global containers.visits", New: newList},
		{Name: "linked-list", Cause: "every undo step points at the one before, and there is no last one",
			Types: []string{"containers.undo"}, Root: "global containers.lastUndo", Field: ".before", New: newLinked},
		{Name: "tree", Cause: "each job adds a node to a tree whose nodes point at their parents; detaching forgets the parent's list",
			Types: []string{"containers.node"}, Root: "global containers.catalog", Field: ".children", New: newTree},
		{Name: "sorted", Cause: "a binary tree of what was sold, by price: no entry is ever removed",
			Types: []string{"containers.sold"}, Root: "global containers.byPrice", Field: ".dearer", New: newSorted},
		{Name: "nested", Cause: "each comment answers the one before, in a list of answers, and threads have no end",
			Types: []string{"containers.comment"}, Root: "global containers.thread", Field: ".answers", New: newNested},
		{Name: "lru-unbounded", Cause: "an LRU cache made with a bound of 0, which it takes for no bound",
			Types: []string{"containers.page"}, Root: "global containers.pages", New: newLRU},
		{Name: "registry", Cause: "plugins register by an id of their own each time they are loaded",
			Types: []string{"containers.priceRule"}, Root: "global containers.plugins", New: newRegistry},
		{Name: "map-of-slices", Cause: "events are kept per customer group: five keys, and slices without an end",
			Types: []string{"containers.Event"}, Root: "global containers.eventsOf", New: newMapOfSlices},
		{Name: "values", Cause: "a slice of struct values grows; only the strings in them are objects",
			Types: []string{"string"}, Root: "global containers.journal", New: newValues},
		{Name: "set", Cause: "a set of keys seen, to skip duplicates, is never cleared: strings are all that it holds",
			Types: []string{"string"}, Root: "global containers.seen", New: newSet},
		{Name: "deep", Cause: "the outbox of a service four structs down: sent mails stay in it",
			Types: []string{"containers.mail"}, Root: "global containers.app", Field: ".outbox", New: newDeep},
		{Name: "subscribers", Cause: "unsubscribing deletes by the address of a copy, which is no key",
			Types: []string{"containers.subscriber"}, Root: "global containers.feed", Field: ".subscribers", New: newSubscribers},
		{Name: "buffer", Cause: "a trace is written to a package-level bytes.Buffer that nobody reads",
			Types: []string{"[]uint8"}, Root: "global containers.trace", New: newBuffer},
		{Name: "samples", Cause: "a recorder appends numbers to its slice for ever",
			Types: []string{"[]float64"}, Root: "global containers.latency", Field: ".samples", New: newSamples},
		{Name: "builder", Cause: "all that is printed is written to a strings.Builder, too",
			Types: []string{"[]uint8"}, Root: "global containers.protocol", New: newBuilder},
		{Name: "map-of-numbers", Cause: "a map of numbers counts by a key that is new in each job",
			Types: []string{"map[int]int", "map[int]int (table)", "map[int]int (group)", "map[int]int (buckets)"}, Root: "global containers.served", New: newNumbers},
		{Name: "cleared", Cause: "an index was reset in the middle of the run, and goes on to grow as before",
			Types: []string{"containers.indexed"}, Root: "global containers.index", Jobs: 16, New: newCleared},
	}
}
