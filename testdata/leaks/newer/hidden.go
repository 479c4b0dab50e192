package newer

import (
	"fmt"
	"runtime"

	"planted/drive"
	"planted/shop"
)

// socket is to be closed when nobody uses it any more.
type socket struct {
	fd     int
	buffer *readBuffer
}

// readBuffer fills itself from its socket.
type readBuffer struct {
	from *socket
	data []byte
}

func newFinalizer(*drive.Env) func(int) {
	return func(job int) {
		s := &socket{fd: job, buffer: &readBuffer{data: make([]byte, 1500)}}
		s.buffer.from = s // the cycle
		runtime.SetFinalizer(s, (*socket).close)
	}
}

func (s *socket) close() { s.fd = -1 }

// ticket is what support works on.
type ticket struct {
	text  string
	order *shop.Order
}

// draft is an answer that was not sent.
type draft struct {
	text string
	to   *shop.Customer
}

var (
	tickets = map[string]*ticket{}
	drafts  []*draft
)

func newTwo(env *drive.Env) func(int) {
	return func(job int) {
		t := &ticket{fmt.Sprintf("where is the order of job %d?", job), env.Shop.Take(job)}
		tickets[t.text] = t
		for i := range 3 {
			drafts = append(drafts, &draft{fmt.Sprintf("answer %d to job %d", i, job), env.Shop.Take(job).Customer})
		}
	}
}

// receipt is the needle.
type receipt struct {
	number string
	cents  int64
}

var unpaid []*receipt

func newNeedle(*drive.Env) func(int) {
	return func(job int) {
		unpaid = append(unpaid, &receipt{fmt.Sprintf("receipt number %08d", job), int64(job)})
	}
}

// refund waits to be paid.
type refund struct {
	to    *shop.Customer
	cents int
}

var (
	waiting   []*refund
	forgotten []*refund
)

func newMasked(env *drive.Env) func(int) {
	take := func(job int) *refund { return &refund{env.Shop.Take(job).Customer, job} }
	return func(job int) {
		forgotten = append(forgotten, take(job))
		waiting = append([]*refund(nil), waiting[len(waiting)/2:]...)
		for range env.Rand.Intn(60) {
			waiting = append(waiting, take(job))
		}
	}
}

// voucher is good for something.
type voucher struct {
	code string
	good [4]int64
}

var (
	store     = map[int]*voucher{}
	byMistake []*voucher
)

func newOutweighed(*drive.Env) func(int) {
	const stored = 1000
	for i := range stored {
		store[i] = &voucher{code: fmt.Sprintf("voucher number %d", i)}
	}
	return func(job int) {
		for range 20 {
			delete(store, stored-len(store))
		}
		byMistake = append(byMistake, &voucher{code: fmt.Sprintf("voucher of job %d", job)})
	}
}
