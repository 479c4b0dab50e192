// Package http serves heap dumps of the program that imports it, as
// net/http/pprof serves profiles:
//
//	import _ "github.com/objgraph/objgraph/jobtrace/http"
//
// adds two pages to http.DefaultServeMux, which Handler gives for other muxes:
//
//	/debug/objgraph/dump    a heap dump without contents; ?gc=0: without two collections before
//	/debug/objgraph/memory  a JSON object: what memory the process has, and which job it is at
//
// The other side is objgraph leaks http://localhost:6060/debug/objgraph/dump.
//
// # What it costs
//
// Writing a dump stops the program throughout: 1.2 to 3 seconds for 500 MB on a
// local disk. The dump is first written to a temporary file that has no name once
// it is open. When the program runs again the file is given to a child, objgraph
// redact, and what that writes is sent: no secret leaves, and nothing waits for
// the network while the program stands still. On Go 1.26 a dump can end a program
// that has thousands of goroutines in short system calls (see the runtime's
// dumpgs): ask for one where that may be borne.
//
// # Who may ask
//
// Requests are answered that come from this machine to a name of this machine
// (localhost, 127.0.0.1 or [::1]) and through no proxy that says so, and requests
// with the token that OBJGRAPH_TOKEN or Options.Token sets, as
// "Authorization: Bearer TOKEN". A proxy on this machine that rewrites Host and
// adds no header looks like a local client, as nginx's proxy_pass does where it is told
// to speak HTTP/1.1: do not let one serve /debug/.
//
// Without the child, as there is no objgraph in the PATH and OBJGRAPH_BIN names
// none, a dump is refused. ?contents=1 asks for one with all contents, passwords
// and keys among them, and is answered on this machine only, and with the token only.
// The name of the job that runs is told as it is.
package http
