package store

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

func newShortCache[V any](keep time.Duration) *shortCache[V] {
	return &shortCache[V]{entries: make(map[string]shortEntry[V]), keep: keep}
}

func (c *shortCache[V]) get(key string, now time.Time) (V, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	entry, ok := c.entries[key]
	return entry.value, ok && now.Before(entry.until)
}

func (c *shortCache[V]) put(key string, value V, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.entries) >= maxShort {
		clear(c.entries)
	}
	c.entries[key] = shortEntry[V]{value, now.Add(c.keep)}
}

// forget is called by writers.
func (c *shortCache[V]) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.entries)
}
