// Package shop is what the worker is about, and the honest churn of its jobs:
// orders and their parts, prices in a cache at its bound, a stock whose articles
// are replaced, pooled buffers, goroutines that end. Nothing in it leaks.
package shop

import (
	"bytes"
	"fmt"
	"math/rand"
	"strings"
	"sync"
)

// Shop does the ordinary part of every job. One job runs at a time.
type Shop struct {
	random  *rand.Rand
	prices  *priceCache
	stock   map[int]*Article
	ids     []int // of stock
	buffers sync.Pool
	next    int
	reprice chan string
}

// New fills a shop with so many articles.
func New(articles int, random *rand.Rand) *Shop {
	s := &Shop{random: random, prices: newPriceCache(), stock: make(map[int]*Article, articles), reprice: make(chan string)}
	s.buffers.New = func() any { return new(bytes.Buffer) }
	for range articles {
		s.ids = append(s.ids, s.add())
	}
	go s.prices.refresh(s.reprice)
	return s
}

// Close ends the shop's goroutine.
func (s *Shop) Close() { close(s.reprice) }

func (s *Shop) add() (id int) {
	id = s.next
	s.next++
	s.stock[id] = newArticle(id)
	return id
}

// Work is the churn of one job: an order is taken, priced and printed, and
// forgotten; a tenth of the stock is replaced.
func (s *Shop) Work() {
	o := s.Take(s.next)
	s.price(o)
	s.print(o)
	for range len(s.ids) / 10 {
		at := s.random.Intn(len(s.ids))
		delete(s.stock, s.ids[at])
		s.ids[at] = s.add()
	}
}

// Take makes an order. The shop does not keep it.
func (s *Shop) Take(n int) *Order {
	o := &Order{
		Number:   fmt.Sprintf("order number %08d", n),
		Customer: newCustomer(n),
		Labels:   map[string]string{"channel": fmt.Sprintf("channel of order %d", n), "currency": "EUR"},
	}
	for i := range linesPerOrder {
		o.Lines = append(o.Lines, &Line{Article: fmt.Sprintf("article number %08d", (n+i)%(4*cacheBound)), Pieces: i + 1})
	}
	return o
}

// price looks prices up, each in a goroutine that ends.
func (s *Shop) price(o *Order) {
	var wg sync.WaitGroup
	for _, l := range o.Lines {
		wg.Add(1)
		go func(p *Price) {
			defer wg.Done()
			l.Cents = p.Cents * int64(l.Pieces)
		}(s.prices.get(l.Article))
	}
	wg.Wait()
}

func (s *Shop) print(o *Order) int {
	buf := s.buffers.Get().(*bytes.Buffer)
	defer s.buffers.Put(buf)
	buf.Reset()
	fmt.Fprintf(buf, "%s\n%s\n%s\n", o.Number, o.Customer.Name, strings.ToUpper(o.Customer.Address.City))
	for _, l := range o.Lines {
		fmt.Fprintf(buf, "%3d x %-30s %8d\n", l.Pieces, l.Article, l.Cents)
	}
	return buf.Len()
}
