// Package web plants leaks in servers and clients.
package web

import "planted/drive"

// Cases are the leaks of this package.
func Cases() []drive.Case {
	return []drive.Case{
		{Name: "http-body", Cause: "the body of a response is neither read to its end nor closed: its connection is never used again",
			Types: []string{"http.persistConn", "http.Response", "http.bodyEOFSignal", "http.body", "http.conn", "http.response"},
			Root:  "goroutine http.", New: newBody},
		{Name: "http-call", Cause: "the same, with the caller's own request in the context",
			Types: []string{"web.call"}, Root: "goroutine http.", New: newCall},
		{Name: "labels", Cause: "a counter with a label that takes a new value in each job",
			Types: []string{"web.counter"}, Root: "global web.requests", Field: ".byLabels", New: newLabels},
		{Name: "routes", Cause: "each reload of a tenant registers its route anew under another path",
			Types: []string{"web.site"}, Root: "global web.mux", New: newRoutes},
	}
}
