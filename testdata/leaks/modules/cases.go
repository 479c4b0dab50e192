package main

import "planted/drive"

func leaks() []drive.Case {
	return []drive.Case{
		{Name: "cron", Cause: "each job adds its nightly report to the scheduler again (robfig/cron)",
			Types: []string{"main.nightly"}, Root: "global main.scheduler", Field: ".entries", New: newCron},
		{Name: "cron-bare", Cause: "each job adds a plain function to the scheduler: only the scheduler's own entries pile up",
			Types: []string{"cron.Entry"}, Root: "global main.scheduler", Field: ".entries", New: newBareCron},
		{Name: "prometheus", Cause: "a label takes the order's number (prometheus/client_golang)",
			Types: []string{"prometheus.counter", "prometheus.metricWithLabelValues"}, Root: "global main.ordersTotal", New: newMetrics},
		{Name: "golang-lru", Cause: "a cache with a bound of a million, whose keys have the job in them (hashicorp/golang-lru)",
			Types: []string{"main.report"}, Root: "global main.reports", New: newLRU},
		{Name: "go-cache", Cause: "entries without an expiration, under keys that nobody asks for again (patrickmn/go-cache)",
			Types: []string{"main.report"}, Root: "global main.kept", New: newKept},
		{Name: "zap", Cause: "a logger with the order's fields is kept by number for later (zap)",
			Types: []string{"zap.Logger"}, Root: "global main.loggers", New: newLoggers},
		{Name: "chi", Cause: "each version of a site is mounted on the router under a path of its own (chi)",
			Types: []string{"main.site"}, Root: "global main.router", New: newRoutes},
		{Name: "bbolt", Cause: "a read transaction for each session, which nobody rolls back when the session ends (bbolt)",
			Types: []string{"bbolt.Tx"}, Root: "global main.readers", New: newTransactions},
	}
}

func controls() []drive.Case {
	return []drive.Case{
		{Name: "ok-cron", Cause: "each job adds an entry to the scheduler and removes the one before", New: newCronReplaced},
		{Name: "ok-prometheus", Cause: "the label takes three values", New: newMetricsBounded},
		{Name: "ok-golang-lru", Cause: "the cache is at its bound", New: newLRUBounded},
		{Name: "ok-go-cache", Cause: "entries are deleted when their job is done", New: newKeptAWhile},
		{Name: "ok-zap", Cause: "a logger with the order's fields is used in its job only", New: newLogging},
		{Name: "ok-chi", Cause: "the router serves a few requests a job", New: newServing},
		{Name: "ok-bbolt", Cause: "transactions put and delete, and are all ended", New: newStore},
	}
}
