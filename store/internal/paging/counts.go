package paging

import (
	"sync"
	"time"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// CountCache keeps the totals of lists for a second: counting ten thousand rows
// for every page costs more than the page.
type CountCache struct {
	mu     sync.Mutex
	totals map[string]countEntry
}

type countEntry struct {
	total int
	until time.Time
}

const (
	countFor     = time.Second
	maxCounts    = 1000
	cappedCount  = 1000 // counts of a search stop here and read "1,000+"
	rowsPerCount = cappedCount + 1
)

// Counts are the totals of this database's lists.
func Counts(d *db.DB) *CountCache { return db.Keep(d, newCountCache) }

func newCountCache() *CountCache { return &CountCache{totals: make(map[string]countEntry)} }

func (c *CountCache) get(key string, now time.Time, count func() (int, error)) (int, error) {
	c.mu.Lock()
	entry, ok := c.totals[key]
	c.mu.Unlock()
	if ok && now.Before(entry.until) {
		return entry.total, nil
	}
	total, err := count()
	if err != nil {
		return 0, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.totals) >= maxCounts {
		clear(c.totals)
	}
	c.totals[key] = countEntry{total, now.Add(countFor)}
	return total, nil
}

// Forget is called by writers, so that people see their own change counted.
func (c *CountCache) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.totals)
}
