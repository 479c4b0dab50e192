package shop

import (
	"hash/crc32"
	"sync"
)

const cacheBound = 64

// Price is what an article costs: the entry of the cache.
type Price struct {
	Article string
	Cents   int64
	Past    []int64
}

// priceCache holds up to cacheBound prices; a new one replaces the oldest.
type priceCache struct {
	mu      sync.Mutex
	entries map[string]*Price
	order   [cacheBound]string // a ring
	added   int
}

func newPriceCache() *priceCache {
	return &priceCache{entries: make(map[string]*Price, cacheBound)}
}

func (c *priceCache) get(article string) *Price {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.entries[article]; p != nil {
		return p
	}
	oldest := &c.order[c.added%cacheBound]
	delete(c.entries, *oldest)
	p := lookUp(article)
	c.entries[article] = p
	*oldest = article
	c.added++
	return p
}

func lookUp(article string) *Price {
	return &Price{Article: article, Cents: int64(100 + crc32.ChecksumIEEE([]byte(article))%900), Past: make([]int64, 12)}
}

// refresh waits for articles whose price changed, as long as the shop is open.
func (c *priceCache) refresh(articles <-chan string) {
	for a := range articles {
		c.mu.Lock()
		if c.entries[a] != nil {
			c.entries[a] = lookUp(a)
		}
		c.mu.Unlock()
	}
}
