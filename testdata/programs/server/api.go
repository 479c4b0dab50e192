package main

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.uber.org/zap"
)

// API is the handlers and what they share.
type API struct {
	store    *Store
	log      *zap.Logger
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	registry *prometheus.Registry
	audit    *Audit
	sessions sync.Map // string -> *Session
	limits   *LRU[string, *Bucket]
}

// Session is what the server remembers of one visitor.
type Session struct {
	ID    string
	Since time.Time
	Cart  *Cart
	last  func() time.Time
}

// Cart has three lines, always.
type Cart struct {
	Lines []Line
	Notes map[string]string
}

// Line is one thing in a cart.
type Line struct {
	SKU   string
	Count int
	Extra any
}

// Bucket limits the requests of one path.
type Bucket struct {
	mu     sync.Mutex
	tokens float64
	at     time.Time
}

func NewAPI(store *Store, log *zap.Logger) *API {
	a := &API{store: store, log: log, registry: prometheus.NewRegistry(), audit: NewAudit(8), limits: NewLRU[string, *Bucket](16)}
	a.requests = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "requests_total"}, []string{"path", "code"})
	a.seconds = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "request_seconds"}, []string{"path"})
	a.registry.MustRegister(a.requests, a.seconds, prometheus.NewGoCollector())
	return a
}

func (a *API) Handler() http.Handler {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.Use(gin.Recovery(), a.observe)
	r.GET("/users/:id", a.user)
	r.POST("/orders", a.order)
	r.GET("/orders", a.orders)
	r.GET("/metrics", gin.WrapH(promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{})))
	return r
}

// observe counts, measures and logs each request.
func (a *API) observe(c *gin.Context) {
	start := time.Now()
	b := a.limits.Get(c.FullPath(), func() *Bucket { return &Bucket{tokens: 100, at: start} })
	b.mu.Lock()
	b.tokens -= 0.01
	b.mu.Unlock()
	c.Next()
	code := strconv.Itoa(c.Writer.Status())
	a.requests.WithLabelValues(c.FullPath(), code).Inc()
	a.seconds.WithLabelValues(c.FullPath()).Observe(time.Since(start).Seconds())
	a.log.Info("request", zap.String("path", c.Request.URL.Path), zap.Int("status", c.Writer.Status()), zap.Duration("took", time.Since(start)))
}

func (a *API) user(c *gin.Context) {
	s := a.session(c.Param("id"))
	c.JSON(http.StatusOK, gin.H{"id": s.ID, "since": s.last(), "lines": len(s.Cart.Lines)})
}

func (a *API) session(id string) *Session {
	if s, ok := a.sessions.Load(id); ok {
		return s.(*Session)
	}
	s := &Session{ID: id, Since: time.Now(), Cart: newCart(id)}
	s.last = func() time.Time { return s.Since }
	got, _ := a.sessions.LoadOrStore(id, s)
	return got.(*Session)
}

func newCart(id string) *Cart {
	c := &Cart{Notes: map[string]string{"for": id}}
	for i := range 3 {
		c.Lines = append(c.Lines, Line{SKU: id + strconv.Itoa(i), Count: i + 1, Extra: 1000.5 + float64(i)})
	}
	c.Lines = append(make([]Line, 0, 3), c.Lines...)
	return c
}

type orderRequest struct {
	User  string            `json:"user" binding:"required"`
	Items []Line            `json:"items"`
	Tags  map[string]string `json:"tags"`
}

func (a *API) order(c *gin.Context) {
	var req orderRequest
	if err := c.ShouldBindJSON(&req); err != nil {
		c.JSON(http.StatusBadRequest, gin.H{"error": err.Error()})
		return
	}
	id, err := a.store.Insert(c.Request.Context(), req.User, len(req.Items))
	if err != nil {
		c.JSON(http.StatusInternalServerError, gin.H{"error": err.Error()})
		return
	}
	a.audit.Add(&Event{Kind: "order", ID: id, At: time.Now()})
	c.JSON(http.StatusCreated, gin.H{"id": id})
}

func (a *API) orders(c *gin.Context) {
	list, err := a.store.Last(c.Request.Context(), 10)
	if err != nil {
		c.JSON(http.StatusInternalServerError, gin.H{"error": err.Error()})
		return
	}
	c.JSON(http.StatusOK, list)
}
