package views

import (
	"fmt"
	"strings"

	"planted/drive"
	"planted/shop"
)

var thumbnails [][]byte

func upload(job int) []byte {
	b := make([]byte, 20_000)
	copy(b, fmt.Sprintf("upload of job %d", job))
	return b
}

func newSubSlice(*drive.Env) func(int) {
	return func(job int) { thumbnails = append(thumbnails, upload(job)[:16]) }
}

// attachment is a file of a mail.
type attachment struct {
	name    string
	preview []byte
}

var attachments = map[int]*attachment{}

func newAttachment(*drive.Env) func(int) {
	return func(job int) {
		attachments[job] = &attachment{fmt.Sprintf("attachment of job %d", job), upload(job)[:32]}
	}
}

var titles = map[int]string{}

func newSubstring(*drive.Env) func(int) {
	return func(job int) {
		document := fmt.Sprintf("title of document %d\n%s", job, strings.Repeat("some text ", 1000))
		title, _, _ := strings.Cut(document, "\n")
		titles[job] = title
	}
}

// scratch is memory to work in.
type scratch struct {
	data  []byte
	marks map[int]int
}

// pool is a free list.
type pool struct{ free []*scratch }

func (p *pool) get(size int) *scratch {
	for i, s := range p.free {
		if cap(s.data) >= size {
			p.free = append(p.free[:i], p.free[i+1:]...)
			return s
		}
	}
	return &scratch{data: make([]byte, size), marks: map[int]int{}}
}

func (p *pool) put(s *scratch) { p.free = append(p.free, s) }

var scratches pool

func newPool(*drive.Env) func(int) {
	return func(job int) {
		s := scratches.get(1000 + 10*(job+10)) // a little more each time
		s.marks[job] = len(s.data)
		delete(s.marks, job)
		scratches.put(s)
	}
}

// conn is a connection to somewhere.
type conn struct {
	to     string
	order  *shop.Order
	closed bool
}

func (c *conn) close() { c.closed = true }

var atEnd []func()

func newMethodValue(env *drive.Env) func(int) {
	return func(job int) {
		c := &conn{to: fmt.Sprintf("server %d", job), order: env.Shop.Take(job)}
		atEnd = append(atEnd, c.close)
	}
}
