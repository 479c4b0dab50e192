package shop

import "fmt"

const linesPerOrder = 6

// Order is what a job is about.
type Order struct {
	Number   string
	Customer *Customer
	Lines    []*Line
	Labels   map[string]string
}

// Customer is who ordered.
type Customer struct {
	Name    string
	Address *Address
}

// Address is where the goods go.
type Address struct{ Street, City string }

// Line is one position of an order.
type Line struct {
	Article string
	Pieces  int
	Cents   int64
}

// Article is a thing in stock.
type Article struct {
	Name  string
	Sizes []int
}

func newCustomer(n int) *Customer {
	return &Customer{
		Name:    fmt.Sprintf("customer number %08d", n),
		Address: &Address{fmt.Sprintf("%d Long Example Street", n), fmt.Sprintf("%05d Anytown", n)},
	}
}

func newArticle(n int) *Article {
	return &Article{Name: fmt.Sprintf("article number %08d", n), Sizes: make([]int, 8)}
}
