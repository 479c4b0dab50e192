package main

import (
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/go-chi/chi/v5"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/patrickmn/go-cache"
	"go.etcd.io/bbolt"

	"planted/drive"
	"planted/shop"
)

// must stands for the error handling that these programs can do without.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// report is worked out once and then kept.
type report struct {
	order *shop.Order
	total int64
}

var reports *lru.Cache[string, *report]

func newLRU(env *drive.Env) func(int) {
	reports = must(lru.New[string, *report](1_000_000))
	return func(job int) {
		for i := range 2 {
			reports.Add(fmt.Sprintf("report %d of job %d", i, job), &report{order: env.Shop.Take(job)})
		}
	}
}

func newLRUBounded(env *drive.Env) func(int) {
	const bound = 40
	reports = must(lru.New[string, *report](bound))
	for i := range bound {
		reports.Add(fmt.Sprintf("report %d", i), &report{order: env.Shop.Take(i)})
	}
	return func(job int) {
		for range 9 {
			reports.Add(fmt.Sprintf("report %d", env.Rand.Intn(5*bound)), &report{order: env.Shop.Take(job)})
		}
	}
}

var kept = cache.New(cache.NoExpiration, 0)

func newKept(env *drive.Env) func(int) {
	return func(job int) {
		kept.SetDefault(fmt.Sprintf("report of job %d", job), &report{order: env.Shop.Take(job)})
	}
}

func newKeptAWhile(env *drive.Env) func(int) {
	return func(job int) {
		kept.SetDefault(fmt.Sprintf("report of job %d", job), &report{order: env.Shop.Take(job)})
		kept.Delete(fmt.Sprintf("report of job %d", job-3))
	}
}

// site is what a route serves.
type site struct {
	name  string
	order *shop.Order
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, s.name) }

var router = chi.NewRouter()

func newRoutes(env *drive.Env) func(int) {
	return func(job int) {
		path := fmt.Sprintf("/version-%d", job)
		router.Method(http.MethodGet, path, &site{path, env.Shop.Take(job)})
		get(path)
	}
}

func get(path string) {
	w := httptest.NewRecorder()
	if router.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil)); w.Code != http.StatusOK {
		panic(fmt.Sprint(path, ": ", w.Code))
	}
}

func newServing(env *drive.Env) func(int) {
	router.Method(http.MethodGet, "/orders/{number}", &site{"orders", env.Shop.Take(0)})
	return func(job int) {
		for i := range 5 {
			get(fmt.Sprintf("/orders/%d-%d", job, i))
		}
	}
}

var db *bbolt.DB

// openDB opens a new database in a folder of its own, which is removed once
// the file is open.
func openDB() {
	dir := must(os.MkdirTemp("", "planted-"))
	defer os.RemoveAll(dir)
	db = must(bbolt.Open(filepath.Join(dir, "orders.db"), 0o600, &bbolt.Options{NoSync: true, InitialMmapSize: 1 << 24}))
	tx := must(db.Begin(true))
	must(tx.CreateBucketIfNotExists([]byte("orders")))
	must(0, tx.Commit())
}

func put(job int) {
	must(0, db.Update(func(tx *bbolt.Tx) error {
		orders := tx.Bucket([]byte("orders"))
		for i := range 10 {
			if err := orders.Put(key(job, i), make([]byte, 200)); err != nil {
				return err
			}
			if err := orders.Delete(key(job-3, i)); err != nil {
				return err
			}
		}
		return nil
	}))
}

func key(job, i int) []byte {
	return binary.BigEndian.AppendUint32(nil, uint32((job+1000)*10+i))
}

// readers are the sessions' views of the database.
var readers = map[string]*bbolt.Tx{}

func newTransactions(*drive.Env) func(int) {
	openDB()
	return func(job int) {
		tx := must(db.Begin(false))
		if tx.Bucket([]byte("orders")) == nil {
			must(0, tx.Rollback())
		}
		readers[fmt.Sprintf("session of job %d", job)] = tx
	}
}

func newStore(*drive.Env) func(int) {
	openDB()
	return func(job int) {
		put(job)
		must(0, db.View(func(tx *bbolt.Tx) error {
			return tx.Bucket([]byte("orders")).ForEach(func(k, v []byte) error { return nil })
		}))
	}
}
