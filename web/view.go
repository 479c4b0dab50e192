package web

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/objgraph/objgraph/census"
	"github.com/objgraph/objgraph/graph"
	"github.com/objgraph/objgraph/mem"
	"github.com/objgraph/objgraph/partition"
	"github.com/objgraph/objgraph/snapshot"
	"github.com/objgraph/objgraph/watch"
	"github.com/objgraph/objgraph/web/store"
)

// viewMemory is what views keep of each object beyond the graph, in bytes: the
// lists of the dominator tree, and tables of sets.
const viewMemory = 28

// dumpView is an open dump, and what is kept of it from view to view. Safe for
// concurrent use.
type dumpView struct {
	s     *snapshot.Snapshot
	space *partition.Space
	info  func() *census.Info
	doms  func() (*domTree, error)
	types func() (*census.TypesTable, error)
	roots func() ([]census.RootRow, error)
	sets  cache[*partition.Table]
	pics  cache[[]byte]
	soon  func(f func()) // has f done when the request that asks for it is answered

	flameOnce     sync.Once
	flameHandlers map[string]http.Handler // by pprof's addresses
	flameErr      error
}

// domTree is the dominator tree, from the top down.
type domTree struct {
	*graph.Dominators
	*graph.Children
}

func newDumpView(s *snapshot.Snapshot) *dumpView {
	v := &dumpView{s: s, space: partition.NewSpace(s, 0), sets: newCache[*partition.Table](4), pics: newCache[[]byte](32)}
	v.info = sync.OnceValue(func() *census.Info { return census.NewInfo(s) })
	v.types = sync.OnceValues(func() (*census.TypesTable, error) {
		return census.Types(context.Background(), s, census.TypesOptions{})
	})
	v.roots = sync.OnceValues(func() ([]census.RootRow, error) {
		rows, _, err := census.Roots(s, 0)
		return rows, err
	})
	v.doms = sync.OnceValues(func() (*domTree, error) {
		d, err := s.Dominators()
		if err != nil {
			return nil, err
		}
		return &domTree{d, d.Children(nil)}, nil
	})
	return v
}

// ahead is what may be computed before it is asked for, the first view's first.
func (v *dumpView) ahead(ctx context.Context) []func() {
	return []func(){
		func() { v.types() },
		func() { v.doms() },
		func() { v.divided(ctx, nil, "via") },
		func() { v.roots() },
		func() { v.flames(ctx) },
	}
}

// cache keeps the values that were asked for last; each is made once, also if
// several ask at once. The error of one that was not made is not kept.
type cache[T any] struct {
	mu   sync.Mutex
	size int
	keys []string // the last asked for at the end
	of   map[string]*made[T]
}

type made[T any] struct {
	once  sync.Once
	value T
	err   error
}

func newCache[T any](size int) cache[T] { return cache[T]{size: size, of: map[string]*made[T]{}} }

func (c *cache[T]) get(key string, make func() (T, error)) (T, error) {
	m := c.slot(key)
	m.once.Do(func() { m.value, m.err = make() })
	if m.err != nil {
		c.mu.Lock()
		if c.of[key] == m {
			delete(c.of, key)
		}
		c.mu.Unlock()
	}
	return m.value, m.err
}

func (c *cache[T]) slot(key string) *made[T] {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i, k := range c.keys {
		if k == key {
			c.keys = append(c.keys[:i], c.keys[i+1:]...)
			break
		}
	}
	c.keys = append(c.keys, key)
	if len(c.keys) > c.size {
		delete(c.of, c.keys[0])
		c.keys = c.keys[1:]
	}
	if c.of[key] == nil {
		c.of[key] = &made[T]{}
	}
	return c.of[key]
}

// inDump is a request for a view of a dump.
type inDump struct {
	*http.Request
	d store.Dump
	v *dumpView
}

// here is the address of a view of the dump.
func (q *inDump) here(view string, values ...string) string {
	return withQuery(link([]string{"dump", q.d.Worker, q.d.Name, view}), values...)
}

func (q *inDump) object(id mem.ObjID) string {
	return q.here("object", "addr", q.v.s.Addr(id).String())
}

// home is the address of the dump's first view.
func (q *inDump) home(values ...string) string {
	return withQuery(link([]string{"dump", q.d.Worker, q.d.Name}), values...)
}

// dump makes a view of one that looks into a dump: while that is being opened, the
// page says so and asks again.
func (s *Server) dump(look func(q *inDump, p *Page) error) view {
	return func(r *http.Request) (*Page, error) {
		q, release, err := s.open(r)
		if err != nil {
			var b *busy
			if errors.As(err, &b) {
				return s.opening(r, b), nil
			}
			return nil, err
		}
		defer release()
		p := s.dumpPage(q)
		return p, look(q, p)
	}
}

// open opens the dump that an address names. Programs wait for it.
func (s *Server) open(r *http.Request) (q *inDump, release func(), err error) {
	d, err := s.found(r)
	if err != nil {
		return nil, nil, err
	}
	if d.File == "" {
		return nil, nil, gone(d.Name)
	}
	wait := patience
	if f := r.FormValue("format"); f == "json" || f == "csv" {
		wait = time.Hour
	}
	v, release, err := s.pool.use(r.Context(), s.fileOf(&d), wait)
	if errors.Is(err, fs.ErrNotExist) { // packed just now?
		v, release, err = s.pool.use(r.Context(), s.fileOf(&d), wait)
	}
	if errors.Is(err, fs.ErrNotExist) {
		err = gone(d.File)
	}
	return &inDump{r, d, v}, release, err
}

// fileOf is the path of a dump's file: of the one that the index knows, or of what
// objgraph watch has made of it since.
func (s *Server) fileOf(d *store.Dump) string {
	known := filepath.Join(s.store.Folder(d.Worker), d.File)
	for _, path := range []string{known, watch.Key(known) + ".dump.zst", watch.Key(known) + ".dump.gz", watch.Key(known) + ".dump"} {
		if _, err := os.Stat(path); err == nil {
			return path
		}
	}
	return known
}

// opening is the page that is shown until the dump is open.
func (s *Server) opening(r *http.Request, b *busy) *Page {
	worker, name := r.PathValue("worker"), r.PathValue("name")
	return &Page{Title: "Opening " + name, Status: http.StatusAccepted, Retry: 1, Lead: "The dump is being opened: " + b.stage + ". The page comes by itself.",
		Place: []Link{{"Workers", "/"}, {s.workerName(worker), link([]string{"worker", worker})}, {name, link([]string{"job", worker, name})}}}
}

// dumpTabs are the views of a whole dump.
var dumpTabs = []struct{ view, text string }{{"", "Types"}, {"set", "Partitions"}, {"roots", "Roots"}, {"tree", "Dominator tree"},
	{"flamegraph", "Flame graph"}, {"about", "About"}}

func (s *Server) dumpPage(q *inDump) *Page {
	p := &Page{Of: q.d.Job, Warn: q.v.s.Warnings, Place: []Link{{"Workers", "/"}, {s.workerName(q.d.Worker), link([]string{"worker", q.d.Worker})},
		{"Job " + cut(q.d.Job, 60), link([]string{"job", q.d.Worker, q.d.Name})}}}
	here := filepath.Base(q.URL.Path)
	for _, t := range dumpTabs {
		href := q.home()
		if t.view != "" {
			href = q.here(t.view)
		}
		tab := Tab{Link{t.text, href}, t.view == here && t.view != "" || t.view == "" && q.PathValue("name") == here}
		if tab.Here {
			p.Title = t.text
		}
		p.Tabs = append(p.Tabs, tab)
	}
	return p
}
