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
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
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

// more are rows beside those of newVictim: a statement for each shows only where
// there are several.
const more = `
	DO $$ BEGIN
		SET LOCAL search_path = SCHEMA, public;
		INSERT INTO services (id, name, description, duration_minutes, price_cents, created_at) SELECT gen_random_uuid(), 'S' || n, 'x', 30, 1000, now() FROM generate_series(1, 2) n;
		INSERT INTO resources (id, kind, name, created_at, feed_secret) SELECT gen_random_uuid(), 'STAFF', 'R' || n, now(), gen_random_uuid() FROM generate_series(1, 2) n;
		INSERT INTO service_resources (service_id, resource_id) SELECT s.id, r.id FROM services s, resources r ON CONFLICT DO NOTHING;
		INSERT INTO customers (id, name, email, phone, created_at) SELECT gen_random_uuid(), 'C' || n, 'c' || n || '@example.test', '1', now() FROM generate_series(1, 2) n;
		INSERT INTO appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at)
			SELECT gen_random_uuid(), c.id, s.id, 'confirmed', now() + interval '5 hours', now() + interval '6 hours', 1000, now(), now() FROM customers c, services s;
		INSERT INTO appointment_resources (appointment_id, resource_id, during, holds)
			SELECT a.id, r.id, tstzrange(a.starts_at, a.ends_at), false FROM appointments a, resources r ON CONFLICT DO NOTHING;
		INSERT INTO tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at)
			SELECT gen_random_uuid(), t.business_id, t.opened_by, 'x', 'open', 'low', now(), now() FROM tickets t, generate_series(1, 2) WHERE t.business_id = 'BUSINESS';
		INSERT INTO ticket_messages (id, ticket_id, business_id, author_id, author_name, body, created_at)
			SELECT gen_random_uuid(), id, business_id, opened_by, 'x', 'x', now() FROM tickets, generate_series(1, 2) WHERE business_id = 'BUSINESS';
	END $$`

// TestP6_RoundTrips follows the links of all kinds of people and counts what each
// page asks the database: one scope at most on each door, and no statement for
// each row.
func TestP6_RoundTrips(t *testing.T) {
	var asked statements
	cfg := storetest.Config(t)
	// Time stands still, so that what is kept for a moment is asked for once.
	now := time.Now()
	cfg.Now, cfg.Heard = func() time.Time { return now }, asked.add
	s := handlertest.NewWith(t, cfg, false)
	for _, role := range staffRoles {
		s.Staff(role)
	}
	s.Business("other")
	v := newVictim(t, s, "acme")
	if _, err := schema.Direct(s.DB).Exec(strings.NewReplacer("SCHEMA", pq.QuoteIdentifier(v.schema), "BUSINESS", v.tenant.ID.String()).Replace(more)); err != nil {
		t.Fatal(err)
	}
	_, support := visit(t, s, v.tenant, "/")
	for name, c := range map[string]*handlertest.Client{
		"superuser":          s.Platform().As(access.Superuser),
		"owner":              s.At("acme").As(access.TenantOwner),
		"staff":              s.At("acme").As(access.TenantStaff),
		"customer":           s.At("acme").As(access.Customer),
		"support, looking":   support,
		"visitor":            s.At("acme"),
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
