// Shapes grows in every way that is a leak and in some that are none, each way
// behind a type of its own, over seven dumps with one job between neighbours:
//
//	main.Steady   1 more each job                                a leak
//	main.Heavy    3 more each job, and a HeavyPart in each       a leak
//	main.Stairs   4 more every second job (jobs 2, 4, 6)         a leak
//	main.Once     50 more in job 2 and none after                grew once
//	main.Flat     20, 10, 5 and then none more                   flattens: grew once
//	main.Churn    40 in every dump, 8 of them replaced each job  replaced
//	main.Shrink   60, and 5 fewer each job                       no leak
//	main.Still    7 in every dump                                no leak
//
// usage: shapes -dir DIR; it writes DIR/000-start.dump to DIR/006-job.dump and
// prints the truth of each as package truth says.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"programs/truth"
)

type (
	Steady struct{ a, b, c int }
	Heavy  struct {
		id   int
		part *HeavyPart
	}
	HeavyPart struct{ data [40]int }
	Stairs    struct{ a, b, c int }
	Once      struct{ a, b, c int }
	Flat      struct{ a, b, c int }
	Churn     struct{ a, b, c int }
	Shrink    struct{ a, b, c int }
	Still     struct{ a, b, c int }
)

var (
	steady = keep[Steady]{first: 2, made: func(int) int { return 1 }}
	heavy  = keep[Heavy]{made: func(int) int { return 3 }}
	stairs = keep[Stairs]{first: 3, made: func(job int) int { return 4 * (1 - job%2) }}
	once   = keep[Once]{made: only(map[int]int{2: 50})}
	flat   = keep[Flat]{first: 1, made: only(map[int]int{1: 20, 2: 10, 3: 5})}
	churn  = keep[Churn]{first: 40, made: func(int) int { return 8 }, drops: 8}
	shrink = keep[Shrink]{first: 60, made: only(nil), drops: 5}
	still  = keep[Still]{first: 7, made: only(nil)}
)

// keep holds all objects of one type: first of them to begin with, made(job)
// more and the oldest drops fewer after each job.
type keep[T any] struct {
	all   []*T
	first int
	made  func(job int) int
	drops int
}

func only(jobs map[int]int) func(int) int {
	return func(job int) int { return jobs[job] }
}

// run does job, 0 for the start, and returns how many it made and dropped.
func (k *keep[T]) run(job int) (made, dropped int) {
	if job == 0 {
		made = k.first
	} else {
		made, dropped = k.made(job), k.drops
	}
	for i := 0; i < made; i++ {
		k.all = append(k.all, new(T))
	}
	k.all = append([]*T(nil), k.all[dropped:]...)
	return made, dropped
}

// step runs job for k and notes the truth of it.
func step[T any](a *truth.Account, k *keep[T], job int) {
	made, dropped := k.run(job)
	a.Moved(truth.Name[T](), made, dropped)
	for _, p := range k.all {
		truth.Of(a, p)
	}
}

func runJob(job int) *truth.Account {
	a := truth.New()
	step(a, &steady, job)
	step(a, &heavy, job)
	for _, h := range heavy.all {
		if h.part == nil {
			h.part = new(HeavyPart)
		}
		truth.Of(a, h.part)
	}
	step(a, &stairs, job)
	step(a, &once, job)
	step(a, &flat, job)
	step(a, &churn, job)
	step(a, &shrink, job)
	step(a, &still, job)
	return a
}

func main() {
	dir := flag.String("dir", ".", "write the heap dumps into this `folder`")
	flag.Parse()
	for job := 0; job <= 6; job++ {
		var a *truth.Account
		done := make(chan struct{})
		go func() { // which ends, so that no stack remembers objects
			a = runJob(job)
			close(done)
		}()
		<-done
		name := fmt.Sprintf("%03d-job.dump", job)
		if job == 0 {
			name = "000-start.dump"
		}
		truth.Exit(a.DumpTo(os.Stdout, filepath.Join(*dir, name)))
	}
}
