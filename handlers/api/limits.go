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

// perMinute is how many requests a person may make, with all tokens together;
// each process counts its own.
const perMinute = 600

// limiter counts requests in windows of a minute that all keys share: when one
// begins, everything is forgotten, so it never grows beyond a minute's keys.
type limiter struct {
	now    func() time.Time
	mu     sync.Mutex
	window time.Time
	counts map[[16]byte]int
	owners map[[16]byte]string // whose key a token of this window counts under
}

// maxKeys bounds a minute's memory; beyond it all share one count.
const maxKeys = 100_000

func newLimiter() *limiter {
	return &limiter{now: time.Now, counts: make(map[[16]byte]int), owners: make(map[[16]byte]string)}
}

// count takes one request off what key has left and says so in the headers.
func (l *limiter) count(c echo.Context, key string) error { return l.use(c, key, 1) }

// check only refuses a token whose person has nothing left.
func (l *limiter) check(c echo.Context, token string) error {
	l.mu.Lock()
	key, known := l.owners[short(token)]
	l.mu.Unlock()
	if !known {
		return nil
	}
	return l.use(c, key, 0)
}

// countToken counts a request under its person, and remembers whose token it is.
func (l *limiter) countToken(c echo.Context, token, person string) error {
	err := l.count(c, person)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.owners) < maxKeys {
		l.owners[short(token)] = person
	}
	return err
}

// short is what is kept of a key: no token lies in memory for long.
func short(key string) (s [16]byte) {
	sum := sha256.Sum256([]byte(key))
	copy(s[:], sum[:])
	return s
}

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
	at := short(key)
	now := l.now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if window := now.Truncate(time.Minute); !window.Equal(l.window) {
		l.window = window
		clear(l.counts)
		clear(l.owners)
	}
	if _, known := l.counts[at]; !known && len(l.counts) >= maxKeys {
		at = [16]byte{}
	}
	if n > 0 {
		l.counts[at] += n
	}
	left := l.window.Add(time.Minute).Sub(now)
	return l.counts[at], int((left + time.Second - 1) / time.Second)
}
