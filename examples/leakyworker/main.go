// Leakyworker is a worker with a memory leak, to try objgraph on. It renders
// invoices, one a job, and every job leaves one Invoice in the package-level
// slice leaks, among the honest churn of a worker: strings, maps, a cache at
// its bound, pooled buffers and goroutines that end.
//
// With -dumps it writes a heap dump before the first job and after every job
// (-every N: every N jobs). What it holds in each of them, by construction:
//
//	main.Invoice, main.Customer   one more each job, and nothing else holds them
//	main.Line                     linesPerInvoice more each job, held by invoices
//	main.Rate                     cacheBound in every dump; some are replaced by others
//
// With -leak=false no invoice outlives its job.
//
// It needs nothing but the standard library of Go 1.21 or later.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"sync"
)

// leaks is the leak: "for the debug page", and nothing ever leaves it.
var leaks []*Invoice

const (
	linesPerInvoice = 8
	newArticles     = 6  // of an invoice's articles, how many no invoice before it had
	cacheBound      = 64 // rates
	warmUpJobs      = 300
)

// Invoice is the job object: one a job.
type Invoice struct {
	Number   string
	Customer *Customer
	Lines    []*Line
	Taxes    map[string]int64 // cents by tax class
	Rendered []byte
}

// Customer is whom an invoice goes to.
type Customer struct {
	Name, Street, City string
}

// Line is one position of an invoice. It copies what it needs of a Rate and
// does not hold it.
type Line struct {
	Article  string
	TaxClass string
	Pieces   int64
	Cents    int64
}

// Rate is what an article costs: the entry of the cache.
type Rate struct {
	Article  string
	TaxClass string
	Cents    int64
	History  []int64
}

type options struct {
	jobs  int
	every int
	dumps string
	leak  bool
}

func main() {
	var o options
	flag.IntVar(&o.jobs, "jobs", 10, "jobs to run")
	flag.IntVar(&o.every, "every", 1, "write a dump every `N` jobs")
	flag.StringVar(&o.dumps, "dumps", "", "write heap dumps into this `folder` (default: none)")
	flag.BoolVar(&o.leak, "leak", true, "leave one invoice a job in main.leaks")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "leakyworker:", err)
		os.Exit(1)
	}
}

func run(o options) error {
	if o.jobs < 0 || o.every < 1 || flag.NArg() > 0 {
		return fmt.Errorf("want -jobs of 0 or more, -every of 1 or more and no arguments")
	}
	w := newWorker(o.leak)
	defer w.stop()
	w.warmUp()
	if err := writeDump(o.dumps, "000-start"); err != nil {
		return err
	}
	fmt.Printf("warmed up: cache at its bound of %d rates\n", w.rates.size())
	for job := 1; job <= o.jobs; job++ {
		name := fmt.Sprintf("invoice-%d", 1000+job)
		fmt.Println("job", job, w.do(job, name))
		if job%o.every != 0 {
			continue
		}
		if err := writeDump(o.dumps, fmt.Sprintf("%03d-%s", job, name)); err != nil {
			return err
		}
	}
	fmt.Printf("%d jobs done, main.leaks holds %d invoices\n", o.jobs, len(leaks))
	return nil
}

// A worker does one job at a time.
type worker struct {
	leak    bool
	rates   *rateCache
	buffers sync.Pool // of *bytes.Buffer
	first   int       // number of the next invoice's first article
	expire  chan string
}

func newWorker(leak bool) *worker {
	w := &worker{leak: leak, rates: newRateCache(), expire: make(chan string)}
	w.buffers.New = func() any { return new(bytes.Buffer) }
	go w.rates.expireOnDemand(w.expire)
	return w
}

func (w *worker) stop() { close(w.expire) }

// warmUp runs jobs without keeping anything of them. Few fill the cache; the
// others are for the runtime, whose own lists (of waiting goroutines, say) grow
// most at first.
func (w *worker) warmUp() {
	for i := 0; i < warmUpJobs; i++ {
		w.inGoroutine(func() { w.render("warm-up") })
	}
}

// do runs one job and says what it did.
func (w *worker) do(job int, name string) (summary string) {
	before := w.rates.replaced()
	w.inGoroutine(func() {
		inv := w.render(name)
		if w.leak {
			leaks = append(leaks, inv)
		}
		summary = fmt.Sprintf("rendered %s: %d lines, %d bytes", inv.Number, len(inv.Lines), len(inv.Rendered))
	})
	return fmt.Sprintf("%s, %d rates replaced", summary, w.rates.replaced()-before)
}

// inGoroutine runs f in a goroutine that has ended when inGoroutine returns,
// so that no stack remembers what f saw.
func (w *worker) inGoroutine(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

func (w *worker) render(number string) *Invoice {
	inv := &Invoice{
		Number:   strings.Clone(number),
		Customer: newCustomer(w.first),
		Lines:    w.price(w.articles()),
		Taxes:    map[string]int64{},
	}
	for _, l := range inv.Lines {
		inv.Taxes[l.TaxClass] += l.Pieces * l.Cents
	}
	buf := w.buffers.Get().(*bytes.Buffer)
	buf.Reset()
	inv.write(buf)
	inv.Rendered = append([]byte(nil), buf.Bytes()...)
	w.buffers.Put(buf)
	return inv
}

func newCustomer(n int) *Customer {
	return &Customer{
		Name:   fmt.Sprintf("Customer number %d", n),
		Street: fmt.Sprintf("%d Long Example Street", n),
		City:   fmt.Sprintf("%05d Anytown", n),
	}
}

// articles names the articles of the next invoice: most of them new, the
// others those that the invoice before ended with.
func (w *worker) articles() []string {
	names := make([]string, linesPerInvoice)
	for i := range names {
		names[i] = fmt.Sprintf("article number %06d", w.first+i)
	}
	w.first += newArticles
	return names
}

// price looks the articles up and returns their lines in the same order, each
// worked out in a goroutine of its own.
func (w *worker) price(articles []string) []*Line {
	lines := make([]*Line, len(articles))
	var wg sync.WaitGroup
	for i, article := range articles {
		wg.Add(1)
		go func(i int, r *Rate) {
			defer wg.Done()
			lines[i] = &Line{Article: r.Article, TaxClass: r.TaxClass, Pieces: int64(i + 1), Cents: r.Cents}
		}(i, w.rates.get(article))
	}
	wg.Wait()
	return lines
}

func (inv *Invoice) write(buf *bytes.Buffer) {
	fmt.Fprintf(buf, "Invoice %s\n%s\n%s\n%s\n\n", inv.Number, inv.Customer.Name, inv.Customer.Street, inv.Customer.City)
	for _, l := range inv.Lines {
		fmt.Fprintf(buf, "%3d x %-24s %8d %s\n", l.Pieces, l.Article, l.Pieces*l.Cents, l.TaxClass)
	}
	classes := make([]string, 0, len(inv.Taxes))
	for class := range inv.Taxes {
		classes = append(classes, class)
	}
	sort.Strings(classes)
	for _, class := range classes {
		fmt.Fprintf(buf, "%-30s %8d\n", class, inv.Taxes[class])
	}
}

// A rateCache holds up to cacheBound rates; a new one then replaces the oldest.
type rateCache struct {
	mu      sync.Mutex
	entries map[string]*Rate
	order   [cacheBound]string // articles by age, a ring
	added   int                // rates ever added; added%cacheBound is the oldest's place
}

func newRateCache() *rateCache {
	return &rateCache{entries: make(map[string]*Rate, cacheBound)}
}

func (c *rateCache) get(article string) *Rate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r := c.entries[article]; r != nil {
		return r
	}
	oldest := &c.order[c.added%cacheBound]
	delete(c.entries, *oldest)
	r := lookUp(article)
	c.entries[article] = r
	*oldest = article
	c.added++
	return r
}

// lookUp stands for a question to a database: the same answer for the same
// article, whoever asks first.
func lookUp(article string) *Rate {
	sum := crc32.ChecksumIEEE([]byte(article))
	class := [...]string{"reduced", "standard", "exempt"}[sum%3]
	return &Rate{Article: article, TaxClass: class, Cents: int64(100 + sum%900), History: make([]int64, 12)}
}

func (c *rateCache) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.entries)
}

// replaced counts the rates that others have replaced so far.
func (c *rateCache) replaced() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.added - len(c.entries)
}

// expireOnDemand waits for articles whose rates have changed. None has while
// this program runs: it is a goroutine that lives as long as the worker.
func (c *rateCache) expireOnDemand(articles <-chan string) {
	for article := range articles {
		c.mu.Lock()
		if c.entries[article] != nil {
			c.entries[article] = lookUp(article)
		}
		c.mu.Unlock()
	}
}

// writeDump writes dir/name.dump, readable for its owner alone, which appears
// under that name only when it is whole. It collects twice first: once to free
// the garbage, and again to free what pools and finalizers held on to.
func writeDump(dir, name string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".part-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	runtime.GC()
	runtime.GC()
	debug.WriteHeapDump(f.Fd())
	if err := f.Close(); err != nil {
		return err
	}
	path := filepath.Join(dir, name+".dump")
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	fmt.Println("wrote", path)
	return nil
}
