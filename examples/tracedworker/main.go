// Tracedworker is a worker that uses package jobtrace, to hunt a leak in: it
// sends mails, draws thumbnails and books orders, one job after the other, and
// one of the three kinds of job leaks. docs/hunting-memory-leaks.md finds out
// which, and why.
//
// What its heap has after each job, by construction:
//
//	main.Order     ordersPerBooking more each booking: main.ledger keeps them
//	main.Template  templates, from the first mail on
//	main.Recipient recent, once that many mails are sent; the oldest goes
//
// With -strings N each job appends N strings to a global as well.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/objgraph/objgraph/jobtrace"
)

const (
	ordersPerBooking = 25
	templates        = 4
	recent           = 2
	thumbnailBytes   = 64 << 10
)

// Order is what a booking handles.
type Order struct {
	Number string
	Cents  []int64
}

// Template is loaded once for all mails.
type Template struct{ name, text string }

// Recipient is remembered for a while: nobody gets two mails in a row.
type Recipient struct{ address string }

var (
	ledger     = map[string][]*Order{} // by day: meant to be cleared at midnight
	loaded     []*Template
	recipients []*Recipient
	lines      []string // of -strings
	buffers    = sync.Pool{New: func() any { return new([thumbnailBytes]byte) }}
)

func main() {
	jobtrace.AddFlags(nil)
	jobs := flag.Int("jobs", 30, "jobs to run")
	kinds := flag.String("kinds", "mail,thumbnail,booking", "kinds of job, which take turns")
	pause := flag.Duration("pause", 0, "between two jobs")
	more := flag.Int("strings", 0, "strings that each job leaves in a global")
	flag.Parse()
	if err := run(*jobs, strings.Split(*kinds, ","), *pause, *more); err != nil {
		fmt.Fprintln(os.Stderr, "tracedworker:", err)
		os.Exit(1)
	}
}

func run(jobs int, kinds []string, pause time.Duration, more int) error {
	tracer, err := jobtrace.FromFlags(jobtrace.Options{SampleEvery: time.Second})
	if err != nil {
		return err
	}
	defer tracer.Close()
	for n := range jobs {
		kind := kinds[n%len(kinds)]
		work := handlers[kind]
		if work == nil {
			return fmt.Errorf("there is no kind of job %q", kind)
		}
		err := tracer.Do(context.Background(), fmt.Sprintf("%s-%d", kind, n+1), func(context.Context) error {
			leave(n, more)
			return work(n)
		})
		if err != nil {
			return err
		}
		time.Sleep(pause)
	}
	return nil
}

var handlers = map[string]func(n int) error{"mail": mail, "thumbnail": thumbnail, "booking": booking}

func mail(n int) error {
	for len(loaded) < templates {
		loaded = append(loaded, &Template{fmt.Sprintf("template-%d", len(loaded)), strings.Repeat("Dear %s, ", 100)})
	}
	if len(recipients) >= recent {
		recipients = append(recipients[:0:0], recipients[1:]...)
	}
	recipients = append(recipients, &Recipient{fmt.Sprintf("customer-%d@example.org", n)})
	return nil
}

func thumbnail(n int) error {
	b := buffers.Get().(*[thumbnailBytes]byte)
	defer buffers.Put(b)
	for i := range b {
		b[i] = byte(n * i)
	}
	return nil
}

func booking(n int) error {
	day := time.Now().Format(time.DateOnly)
	for i := range ordersPerBooking {
		o := &Order{Number: fmt.Sprintf("order-%06d-%03d", n, i), Cents: make([]int64, 16)}
		ledger[day] = append(ledger[day], o)
	}
	return nil
}

func leave(n, more int) {
	for i := range more {
		lines = append(lines, fmt.Sprintf("a line of text %d, %d", n, i))
	}
}
