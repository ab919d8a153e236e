package e2e

import (
	"testing"

	"github.com/chromedp/cdproto/network"
)

// TestW1_WeightOfPages weighs what a first and a later page of the console bring
// over the wire.
func TestW1_WeightOfPages(t *testing.T) {
	p := demo(t)
	c := p.client(t).login("platform", "manager@smoothschedule.test", demoPassword)
	b := newTab(t)
	for _, cookie := range c.http.Jar.Cookies(mustParse(t, p.url("platform", "/"))) {
		b.do("bring the session", call(network.SetCookie.Method, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: p.url("platform", "/")}))
	}
	all, js, css, requests := b.weigh("first", func() { b.open(p.url("platform", "/businesses")) })
	b.mustRead("h1", "Businesses")
	if all > 40<<10 || requests > 5 || js > 22<<10 || css > 12<<10 || js == 0 || css == 0 {
		t.Errorf("the first page: %d bytes in %d requests, %d of JavaScript, %d of CSS; allowed are 40 KB, 5, 22 KB, 12 KB", all, requests, js, css)
	}
	later, _, _, _ := b.weigh("later", func() { b.open(p.url("platform", "/businesses?page=2")) })
	if later > 10<<10 {
		t.Errorf("a later page: %d bytes; allowed are 10 KB", later)
	}
	// The sign that the operator is inside a business stands on each of them.
	b.open(p.url("platform", "/businesses?q=acme"))
	b.follow(`#businesses tbody a[href^="/masquerade/new"]`)
	b.fill("#f-reason", "Weighing the list with the sign of a visit.")
	if b.count("#f-password") > 0 {
		b.fill("#f-password", demoPassword)
	}
	b.follow(`form[action="/masquerade"] button[type="submit"]`)
	b.follow(`form[action^="/masquerade/"] button`)
	inside, _, _, _ := b.weigh("later, inside", func() { b.open(p.url("platform", "/businesses?page=2")) })
	if signs := b.count("aside.masq"); inside > 10<<10 || signs != 1 {
		t.Errorf("a later page with the sign of a visit: %d bytes with %d signs; allowed are 10 KB", inside, signs)
	}
	dashboard, _, _, _ := b.weigh("dashboard", func() { b.open(p.url("platform", "/dashboard")) })
	if dashboard > 10<<10 {
		t.Errorf("the dashboard as a later page: %d bytes; allowed are 10 KB", dashboard)
	}
}

// TestW1_WeightOfTheBookingPage: at most 30 KB for who comes for the first time,
// whichever of its pages the business links to.
func TestW1_WeightOfTheBookingPage(t *testing.T) {
	p := demo(t)
	service := p.client(t).get("acme-auto", "/book").doc(t).Find(`main a.main-link`).First().AttrOr("href", "")
	if service == "" {
		t.Fatal("no service to book")
	}
	for name, path := range map[string]string{"services": "/book", "times": service} {
		b := newTab(t)
		all, _, _, _ := b.weigh(name, func() { b.open(p.url("acme-auto", path)) })
		if all > 30<<10 || all == 0 {
			t.Errorf("%s: %d bytes; allowed are 30 KB", path, all)
		}
	}
}

// weigh sums up what comes over the wire while a page loads.
func (b *tab) weigh(what string, load func()) (all, js, css, requests int) {
	b.t.Helper()
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
		b.t.Logf("%s: %6d bytes %s", what, tr.bytes, tr.url)
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
