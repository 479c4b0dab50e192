package web

import (
	"context"
	"embed"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"net/url"
	"path"
	"time"

	"github.com/objgraph/objgraph/web/store"
)

// Options say what a Server shows.
type Options struct {
	Dir        string // memdbg/, or the folder of one worker
	Exe        string // of the dumps; "" for the one that their manifests name
	Token      string // that requests must have; "" for none
	Host       string // that it listens on
	MaxMemory  uint64 // that open dumps take together, bytes
	ShowValues bool   // of objects
	FullNames  bool
}

// Server is the dashboard of one folder. Safe for concurrent use.
type Server struct {
	o       Options
	ctx     context.Context
	store   *store.Store
	pool    *pool
	compare comparisons
	pages   *pages
	handler http.Handler
	stop    context.CancelFunc
	ended   chan struct{}
	now     func() time.Time
}

//go:embed assets
var assets embed.FS

// New makes a dashboard, which reads the folder in the background until it is
// closed or ctx ends. The error is that of the folder.
func New(ctx context.Context, o Options) (*Server, error) {
	index, err := store.Open(ctx, o.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, store: index, pages: newPages(), ended: make(chan struct{}), now: time.Now}
	s.ctx, s.stop = context.WithCancel(ctx)
	s.pool = newPool(s.ctx, &s.o)
	s.compare.start(s)
	s.handler = s.guard(s.routes())
	go func() {
		defer close(s.ended)
		s.store.Follow(s.ctx)
	}()
	return s, nil
}

// Close ends the reading of the folder and closes the dumps. Requests must have ended.
func (s *Server) Close() error {
	s.stop()
	<-s.ended
	s.pool.close()
	return s.store.Close()
}

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// view makes the page of a request.
type view func(r *http.Request) (*Page, error)

// routes are the addresses of all views.
func (s *Server) routes() http.Handler {
	mux := http.NewServeMux()
	for pattern, v := range map[string]view{
		"/{$}":                             s.workers,
		"/worker/{worker}":                 s.worker,
		"/jobs":                            s.jobs,
		"/job/{worker}/{name}":             s.job,
		"/compare":                         s.comparison,
		"/dump/{worker}/{name}":            s.dump(s.types),
		"/dump/{worker}/{name}/set":        s.dump(s.set),
		"/dump/{worker}/{name}/objects":    s.dump(s.objects),
		"/dump/{worker}/{name}/object":     s.dump(s.object),
		"/dump/{worker}/{name}/roots":      s.dump(s.roots),
		"/dump/{worker}/{name}/tree":       s.dump(s.tree),
		"/dump/{worker}/{name}/picture":    s.dump(s.picture),
		"/dump/{worker}/{name}/chains":     s.dump(s.chains),
		"/dump/{worker}/{name}/about":      s.dump(s.about),
		"/dump/{worker}/{name}/flamegraph": s.dump(s.flame),
	} {
		mux.Handle(pattern, s.show(v))
	}
	mux.HandleFunc("/dump/{worker}/{name}/pprof/{report}", s.pprof)
	mux.HandleFunc("/file/{name}", s.pictureFile)
	mux.HandleFunc("/crash/{worker}/{name}", s.crashFile)
	mux.HandleFunc("/events", s.events)
	mux.HandleFunc("/assets/{name}", s.asset)
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusNoContent) })
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, notFound("there is no such page"))
	})
	return mux
}

// asset is a part of all pages.
func (s *Server) asset(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	data, err := fs.ReadFile(assets, "assets/"+name)
	if err != nil {
		s.fail(w, r, notFound("there is no such file"))
		return
	}
	w.Header().Set("Content-Type", mime.TypeByExtension(path.Ext(name)))
	w.Header().Set("Cache-Control", "private, max-age=3600")
	w.Write(data)
}

// failure is an error with the status that it has over HTTP.
type failure struct {
	status     int
	says, hint string // hint: what to do
}

func (f *failure) Error() string { return f.says }

func notFound(says string) error { return &failure{http.StatusNotFound, says, ""} }

func badRequest(says, hint string) error { return &failure{http.StatusBadRequest, says, hint} }

// failureOf is the failure that any error is.
func failureOf(err error) *failure {
	var f *failure
	switch {
	case errors.As(err, &f):
		return f
	case errors.Is(err, store.ErrSort):
		return &failure{http.StatusBadRequest, err.Error(), ""}
	case errors.Is(err, context.Canceled):
		return &failure{http.StatusServiceUnavailable, "the request was given up", "try again"}
	}
	return &failure{http.StatusInternalServerError, err.Error(), ""}
}

// link is an address of a view: parts are escaped, values come in pairs.
func link(parts []string, values ...string) string {
	text := ""
	for _, p := range parts {
		text += "/" + url.PathEscape(p)
	}
	return withQuery(text, values...)
}

func withQuery(text string, values ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		if values[i+1] != "" {
			q.Set(values[i], values[i+1])
		}
	}
	if len(q) == 0 {
		return text
	}
	return text + "?" + q.Encode()
}
