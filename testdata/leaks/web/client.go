package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"planted/drive"
	"planted/shop"
)

// serve starts a server whose answers are longer than a connection's buffers
// are willing to take.
func serve(env *drive.Env) *httptest.Server {
	env.BeforeDump(func() { time.Sleep(20 * time.Millisecond) })
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Write(bytes.Repeat([]byte("some answer "), 1000))
	}))
}

func newBody(env *drive.Env) func(int) {
	server := serve(env)
	return func(job int) {
		if resp, err := server.Client().Get(server.URL); err != nil || resp.StatusCode != http.StatusOK {
			panic(fmt.Sprint("no answer: ", err))
		}
	}
}

// call is the job's own request, for whoever logs it.
type call struct {
	id    string
	order *shop.Order
}

type callKey struct{}

func newCall(env *drive.Env) func(int) {
	server := serve(env)
	return func(job int) {
		c := &call{fmt.Sprintf("call of job %d", job), env.Shop.Take(job)}
		ctx := context.WithValue(context.Background(), callKey{}, c)
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL, nil)
		if err != nil {
			panic(err)
		}
		if resp, err := server.Client().Do(req); err != nil || resp.StatusCode != http.StatusOK {
			panic(fmt.Sprint("no answer: ", err))
		}
	}
}
