// Package views plants leaks in what looks at other memory or passes it on:
// parts of arrays and strings, pools, errors, method values.
package views

import "planted/drive"

// Cases are the leaks of this package.
func Cases() []drive.Case {
	return []drive.Case{
		{Name: "sub-slice", Cause: "the first bytes of each upload are kept, and with them the whole upload",
			Types: []string{"[]uint8"}, Root: "global views.thumbnails", New: newSubSlice},
		{Name: "sub-slice-owned", Cause: "the same in a struct that somebody remembers",
			Types: []string{"views.attachment"}, Root: "global views.attachments", New: newAttachment},
		{Name: "substring", Cause: "a title is cut out of a document and kept, and with it the whole document",
			Types: []string{"string"}, Root: "global views.titles", New: newSubstring},
		{Name: "pool", Cause: "buffers that are too small are not taken from the free list, and all are put back",
			Types: []string{"views.scratch"}, Root: "global views.scratches", Field: ".free", New: newPool},
		{Name: "errors", Cause: "the last error is wrapped by the next one, and so on",
			Types: []string{"views.stepError"}, Root: "global views.lastError", New: newErrors},
		{Name: "method-value", Cause: "conn.close is appended to what is to be called at the end",
			Types: []string{"views.conn"}, Root: "global views.atEnd", New: newMethodValue},
		{Name: "result-chain", Cause: "each result remembers the one it was worked out from",
			Types: []string{"views.result"}, Root: "global views.latest", Field: ".from", New: newResults},
	}
}
