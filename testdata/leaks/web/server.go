package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"planted/drive"
	"planted/shop"
)

// counterVec is counters by the values of their labels.
type counterVec struct {
	mu       sync.Mutex
	names    []string
	byLabels map[string]*counter
}

type counter struct {
	labels []string
	value  float64
	shards [8]uint64
}

func (v *counterVec) with(labels ...string) *counter {
	v.mu.Lock()
	defer v.mu.Unlock()
	key := strings.Join(labels, "\xff")
	c := v.byLabels[key]
	if c == nil {
		c = &counter{labels: labels}
		v.byLabels[key] = c
	}
	return c
}

var requests = &counterVec{names: []string{"method", "path"}, byLabels: map[string]*counter{}}

func newLabels(*drive.Env) func(int) {
	return func(job int) {
		requests.with("GET", "/health").value++
		requests.with("GET", fmt.Sprintf("/orders/%08d/lines", job)).value++
	}
}

// site is what a tenant's route serves.
type site struct {
	name  string
	order *shop.Order
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, s.name) }

var mux = http.NewServeMux()

func newRoutes(env *drive.Env) func(int) {
	return func(job int) {
		s := &site{fmt.Sprintf("site as of job %d", job), env.Shop.Take(job)}
		path := fmt.Sprintf("/version-%d/", job+100)
		mux.Handle(path, s)
		mux.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
}
