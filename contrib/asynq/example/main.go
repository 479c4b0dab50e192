// Command example is an asynq worker with one handler that leaks. It takes
// tasks from the Redis at --redis until --tasks of them are done.
//
//	example --redis 127.0.0.1:6379 --trace_memory
package main

import (
	"context"
	"crypto/sha256"

	"flag"
	"fmt"
	"log"
	"strings"
	"sync"

	"github.com/hibiken/asynq"
	traced "github.com/objgraph/objgraph/contrib/asynq"
	"github.com/objgraph/objgraph/jobtrace"
)

// Thumbnail is what resize leaks.
type Thumbnail struct {
	Name   string
	Pixels [32]byte
}

// Cache has one entry for each picture ever seen, as nobody removes any: the
// leak.
type Cache struct {
	mu     sync.Mutex
	byName map[string]*Thumbnail
}

func (c *Cache) add(th *Thumbnail) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.byName[th.Name] = th
}

var thumbnails = &Cache{byName: map[string]*Thumbnail{}}

// resize makes 200 thumbnails of a picture, and keeps them.
func resize(_ context.Context, task *asynq.Task) error {
	picture := string(task.Payload())
	for i := range 200 {
		name := picture + strings.Repeat("'", i)
		thumbnails.add(&Thumbnail{Name: name, Pixels: sha256.Sum256([]byte(name))})
	}
	return nil
}

// mail makes garbage, and fails for some.
func mail(_ context.Context, task *asynq.Task) error {
	text := strings.Repeat(string(task.Payload()), 1000)
	if strings.HasPrefix(text, "nobody") {
		return fmt.Errorf("no such address: %w", asynq.SkipRetry)
	}
	return nil
}

// recent is the last report of each kind: it is bounded.
var recent [4][]byte

func report(_ context.Context, task *asynq.Task) error {
	recent[len(task.Payload())%len(recent)] = make([]byte, 4096)
	return nil
}

// counting closes done after so many tasks.
func counting(tasks int, done chan<- struct{}) asynq.MiddlewareFunc {
	var mu sync.Mutex
	return func(next asynq.Handler) asynq.Handler {
		return asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error {
			defer func() {
				mu.Lock()
				defer mu.Unlock()
				if tasks--; tasks == 0 {
					close(done)
				}
			}()
			return next.ProcessTask(ctx, task)
		})
	}
}

func main() {
	network := flag.String("network", "tcp", "of Redis: tcp or unix")
	addr := flag.String("redis", "127.0.0.1:6379", "address of Redis")
	tasks := flag.Int("tasks", 0, "end after so many tasks; 0: never")
	concurrency := flag.Int("concurrency", 1, "tasks at a time; 1 to trace them")
	jobtrace.AddFlags(nil)
	flag.Parse()
	t, err := jobtrace.FromFlags()
	if err != nil {
		log.Fatal(err)
	}
	srv := asynq.NewServer(asynq.RedisClientOpt{Network: *network, Addr: *addr}, asynq.Config{Concurrency: *concurrency, LogLevel: asynq.WarnLevel})
	mux := asynq.NewServeMux()
	done := make(chan struct{})
	mux.Use(counting(*tasks, done), traced.Middleware(t))
	mux.HandleFunc("picture:resize", resize)
	mux.HandleFunc("mail:send", mail)
	mux.HandleFunc("report:make", report)
	if err := srv.Start(mux); err != nil {
		log.Fatal(err)
	}
	<-done
	srv.Shutdown()
	if err := t.Close(); err != nil {
		log.Fatal(err)
	}
}
