package e2e

import (
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestN2_NoDeadControl follows every link that each role can see on its host, and
// looks at every form and button on the way.
func TestN2_NoDeadControl(t *testing.T) {
	p := demo(t)
	for _, who := range []struct{ name, host, email string }{
		{"SUPERUSER", "platform", "superuser@smoothschedule.test"},
		{"PLATFORM_MANAGER", "platform", "manager@smoothschedule.test"},
		{"PLATFORM_SUPPORT", "platform", "support@smoothschedule.test"},
		{"PLATFORM_SALES", "platform", "sales@smoothschedule.test"},
		{"TENANT_OWNER", "acme-auto", "owner@acme-auto.test"},
		{"TENANT_MANAGER", "acme-auto", "manager@acme-auto.test"},
		{"TENANT_STAFF", "acme-auto", "staff@acme-auto.test"},
		{"CUSTOMER", "acme-auto", "customer@acme-auto.test"},
		{"nobody at the console", "platform", ""},
		{"nobody at a business", "acme-auto", ""},
		{"nobody at the apex", "", ""},
	} {
		t.Run(who.name, func(t *testing.T) {
			c := p.client(t)
			if who.email != "" {
				c.login(who.host, who.email, demoPassword)
			}
			newCrawl(t, c, who.host).run("/")
		})
	}
}

type crawl struct {
	t     *testing.T
	c     *client
	host  string
	own   string // scheme and host
	queue []string
	from  map[string]string // address: the page that links to it
	kinds map[string]int    // pages met by their kind
	posts []*regexp.Regexp  // paths that take a POST
}

// perKind bounds pages that differ in their parameters only.
const perKind = 4

func newCrawl(t *testing.T, c *client, host string) *crawl {
	return &crawl{t: t, c: c, host: host, own: strings.TrimSuffix(c.p.url(host, "/"), "/"), from: map[string]string{}, kinds: map[string]int{}, posts: postRoutes(t, host)}
}

// postRoutes reads the golden table of routes.
func postRoutes(t *testing.T, host string) (paths []*regexp.Regexp) {
	t.Helper()
	table, err := os.ReadFile("../../../handlers/testdata/routes.golden")
	if err != nil {
		t.Fatal(err)
	}
	surface := map[string]string{"": "site", "platform": "platform"}[host]
	if surface == "" {
		surface = "business"
	}
	for line := range strings.Lines(string(table)) {
		if f := strings.Fields(line); len(f) >= 5 && f[0] == "dev" && f[1] == surface && f[2] == http.MethodPost {
			paths = append(paths, regexp.MustCompile("^"+regexp.MustCompile(":[a-z]+").ReplaceAllString(f[3], "[^/]+")+"$"))
		}
	}
	return paths
}

func (w *crawl) run(path string) {
	w.add(w.own+path, "the start")
	for len(w.queue) > 0 {
		address := w.queue[0]
		w.queue = w.queue[1:]
		w.visit(address)
	}
	if len(w.from) < 2 {
		w.t.Errorf("only %d pages were found", len(w.from))
	}
	w.t.Logf("%d addresses of %d kinds", len(w.from), len(w.kinds))
}

var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]{8}T[0-9.]+-[0-9a-f]+|[0-9a-f]{12,}|[0-9]+`)

// kind is an address without what differs from row to row.
func kind(u *url.URL) string {
	var names []string
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	return u.Host + ids.ReplaceAllString(u.Path, "*") + "?" + strings.Join(names, "&")
}

func (w *crawl) add(address, from string) {
	u, err := url.Parse(address)
	if err != nil {
		w.t.Errorf("%s links to %q: %v", from, address, err)
		return
	}
	u.Fragment = ""
	if _, known := w.from[u.String()]; known {
		return
	}
	if w.kinds[kind(u)]++; w.kinds[kind(u)] > perKind {
		return
	}
	w.from[u.String()] = from
	w.queue = append(w.queue, u.String())
}

func (w *crawl) visit(address string) {
	a := w.c.do(http.MethodGet, address, nil)
	own := strings.HasPrefix(address, w.own+"/")
	switch {
	case !own && (a.status == http.StatusServiceUnavailable || a.status == http.StatusGone):
		return // another host, of a business that is closed
	case a.status >= 400:
		w.t.Errorf("%s answers %d; %s links to it", address, a.status, w.from[address])
		return
	case a.status >= 300:
		to := a.location()
		if own && strings.HasPrefix(to, w.own+"/login") && w.from[address] != "the start" {
			w.t.Errorf("%s asks to log in; %s links to it", address, w.from[address])
		}
		if strings.HasPrefix(to, w.own+"/") {
			w.add(to, address)
		}
		return
	}
	if !own || !strings.HasPrefix(a.header.Get("Content-Type"), "text/html") {
		return
	}
	doc := a.doc(w.t)
	w.links(doc, a.url)
	w.forms(doc, a.url)
	w.buttons(doc, a.url)
}

func (w *crawl) links(doc *goquery.Document, page *url.URL) {
	doc.Find("a").Each(func(_ int, s *goquery.Selection) {
		href, ok := s.Attr("href")
		if !ok || href == "" || href == "#" {
			if s.AttrOr("aria-disabled", "") != "true" {
				w.t.Errorf("a link without a target on %s: %q", page, strings.TrimSpace(s.Text()))
			}
			return
		}
		u, err := page.Parse(href)
		if err != nil {
			w.t.Errorf("%s links to %q: %v", page, href, err)
			return
		}
		if u.Fragment != "" && u.Path == page.Path {
			if doc.Find("#"+u.Fragment).Length() == 0 {
				w.t.Errorf("%s has nothing called %q, where a link of it leads", page, u.Fragment)
			}
			return
		}
		if u.Scheme == "mailto" || u.Scheme == "tel" {
			return
		}
		if !strings.HasSuffix(u.Hostname(), "localhost") {
			w.t.Errorf("%s links to another site: %s", page, u)
			return
		}
		w.add(u.String(), page.String())
	})
	doc.Find("script[src], link[href], img[src], use[href]").Each(func(_ int, s *goquery.Selection) {
		to := s.AttrOr("src", s.AttrOr("href", ""))
		u, err := page.Parse(to)
		if err != nil || u.Host != page.Host {
			w.t.Errorf("%s takes %q from another origin", page, to)
			return
		}
		w.add(u.String(), page.String())
	})
}

// forms must lead to a route: GET ones are sent empty, POST ones must be in the
// table of routes.
func (w *crawl) forms(doc *goquery.Document, page *url.URL) {
	doc.Find("form").Each(func(_ int, s *goquery.Selection) {
		_, byScript := s.Attr("hidden") // nobody sees it: the script fills and sends it
		action := s.AttrOr("action", "")
		if byScript {
			action = s.AttrOr("hx-post", "")
		}
		if action == "" {
			if s.AttrOr("method", "") != "dialog" {
				w.t.Errorf("a form without action on %s", page)
			}
			return
		}
		u, err := page.Parse(action)
		if err != nil || u.Host != page.Host {
			w.t.Errorf("a form on %s is sent to %q", page, action)
			return
		}
		if !strings.EqualFold(s.AttrOr("method", "get"), "post") {
			w.add(u.String(), page.String())
			return
		}
		if !byScript && s.Find("button, input[type=submit]").Length() == 0 && (s.AttrOr("id", "") == "" || doc.Find("button[form="+s.AttrOr("id", "x")+"]").Length() == 0) {
			w.t.Errorf("nothing sends the form for %s on %s", action, page)
		}
		if !slices.ContainsFunc(w.posts, func(r *regexp.Regexp) bool { return r.MatchString(u.Path) }) {
			w.t.Errorf("the form for %s on %s leads to no route", action, page)
		}
	})
}

// buttons must belong to a form, open or close something that is there, or carry
// a sign that the script knows.
func (w *crawl) buttons(doc *goquery.Document, page *url.URL) {
	doc.Find("button").Each(func(_ int, s *goquery.Selection) {
		if id, ok := s.Attr("form"); ok {
			if doc.Find("form#"+id).Length() == 0 {
				w.t.Errorf("a button of %s belongs to a form %q that is not there", page, id)
			}
			return
		}
		for _, attr := range []string{"commandfor", "popovertarget"} {
			if id, ok := s.Attr(attr); ok {
				if doc.Find("#"+id).Length() == 0 {
					w.t.Errorf("a button of %s opens %q, which is not there", page, id)
				}
				return
			}
		}
		_, off := s.Attr("disabled") // says so itself
		inForm := s.Closest("form").Length() > 0 && s.AttrOr("type", "submit") == "submit"
		_, dismiss := s.Attr("data-dismiss")
		if !inForm && !dismiss && !off && !strings.HasSuffix(page.Path, "/dev/gallery") {
			html, _ := goquery.OuterHtml(s)
			w.t.Errorf("a button that does nothing on %s: %s", page, html)
		}
	})
}
