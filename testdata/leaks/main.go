// Planted is a worker with a choice of mistakes: some thirty ways in which Go
// programs hold on to memory for ever, and some that only look like it. Each is
// a case by name, with its cause written beside it; one run has one case.
//
//	planted -list                                   the cases as JSON
//	planted -case slice -jobs 10 -dumps DIR         ten jobs, a dump before and after each
//	planted -case lru -jobs 300 -every 30 -dumps DIR
package main

import (
	"planted/containers"
	"planted/controls"
	"planted/drive"
	"planted/newer"
	"planted/views"
	"planted/waiting"
	"planted/web"
)

func main() {
	drive.Main(containers.Cases, waiting.Cases, views.Cases, web.Cases, newer.Cases, controls.Cases)
}
