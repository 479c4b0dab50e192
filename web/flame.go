package web

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/google/pprof/driver"
	"github.com/google/pprof/profile"

	"github.com/objgraph/objgraph/pprofile"
)

// starting keeps pprof's web views from being started at once: it has settings for
// the whole process.
var starting sync.Mutex

// reports of pprof that need nothing but the profile. Those that write settings, read
// sources or run Graphviz are left out.
var pprofReports = map[string]bool{"flamegraph": true, "top": true, "peek": true, "download": true}

// flame leads to pprof's reports.
func (s *Server) flame(q *inDump, p *Page) error {
	p.Title = "Flame graph of retained heap"
	p.Lead = "pprof's reports of what is reachable, each object below what dominates it. Width is bytes."
	to := func(name, text string) Link { return Link{text, q.here("pprof") + "/" + name} }
	q.v.soon(func() { q.v.flames(s.ctx) }) // most will follow the link
	p.Blocks = []Block{{Links: []Link{to("flamegraph", "Flame graph"), to("top", "Top"), to("download", "Profile for go tool pprof")}}}
	return nil
}

// pprof answers as pprof's web view does.
func (s *Server) pprof(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("report")
	if !pprofReports[name] {
		s.fail(w, r, notFound("pprof has no such report here"))
		return
	}
	q, release, err := s.open(r)
	if err != nil {
		var b *busy
		if errors.As(err, &b) {
			err = s.write(w, r, s.opening(r, b))
		}
		if err != nil {
			s.fail(w, r, err)
		}
		return
	}
	defer release()
	handlers, err := q.v.flames(s.ctx)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	h := handlers["/"+name]
	if h == nil {
		s.fail(w, r, notFound("pprof has no such report"))
		return
	}
	rec := &recorder{header: http.Header{}, status: http.StatusOK}
	h.ServeHTTP(rec, r)
	rec.send(w)
}

// recorder keeps an answer, to see what is in it before it is sent.
type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (r *recorder) Header() http.Header            { return r.header }
func (r *recorder) WriteHeader(status int)         { r.status = status }
func (r *recorder) Write(data []byte) (int, error) { return r.body.Write(data) }

var (
	inlineScript = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`(?s)<script[^>]*>(.*?)</script>`) })
	handlerAttr  = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\son[a-z]+="([^"]*)"`) })
)

// send sends the answer with a policy that lets run the scripts that pprof wrote
// into the page, by their hashes, and no other.
func (r *recorder) send(w http.ResponseWriter) {
	h := w.Header()
	for k, v := range r.header {
		h[k] = v
	}
	if strings.HasPrefix(r.header.Get("Content-Type"), "text/html") {
		var hashes []string
		for _, m := range append(inlineScript().FindAllSubmatch(r.body.Bytes(), -1), handlerAttr().FindAllSubmatch(r.body.Bytes(), -1)...) {
			hashes = append(hashes, hashOf(m[1]))
		}
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'unsafe-hashes' "+strings.Join(hashes, " ")+
			"; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	}
	w.WriteHeader(r.status)
	w.Write(r.body.Bytes())
}

// flames are the reports of the dump, made when first asked for.
func (v *dumpView) flames(ctx context.Context) (map[string]http.Handler, error) {
	v.flameOnce.Do(func() {
		prof, err := retained(ctx, v)
		if err == nil {
			v.flameHandlers, err = handlers(prof)
		}
		v.flameErr = err
	})
	return v.flameHandlers, v.flameErr
}

// retained is the dump's profile as pprof reads it.
func retained(ctx context.Context, v *dumpView) (*profile.Profile, error) {
	p, err := pprofile.New(ctx, v.s, pprofile.Options{})
	if err != nil {
		return nil, err
	}
	var data bytes.Buffer
	if err := p.Write(&data); err != nil {
		return nil, err
	}
	return profile.Parse(&data)
}

// handlers are what pprof would serve of a profile. It is given no source, so that
// it symbolizes nothing, and writes nothing to the home folder; and no tools, or it
// would run objdump to see whether that is there, twice and for 0.2 s.
func handlers(prof *profile.Profile) (found map[string]http.Handler, err error) {
	starting.Lock()
	defer starting.Unlock()
	err = driver.PProf(&driver.Options{
		Flagset: &pprofFlags{args: []string{"retained heap"}},
		Fetch:   fetched{prof},
		Sym:     noSymbols{},
		Obj:     noTools{},
		UI:      quietUI{},
		HTTPServer: func(args *driver.HTTPServerArgs) error {
			found = args.Handlers
			return nil
		},
	})
	if err == nil && found == nil {
		err = errors.New("pprof served nothing")
	}
	return found, err
}

// fetched gives pprof the profile.
type fetched struct{ p *profile.Profile }

func (f fetched) Fetch(string, time.Duration, time.Duration) (*profile.Profile, string, error) {
	return f.p, "", nil
}

type noSymbols struct{}

func (noSymbols) Symbolize(string, driver.MappingSources, *profile.Profile) error { return nil }

// noTools reads no machine code.
type noTools struct{}

var errNoTools = errors.New("a retained heap has no machine code")

func (noTools) Open(string, uint64, uint64, uint64, string) (driver.ObjFile, error) {
	return nil, errNoTools
}

func (noTools) Disasm(string, uint64, uint64, bool) ([]driver.Inst, error) { return nil, errNoTools }

// quietUI is pprof's terminal.
type quietUI struct{}

func (quietUI) ReadLine(string) (string, error)     { return "", errors.New("nobody is there to ask") }
func (quietUI) Print(...any)                        {}
func (quietUI) PrintErr(...any)                     {}
func (quietUI) IsTerminal() bool                    { return false }
func (quietUI) WantBrowser() bool                   { return false }
func (quietUI) SetAutoComplete(func(string) string) {}

// pprofFlags are pprof's flags as they are, but for those below.
type pprofFlags struct{ args []string }

func (f *pprofFlags) Bool(name string, def bool, _ string) *bool {
	if name == "no_browser" {
		def = true
	}
	return &def
}
func (f *pprofFlags) Int(_ string, def int, _ string) *int             { return &def }
func (f *pprofFlags) Float64(_ string, def float64, _ string) *float64 { return &def }

func (f *pprofFlags) String(name, def, _ string) *string {
	switch name {
	case "http":
		def = "localhost:0"
	case "symbolize":
		def = "none"
	}
	return &def
}

func (f *pprofFlags) StringList(_, def string, _ string) *[]*string {
	if def == "" {
		return &[]*string{}
	}
	return &[]*string{&def}
}
func (f *pprofFlags) ExtraUsage() string    { return "" }
func (f *pprofFlags) AddExtraUsage(string)  {}
func (f *pprofFlags) Parse(func()) []string { return f.args }
