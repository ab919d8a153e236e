package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"
)

// TestW1_WeightOfPages weighs what a first and a later page of the console bring
// over the wire.
func TestW1_WeightOfPages(t *testing.T) {
	p := demo(t)
	c := p.client(t).login("platform", "superuser@smoothschedule.test", demoPassword)
	b := newTab(t)
	for _, cookie := range c.http.Jar.Cookies(mustParse(t, p.url("platform", "/"))) {
		b.do("bring the session", call(network.SetCookie.Method, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: p.url("platform", "/")}))
	}
	weigh := func(what string, load func()) (all, js, css, requests int) {
		b.mu.Lock()
		clear(b.wire)
		b.mu.Unlock()
		load()
		b.wait("everything to be there", `document.readyState === "complete"`)
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, tr := range b.wire {
			if tr.bytes == 0 {
				continue // from the cache
			}
			t.Logf("%s: %6d bytes %s", what, tr.bytes, tr.url)
			all += tr.bytes
			requests++
			switch tr.kind {
			case network.ResourceTypeScript:
				js += tr.bytes
			case network.ResourceTypeStylesheet:
				css += tr.bytes
			}
		}
		return all, js, css, requests
	}
	all, js, css, requests := weigh("first", func() { b.open(p.url("platform", "/businesses")) })
	b.mustRead("h1", "Businesses")
	if all > 40<<10 || requests > 5 || js > 22<<10 || css > 12<<10 || js == 0 || css == 0 {
		t.Errorf("the first page: %d bytes in %d requests, %d of JavaScript, %d of CSS; allowed are 40 KB, 5, 22 KB, 12 KB", all, requests, js, css)
	}
	later, _, _, _ := weigh("later", func() { b.open(p.url("platform", "/businesses?page=2")) })
	if later > 10<<10 {
		t.Errorf("a later page: %d bytes; allowed are 10 KB", later)
	}
	dashboard, _, _, _ := weigh("dashboard", func() { b.open(p.url("platform", "/dashboard")) })
	if dashboard > 10<<10 {
		t.Errorf("the dashboard as a later page: %d bytes; allowed are 10 KB", dashboard)
	}
}
