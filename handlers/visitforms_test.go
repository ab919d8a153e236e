package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// routeFor is the row of a table that answers a path, fixed parts first.
func routeFor(routes []web.Route, method, path string) (found web.Route, ok bool) {
	parts, best := strings.Split(path, "/"), -1
	for _, r := range routes {
		pattern := strings.Split(r.Path, "/")
		if r.Method != method || len(pattern) != len(parts) {
			continue
		}
		fixed := 0
		for i, p := range pattern {
			switch {
			case p == parts[i]:
				fixed++
			case !strings.HasPrefix(p, ":"):
				fixed = -len(parts) - 1
			}
		}
		if fixed > best {
			found, ok, best = r, true, fixed
		}
	}
	return found, ok
}

// eachPage opens the pages that links lead to, one of each kind.
func eachPage(t *testing.T, c *handlertest.Client, first string, look func(path string, doc *goquery.Document)) (pages int) {
	t.Helper()
	seen, queue := map[string]bool{}, []string{"/", first}
	for len(queue) > 0 {
		path := queue[0]
		queue = queue[1:]
		r := c.Get(path)
		if r.Code == http.StatusForbidden {
			t.Errorf("a link leads to %s, which answers 403", path)
		}
		if r.Code != http.StatusOK || !strings.HasPrefix(r.Header().Get("Content-Type"), "text/html") {
			continue
		}
		pages++
		doc := r.Doc()
		look(path, doc)
		doc.Find("a[href], [hx-get]").Each(func(_ int, a *goquery.Selection) {
			u, err := url.Parse(a.AttrOr("href", a.AttrOr("hx-get", "")))
			if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/static/") {
				return
			}
			names := make([]string, 0, 4)
			for name := range u.Query() {
				names = append(names, name)
			}
			slices.Sort(names)
			if kind := ids.ReplaceAllString(u.Path, "*") + "?" + strings.Join(names, "&"); !seen[kind] {
				seen[kind] = true
				queue = append(queue, u.RequestURI())
			}
		})
	}
	return pages
}

// actions are what the forms and buttons of a page post to.
func actions(doc *goquery.Document) (paths []string) {
	add := func(to string) {
		if u, err := url.Parse(to); err == nil && to != "" && u.Host == "" {
			paths = append(paths, u.Path)
		}
	}
	doc.Find(`form[method="post"]`).Each(func(_ int, f *goquery.Selection) { add(f.AttrOr("action", "")) })
	doc.Find(`[formaction]:not([formmethod="get"])`).Each(func(_ int, b *goquery.Selection) { add(b.AttrOr("formaction", "")) })
	doc.Find("[hx-post]").Each(func(_ int, b *goquery.Selection) { add(b.AttrOr("hx-post", "")) })
	return paths
}

// TestM7_NothingPersonalIsOffered: whoever makes changes in somebody's place finds
// no button and no link that the guard would refuse.
func TestM7_NothingPersonalIsOffered(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	v := newVictim(t, s, "acme")
	_, site := writing(t, s, v.tenant)
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	offered := map[string]bool{}
	// The blocked time lies beyond the days that the schedule opens with.
	var resource, blocker string
	if err := schema.Direct(s.DB).QueryRow(`SELECT CAST(resource_id AS text), CAST(id AS text) FROM `+v.schema+`.blockers LIMIT 1`).Scan(&resource, &blocker); err != nil {
		t.Fatal(err)
	}
	blocker = "/blockers/" + blocker
	judge := func(path string, doc *goquery.Document) {
		for _, action := range actions(doc) {
			r, ok := routeFor(business.Routes, http.MethodPost, action)
			if offered[r.Path] = true; !ok || r.IsPersonal() {
				t.Errorf("%s offers %s: personal %v, a route %v", path, action, r.IsPersonal(), ok)
			}
		}
	}
	if pages := eachPage(t, site, blocker, judge); pages < 25 || len(offered) < 12 {
		t.Errorf("%d pages with %d kinds of forms: the test is blind", pages, len(offered))
	}
	// What was done can't always be undone by who did it: then no button says so.
	r := site.Post("/blockers", url.Values{"resource_id": {resource}, "date": {"2031-03-03"}, "time": {"10:00"}, "to": {"11:00"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("a blocker: %d %s", r.Code, r.Doc().Find(".error").Text())
	}
	judge("after a blocker", site.Get(r.Location()).Doc())
	// The people of the business find them all.
	own := map[string]bool{}
	eachPage(t, s.At("acme").As(access.TenantOwner), blocker, func(_ string, doc *goquery.Document) {
		for _, action := range actions(doc) {
			r, _ := routeFor(business.Routes, http.MethodPost, action)
			own[r.Path] = r.IsPersonal()
		}
	})
	for _, path := range []string{"/services/:id/delete", "/resources/:id/delete", "/resources/:id/feed", "/customers/:id/erase", "/customers/:id/notes/:note/delete",
		"/blockers/:id/delete", "/resources/:id/time-off/:override/delete", "/team", "/support-access"} {
		if !own[path] {
			t.Errorf("an owner isn't offered %s", path)
		}
	}
}

// TestM6_FormsToLookAt: whoever only looks sees the forms' fields, can't fill them
// in, and finds no button whose press would be refused.
func TestM6_FormsToLookAt(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	v := newVictim(t, s, "acme")
	_, site := visit(t, s, v.tenant, "/")
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	shown := 0
	pages := eachPage(t, site, "/book", func(path string, doc *goquery.Document) {
		doc.Find(`form[method="post"]`).Each(func(_ int, f *goquery.Selection) {
			action := f.AttrOr("action", "")
			u, _ := url.Parse(action)
			if r, _ := routeFor(business.Routes, http.MethodPost, u.Path); r.Masqueraded {
				return
			}
			f.Find(`input:not([type="hidden"]), select, textarea, button`).Each(func(_ int, e *goquery.Selection) {
				shown++
				_, off := e.Attr("disabled")
				if _, fixed := e.Attr("readonly"); !off && !fixed && e.Closest("fieldset[disabled]").Length() == 0 {
					t.Errorf("%s: %s %q of the form to %s can be used", path, goquery.NodeName(e), e.AttrOr("name", e.Text()), action)
				}
			})
		})
	})
	if pages < 20 || shown < 30 {
		t.Errorf("%d pages, %d fields: the test is blind", pages, shown)
	}
}
