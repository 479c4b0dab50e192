package newer

import (
	"fmt"
	"iter"
	"sync/atomic"
	"unique"

	"planted/drive"
	"planted/shop"
)

// cache is what every package has one of.
type cache[K comparable, V any] struct {
	entries map[K]*entry[V]
}

type entry[V any] struct {
	value V
	uses  int
}

func (c *cache[K, V]) get(key K, make func() V) V {
	e := c.entries[key]
	if e == nil {
		e = &entry[V]{value: make()}
		c.entries[key] = e
	}
	e.uses++
	return e.value
}

// invoice is kept by value.
type invoice struct {
	number string
	lines  []*shop.Line
}

// invoiceKey was meant to be the number alone.
type invoiceKey struct {
	number string
	asOf   int
}

var invoices = cache[invoiceKey, invoice]{map[invoiceKey]*entry[invoice]{}}

func newGeneric(env *drive.Env) func(int) {
	return func(job int) {
		for i := range 2 {
			o := env.Shop.Take(i)
			invoices.get(invoiceKey{o.Number, job}, func() invoice { return invoice{o.Number, o.Lines} })
		}
	}
}

// tenant is compared by its handle.
type tenant struct{ name, region string }

var tenants = map[unique.Handle[tenant]]bool{}

func newUnique(*drive.Env) func(int) {
	return func(job int) {
		tenants[unique.Make(tenant{"everybody's tenant", "everywhere"})] = true
		tenants[unique.Make(tenant{fmt.Sprintf("tenant number %d", job), "eu-central"})] = true
	}
}

// settings are never changed, only replaced.
type settings struct {
	previous *settings
	limits   map[string]int
	owner    *shop.Customer
}

var current atomic.Pointer[settings]

func newSettings(env *drive.Env) func(int) {
	return func(job int) {
		current.Store(&settings{current.Load(), map[string]int{"retries": 3}, env.Shop.Take(job).Customer})
	}
}

// cursor goes through the lines of an order.
type cursor struct {
	order *shop.Order
	at    int
}

func (c *cursor) all() iter.Seq[*shop.Line] {
	return func(yield func(*shop.Line) bool) {
		for c.at = range c.order.Lines {
			if !yield(c.order.Lines[c.at]) {
				return
			}
		}
	}
}

func newPull(env *drive.Env) func(int) {
	return func(job int) {
		c := &cursor{order: env.Shop.Take(job)}
		next, _ := iter.Pull(c.all())
		next()
	}
}
