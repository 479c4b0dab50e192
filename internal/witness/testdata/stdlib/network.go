package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"expvar"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"time"
)

type server struct {
	mu    sync.RWMutex
	conns map[net.Conn]*bufio.ReadWriter
	ctx   context.Context
	log   *slog.Logger
	n     atomic.Int64
	cur   atomic.Pointer[person]
	val   atomic.Value
	pool  sync.Pool
	once  func() (int, error)
}

func network() {
	key, _ := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	tm := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "x"}, NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"localhost"}}
	der, _ := x509.CreateCertificate(rand.Reader, tm, tm, &key.PublicKey, key)
	c, _ := x509.ParseCertificate(der)
	keep(key, tm, c, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key})
	ts := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		fmt.Fprintln(w, r.Header, r.TLS != nil)
	}))
	ts.EnableHTTP2 = true
	ts.StartTLS()
	cl := ts.Client()
	for n := 0; n < 20; n++ {
		resp, err := cl.Get(ts.URL + "/x?y=1")
		if err != nil {
			panic(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		keep(resp, string(b), b)
	}
	s := &server{conns: map[net.Conn]*bufio.ReadWriter{}, log: slog.New(slog.NewJSONHandler(io.Discard, nil)).With("a", 1, "b", "c").WithGroup("g")}
	l, _ := net.Listen("tcp", "127.0.0.1:0")
	for n := 0; n < 5; n++ {
		c, _ := net.Dial("tcp", l.Addr().String())
		d, _ := l.Accept()
		s.conns[c] = bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c))
		s.conns[d] = bufio.NewReadWriter(bufio.NewReaderSize(d, 77), bufio.NewWriterSize(d, 99))
	}
	ctx, cancel := context.WithCancelCause(context.WithValue(context.Background(), "k", 5))
	var stop func()
	s.ctx, stop = context.WithTimeout(ctx, time.Hour)
	keep(stop)
	context.AfterFunc(s.ctx, func() { cancel(nil) })
	s.cur.Store(&person{Name: "cur"})
	s.val.Store(map[string]int{"a": 1})
	s.pool.New = func() any { return new([100]int) }
	s.pool.Put(s.pool.Get())
	s.once = sync.OnceValues(func() (int, error) { return 1, io.EOF })
	s.once()
	keep(s, ts, cl, cancel, l, time.AfterFunc(time.Hour, func() { s.n.Add(1) }), time.NewTicker(time.Hour), time.NewTimer(time.Hour))
	p1, p2 := net.Pipe()
	keep(p1, p2, expvar.NewMap("m"), expvar.NewInt("i"), expvar.Func(func() any { return s.n.Load() }))
	var buf bytes.Buffer
	mw := multipart.NewWriter(&buf)
	fw, _ := mw.CreateFormFile("f", "n")
	fw.Write([]byte("hello"))
	mw.Close()
	mr := multipart.NewReader(&buf, mw.Boundary())
	form, _ := mr.ReadForm(100)
	keep(mw, mr, form)
	var cond = sync.NewCond(&s.mu)
	for n := 0; n < 3; n++ {
		go func(x *person) { cond.L.Lock(); cond.Wait(); keep(x) }(&person{Name: "waits"})
		go func() {
			v := &person{Name: "recv"}
			select {
			case <-ctx.Done():
				keep(v)
			case <-make(chan int):
			}
		}()
	}
	gl := make(chan *person)
	for i := 0; i < 3; i++ {
		go func(i int) { gl <- &person{Age: i} }(i)
	}
	keep(gl)
}
