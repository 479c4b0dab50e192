package web

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"github.com/objgraph/objgraph/session"
)

// DefaultAddr is where the dashboard is.
const DefaultAddr = "127.0.0.1:7070"

// flags are those of `serve`.
type flags struct {
	addr, token, maxMemory string
	o                      Options
}

// Command is the entry of the dashboard in the table of commands.
func Command() *session.Command {
	f := flags{addr: DefaultAddr, maxMemory: "4GiB"}
	return &session.Command{
		Name: "serve", Args: "DIR", Wants: "a folder", Least: 1, Most: 1, NoDump: true, Waits: true,
		Short: "Show workers, jobs and dumps of a folder in the browser",
		Long: `Serve shows memdbg, or the folder of one worker in it, in the browser: the
memory of each worker over time, its jobs with what they leaked, and what is in
a dump, from the table of types to the picture of who holds an object. Pages
follow a worker that runs. Every table is there as JSON and CSV too, under the
same address with format=json or format=csv.

It answers on this machine alone. With another --addr a --token is wanted, which
browsers are given once as http://HOST:PORT/?token=TOKEN, and programs send as
"Authorization: Bearer TOKEN". What objects contain is not shown without
--show-values. Nothing is fetched from anywhere else.

Dumps are opened when somebody looks into them, and closed again when others
need the memory: --max-memory bounds what they take together. What is known of
the folder lies in .objgraph.sqlite in it, which may be removed at any time.`,
		Example: `  objgraph serve memdbg
  objgraph serve memdbg --exe ./worker --max-memory 8GiB
  objgraph serve memdbg --addr 0.0.0.0:7070 --token "$TOKEN"`,
		Flags: []session.Flag{
			{Name: "addr", Value: &f.addr, Arg: "HOST:PORT", Help: "where to answer; port 0 takes a free one"},
			{Name: "token", Value: &f.token, Arg: "TOKEN", Help: "answer only to who has it; wanted where --addr is not this machine's own"},
			{Name: "max-memory", Value: &f.maxMemory, Arg: "SIZE", Help: "memory of the dumps that are open at once: 500MB, 8GiB"},
			{Name: "exe", Value: &f.o.Exe, Arg: "FILE", NoDefault: true, Help: "executable that wrote the dumps (default: the one that their manifests name, or one beside them)"},
			{Name: "show-values", Value: &f.o.ShowValues, Help: "show what strings and numbers of objects say; dumps hold secrets"},
			{Name: "full-names", Value: &f.o.FullNames, Help: "types with whole import paths"},
		},
		Run: func(ctx context.Context, e *session.Env, args []string) error { return f.run(ctx, e, args[0]) },
	}
}

func (f *flags) run(ctx context.Context, e *session.Env, dir string) error {
	var err error
	if f.o.MaxMemory, err = session.ParseSize(f.maxMemory); err != nil || f.o.MaxMemory == 0 {
		return session.Usage("--max-memory %s: want a size: 500MB, 8GB, 8GiB", f.maxMemory)
	}
	host, _, err := net.SplitHostPort(f.addr)
	if err != nil {
		return session.Usage("--addr %s: want HOST:PORT, such as %s", f.addr, DefaultAddr)
	}
	if f.token == "" && !isLoopback(host) {
		return session.Usage("--addr %s can be reached from elsewhere: give a --token, or an address of this machine alone, such as %s", f.addr, DefaultAddr)
	}
	if len(f.token) > 0 && len(f.token) < leastToken {
		return session.Usage("--token: %d letters can be guessed; give %d or more", len(f.token), leastToken)
	}
	f.o.Dir, f.o.Token, f.o.Host = dir, f.token, host
	if info, err := os.Stat(dir); err != nil {
		return fmt.Errorf("%s: no such folder; name the one that dumps arrive in, or make it first", dir)
	} else if !info.IsDir() {
		return fmt.Errorf("%s: this is a file; name the folder that dumps arrive in", dir)
	}
	if _, err := os.ReadDir(dir); err != nil {
		return fmt.Errorf("%s: this user may not read the folder; run as its owner", dir)
	}
	return f.serve(ctx, e)
}

// leastToken is how many letters a token has at the least.
const leastToken = 8

func (f *flags) serve(ctx context.Context, e *session.Env) error {
	listener, err := net.Listen("tcp", f.addr)
	if err != nil {
		return f.explainListen(err)
	}
	defer listener.Close()
	s, err := New(ctx, f.o)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Fprintf(e.Out, "dashboard of %s on http://%s/%s\n", f.o.Dir, listener.Addr(), f.hint())
	if note := s.store.Note; note != "" && !e.Quiet {
		fmt.Fprintln(e.Err, "objgraph: warning:", note)
	}
	if out, ok := e.Out.(interface{ Flush() error }); ok {
		if err := out.Flush(); err != nil {
			return err
		}
	}
	server := &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		BaseContext: func(net.Listener) context.Context { return ctx }}
	go func() {
		<-ctx.Done()
		server.Close()
	}()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return ctx.Err()
}

// explainListen says why there is no answering at the address, and what to do.
func (f *flags) explainListen(err error) error {
	var address *net.AddrError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("--addr %s: another server has the port, perhaps this dashboard; give another, or port 0 for a free one", f.addr)
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return fmt.Errorf("--addr %s: this machine has no such address; give one of its own, or 0.0.0.0 for all", f.addr)
	case errors.Is(err, syscall.EACCES):
		return fmt.Errorf("--addr %s: this user may not take the port; give one above 1023, or 0 for a free one", f.addr)
	case errors.As(err, &address):
		return session.Usage("--addr %s: %s; want HOST:PORT, such as %s", f.addr, address.Err, DefaultAddr)
	}
	return fmt.Errorf("--addr %s: %w; give another", f.addr, err)
}

// hint says how the token is given; the token itself stays out of logs.
func (f *flags) hint() string {
	if f.token == "" {
		return ""
	}
	return "?token=TOKEN, with the one that was given"
}
