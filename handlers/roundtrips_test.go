package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/seed"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// statements is what the database was asked since the last look.
type statements struct {
	mu    sync.Mutex
	heard []string
}

func (s *statements) add(statement string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.heard = append(s.heard, statement)
}

func (s *statements) take() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	heard := s.heard
	s.heard = nil
	return heard
}

// TestP6_RoundTrips follows the links of the demo as its people and counts what
// each page asks the database: one scope at most on each door,
// and no statement for each row.
func TestP6_RoundTrips(t *testing.T) {
	var asked statements
	cfg := storetest.Config(t)
	// Time stands still, so that what is kept for a moment is asked for once.
	now := time.Now().Truncate(time.Second)
	cfg.Now, cfg.Heard = func() time.Time { return now }, asked.add
	s := handlertest.NewWith(t, cfg, false)
	if err := seed.Demo(t.Context(), s.DB, seed.DemoOptions{}); err != nil {
		t.Fatal(err)
	}
	s.Staff(store.PlatformSupport)
	acme, err := s.DB.TenantBySubdomain(t.Context(), "acme-auto")
	if err != nil {
		t.Fatal(err)
	}
	_, support := masquerade(t, s, acme, "/")
	as := func(host, email string) *handlertest.Client {
		c := s.On(host)
		if r := c.Post("/login", url.Values{"email": {email}, "password": {seed.Password}}); r.Code != http.StatusSeeOther {
			t.Fatalf("log in as %s: %d", email, r.Code)
		}
		return c
	}
	for name, c := range map[string]*handlertest.Client{
		"superuser":          as("platform.localhost", "superuser@smoothschedule.test"),
		"owner":              as("acme-auto.localhost", "owner@acme-auto.test"),
		"staff":              as("acme-auto.localhost", "staff@acme-auto.test"),
		"customer":           as("acme-auto.localhost", "customer@acme-auto.test"),
		"support, looking":   support,
		"visitor":            s.At("acme-auto"),
		"visitor, apex host": s.On("localhost"),
	} {
		t.Run(name, func(t *testing.T) {
			walk := pageWalk{t: t, c: c, asked: &asked, seen: map[string]int{}, queue: []string{"/"}}
			if pages := walk.run(); pages < 3 {
				t.Errorf("only %d pages were found", pages)
			}
		})
	}
}

// pageWalk visits pages by their links, a few of each kind.
type pageWalk struct {
	t     *testing.T
	c     *handlertest.Client
	asked *statements
	seen  map[string]int
	queue []string
}

func (w *pageWalk) run() (pages int) {
	for len(w.queue) > 0 {
		path := w.queue[0]
		w.queue = w.queue[1:]
		w.asked.take()
		page := w.c.Get(path)
		heard := w.asked.take()
		if page.Code == http.StatusSeeOther {
			w.follow(page.Location())
		}
		if page.Code != http.StatusOK || !strings.HasPrefix(page.Header().Get("Content-Type"), "text/html") {
			continue
		}
		pages++
		w.count(path, heard)
		page.Doc().Find("a[href]").Each(func(_ int, a *goquery.Selection) { w.follow(a.AttrOr("href", "")) })
	}
	return pages
}

func (w *pageWalk) follow(href string) {
	u, err := url.Parse(href)
	if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "/static/") {
		return
	}
	names := make([]string, 0, 4)
	for name := range u.Query() {
		names = append(names, name)
	}
	slices.Sort(names)
	kind := ids.ReplaceAllString(u.Path, "*") + "?" + strings.Join(names, "&")
	if w.seen[kind]++; w.seen[kind] == 1 {
		w.queue = append(w.queue, u.RequestURI())
	}
}

func (w *pageWalk) count(path string, heard []string) {
	w.t.Helper()
	times := map[string]int{}
	for _, statement := range heard {
		// A business's scope with or without its tables goes through one door.
		statement, _, _ = strings.Cut(statement, "; SET LOCAL search_path")
		times[statement]++
	}
	for statement, n := range times {
		if n > 1 {
			w.t.Errorf("%s asks %d times: %.200s", path, n, statement)
		}
	}
}
