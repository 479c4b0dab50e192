package session

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/objgraph/objgraph/heapdump"
)

// Dumps of a running program come over HTTP, from what package jobtrace/http
// serves there.

const (
	remoteDump   = "/debug/objgraph/dump"
	remoteMemory = "memory" // beside the dump
)

// remote is a program that serves dumps.
type remote struct {
	dump   *url.URL
	client *http.Client
}

// isRemote reports whether an argument names such a program and no file.
func isRemote(arg string) bool {
	return strings.HasPrefix(arg, "http://") || strings.HasPrefix(arg, "https://")
}

// newRemote takes the URL of the dump, or of the program alone.
func newRemote(arg string) (*remote, error) {
	u, err := url.Parse(arg)
	if err != nil || u.Host == "" {
		return nil, usage("%s is no URL that can be asked; want http://HOST:PORT%s", arg, remoteDump)
	}
	switch strings.TrimSuffix(u.Path, "/") {
	case "", path.Dir(remoteDump):
		u.Path = remoteDump
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &remote{u, &http.Client{Transport: transport}}, nil
}

// folder is where its dumps go below the folder for all.
func (r *remote) folder() string {
	return strings.Map(func(c rune) rune {
		if c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || strings.ContainsRune(".-", c) {
			return c
		}
		return '_'
	}, strings.Trim(r.dump.Host, "[."))
}

// get asks for a page; the body is the caller's to close.
func (r *remote) get(ctx context.Context, u *url.URL) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, err
	}
	if token := os.Getenv("OBJGRAPH_TOKEN"); token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := r.client.Do(req)
	if err != nil {
		return nil, r.explain(ctx, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp, nil
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusNotFound {
		return nil, fmt.Errorf("%s: not found (404): does the program import github.com/objgraph/objgraph/jobtrace/http, and serve http.DefaultServeMux?", u)
	}
	return nil, fmt.Errorf("%s: %s: %s", u, resp.Status, firstOf(resp.Body))
}

// firstOf is the first line of a page.
func firstOf(body io.Reader) string {
	head, _ := io.ReadAll(io.LimitReader(body, 1<<10))
	return firstLine(strings.TrimSpace(string(head)))
}

func (r *remote) explain(ctx context.Context, err error) error {
	var at *url.Error
	var dns *net.DNSError
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("%s: connection refused: does the program run, and listen at %s?", r.dump, r.dump.Host)
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("%s: there is no host %s; check the name", r.dump, r.dump.Hostname())
	case errors.As(err, &at) && strings.Contains(at.Err.Error(), "HTTP response to HTTPS client"):
		return fmt.Errorf("%s: the program answers without TLS; begin the address with http://", r.dump)
	case errors.As(err, &at):
		err = at.Err
	}
	return fmt.Errorf("%s: %w", r.dump, err)
}

// state is what the page of memory says of the process.
type state struct {
	PID     int    `json:"pid"`
	Started string `json:"started"`
	Jobs    *int   `json:"jobsSoFar"`
}

func (r *remote) state(ctx context.Context) (*state, error) {
	u := *r.dump
	u.Path, u.RawQuery = path.Join(path.Dir(u.Path), remoteMemory), ""
	resp, err := r.get(ctx, &u)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	s := new(state)
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(s); err != nil {
		return nil, fmt.Errorf("%s: this is no page of jobtrace/http: %w", &u, err)
	}
	return s, nil
}

// fetched is the manifest of a dump that came over HTTP.
type fetched struct {
	Schema     int     `json:"schema"`
	Worker     string  `json:"worker"`
	Job        string  `json:"job"`
	Seq        int     `json:"seq"`
	Kind       string  `json:"kind"`
	Jobs       *int    `json:"jobsSoFar,omitempty"`
	PID        int     `json:"pid"`
	Started    string  `json:"started"`
	Written    string  `json:"written"`
	Executable string  `json:"executable"`
	BuildID    string  `json:"buildId"`
	GoVersion  string  `json:"goVersion"`
	Dump       string  `json:"dump"`
	DumpBytes  int64   `json:"dumpBytes"`
	Pause      float64 `json:"pause"` // seconds
}

func newFetched(h http.Header) *fetched {
	text := func(name string) string {
		s, err := url.PathUnescape(h.Get("X-Objgraph-" + name))
		if err != nil {
			return ""
		}
		return s
	}
	f := &fetched{
		Schema: 1, Kind: "manual", Job: "fetch", Written: time.Now().Format(time.RFC3339Nano),
		Executable: text("Executable"), BuildID: text("Build-Id"), GoVersion: text("Go-Version"), Started: text("Started"),
	}
	f.PID, _ = strconv.Atoi(text("Pid"))
	f.Pause, _ = strconv.ParseFloat(text("Pause"), 64)
	if n, err := strconv.Atoi(text("Jobs")); err == nil {
		f.Jobs = &n
	}
	return f
}

// body copies a dump, and fails where it is none or ends early.
func (r *remote) body(ctx context.Context, resp *http.Response, w io.Writer) (n int64, err error) {
	in := bufio.NewReaderSize(resp.Body, 1<<16)
	head, err := in.Peek(len(heapdump.Magic))
	if err == nil && !bytes.Equal(head, []byte(heapdump.Magic)) || err == io.EOF {
		return 0, fmt.Errorf("%s: what is served there is no heap dump; want http://HOST:PORT%s", r.dump, remoteDump)
	}
	n, err = io.Copy(w, in)
	switch {
	case ctx.Err() != nil:
		return n, ctx.Err()
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET):
		return n, fmt.Errorf("%s: the dump was cut off after %d bytes: the program ended, or objgraph redact failed there", r.dump, n)
	case err != nil:
		return n, fmt.Errorf("%s: after %d bytes: %w", r.dump, n, err)
	}
	return n, nil
}
