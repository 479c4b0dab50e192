// Package web is the dashboard: `objgraph serve memdbg/`.
//
// In go a folder that package jobtrace writes to, and requests; out come pages,
// and every table of them as JSON and CSV. What the folder holds is known by package
// store, a dump is opened when somebody looks into it.
//
//	command.go  `objgraph serve`
//	server.go   the views by their addresses
//	guard.go    who may ask: host names, origins, the token
//	page.go     what a page consists of, and its three forms: HTML, JSON, CSV
//	table.go    tables: sorted, filtered, a page at a time
//	workers.go  memory of the workers over time
//	jobs.go     jobs, and job.go one of them with its report and picture
//	compare.go  two dumps compared
//	pool.go     dumps that are open, within a stated memory
//	view.go     one of them, with what is kept from view to view
//	types.go, sets.go, objects.go, object.go, roots.go: what is in a dump
//	tree.go     treemap and icicle of the dominator tree
//	picture.go  a picture whose nodes unfold
//	flame.go    pprof's flame graph
//	live.go     tells pages that there is something new
//
// Pages work without scripts. The one there is (assets/app.js) brings what changed
// into a page that is open. Nothing is fetched from anywhere else, which the
// pages' security policy enforces.
package web
