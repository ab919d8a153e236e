package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestCORS(t *testing.T) {
	for _, dev := range []bool{true, false} {
		s := handlertest.NewWith(t, storetest.Config(t), dev)
		s.App.CORSOrigins = []string{"https://app.example.com"}
		for origin, allowed := range map[string]bool{
			"https://app.example.com": true, "https://app.example.com.evil.test": false, "https://example.com": false, "null": false, "": false, "*": false,
			"http://app.example.com": false, "http://localhost:3000": dev, "http://localhost": dev, "https://localhost:3000": false,
			"http://localhost.evil.test": false, "http://localhost:3000/x": false, "http://a@localhost:3000": false, "http://evil.test:80": false,
		} {
			preflight := s.Platform().With("Access-Control-Request-Method", "GET").With("Access-Control-Request-Headers", "authorization")
			simple := s.Platform()
			if origin != "" {
				preflight, simple = preflight.With("Origin", origin), simple.With("Origin", origin)
			}
			for name, r := range map[string]handlertest.Response{
				"preflight":         preflight.Do(http.MethodOptions, businessesPath, nil),
				"preflight nowhere": preflight.Do(http.MethodOptions, "/api/nothing", nil),
				"answer":            simple.Get(businessesPath),
				"refused login":     simple.Post(tokenPath, url.Values{}),
			} {
				h := r.Header()
				want := map[bool]string{true: origin, false: ""}[allowed]
				if h.Get("Access-Control-Allow-Origin") != want || h.Get("Access-Control-Allow-Credentials") != "" || !slices.Contains(h.Values("Vary"), "Origin") {
					t.Errorf("dev %v, %s from %q: %v", dev, name, origin, h)
				}
				if strings.HasPrefix(name, "preflight") && (r.Code != http.StatusNoContent || (h.Get("Access-Control-Allow-Headers") != "") != allowed) {
					t.Errorf("dev %v, %s from %q: %d %v", dev, name, origin, r.Code, h)
				}
			}
		}
	}
}
