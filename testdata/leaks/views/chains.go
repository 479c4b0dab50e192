package views

import (
	"fmt"

	"planted/drive"
	"planted/shop"
)

// stepError says in which job it happened, and to what.
type stepError struct {
	job   int
	order *shop.Order
	err   error
}

func (e *stepError) Error() string { return fmt.Sprintf("job %d: %v", e.job, e.err) }
func (e *stepError) Unwrap() error { return e.err }

var lastError error

func newErrors(env *drive.Env) func(int) {
	return func(job int) {
		err := fmt.Errorf("step 2: %w", lastError)
		lastError = &stepError{job, env.Shop.Take(job), err}
	}
}

// result is what a job worked out from the one before.
type result struct {
	from   *result
	total  int64
	orders []*shop.Order
}

// latest is an interface, as results come in several kinds.
var latest any = (*result)(nil)

func newResults(env *drive.Env) func(int) {
	return func(job int) {
		from := latest.(*result)
		r := &result{from: from, total: int64(job), orders: []*shop.Order{env.Shop.Take(job), env.Shop.Take(job + 1)}}
		latest = r
	}
}
