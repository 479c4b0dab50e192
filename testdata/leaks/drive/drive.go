package drive

import (
	"encoding/json"
	"flag"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"planted/shop"
)

const (
	defaultStock = 2000 // articles
	warmUpJobs   = 150  // by default: for the runtime's own lists, which grow most at first
)

type options struct {
	name   string
	jobs   int
	every  int
	before int
	stock  int
	warm   int
	seed   int64
	dumps  string
}

// Main is the program: it lists the cases or runs one of them.
func Main(suites ...func() []Case) {
	var o options
	list := flag.Bool("list", false, "print the cases as JSON and end")
	flag.StringVar(&o.name, "case", "", "run the case of this `name`")
	flag.IntVar(&o.jobs, "jobs", 10, "jobs to run")
	flag.IntVar(&o.every, "every", 1, "write a dump every `N` jobs")
	flag.IntVar(&o.before, "before", 3, "jobs of a leak that ran before the first dump")
	flag.IntVar(&o.stock, "stock", 0, "articles that churn (default: the case's)")
	flag.IntVar(&o.warm, "warm", warmUpJobs, "jobs without the case that run before all")
	flag.Int64Var(&o.seed, "seed", 1, "of all that is random")
	flag.StringVar(&o.dumps, "dumps", "", "write heap dumps into this `folder`")
	flag.Parse()
	var cases []Case
	for _, s := range suites {
		cases = append(cases, s()...)
	}
	if err := act(cases, o, *list); err != nil {
		fmt.Fprintln(os.Stderr, "planted:", err)
		os.Exit(1)
	}
}

func act(cases []Case, o options, list bool) error {
	if list {
		out := json.NewEncoder(os.Stdout)
		out.SetEscapeHTML(false)
		out.SetIndent("", "\t")
		return out.Encode(cases)
	}
	if o.jobs < 0 || o.every < 1 || flag.NArg() > 0 {
		return fmt.Errorf("want -jobs of 0 or more, -every of 1 or more and no arguments")
	}
	for i := range cases {
		if cases[i].Name == o.name {
			return run(&cases[i], o)
		}
	}
	return fmt.Errorf("no case is called %q: see -list", o.name)
}

func run(c *Case, o options) error {
	if o.stock == 0 {
		o.stock = max(c.Stock, defaultStock)
	}
	random := rand.New(rand.NewSource(o.seed))
	env := &Env{Shop: shop.New(o.stock, random), Jobs: o.jobs, Rand: random}
	defer env.Shop.Close()
	for range o.warm {
		inGoroutine(env.Shop.Work)
	}
	job := c.New(env)
	first := 1
	if c.Leaks() { // a worker that leaks did so before anybody looked
		first -= o.before
	}
	for n := first; n <= o.jobs; n++ {
		if n == 1 {
			if err := env.begin(o.dumps, c.Idle); err != nil {
				return err
			}
		}
		inGoroutine(func() {
			env.Shop.Work()
			job(n)
		})
		if n > 0 && n%o.every == 0 {
			if err := env.dump(o.dumps, fmt.Sprintf("job-%04d.dump", n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin writes the dump before the first job, and a second one if some time is to
// pass in which no job runs.
func (e *Env) begin(dir string, idle int) error {
	if err := e.dump(dir, "job-0000.dump"); err != nil || idle == 0 {
		return err
	}
	time.Sleep(time.Duration(idle) * time.Millisecond)
	return e.dump(dir, "job-0000.idle.dump")
}

// inGoroutine runs f in a goroutine that has ended when inGoroutine returns,
// so that no stack remembers what f saw.
func inGoroutine(f func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	<-done
}

// dump lets things settle, collects, and writes DIR/job-N.dump. It collects
// twice: once to free the garbage, and again to free what pools and finalizers
// held on to.
func (e *Env) dump(dir, name string) error {
	if dir == "" {
		return nil
	}
	for _, f := range e.settle {
		f()
	}
	for range 2 {
		runtime.GC()
		time.Sleep(2 * time.Millisecond) // finalizers run in a goroutine of their own
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	debug.WriteHeapDump(f.Fd())
	return f.Close()
}
