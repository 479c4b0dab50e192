package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

const (
	visitors = 20
	clients  = 4
)

// load sends n requests, some of them at a time, and keeps the client's
// connections.
func load(ctx context.Context, base string, n int) error {
	keep.client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients}}
	var wg sync.WaitGroup
	errs := make(chan error, clients)
	for c := range clients {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := c; i < n; i += clients {
				if err := request(ctx, base, i); err != nil {
					errs <- err
					return
				}
			}
		}()
	}
	wg.Wait()
	close(errs)
	return <-errs
}

// request makes visits, orders and reads in turn.
func request(ctx context.Context, base string, i int) error {
	method, path, body := "GET", fmt.Sprintf("/users/visitor-%d", i/4%visitors), ""
	switch i % 4 {
	case 1:
		method, path = "POST", "/orders"
		body = fmt.Sprintf(`{"user":"visitor-%d","items":[{"SKU":"a","Count":1}],"tags":{"n":"%d"}}`, i%visitors, i)
	case 2:
		path = "/orders"
	case 3:
		path = "/metrics"
	}
	req, err := http.NewRequestWithContext(ctx, method, base+path, strings.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := keep.client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s", method, path, resp.Status)
	}
	return nil
}
