package mem

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
)

// Steps counts one stage's steps from several goroutines.
type Steps struct {
	Progress Progress
	Stage    string
	Total    int64

	mu   sync.Mutex
	done int64
}

// Add tells of n more steps.
func (s *Steps) Add(n int64) {
	if s.Progress == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done += n
	s.Progress(s.Stage, s.done, s.Total)
}

// mostWorkers bounds what was asked for: beyond the processors more only cost memory.
const mostWorkers = 256

// Workers is how many goroutines share a piece of work if n were asked for: 0
// is as many as there are processors.
func Workers(n int) int {
	if n > 0 {
		return min(n, max(mostWorkers, runtime.GOMAXPROCS(0)))
	}
	return runtime.GOMAXPROCS(0)
}

// Parallel calls f with i from 0 to n-1, each once, from so many workers (see
// Workers), in ascending order as they become free. worker tells them apart,
// from 0. The error is the context's; f is not called once that is done.
func Parallel(ctx context.Context, workers, n int, f func(worker, i int)) error {
	workers = min(Workers(workers), n)
	var next atomic.Int64
	work := func(worker int) {
		for ctx.Err() == nil {
			i := int(next.Add(1)) - 1
			if i >= n {
				return
			}
			f(worker, i)
		}
	}
	var wg sync.WaitGroup
	for w := 1; w < workers; w++ {
		wg.Go(func() { work(w) })
	}
	work(0)
	wg.Wait()
	return ctx.Err()
}

// Both does two things at once, or one after the other if there is but one
// worker.
func Both(workers int, f, g func()) {
	if Workers(workers) < 2 {
		f()
		g()
		return
	}
	var wg sync.WaitGroup
	wg.Go(g)
	f()
	wg.Wait()
}
