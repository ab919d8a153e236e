package handlers_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestT5_WhatLeavesARequestCarriesTheTenant: the lines of the log, the names of
// files, and what is kept between requests. Jobs: see the store's tests.
func TestT5_WhatLeavesARequestCarriesTheTenant(t *testing.T) {
	s := handlertest.New(t)
	tenants := []store.Tenant{s.Business("acme"), s.Business("other")}
	var log bytes.Buffer
	for i, tenant := range tenants {
		owner := s.At(tenant.Subdomain).As(access.TenantOwner)
		var page string
		for range i + 1 {
			page = owner.Post("/customers", url.Values{"name": {"Carla"}}).Location()
		}
		s.App.Log = slog.New(slog.NewJSONHandler(&log, nil))
		log.Reset()
		for path, name := range map[string]string{"/customers.csv": tenant.Subdomain + "-customers.csv", page + "/export.json": tenant.Subdomain + "-customer-"} {
			if got := owner.Get(path).Header().Get("Content-Disposition"); !strings.Contains(got, `"`+name) {
				t.Errorf("%s comes as %s", path, got)
			}
		}
		owner.Get(page)
		owner.Get("/nothing/here")
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		for _, line := range lines {
			var said struct{ Msg, Business, Route, Surface string }
			if err := json.Unmarshal([]byte(line), &said); err != nil || said.Business != tenant.ID.String() {
				t.Errorf("a line of the log without its business: %s", line)
			}
			if strings.Contains(line, strings.TrimPrefix(page, "/customers/")) {
				t.Errorf("a line of the log with a path: %s", line)
			}
		}
		if len(lines) != 4 {
			t.Errorf("%d lines for 4 requests", len(lines))
		}
	}
	// The same question within the same second, whose answer is kept for that long.
	for i, tenant := range tenants {
		owner := s.At(tenant.Subdomain).As(access.TenantOwner)
		if n := owner.Get("/customers").Doc().Find("#customers tbody tr").Length(); n != i+1 {
			t.Errorf("%s: %d customers", tenant.Subdomain, n)
		}
		if text := owner.Get("/customers").Doc().Find("#customers").Text(); strings.Contains(text, "2 customers") != (i == 1) {
			t.Errorf("%s: the total is another's: %.200s", tenant.Subdomain, text)
		}
	}
}
