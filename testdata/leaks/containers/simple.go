package containers

import (
	"fmt"
	"sync"

	"planted/drive"
	"planted/shop"
)

var ledger []*shop.Order

func newSlice(env *drive.Env) func(int) {
	return func(job int) { ledger = append(ledger, env.Shop.Take(job)) }
}

var byNumber = map[string]*shop.Order{}

func newMap(env *drive.Env) func(int) {
	return func(job int) {
		o := env.Shop.Take(job)
		byNumber[o.Number] = o
	}
}

// Session is what is known of a customer who is logged in.
type Session struct {
	Token    string
	Customer *shop.Customer
	Cart     []*shop.Line
}

var sessions sync.Map

func newSyncMap(env *drive.Env) func(int) {
	return func(job int) {
		o := env.Shop.Take(job)
		s := &Session{Token: fmt.Sprintf("token of session %d", job), Customer: o.Customer, Cart: o.Lines}
		sessions.Store(s.Token, s)
		sessions.Delete(o.Customer.Name)
	}
}

// Event is something that a customer did.
type Event struct {
	What  string
	Order *shop.Order
}

var eventsOf = map[string][]*Event{}

func newMapOfSlices(env *drive.Env) func(int) {
	return func(job int) {
		group := [...]string{"new", "regular", "wholesale", "staff", "test"}[(job+10)%5]
		eventsOf[group] = append(eventsOf[group], &Event{"ordered", env.Shop.Take(job)})
	}
}

// measure is a value without an object of its own.
type measure struct {
	label string
	nanos int64
}

var journal []measure

func newValues(*drive.Env) func(int) {
	return func(job int) {
		for i := range 5 {
			journal = append(journal, measure{fmt.Sprintf("step %d of the long job %06d", i, job), int64(job)})
		}
	}
}

var seen = map[string]bool{}

func newSet(*drive.Env) func(int) {
	return func(job int) {
		for i := range 20 {
			seen[fmt.Sprintf("message id %08d-%04d", job, i)] = true
		}
	}
}

type (
	application struct{ services *services }
	services    struct{ mailer *mailer }
	mailer      struct {
		mu     sync.Mutex
		outbox outbox
		sent   int
	}
	outbox struct{ mails []*mail }
	mail   struct {
		to   *shop.Customer
		body []byte
	}
)

var app = &application{&services{new(mailer)}}

func newDeep(env *drive.Env) func(int) {
	return func(job int) {
		m := app.services.mailer
		m.mu.Lock()
		defer m.mu.Unlock()
		m.outbox.mails = append(m.outbox.mails, &mail{env.Shop.Take(job).Customer, make([]byte, 400)})
		m.sent = len(m.outbox.mails) // and stay there
	}
}

// indexed is a document that a search would find.
type indexed struct{ title string }

var index []*indexed

func newCleared(env *drive.Env) func(int) {
	return func(job int) {
		if job == env.Jobs*3/8+1 {
			index = nil
		}
		index = append(index, &indexed{fmt.Sprintf("document of job %d", job)})
	}
}
