// Package newer plants leaks in what the language and its runtime got later:
// generics, unique handles, iterators, atomic pointers; in finalizers; and
// leaks that hide each other or hide among much else.
package newer

import "planted/drive"

// Cases are the leaks of this package.
func Cases() []drive.Case {
	return []drive.Case{
		{Name: "generic-cache", Cause: "a generic cache is asked for by a key that has the time in it",
			Types: []string{"newer.entry[planted/newer.invoice]"}, Root: "global newer.invoices", Field: ".entries", New: newGeneric},
		{Name: "unique", Cause: "unique handles of every tenant ever seen are kept in a set",
			Types: []string{"newer.tenant"}, Root: "global newer.tenants", New: newUnique},
		{Name: "finalizer", Cause: "an object with a finalizer is part of a cycle, so the finalizer never runs",
			Types: []string{"newer.socket", "newer.readBuffer"}, Root: "finalizer of newer.socket", Field: ".buffer", New: newFinalizer},
		{Name: "copy-on-write", Cause: "each version of the settings, behind an atomic pointer, has the one before for undo",
			Types: []string{"newer.settings"}, Root: "global newer.current", Field: ".previous", New: newSettings},
		{Name: "pull", Cause: "iter.Pull without stop: the iterator's coroutine waits for ever",
			Types: []string{"newer.cursor"}, Root: "goroutine newer.", New: newPull},
		{Name: "two", Cause: "two mistakes at once: one ticket and three drafts a job",
			Types: []string{"newer.ticket"}, Also: []string{"newer.draft"}, Root: "global newer.tickets", New: newTwo},
		{Name: "masked", Cause: "one refund a job is forgotten, while as many as there happen to be wait in a queue that is worked off",
			Types: []string{"newer.refund"}, Root: "global newer.forgotten", New: newMasked},
		{Name: "outweighed", Cause: "one voucher a job is kept by mistake, while a store of a thousand of them is used up",
			Types: []string{"newer.voucher"}, Root: "global newer.byMistake", New: newOutweighed},
		{Name: "needle", Cause: "one object a job among a hundred thousand of which a tenth is replaced each job",
			Types: []string{"newer.receipt"}, Root: "global newer.unpaid", Stock: 35_000, New: newNeedle},
	}
}
