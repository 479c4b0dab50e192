// Command worker is a worker that tests drive: worker DIR MODE.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"syscall"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

var modes = map[string]func(t *jobtrace.Tracer){
	"refs":    refs,
	"leak":    leak,
	"writes":  concurrentWrites,
	"stack":   stackOverflow,
	"second":  second,
	"hoard":   hoard,
	"forever": forever,
	"jobs":    func(t *jobtrace.Tracer) { jobs(t.Do) },
	"hand":    nil, // without a Tracer
	"idle":    idle,
}

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: worker DIR MODE")
	}
	if os.Args[2] == "hand" {
		jobs(byHand(os.Args[1]))
		return
	}
	o := jobtrace.Options{Dir: os.Args[1], Worker: "w", OnCrash: true, NoReport: os.Getenv("WATCHER") == "", Objgraph: os.Getenv("WATCHER")}
	t, err := jobtrace.New(o)
	if err != nil {
		log.Fatal(err)
	}
	modes[os.Args[2]](t)
	if err := t.Close(); err != nil {
		log.Fatal(err)
	}
}

// payload, attached and parcel are a job's own.
type (
	payload  struct{ data [64]int }
	attached struct{ data [64]int }
	parcel   struct{ data [64]int }
	key      struct{}
)

var sum int

// refs runs jobs that hold objects by what they capture, by their context, and
// in their frames, and nothing of it afterwards.
func refs(t *jobtrace.Tracer) {
	for i := range 3 {
		one(t, i)
	}
}

//go:noinline
func one(t *jobtrace.Tracer, i int) {
	_ = t.Do(contextOf(i), "refs", jobOf(i))
}

//go:noinline
func contextOf(i int) context.Context {
	a := &attached{}
	a.data[3] = i
	return context.WithValue(context.Background(), key{}, a)
}

//go:noinline
func jobOf(i int) func(context.Context) error {
	p := &payload{}
	p.data[7] = i
	return func(ctx context.Context) error {
		var all []*parcel
		for range 100 {
			all = append(all, &parcel{})
		}
		work(20, p, all)
		sum += ctx.Value(key{}).(*attached).data[3]
		return nil
	}
}

//go:noinline
func work(depth int, p *payload, all []*parcel) {
	if depth > 0 {
		work(depth-1, p, all)
	}
	runtime.Gosched()
	sum += p.data[7] + all[depth].data[0]
}

// order is what leak leaks, 100 a job.
type order struct{ lines [6]int }

var ledger = map[int]*order{}

func leak(t *jobtrace.Tracer) {
	for i := range 4 {
		_ = t.Do(context.Background(), fmt.Sprint("import-", i), func(context.Context) error {
			for range 100 {
				ledger[len(ledger)] = &order{}
			}
			return nil
		})
	}
}

func concurrentWrites(*jobtrace.Tracer) {
	m := map[int]int{}
	for i := range 8 {
		go func() {
			for {
				m[i]++
			}
		}()
	}
	time.Sleep(time.Minute)
}

func stackOverflow(*jobtrace.Tracer) {
	debug.SetMaxStack(1 << 20)
	overflow(0)
}

// second crashes with a Tracer that began before another one was closed.
func second(t *jobtrace.Tracer) {
	if _, err := jobtrace.OnCrash(jobtrace.Options{Dir: os.Args[1], Worker: "second", NoReport: true}); err != nil {
		log.Fatal(err)
	}
	if err := t.Close(); err != nil {
		log.Fatal(err)
	}
	stackOverflow(nil)
}

func overflow(n int) int { return overflow(n+1) + n }

// record is what hoard fills the memory with: 1 KiB each.
type record struct {
	next *record
	body [1016]byte
}

var records *record

// hoard allocates until HOARD_MB megabytes are held, at some speed, and then
// kills the process.
func hoard(t *jobtrace.Tracer) {
	mb, _ := strconv.Atoi(os.Getenv("HOARD_MB"))
	_ = t.Do(context.Background(), "hoard", func(context.Context) error {
		for range mb {
			for range 1024 {
				r := &record{next: records}
				for i := range r.body {
					r.body[i] = byte(i)
				}
				records = r
			}
			time.Sleep(3 * time.Millisecond)
		}
		return syscall.Kill(os.Getpid(), syscall.SIGKILL)
	})
}

// forever runs jobs with a heap of some size until the process is killed.
func forever(t *jobtrace.Tracer) {
	heap := tree(17)
	for i := 0; ; i++ {
		_ = t.Do(context.Background(), fmt.Sprint("job-", i), func(context.Context) error { return nil })
		if i == 0 {
			fmt.Println("ready")
		}
		runtime.KeepAlive(heap)
	}
}

type node struct {
	left, right *node
	data        [6]int
}

func tree(depth int) *node {
	if depth == 0 {
		return nil
	}
	return &node{left: tree(depth - 1), right: tree(depth - 1)}
}

// idle does nothing, with the memory watched.
func idle(*jobtrace.Tracer) { time.Sleep(300 * time.Millisecond) }

// doer is Tracer.Do or what stands for it.
type doer func(ctx context.Context, id string, f func(context.Context) error) error

// jobs runs JOBS jobs over a heap of 2^DEPTH objects of 64 bytes.
func jobs(do doer) {
	depth, _ := strconv.Atoi(os.Getenv("DEPTH"))
	n, _ := strconv.Atoi(os.Getenv("JOBS"))
	heap := tree(depth)
	for i := range n {
		_ = do(context.Background(), fmt.Sprint("job-", i), func(context.Context) error {
			sum += len(fmt.Sprint(i))
			return nil
		})
	}
	runtime.KeepAlive(heap)
}

// byHand does what people write who have no Tracer: the same collections and
// dumps, with no check.
func byHand(dir string) doer {
	n := 0
	dump := func() {
		runtime.GC()
		runtime.GC()
		f, err := os.Create(filepath.Join(dir, fmt.Sprint(n, ".dump")))
		if err != nil {
			log.Fatal(err)
		}
		debug.WriteHeapDump(f.Fd())
		f.Close()
		n++
	}
	return func(ctx context.Context, _ string, f func(context.Context) error) error {
		if n == 0 {
			dump()
		}
		defer dump()
		return f(ctx)
	}
}
