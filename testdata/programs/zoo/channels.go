package main

import "programs/truth"

// Channels: idle, filled in part, full, closed, with goroutines that wait.
var (
	sent     chan *Sent
	readings chan Reading
	packets  chan Packet
	idle     []chan *Idle
	queue    chan *Queued
	offers   chan *Offered
	choices  chan *Chosen
	left     chan *Left
	signals  chan signal
)

// Sent: 101 in a buffer of 128.
type Sent struct{ a, b, c int }

// Reading has no pointers: its buffer lies behind the channel's header.
type Reading struct{ a, b, c int }

// Packet lies in a buffer and holds a Body: 103.
type Packet struct {
	n    int
	body *Body
}

type Body struct{ a, b, c int }

// Idle: none, in 2 channels without a buffer.
type Idle struct{ a, b, c int }

// Queued: 3 in a full buffer and 4 that goroutines wait to send.
type Queued struct{ a, b, c int }

// Offered: 5 that goroutines wait to send, without a buffer.
type Offered struct{ a, b, c int }

// Chosen: 2 that goroutines wait to send in a select.
type Chosen struct{ a, b, c int }

// Left: 6 in a channel that is closed.
type Left struct{ a, b, c int }

func addChannels(a *truth.Account) {
	sent = buffered[*Sent](a, 128)
	for i := 0; i < 101; i++ {
		sent <- truth.Of(a, &Sent{a: i})
	}
	readings = truth.Ref(a, make(chan Reading, 50))
	readings <- Reading{}
	packets = buffered[Packet](a, 110)
	for i := 0; i < 103; i++ {
		packets <- Packet{i, truth.Of(a, &Body{a: i})}
	}
	for i := 0; i < 2; i++ {
		idle = append(idle, truth.Ref(a, make(chan *Idle)))
	}
	left = buffered[*Left](a, 8)
	for i := 0; i < 6; i++ {
		left <- truth.Of(a, &Left{a: i})
	}
	close(left)
	truth.Ref(a, quit)
	signals = truth.Ref(a, make(chan signal, 4))
}

// buffered makes a channel of a T with pointers, whose buffer is an object.
func buffered[T any](a *truth.Account, n int) chan T {
	truth.Buffer[T](a)
	return truth.Ref(a, make(chan T, n))
}
