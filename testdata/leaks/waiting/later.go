package waiting

import (
	"context"
	"fmt"
	"sync"
	"time"

	"planted/drive"
	"planted/shop"
)

// request is the value that a context carries.
type request struct {
	id    string
	order *shop.Order
}

type requestKey struct{}

var server, _ = context.WithCancel(context.Background())

func newContext(env *drive.Env) func(int) {
	return func(job int) {
		ctx := context.WithValue(server, requestKey{}, &request{fmt.Sprintf("request %d", job), env.Shop.Take(job)})
		ctx, cancel := cancellable(ctx)
		if handle(ctx) < 0 {
			cancel() // only when it went wrong
		}
	}
}

func handle(ctx context.Context) int {
	return len(ctx.Value(requestKey{}).(*request).order.Lines)
}

func newBareContext(*drive.Env) func(int) {
	return func(job int) {
		if ctx, _ := cancellable(server); ctx.Err() != nil {
			panic("the server's context is done")
		}
	}
}

func cancellable(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithCancel(ctx)
}

// lease is a table in use until it is returned or expires.
type lease struct {
	table   int
	by      *shop.Customer
	expired bool
}

func (l *lease) expire() { l.expired = true }

func newAfterFunc(env *drive.Env) func(int) {
	return func(job int) {
		l := &lease{table: job, by: env.Shop.Take(job).Customer}
		time.AfterFunc(24*time.Hour, func() { l.expire() })
	}
}

// poller asks again and again.
type poller struct {
	url    string
	ticker *time.Ticker
	last   []byte
}

func (p *poller) run() {
	for range p.ticker.C {
		p.last = append(p.last[:0], p.url...)
	}
}

func newTicker(env *drive.Env) func(int) {
	env.BeforeDump(settle)
	return func(job int) {
		p := &poller{fmt.Sprintf("https://shop.example/orders/%d", job), time.NewTicker(time.Hour), make([]byte, 600)}
		go p.run()
	}
}

// tenant is one customer's view of the shop.
type tenant struct {
	name    string
	order   *shop.Order
	reloads int
}

var onReload []func()

func newCallback(env *drive.Env) func(int) {
	return func(job int) {
		t := &tenant{name: fmt.Sprintf("tenant %d", job), order: env.Shop.Take(job)}
		onReload = append(onReload, func() { t.reloads++ })
	}
}

var onExit []func() int

func newBareCallback(*drive.Env) func(int) {
	return func(job int) {
		onExit = append(onExit, func() int { return job })
	}
}

// claim is what a job leaves.
type claim struct {
	job   int
	order *shop.Order
}

// beat is what the clock leaves.
type beat struct {
	at   time.Time
	note string
}

var (
	claims []*claim
	beats  []*beat
)

func newHeartbeat(env *drive.Env) func(int) {
	var mu sync.Mutex
	go func() {
		for at := range time.Tick(2 * time.Millisecond) {
			mu.Lock()
			beats = append(beats, &beat{at, at.String()})
			mu.Unlock()
		}
	}()
	return func(job int) {
		time.Sleep(10 * time.Millisecond)
		claims = append(claims, &claim{job, env.Shop.Take(job)})
	}
}
