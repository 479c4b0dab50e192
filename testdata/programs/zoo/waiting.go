package main

import "programs/truth"

// Goroutines that wait for channels, and what they have to send.
var (
	parcels  chan Wrapped
	requests chan *Requested
	replies  chan Reply
	events   chan any
)

// Wrapped is sent whole and holds an InWrapped: 3 that goroutines wait to send.
type Wrapped struct {
	n    int
	held *InWrapped
}

type InWrapped struct{ a, b, c int }

// Requested: 2 goroutines wait to receive one, Reply: 3 do, one of them in a
// select; the place for it is on their stacks.
type Requested struct{ a, b, c int }

type Reply struct {
	n    int
	held *Requested
}

// Event: 5 that goroutines wait to send in an interface.
type Event struct{ a, b, c int }

// addSenders says how many goroutines it left waiting.
func addSenders(a *truth.Account) int {
	queue = buffered[*Queued](a, 3)
	for i := 0; i < 3; i++ {
		queue <- truth.Of(a, &Queued{a: i})
	}
	for i := 0; i < 4; i++ {
		go send(queue, truth.Of(a, &Queued{b: i}))
	}
	offers = truth.Ref(a, make(chan *Offered))
	for i := 0; i < 5; i++ {
		go send(offers, truth.Of(a, &Offered{a: i}))
	}
	choices = truth.Ref(a, make(chan *Chosen))
	for i := 0; i < 2; i++ {
		go choose(truth.Of(a, &Chosen{a: i}))
	}
	parcels = truth.Ref(a, make(chan Wrapped))
	for i := 0; i < 3; i++ {
		go send(parcels, Wrapped{i, truth.Of(a, &InWrapped{a: i})})
	}
	events = truth.Ref(a, make(chan any))
	for i := 0; i < 5; i++ {
		go send(events, any(truth.Of(a, &Event{a: i})))
	}
	return 11 + 3 + 5
}

func send[T any](c chan T, v T) { c <- v }

func choose(v *Chosen) {
	select {
	case choices <- v:
	case <-quit:
	}
}

// addReceivers says how many goroutines it left waiting.
func addReceivers(a *truth.Account) int {
	requests, replies = truth.Ref(a, make(chan *Requested)), truth.Ref(a, make(chan Reply))
	for i := 0; i < 2; i++ {
		go receive(requests)
		go receive(replies)
	}
	go func() {
		select {
		case r := <-replies:
			lastUsed = r
		case <-quit:
		}
	}()
	return 5
}

func receive[T any](c chan T) {
	v, ok := <-c
	if ok {
		lastUsed = v
	}
}
