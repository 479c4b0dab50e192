package containers

import (
	"container/list"
	"fmt"

	"planted/drive"
	"planted/shop"
)

// Visit is one page that a customer looked at.
type Visit struct {
	Page string
	By   *shop.Customer
}

var visits = list.New()

func newList(env *drive.Env) func(int) {
	return func(job int) {
		visits.PushBack(&Visit{fmt.Sprintf("page of article %d", job), env.Shop.Take(job).Customer})
	}
}

// undo is how to go back one step.
type undo struct {
	before *undo
	was    *shop.Order
}

var lastUndo *undo

func newLinked(env *drive.Env) func(int) {
	return func(job int) { lastUndo = &undo{lastUndo, env.Shop.Take(job)} }
}

// node is a category of the catalog.
type node struct {
	name     string
	parent   *node
	children []*node
	sample   *shop.Order
}

var catalog = &node{name: "everything"}

func (n *node) add(name string, sample *shop.Order) *node {
	child := &node{name: name, parent: n, sample: sample}
	n.children = append(n.children, child)
	return child
}

// detach forgets to take n out of its parent's list.
func (n *node) detach() { n.parent = nil }

func newTree(env *drive.Env) func(int) {
	catalog.add("shelf", nil)
	return func(job int) {
		n := catalog.children[0].add(fmt.Sprintf("category of job %d", job), env.Shop.Take(job))
		if job%2 == 0 {
			n.detach()
		}
	}
}

// sold is a node of a tree that nothing balances.
type sold struct {
	price           int64
	order           *shop.Order
	cheaper, dearer *sold
}

var byPrice *sold

func newSorted(env *drive.Env) func(int) {
	return func(job int) {
		for range 5 {
			at := &byPrice
			n := &sold{price: int64(job)<<10 + env.Rand.Int63n(3<<10), order: env.Shop.Take(job)}
			for *at != nil {
				if next := &(*at).dearer; n.price < (*at).price {
					at = &(*at).cheaper
				} else {
					at = next
				}
			}
			*at = n
		}
	}
}

// comment is what a customer says to another.
type comment struct {
	by      *shop.Customer
	answers []*comment
}

var thread = &comment{}

func newNested(env *drive.Env) func(int) {
	last := thread
	return func(job int) {
		for range 3 {
			answer := &comment{by: env.Shop.Take(job).Customer}
			last.answers = append(last.answers, answer)
			last = answer
		}
	}
}

// lru is a cache by last use.
type lru struct {
	bound   int // 0 means none, and who made it did not know
	entries map[string]*list.Element
	order   *list.List
}

// page is the entry of the cache.
type page struct {
	key  string
	html []byte
}

func (c *lru) put(p *page) {
	c.entries[p.key] = c.order.PushFront(p)
	if c.bound > 0 && c.order.Len() > c.bound {
		last := c.order.Remove(c.order.Back()).(*page)
		delete(c.entries, last.key)
	}
}

var pages = &lru{entries: map[string]*list.Element{}, order: list.New()}

func newLRU(*drive.Env) func(int) {
	return func(job int) {
		for i := range 3 {
			pages.put(&page{fmt.Sprintf("/orders/%d/%d", job, i), make([]byte, 900)})
		}
	}
}

// plugin is what rules have in common.
type plugin interface{ apply(*shop.Order) int64 }

type priceRule struct {
	label  string
	rebate int64
	tables [16]int64
}

func (r *priceRule) apply(o *shop.Order) int64 { return r.rebate * int64(len(o.Lines)) }

type noRule struct{}

func (noRule) apply(*shop.Order) int64 { return 0 }

var plugins = map[string]plugin{"none": noRule{}}

func newRegistry(env *drive.Env) func(int) {
	return func(job int) {
		r := &priceRule{label: fmt.Sprintf("rebates, loaded for the %d. time", job), rebate: int64(job)}
		plugins[r.label] = r
		for _, p := range plugins {
			p.apply(env.Shop.Take(job))
		}
	}
}

// topic is what one can subscribe to.
type topic struct {
	subscribers map[*subscriber]bool
}

type subscriber struct {
	name  string
	inbox chan string
}

func (t *topic) subscribe(s *subscriber) { t.subscribers[s] = true }

// unsubscribe takes the subscriber by value, so what it deletes is not there.
func (t *topic) unsubscribe(s subscriber) { delete(t.subscribers, &s) }

var feed = topic{map[*subscriber]bool{}}

func newSubscribers(*drive.Env) func(int) {
	return func(job int) {
		s := &subscriber{fmt.Sprintf("subscriber number %d", job), make(chan string, 4)}
		feed.subscribe(s)
		s.inbox <- fmt.Sprintf("welcome, subscriber number %d", job)
		feed.unsubscribe(*s)
	}
}
