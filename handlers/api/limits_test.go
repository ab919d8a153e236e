package api_test

import (
	"net/http"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
)

func TestRateLimit(t *testing.T) {
	w := newWorld(t)
	one, other := w.as(store.Superuser), w.as(store.Superuser)
	r := one.Get(businessesPath)
	if h := r.Header(); h.Get("RateLimit-Limit") != "600" || h.Get("RateLimit-Remaining") != "599" || h.Get("RateLimit-Reset") == "" {
		t.Errorf("headers %v", h)
	}
	path := businessesPath + w.acme.ID.String() + "/"
	for range 1300 { // a minute may end on the way
		if r = one.Get(path); r.Code == http.StatusTooManyRequests {
			break
		}
	}
	wantError(t, "the last", r, http.StatusTooManyRequests, "throttled")
	if h := r.Header(); h.Get("RateLimit-Remaining") != "0" || h.Get("Retry-After") == "" || h.Get("Retry-After") != h.Get("RateLimit-Reset") {
		t.Errorf("headers %v", h)
	}
	if r := other.Get(path); r.Code != http.StatusOK {
		t.Errorf("another token: %d", r.Code)
	}
	for range 1300 {
		if r = w.with("smooth_garbage").Get(path); r.Code == http.StatusTooManyRequests {
			break
		}
	}
	wantError(t, "an address with bad tokens", r, http.StatusTooManyRequests, "throttled")
	wantError(t, "the same address without any", w.Platform().Get(path), http.StatusTooManyRequests, "throttled")
	if r := other.Get(path); r.Code != http.StatusOK {
		t.Errorf("a good token from that address: %d", r.Code)
	}
}
