package console

import (
	"sync"
	"time"
)

// shortCache keeps what nearly every page asks for, for a moment.
type shortCache[V any] struct {
	mu      sync.Mutex
	entries map[string]shortEntry[V]
	keep    time.Duration
}

type shortEntry[V any] struct {
	value V
	until time.Time
}

const maxShort = 4096

// newShortCache makes one that keeps values for so long.
func newShortCache[V any](keep time.Duration) *shortCache[V] {
	return &shortCache[V]{entries: make(map[string]shortEntry[V]), keep: keep}
}

// Get returns what is kept and fresh.
func (c *shortCache[V]) Get(key string, now time.Time) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries[key]
	return entry.value, ok && now.Before(entry.until)
}

// Put keeps a value.
func (c *shortCache[V]) Put(key string, value V, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxShort {
		clear(c.entries)
	}
	c.entries[key] = shortEntry[V]{value, now.Add(c.keep)}
}

// Forget is called by writers.
func (c *shortCache[V]) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
}
