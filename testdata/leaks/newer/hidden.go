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
