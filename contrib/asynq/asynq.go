// Package asynq traces the tasks of an asynq server as jobs of jobtrace: a heap
// dump before and after each, from which objgraph tells which handler leaks.
//
//	t, err := jobtrace.FromFlags()
//	…
//	srv := asynq.NewServer(redis, asynq.Config{Concurrency: 1})
//	mux := asynq.NewServeMux()
//	mux.Use(objgraphasynq.Middleware(t))
//
// asynq.Config's Concurrency must be 1 while tasks are traced, as what one leaks
// cannot be told from what another does: with more, tasks that meet another run
// untraced, unless jobtrace.Options.Overlap is set.
package asynq

import (
	"context"

	"github.com/hibiken/asynq"
	"github.com/objgraph/objgraph/jobtrace"
)

// Middleware runs each task as a job of t, whose name is the task's type and,
// after a dash, its id. A nil t changes nothing. What the handler returns, and
// its panic, go on to asynq.
func Middleware(t *jobtrace.Tracer) asynq.MiddlewareFunc {
	return func(next asynq.Handler) asynq.Handler {
		if t == nil {
			return next
		}
		return asynq.HandlerFunc(func(ctx context.Context, task *asynq.Task) error {
			return t.Do(ctx, jobName(ctx, task), func(ctx context.Context) error {
				return next.ProcessTask(ctx, task)
			})
		})
	}
}

func jobName(ctx context.Context, task *asynq.Task) string {
	if id, ok := asynq.GetTaskID(ctx); ok {
		return task.Type() + "-" + id
	}
	return task.Type()
}
