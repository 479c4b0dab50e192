package controls

import (
	"container/list"
	"fmt"

	"planted/drive"
	"planted/shop"
)

func newChurn(env *drive.Env) func(int) {
	return func(job int) {
		for i := range 5 {
			env.Shop.Take(job + i)
		}
	}
}

// report is worked out once.
type report struct {
	title string
	rows  []*shop.Line
}

const reportKinds = 40

var reports = map[int]*report{}

func newWarmCache(env *drive.Env) func(int) {
	return func(job int) {
		known := min(reportKinds, 1+reportKinds*2*job/max(env.Jobs, 1))
		for range 4 {
			kind := env.Rand.Intn(known)
			if 2*job >= env.Jobs { // whoever is not there yet comes now
				kind = len(reports) % reportKinds
			}
			if reports[kind] == nil {
				reports[kind] = &report{fmt.Sprintf("report of kind %d", kind), env.Shop.Take(kind).Lines}
			}
		}
	}
}

// visit is an entry of the history.
type visit struct {
	page string
	by   *shop.Customer
}

// ring is a history of bounded length.
type ring struct {
	visits []*visit
	next   int
}

func (r *ring) add(v *visit) {
	if len(r.visits) < cap(r.visits) {
		r.visits = append(r.visits, v)
		return
	}
	r.visits[r.next] = v
	r.next = (r.next + 1) % len(r.visits)
}

var history ring

func newRing(env *drive.Env) func(int) {
	history.visits = make([]*visit, 0, max(1, env.Jobs/2))
	return func(job int) {
		history.add(&visit{fmt.Sprintf("page of article %d", job), env.Shop.Take(job).Customer})
	}
}

// answer is an entry of the LRU cache.
type answer struct {
	question string
	order    *shop.Order
}

const lruBound = 50

// lru forgets what was not used for the longest time.
type lru struct {
	entries map[string]*list.Element
	order   *list.List
}

func (c *lru) get(question string, answers func() *shop.Order) *answer {
	if e := c.entries[question]; e != nil {
		c.order.MoveToFront(e)
		return e.Value.(*answer)
	}
	if c.order.Len() >= lruBound {
		delete(c.entries, c.order.Remove(c.order.Back()).(*answer).question)
	}
	a := &answer{question, answers()}
	c.entries[question] = c.order.PushFront(a)
	return a
}

var answers = &lru{map[string]*list.Element{}, list.New()}

func newLRU(env *drive.Env) func(int) {
	ask := func(n int) {
		answers.get(fmt.Sprintf("where is order %08d?", n), func() *shop.Order { return env.Shop.Take(n) })
	}
	for n := range lruBound {
		ask(n)
	}
	return func(int) {
		for range 12 {
			ask(env.Rand.Intn(4 * lruBound))
		}
	}
}

// price is an entry of the two generations.
type price struct {
	article string
	past    [6]int64
}

const generationBound = 30

type generations struct{ young, old map[string]*price }

func (g *generations) get(article string) *price {
	if p := g.young[article]; p != nil {
		return p
	}
	p := g.old[article]
	if p == nil {
		p = &price{article: article}
	}
	if len(g.young) >= generationBound {
		g.old, g.young = g.young, make(map[string]*price, generationBound)
	}
	g.young[article] = p
	return p
}

var prices = generations{map[string]*price{}, map[string]*price{}}

func newGenerations(env *drive.Env) func(int) {
	ask := func() { prices.get(fmt.Sprintf("article number %d", env.Rand.Intn(300))) }
	for range 10 * generationBound {
		ask()
	}
	return func(int) {
		for range 17 {
			ask()
		}
	}
}

// counter is one series of a metric whose labels take few values.
type counter struct {
	labels [2]string
	value  uint64
	shards [8]uint64
}

var counters = map[[2]string]*counter{}

func newMetrics(env *drive.Env) func(int) {
	count := func(method, status string) {
		key := [2]string{method, status}
		if counters[key] == nil {
			counters[key] = &counter{labels: key}
		}
		counters[key].value++
	}
	return func(job int) {
		for range 5 {
			count([]string{"GET", "PUT", "POST"}[env.Rand.Intn(3)], []string{"200", "404", "500"}[env.Rand.Intn(3)])
		}
	}
}
