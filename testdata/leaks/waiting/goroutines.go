package waiting

import (
	"fmt"
	"runtime"
	"sync"
	"time"

	"planted/drive"
	"planted/shop"
)

// settle gives goroutines the time to get to where they wait.
func settle() { time.Sleep(5 * time.Millisecond) }

// record says who did what.
type record struct {
	what string
	by   *shop.Customer
}

var audit = make(chan *record, 1<<14)

func newChannel(env *drive.Env) func(int) {
	return func(job int) {
		select {
		case audit <- &record{fmt.Sprintf("took the order of job %d", job), env.Shop.Take(job).Customer}:
		default: // full: better to lose a record than to wait
		}
	}
}

// quote is what another shop asks for the same.
type quote struct {
	order *shop.Order
	cents int64
}

func newSender(env *drive.Env) func(int) {
	env.BeforeDump(settle)
	return func(job int) {
		late := make(chan struct{})
		answer := make(chan *quote)
		go ask(env.Shop.Take(job), late, answer)
		select {
		case <-answer:
		case <-time.After(time.Millisecond):
			close(late)
		}
	}
}

// ask is slow to answer.
func ask(o *shop.Order, late <-chan struct{}, answer chan<- *quote) {
	<-late
	answer <- &quote{o, int64(len(o.Lines))}
}

// worker has a queue of orders.
type worker struct {
	name string
	todo chan *shop.Order
	done []string
}

func (w *worker) run() {
	for o := range w.todo {
		w.done = append(w.done, o.Number)
	}
}

func newReceiver(env *drive.Env) func(int) {
	env.BeforeDump(settle)
	return func(job int) {
		w := &worker{name: fmt.Sprintf("worker of job %d", job), todo: make(chan *shop.Order)}
		go w.run()
		for range 3 {
			w.todo <- env.Shop.Take(job)
		}
	}
}

// batch is orders that are worked on at once.
type batch struct {
	orders []*shop.Order
	open   sync.WaitGroup
	total  int
}

func (b *batch) finish() {
	b.open.Wait()
	b.total = len(b.orders)
}

func (b *batch) work(o *shop.Order) {
	if len(o.Lines) > 2 {
		return // and b.open counts it for ever
	}
	b.open.Done()
}

func newWaitGroup(env *drive.Env) func(int) {
	env.BeforeDump(settle)
	return func(job int) {
		b := &batch{}
		for i := range 3 {
			b.orders = append(b.orders, env.Shop.Take(job+i))
		}
		b.open.Add(len(b.orders))
		for _, o := range b.orders {
			go b.work(o)
		}
		go b.finish()
	}
}

// transfer moves money between accounts.
type transfer struct {
	reference string
	order     *shop.Order
}

var books struct {
	sync.Mutex
	booked int
}

func (t *transfer) book() {
	books.Lock()
	defer books.Unlock()
	books.booked++
	runtime.KeepAlive(t)
}

func newMutex(env *drive.Env) func(int) {
	env.BeforeDump(settle)
	books.Lock() // the rare path
	return func(job int) {
		t := &transfer{fmt.Sprintf("transfer of job %d", job), env.Shop.Take(job)}
		go t.book()
	}
}

// tempFile is what a job writes to.
type tempFile struct {
	name string
	data []byte
}

func (f *tempFile) close() { f.data = nil }

// serve works off names for as long as there are any.
func serve(names <-chan string, done chan<- struct{}) {
	for name := range names {
		f := &tempFile{name, make([]byte, 2000)}
		defer f.close()
		done <- struct{}{}
	}
}

func newDefer(env *drive.Env) func(int) {
	env.BeforeDump(settle)
	names, done := make(chan string), make(chan struct{})
	go serve(names, done)
	return func(job int) {
		names <- fmt.Sprintf("temporary file of job %d", job)
		<-done
	}
}

// peer is who is told the news.
type peer struct {
	name  string
	inbox chan string
	read  []string
}

var peers = map[*peer]bool{}

func (p *peer) write() {
	for text := range p.inbox {
		p.read = append(p.read, text)
	}
}

func newHub(env *drive.Env) func(int) {
	env.BeforeDump(settle)
	return func(job int) {
		p := &peer{name: fmt.Sprintf("peer of job %d", job), inbox: make(chan string)}
		peers[p] = true
		go p.write()
		p.inbox <- "hello"
	}
}
