//go:build !unix

package graph

import "time"

var started = time.Now()

// cpuTime is the time since the start.
func cpuTime() time.Duration { return time.Since(started) }
