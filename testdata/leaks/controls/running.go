package controls

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unique"

	"planted/drive"
	"planted/shop"
)

// buffer is pooled.
type buffer struct {
	data []byte
	tags map[string]int
}

const freeBound = 4

var (
	pool = sync.Pool{New: func() any { return newBuffer() }}
	free = make(chan *buffer, freeBound)
)

func newBuffer() *buffer { return &buffer{make([]byte, 700), map[string]int{}} }

func take() *buffer {
	select {
	case b := <-free:
		return b
	default:
		return newBuffer()
	}
}

func give(b *buffer) {
	select {
	case free <- b:
	default: // there are enough
	}
}

func newPools(env *drive.Env) func(int) {
	return func(int) {
		var taken []*buffer
		for range 1 + env.Rand.Intn(8) {
			b := pool.Get().(*buffer)
			defer pool.Put(b)
			taken = append(taken, take())
		}
		for _, b := range taken {
			give(b)
		}
	}
}

const (
	maxWorkers = 8
	maxTasks   = 20
	idleAfter  = 5 * time.Millisecond
)

// crew is goroutines that end when they have nothing to do.
type crew struct {
	todo    chan *task
	running atomic.Int32
}

type task struct {
	order *shop.Order
	done  *sync.WaitGroup
}

func (c *crew) give(t *task) {
	for {
		select {
		case c.todo <- t:
			return
		default:
		}
		if c.running.Load() < maxWorkers {
			c.running.Add(1)
			go c.work()
		}
		select {
		case c.todo <- t:
			return
		case <-time.After(idleAfter): // all may have gone home meanwhile
		}
	}
}

func (c *crew) work() {
	defer c.running.Add(-1)
	for {
		select {
		case t := <-c.todo:
			t.done.Done()
		case <-time.After(idleAfter):
			return
		}
	}
}

func newWorkers(env *drive.Env) func(int) {
	staff := &crew{todo: make(chan *task)}
	env.BeforeDump(func() { time.Sleep(4 * idleAfter) })
	load := func(job, tasks int) {
		var done sync.WaitGroup
		for range tasks {
			done.Add(1)
			staff.give(&task{env.Shop.Take(job), &done})
		}
		done.Wait()
	}
	for range 30 { // there were days with more to do
		load(0, maxTasks)
	}
	return func(job int) { load(job, 1+env.Rand.Intn(maxTasks)) }
}

func newTimers(env *drive.Env) func(int) {
	server, stop := context.WithCancel(context.Background())
	return func(job int) {
		if job == env.Jobs+1 {
			stop()
		}
		ctx, cancel := context.WithTimeout(server, time.Hour)
		defer cancel()
		o := env.Shop.Take(job)
		late := time.AfterFunc(time.Hour, func() { o.Number = "late" })
		defer late.Stop()
		tick := time.NewTicker(time.Hour)
		defer tick.Stop()
		remove := context.AfterFunc(ctx, func() { o.Number = "cancelled" })
		defer remove()
		select {
		case <-ctx.Done():
		case <-tick.C:
		case <-time.After(100 * time.Microsecond):
		}
	}
}

// idle is longer than connections need to get back to their pool.
const idle = 20 * time.Millisecond

func newHTTP(env *drive.Env) func(int) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", r.URL.Path, strings.Repeat("answer ", 300))
	}))
	client := &http.Client{Transport: &http.Transport{MaxIdleConns: 4, MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Hour}}
	ask := func(path string) {
		resp, err := client.Get(server.URL + path)
		if err != nil {
			panic(err)
		}
		defer resp.Body.Close()
		if _, err := io.Copy(io.Discard, resp.Body); err != nil {
			panic(err)
		}
	}
	env.BeforeDump(func() { time.Sleep(idle) })
	return func(job int) {
		var done sync.WaitGroup
		for i := range 1 + env.Rand.Intn(6) {
			done.Add(1)
			go func() {
				defer done.Done()
				ask(fmt.Sprintf("/orders/%d/%d", job, i))
			}()
		}
		done.Wait()
	}
}

// file has a finalizer.
type file struct {
	name string
	data []byte
}

type place struct{ city, street string }

func newHandles(env *drive.Env) func(int) {
	return func(job int) {
		for i := range 10 {
			f := &file{fmt.Sprintf("file %d of job %d", i, job), make([]byte, 300)}
			runtime.SetFinalizer(f, func(f *file) { f.data = nil })
			at := unique.Make(place{f.name, "a street"})
			if at != unique.Make(place{f.name, "a street"}) {
				panic("two handles of one place")
			}
		}
	}
}

// message waits in a channel.
type message struct {
	text  string
	order *shop.Order
}

const nearlyEmpty = 10

var inbox = make(chan *message, 200)

func newQueue(env *drive.Env) func(int) {
	for i := range nearlyEmpty {
		inbox <- &message{fmt.Sprintf("message %d", i), env.Shop.Take(i)}
	}
	return func(job int) {
		for i := range 5 + env.Rand.Intn(50) {
			inbox <- &message{fmt.Sprintf("message %d of job %d", i, job), env.Shop.Take(i)}
		}
		for len(inbox) > nearlyEmpty {
			<-inbox
		}
	}
}
