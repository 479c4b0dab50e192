package http

import (
	"net/http"
	"sync"
	"sync/atomic"

	"github.com/objgraph/objgraph/jobtrace"
)

// Where the pages are.
const (
	DumpPath   = "/debug/objgraph/dump"
	MemoryPath = "/debug/objgraph/memory"
)

// Options says how the pages are served. The zero value is what importing the
// package gives.
type Options struct {
	// Token lets in whoever sends it; "" takes that of OBJGRAPH_TOKEN, if set.
	Token string
	// Objgraph is the path of the objgraph command, which takes the contents out;
	// "" takes OBJGRAPH_BIN, then the one in the PATH.
	Objgraph string
}

func init() {
	h := Handler(Options{})
	http.Handle(DumpPath, h)
	http.Handle(MemoryPath, h)
}

// Handler serves both pages under their paths.
func Handler(o Options) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(DumpPath, o.guarded(o.dump))
	mux.HandleFunc(MemoryPath, o.guarded(memory))
	return mux
}

// guarded answers those who may ask, and GET alone.
func (o *Options) guarded(page http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		switch err := o.allowed(r); {
		case err == errToken:
			http.Error(w, err.Error(), http.StatusUnauthorized)
		case err != nil:
			http.Error(w, err.Error(), http.StatusForbidden)
		case r.Method != http.MethodGet:
			w.Header().Set("Allow", http.MethodGet)
			http.Error(w, "only GET is answered", http.StatusMethodNotAllowed)
		default:
			w.Header().Set("Cache-Control", "no-store")
			page(w, r)
		}
	}
}

// process is read once: the executable may be replaced while it runs.
var process = sync.OnceValue(jobtrace.Process)

// dumping is held while a dump is made and sent.
var dumping sync.Mutex

// jobs is what SetJobs was given.
var jobs atomic.Pointer[func() (string, int)]

// SetJobs is for programs without a jobtrace.Tracer. It says how to learn which job the process is at ("" for none) and how
// many have ended so far. It is called for each request, by any goroutine.
func SetJobs(f func() (job string, soFar int)) { jobs.Store(&f) }

// currentJob is what SetJobs's function says, or else a Tracer of this process;
// known is false if there is neither.
func currentJob() (job string, soFar int, known bool) {
	f := jobs.Load()
	if f == nil || *f == nil {
		return jobtrace.Jobs()
	}
	job, soFar = (*f)()
	return job, soFar, true
}
