package handlers_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// viewsOf are the pages on record of all masquerades, oldest first.
func viewsOf(t *testing.T, s *handlertest.Server) []string {
	t.Helper()
	var pages []string
	rows, err := schema.Direct(s.DB).Query(`SELECT details ->> 'page' || COALESCE(' form ' || (details ->> 'form'), '') FROM audit_log
		WHERE action = 'masquerade.page_viewed' AND masquerade_id IS NOT NULL ORDER BY at, id`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var page string
		if err := rows.Scan(&page); err != nil {
			t.Fatal(err)
		}
		pages = append(pages, page)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return pages
}

// TestM9_ContentIsRecorded takes the list of routes from the table itself: what
// is sent to a masquerade is on record, by whatever route, method and status it
// goes out; and what sends nothing needs no row.
func TestM9_ContentIsRecorded(t *testing.T) {
	cfg, now := storetest.Config(t), time.Now()
	cfg.Now = func() time.Time { return now } // it goes on slowly enough for the rate of views
	s := handlertest.NewWith(t, cfg, true)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	_, viewing := visit(t, s, tenant, "/")
	_, changing := writing(t, s, tenant)
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	status := 0
	whole := s.Handler
	s.Handler = handlers.Probe(s.App, business, func(c echo.Context) error {
		if status == http.StatusInternalServerError {
			return echo.NewHTTPError(status) // the error's page is content, too
		}
		if status == http.StatusOK || status >= http.StatusBadRequest {
			return c.HTML(status, "what a business keeps to itself")
		}
		return c.NoContent(status)
	})
	defer func() { s.Handler = whole }()
	rows := func() (n int) {
		if err := schema.Direct(s.DB).QueryRow(`SELECT count(*) FROM audit_log WHERE action = 'masquerade.page_viewed'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	contents := []int{http.StatusUnprocessableEntity, http.StatusConflict, http.StatusNotFound, http.StatusServiceUnavailable, http.StatusInternalServerError, http.StatusTooManyRequests}
	nothing := []int{http.StatusNoContent, http.StatusSeeOther, http.StatusNotModified}
	sent, silent := map[int]int{}, 0
	before := rows()
	for i, r := range business.Routes {
		if r.Sessionless || r.Permission == access.Development {
			continue // the same for everybody, and no session is looked at
		}
		for mode, c := range map[string]*handlertest.Client{"view": viewing, "write": changing} {
			for _, status = range []int{http.StatusOK, contents[i%len(contents)], nothing[i%len(nothing)]} {
				methods := []string{r.Method}
				if r.Method == http.MethodGet {
					methods = append(methods, http.MethodHead)
				}
				for _, method := range methods {
					now = now.Add(300 * time.Millisecond)
					got := c.Do(method, concrete(r.Path, someID), form(r))
					after := rows()
					switch recorded := after - before; {
					case method != http.MethodHead && got.Body.Len() > 0:
						if sent[got.Code]++; recorded != 1 {
							t.Errorf("%s %s, mode %s: %d with %d bytes and %d rows", method, r.Path, mode, got.Code, got.Body.Len(), recorded)
						}
					case method == http.MethodHead && recorded != 0:
						t.Errorf("HEAD %s: %d rows, and nothing was sent", r.Path, recorded)
					default:
						silent++
					}
					before = after
				}
			}
		}
	}
	for _, code := range append(contents, http.StatusOK, http.StatusForbidden) {
		if sent[code] < 5 {
			t.Errorf("status %d was sent %d times: the test is blind", code, sent[code])
		}
	}
	if silent < 100 {
		t.Errorf("%d answers without content: the test is blind", silent)
	}
}

// TestM9_WhatWasLookedAt: quiet requests and refused forms are on record with the
// ids of what they showed, and no word that somebody typed.
func TestM9_WhatWasLookedAt(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	v := newVictim(t, s, "acme")
	owner := s.At("acme").As(access.TenantOwner)
	customer := owner.Post("/customers", url.Values{"name": {"Carla"}, "email": {"carla@example.test"}}).Location()
	if r := owner.Post("/support", url.Values{"subject": {"Question"}, "body": {"How?"}, "priority": {"low"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("a ticket: %d", r.Code)
	}
	var number, link string
	var appointment, secret uuid.UUID
	if err := schema.Direct(s.DB).QueryRow(`SELECT max(number) FROM tickets WHERE business_id = $1`, v.tenant.ID).Scan(&number); err != nil {
		t.Fatal(err)
	}
	if err := schema.Direct(s.DB).QueryRow(`SELECT id, link_secret FROM `+v.schema+`.appointments WHERE link_secret IS NOT NULL LIMIT 1`).Scan(&appointment, &secret); err != nil {
		t.Fatal(err)
	}
	link = calendar.BookingToken(appointment, secret)
	_, site := writing(t, s, v.tenant)
	seenAt := func() (at string) {
		if err := schema.Direct(s.DB).QueryRow(`SELECT last_seen_at FROM sessions WHERE masquerade_id IS NOT NULL`).Scan(&at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	used := seenAt()
	for _, tried := range []struct {
		method, path string
		form         url.Values
		code         int
		row          string
	}{
		{"GET", "/schedule/updates?view=week&date=2031-03-04", nil, 200, "/schedule/updates?date=2031-03-04&view=week"},
		{"GET", "/support/" + number + "/updates?seen=1", nil, 200, "/support/" + number + "/updates"},
		{"GET", customer, nil, 200, customer},
		{"GET", "/customers?q=Secretname&page=2", nil, 200, "/customers?page=2&q=…"},
		{"GET", "/search?q=Secretname", nil, 200, "/search?q=…"},
		{"POST", customer, url.Values{"name": {""}, "phone": {"0791234567"}}, 422, customer + " form true"},
		{"GET", "/b/" + link, nil, 200, "/b/:token?appointment=" + appointment.String()},
		{"GET", "/customers/" + someID, nil, 404, "/customers/" + someID},
		{"GET", "/nowhere/Secretname", nil, 404, "unknown"},
	} {
		before := len(viewsOf(t, s))
		if r := site.Do(tried.method, tried.path, tried.form); r.Code != tried.code {
			t.Errorf("%s %s: %d, want %d", tried.method, tried.path, r.Code, tried.code)
		}
		if rows := viewsOf(t, s)[before:]; !slices.Equal(rows, []string{tried.row}) {
			t.Errorf("%s %s: on record is %q, want %q", tried.method, tried.path, rows, tried.row)
		}
		if strings.HasSuffix(strings.Split(tried.path, "?")[0], "/updates") && seenAt() != used {
			t.Errorf("%s keeps the masquerade alive", tried.path)
		}
		used = seenAt()
	}
	for _, row := range viewsOf(t, s) {
		for _, word := range []string{"Secretname", "079", link} {
			if strings.Contains(row, word) {
				t.Errorf("the record holds %q: %q", word, row)
			}
		}
	}
}

// TestM9_NoRecordNoContent: what can't be written down isn't sent, also where the
// check of the session writes nothing.
func TestM9_NoRecordNoContent(t *testing.T) {
	s := handlertest.NewWith(t, storetest.Config(t), true)
	s.Staff(access.PlatformManager)
	v := newVictim(t, s, "acme")
	_, site := writing(t, s, v.tenant)
	for _, path := range []string{"/schedule/updates?view=week", "/customers"} {
		if r := site.Get(path); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), hidden) {
			t.Fatalf("%s: %d", path, r.Code)
		}
	}
	if _, err := schema.Direct(s.DB).Exec(`REVOKE INSERT ON audit_log FROM smooth_web`); err != nil {
		t.Fatal(err)
	}
	for _, tried := range []struct {
		method, path string
		form         url.Values
	}{{"GET", "/schedule/updates?view=week", nil}, {"GET", "/customers", nil}, {"POST", "/customers", url.Values{"name": {""}}}} {
		c := site
		if strings.HasPrefix(tried.path, "/schedule") {
			c = site.With("Accept-Encoding", "gzip") // the refusal itself is not what was zipped
		}
		r := c.Do(tried.method, tried.path, tried.form)
		if r.Code != http.StatusServiceUnavailable || r.Header().Get("Content-Encoding") != "" || strings.Contains(r.Body.String(), hidden) || strings.Contains(r.Body.String(), `name="phone"`) {
			t.Errorf("%s %s without a record: %d %.200s", tried.method, tried.path, r.Code, r.Body)
		}
	}
}
