package main

import (
	"time"
	"unsafe"

	"programs/truth"
)

// Timers that end in an hour.
var (
	callers  []*time.Timer
	plain    []*time.Timer
	tickers  []*time.Ticker
	channels []<-chan time.Time
)

// TimerHeld: 3, captured by what timers call.
type TimerHeld struct{ a, b, c int }

func addTimers(a *truth.Account) {
	for i := 0; i < 3; i++ {
		callers = append(callers, ofTimer(a, inAnHour(truth.Of(a, &TimerHeld{a: i}))))
	}
	for i := 0; i < 7; i++ {
		plain = append(plain, ofTimer(a, time.NewTimer(time.Hour)))
		a.Count("chan time.Time", 1)
	}
	for i := 0; i < 11; i++ {
		t := time.NewTicker(time.Hour)
		if truth.Since(23) {
			ofTimer(a, (*time.Timer)(unsafe.Pointer(t)))
		} else {
			truth.Of(a, t)
		}
		tickers = append(tickers, t)
		a.Count("chan time.Time", 1)
	}
	channels = append(channels, time.After(time.Hour))
	a.Count("chan time.Time", 1)
}

//go:noinline
func inAnHour(held *TimerHeld) *time.Timer {
	return time.AfterFunc(time.Hour, func() { held.a++ })
}
