package controls

import (
	"bytes"
	"fmt"
	"sync"
	"time"

	"planted/drive"
)

var waiting []*row

// newFlush keeps rows for two thirds of the run.
func newFlush(env *drive.Env) func(int) {
	return func(job int) {
		for i := range 4 {
			waiting = append(waiting, &row{fmt.Sprintf("row %d of job %d", i, job), env.Shop.Take(job)})
		}
		if every := max(2, env.Jobs*2/3); job%every == 0 {
			waiting = nil
		}
	}
}

// page is where each job writes what it answers.
var page bytes.Buffer

func newBufferReused(env *drive.Env) func(int) {
	return func(job int) {
		page.Reset()
		for i := range 20 + env.Rand.Intn(20+job) {
			fmt.Fprintf(&page, "line %d of job %d\n", i, job)
		}
	}
}

// recent is the last of what was printed.
var recent []byte

const (
	windowBound = 16 << 10
	windowKept  = 8 << 10
)

func newBufferWindow(*drive.Env) func(int) {
	return func(job int) {
		for i := range 40 {
			recent = fmt.Appendf(recent, "line %d of job %d\n", i, job)
		}
		if len(recent) > windowBound {
			recent = append([]byte(nil), recent[len(recent)-windowKept:]...)
		}
	}
}

// guests is how many sat at each table.
var guests = map[int]int{}

func newNumbers(env *drive.Env) func(int) {
	return func(job int) {
		for range 60 {
			guests[env.Rand.Intn(80)]++
		}
	}
}

type beat struct{ at time.Time }

var beats []*beat

func newHeartbeat(*drive.Env) func(int) {
	var mu sync.Mutex
	go func() {
		for at := range time.Tick(2 * time.Millisecond) {
			mu.Lock()
			beats = append(beats, &beat{at})
			mu.Unlock()
		}
	}()
	return func(int) { time.Sleep(5 * time.Millisecond) }
}
