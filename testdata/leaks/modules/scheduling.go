package main

import (
	"fmt"
	"io"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/robfig/cron/v3"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"planted/drive"
	"planted/shop"
)

var scheduler = cron.New()

// nightly is a report of one order, made every night.
type nightly struct {
	order *shop.Order
	runs  int
}

// Run makes the report.
func (n *nightly) Run() { n.runs++ }

func newCron(env *drive.Env) func(int) {
	return func(job int) { schedule(&nightly{order: env.Shop.Take(job)}) }
}

func schedule(j cron.Job) cron.EntryID {
	id, err := scheduler.AddJob("17 3 * * *", j)
	if err != nil {
		panic(err)
	}
	return id
}

func refresh() {}

func newBareCron(*drive.Env) func(int) {
	return func(int) { schedule(cron.FuncJob(refresh)) }
}

func newCronReplaced(env *drive.Env) func(int) {
	scheduler.Start()
	last := schedule(&nightly{})
	return func(job int) {
		scheduler.Remove(last)
		last = schedule(&nightly{order: env.Shop.Take(job)})
	}
}

var ordersTotal = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "orders_total", Help: "Orders."}, []string{"order"})

func newMetrics(*drive.Env) func(int) {
	return func(job int) { ordersTotal.WithLabelValues(fmt.Sprintf("order number %d", job)).Inc() }
}

func newMetricsBounded(*drive.Env) func(int) {
	return func(job int) {
		ordersTotal.WithLabelValues([]string{"new", "paid", "sent"}[job%3]).Inc()
		if _, err := prometheus.DefaultGatherer.Gather(); err != nil {
			panic(err)
		}
	}
}

func newLogger() *zap.Logger {
	encoder := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	return zap.New(zapcore.NewCore(encoder, zapcore.AddSync(io.Discard), zap.InfoLevel))
}

var loggers sync.Map

func newLoggers(*drive.Env) func(int) {
	base := newLogger()
	return func(job int) {
		number := fmt.Sprintf("order number %d", job)
		l := base.With(zap.String("order", number), zap.Int("job", job))
		l.Info("taken")
		loggers.Store(number, l)
	}
}

func newLogging(*drive.Env) func(int) {
	base := newLogger()
	return func(job int) {
		l := base.With(zap.Int("job", job))
		for range 20 {
			l.Info("still at it", zap.String("order", fmt.Sprint(job)))
		}
	}
}
