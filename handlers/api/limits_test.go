package api_test

import (
	"net/http"
	"strconv"
	"testing"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestRateLimit: a person has so many requests with all tokens together, and an
// address so many without one that holds; what is open to all counts apart.
func TestRateLimit(t *testing.T) {
	w := newWorld(t)
	one, second, other := w.as(access.Superuser), w.as(access.Superuser), w.as(access.PlatformManager)
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
	wantError(t, "another token of the same person", second.Get(path), http.StatusTooManyRequests, "throttled")
	if r := other.Get(path); r.Code != http.StatusOK {
		t.Errorf("another person: %d", r.Code)
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
	free := availabilityPath + "?service_id=" + w.service().String() + "&date=" + soon()
	if r := w.At("acme").Get(free); r.Code != http.StatusOK {
		t.Errorf("free times, for an address with bad tokens: %d", r.Code)
	}
	for i := range 1300 {
		if r = w.At("acme").From("2001:db8:1:2::" + strconv.FormatInt(int64(i), 16)).Get(availabilityPath); r.Code == http.StatusTooManyRequests {
			break
		}
	}
	wantError(t, "free times, for a subscriber with many addresses", r, http.StatusTooManyRequests, "throttled")
	if r := w.At("acme").From("2001:db8:1:3::1").Get(free); r.Code != http.StatusOK {
		t.Errorf("free times, for another subscriber: %d", r.Code)
	}
}
