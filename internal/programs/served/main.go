// Served is a server that serves its heap dumps, for tests: every job keeps an
// order for ever, with a card number in it.
//
// usage: served [-every 10ms]; it prints the address at which it listens.
package main

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"time"

	objgraphhttp "github.com/objgraph/objgraph/jobtrace/http"
)

// Order is what leaks.
type Order struct {
	ID   int
	Card string
	Cart []int
}

var (
	mu     sync.Mutex
	orders []*Order
)

// job does one job, and answers how many there were.
func job() int {
	mu.Lock()
	defer mu.Unlock()
	for range 10 {
		orders = append(orders, &Order{ID: len(orders), Card: strings.Repeat("4111-secret-card-", 2), Cart: make([]int, 4)})
	}
	return len(orders) / 10
}

func soFar() (string, int) {
	mu.Lock()
	defer mu.Unlock()
	return "order/17", len(orders) / 10
}

func main() {
	every := flag.Duration("every", 10*time.Millisecond, "do a job each time this has passed")
	uncounted := flag.Bool("uncounted", false, "do not say how many jobs there were")
	flag.Parse()
	if !*uncounted {
		objgraphhttp.SetJobs(soFar)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	go func() {
		for range time.Tick(*every) {
			job()
		}
	}()
	fmt.Fprintln(os.Stderr, http.Serve(l, nil))
	os.Exit(1)
}
