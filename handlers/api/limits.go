package api

import (
	"crypto/sha256"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
)

// perMinute is how many requests a token may make; each process counts its own.
const perMinute = 600

// limiter counts requests in windows of a minute that all keys share: when one
// begins, everything is forgotten, so it never grows beyond a minute's keys.
type limiter struct {
	now    func() time.Time
	mu     sync.Mutex
	window time.Time
	counts map[[16]byte]int
}

// maxKeys bounds a minute's memory; beyond it all share one count.
const maxKeys = 100_000

func newLimiter() *limiter {
	return &limiter{now: time.Now, counts: make(map[[16]byte]int)}
}

// count takes one request off what key has left and says so in the headers.
func (l *limiter) count(c echo.Context, key string) error { return l.use(c, key, 1) }

// check only refuses a key that has nothing left.
func (l *limiter) check(c echo.Context, key string) error { return l.use(c, key, 0) }

func (l *limiter) use(c echo.Context, key string, n int) error {
	used, reset := l.add(key, n)
	if n == 0 && used < perMinute {
		return nil
	}
	h := c.Response().Header()
	h.Set("RateLimit-Limit", strconv.Itoa(perMinute))
	h.Set("RateLimit-Remaining", strconv.Itoa(max(0, perMinute-used)))
	h.Set("RateLimit-Reset", strconv.Itoa(reset))
	if used > perMinute || n == 0 {
		h.Set(echo.HeaderRetryAfter, strconv.Itoa(reset))
		return &web.APIError{Status: http.StatusTooManyRequests}
	}
	return nil
}

// add returns the requests of key in this window and the seconds left of it.
func (l *limiter) add(key string, n int) (used, reset int) {
	sum := sha256.Sum256([]byte(key)) // no token lies in memory for long
	var short [16]byte
	copy(short[:], sum[:])
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if window := now.Truncate(time.Minute); !window.Equal(l.window) {
		l.window = window
		clear(l.counts)
	}
	if _, known := l.counts[short]; !known && len(l.counts) >= maxKeys {
		short = [16]byte{}
	}
	if n > 0 {
		l.counts[short] += n
	}
	left := l.window.Add(time.Minute).Sub(now)
	return l.counts[short], int((left + time.Second - 1) / time.Second)
}
