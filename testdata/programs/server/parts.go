package main

import (
	"container/list"
	"sync"
	"time"
)

// LRU keeps the entries used last.
type LRU[K comparable, V any] struct {
	mu    sync.Mutex
	max   int
	byKey map[K]*list.Element
	order *list.List
}

type pair[K comparable, V any] struct {
	key   K
	value V
}

func NewLRU[K comparable, V any](most int) *LRU[K, V] {
	return &LRU[K, V]{max: most, byKey: map[K]*list.Element{}, order: list.New()}
}

// Get returns the value of a key, made by make if there is none.
func (l *LRU[K, V]) Get(key K, make func() V) V {
	l.mu.Lock()
	defer l.mu.Unlock()
	if e, ok := l.byKey[key]; ok {
		l.order.MoveToFront(e)
		return e.Value.(*pair[K, V]).value
	}
	p := &pair[K, V]{key, make()}
	l.byKey[key] = l.order.PushFront(p)
	if l.order.Len() > l.max {
		last := l.order.Back()
		delete(l.byKey, last.Value.(*pair[K, V]).key)
		l.order.Remove(last)
	}
	return p.value
}

// Event is something that happened.
type Event struct {
	Kind string
	ID   int64
	At   time.Time
}

// Audit keeps the latest events in a channel until somebody asks.
type Audit struct{ events chan *Event }

func NewAudit(n int) *Audit { return &Audit{events: make(chan *Event, n)} }

// Add drops the oldest event if there are too many.
func (a *Audit) Add(e *Event) {
	for {
		select {
		case a.events <- e:
			return
		default:
		}
		select {
		case <-a.events:
		default:
		}
	}
}
