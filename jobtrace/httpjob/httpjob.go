// Package httpjob traces the requests of a net/http server as jobs.
package httpjob

import (
	"context"
	"errors"
	"net/http"

	"github.com/objgraph/objgraph/jobtrace"
)

// Middleware returns a wrapper of handlers that runs each request as a job of t.
// name makes a job's name of a request; nil takes the method and the path,
// without the query. A nil t wraps nothing. Names are in the log, in manifests, reports
// and names of files: where a path has a secret in it, such as a link that resets a
// password, give a name without.
//
// A server handles requests at the same time, and what one leaks could not be
// told from what another does: a request that comes while another runs is not
// traced, but with Options.Overlap. To hunt a leak send one at a time. A panic of
// the handler goes on to the server.
func Middleware(t *jobtrace.Tracer, name func(*http.Request) string) func(http.Handler) http.Handler {
	if name == nil {
		name = methodAndPath
	}
	return func(next http.Handler) http.Handler {
		if t == nil {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			// What is returned here is for the manifest alone. A client that
			// went away is no failure of the job.
			_ = t.Do(r.Context(), name(r), func(ctx context.Context) error {
				next.ServeHTTP(w, r)
				if err := ctx.Err(); errors.Is(err, context.DeadlineExceeded) {
					return err
				}
				return nil
			})
		})
	}
}

func methodAndPath(r *http.Request) string { return r.Method + " " + r.URL.Path }
