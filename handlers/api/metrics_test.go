package api_test

import (
	"net/http"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestMetricsBeforeTheFirstRollUp: there is nothing to show yet.
func TestMetricsBeforeTheFirstRollUp(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	w := &world{Server: s, t: t}
	w.exec(`DELETE FROM platform_totals`)
	r := w.as(access.Superuser).Get(metricsPath)
	wantError(t, "metrics", r, http.StatusServiceUnavailable, "unavailable")
	if r.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
