// Command server is a service like many: an HTTP API on gin, rows in SQLite
// behind database/sql, metrics with Prometheus' client, a log by zap, and with
// -grpc a gRPC server beside it. It sends itself requests on the loopback
// interface, keeps the connections, and writes a heap dump while idle.
//
//	server -dump FILE [-n 400] [-grpc]
//
// Of its own types these counts are exact: 1 main.API, 1 main.Store, 20
// main.Session, each with 1 main.Cart of 3 main.Line (one array), 8 main.Event
// in the channel of the 1 main.Audit.
package main

import (
	"context"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"runtime/debug"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// keep holds what a main function of a service has in its variables.
var keep struct {
	api    *API
	server *http.Server
	client *http.Client
	rpc    *rpc
}

func main() {
	dump := flag.String("dump", "server.dump", "write the heap dump to this `file`")
	n := flag.Int("n", 400, "send this many requests")
	withRPC := flag.Bool("grpc", false, "serve gRPC too")
	flag.Parse()
	if err := run(*dump, *n, *withRPC); err != nil {
		fmt.Fprintln(os.Stderr, "server:", err)
		os.Exit(1)
	}
}

func run(dump string, n int, withRPC bool) error {
	ctx, stop := context.WithTimeout(context.Background(), 5*time.Minute)
	defer stop()
	log, err := newLog(dump + ".log")
	if err != nil {
		return err
	}
	store, err := OpenStore(ctx)
	if err != nil {
		return err
	}
	keep.api = NewAPI(store, log)
	addr, err := serve(keep.api.Handler())
	if err != nil {
		return err
	}
	if withRPC {
		if keep.rpc, err = startRPC(ctx); err != nil {
			return err
		}
	}
	if err := load(ctx, "http://"+addr, n); err != nil {
		return err
	}
	return writeDump(dump)
}

func newLog(path string) (*zap.Logger, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	enc := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	core := zapcore.NewSamplerWithOptions(zapcore.NewCore(enc, zapcore.AddSync(f), zap.InfoLevel), time.Second, 100, 100)
	return zap.New(core, zap.AddCaller()).With(zap.String("service", "shop")), nil
}

func serve(h http.Handler) (addr string, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	keep.server = &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go keep.server.Serve(l)
	return l.Addr().String(), nil
}

// writeDump waits until the connections are idle.
func writeDump(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	time.Sleep(100 * time.Millisecond)
	runtime.GC()
	runtime.GC()
	debug.WriteHeapDump(f.Fd())
	runtime.MemProfile(nil, true) // else the linker leaves memory profiles out
	return f.Close()
}
