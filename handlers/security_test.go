package handlers_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// goodForm is what most forms of a business's site take; each takes what it knows.
func goodForm() url.Values {
	return url.Values{"name": {"Wheel alignment"}, "duration_minutes": {"30"}, "price": {"10"}, "email": {"new@example.test"}, "phone": {"0123"},
		"kind": {"ROOM"}, "direction": {"up"}, "from": {"2031-01-07"}, "to": {"2031-01-08"}, "reason": {"a good reason"}, "notice": {"1"}, "notice_unit": {"hours"},
		"horizon_days": {"60"}, "step_minutes": {"15"}, "time_zone": {"Europe/Zurich"}, "subject": {"A question"}, "body": {"How do I?"}, "priority": {"low"},
		"monday_from": {"08:00"}, "monday_to": {"17:00"}, "tag": {"vip"}, "note": {"A note"}, "confirm": {"Cora"}, "role": {"TENANT_STAFF"},
		"customer_name": {"Dora"}, "customer_email": {"dora@example.test"}, "start": {"2031-01-07T10:00"}, "decision": {"grant"}, "consent": {"always"}, "answer": {"send"},
		"status": {"completed"}, "approval_hours": {"24"}, "cancel_hours": {"24"}, "late_fee": {"0"}, "reminder_hours": {"24"}, "accent_color": {"#112233"}}
}

// TestM6_TheDatabaseAloneRefuses posts to every route as one who only views, with
// the program's own check switched off: the login can't write.
func TestM6_TheDatabaseAloneRefuses(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	v := newVictim(t, s, "victim")
	_, site := visit(t, s, v.tenant, "/")
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	whole := s.Handler
	s.Handler = handlers.Unguarded(s.App, business)
	defer func() { s.Handler = whole }()
	before, refusedByDatabase := v.domain(t, s), 0
	for _, r := range business.Routes {
		if access.IsSafe(r.Method) || r.Masqueraded {
			continue
		}
		for i, id := range v.ids {
			if i > 0 && !strings.Contains(r.Path, ":") {
				break
			}
			got := site.Post(concrete(r.Path, id), goodForm())
			if got.Code < 400 && got.Code != http.StatusNoContent {
				t.Errorf("POST %s: %d to %q", r.Path, got.Code, got.Location())
			}
			if got.Code == http.StatusForbidden && !r.IsPersonal() {
				refusedByDatabase++
			}
		}
	}
	if after := v.domain(t, s); after != before {
		t.Errorf("something was written:\n%s\n---\n%s", before, after)
	}
	if refusedByDatabase < 5 {
		t.Errorf("the database refused %d writes: the test is blind", refusedByDatabase)
	}
}

// domain is the victim's state without what every visit leaves: sessions,
// page views and the masquerade's own row.
func (v victim) domain(t *testing.T, s *handlertest.Server) string {
	t.Helper()
	var kept []string
	for _, line := range strings.Split(v.state(t, s), "\n") {
		switch name, _, _ := strings.Cut(line, " "); name {
		case "public.sessions", "public.audit_log", "public.masquerades":
		default:
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "\n")
}

// TestM10_BannerOnEveryPage asks for each page of the table in both modes; parts
// that htmx swaps in leave the banner above them alone.
func TestM10_BannerOnEveryPage(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformManager)
	tenant := s.Business("acme")
	_, viewing := visit(t, s, tenant, "/")
	_, changing := writing(t, s, tenant)
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	pages := 0
	for mode, c := range map[string]*handlertest.Client{"View only": viewing, "With changes": changing} {
		for _, r := range business.Routes {
			if r.Method != http.MethodGet || r.Sessionless {
				continue
			}
			for _, query := range []string{"", "?page=99&q=zzzz&date=nonsense"} {
				got := c.Get(concrete(r.Path, someID) + query)
				if !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") || r.Background {
					continue
				}
				pages++
				banner := got.Doc().Find("body > aside.masq")
				text := banner.Text()
				if banner.Length() != 1 || !strings.Contains(text, mode) || !strings.Contains(text, "(owner)") || !strings.Contains(text, "min left") ||
					banner.Find(`form[action="/masquerade/stop"]`).Length() != 1 || banner.Find("[data-dismiss]").Length() != 0 {
					t.Errorf("%s%s (%d), %s: the banner reads %q", r.Path, query, got.Code, mode, text)
				}
				part := c.With("HX-Request", "true").With("HX-Request-Type", "partial").Get(concrete(r.Path, someID) + query)
				if text := part.Body.String(); strings.Contains(text, "<body") {
					continue // a whole page has the banner, as above
				} else if strings.Contains(text, `hx-target="body"`) || strings.Contains(text, `class="masq"`) {
					t.Errorf("%s: a part reaches for the banner", r.Path)
				}
			}
		}
		for _, bad := range []handlertest.Response{c.Get("/no/such/page"), c.Post("/support-access", url.Values{}), c.Send("PATCH", "/customers", "", nil)} {
			if bad.Code < 400 || bad.Code != http.StatusMethodNotAllowed && bad.Doc().Find("body > aside.masq").Length() != 1 {
				t.Errorf("an error page (%d) has no banner", bad.Code)
			}
		}
	}
	if pages < 40 {
		t.Errorf("%d pages were looked at: the test is blind", pages)
	}
}

// TestM12_HeldMails: what support caused is asked about, of the people of the
// business alone; the operator sees what waits because of him.
func TestM12_HeldMails(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformManager)
	v := newVictim(t, s, "acme")
	_, site := writing(t, s, v.tenant)
	owner := s.At("acme").As(access.TenantOwner)
	hold := func(own bool) string {
		t.Helper()
		var id string
		err := schema.Direct(s.DB).QueryRow(`
			INSERT INTO notices (id, business_id, appointment_id, customer_id, kind, to_name, to_email, state, starts_at, due_at, created_at, changed_at, masquerade_id)
			SELECT gen_random_uuid(), $1, gen_random_uuid(), gen_random_uuid(), 'moved', 'Dora', 'dora@example.test', 'held', now(), now(), now(), now(),
				CASE WHEN $2 THEN (SELECT id FROM masquerades WHERE mode = 'write' AND business_id = $1) ELSE gen_random_uuid() END RETURNING id`, v.tenant.ID, own).Scan(&id)
		if err != nil {
			t.Fatal(err)
		}
		return id
	}
	state := func(id string) (is string) {
		t.Helper()
		if err := schema.Direct(s.DB).QueryRow(`SELECT state FROM notices WHERE id = $1`, id).Scan(&is); err != nil {
			t.Fatal(err)
		}
		return is
	}
	mine, others := hold(true), hold(false)
	told := func(c *handlertest.Client) int {
		return c.Get("/").Doc().Find(`main .alert a[href="/held-mails"]`).Length()
	}
	if told(owner) != 1 || told(s.At("acme").As(access.TenantStaff)) != 1 || told(site) != 0 {
		t.Error("the team's first page does not tell that mails wait, or the operator's does")
	}
	if doc := site.Get("/held-mails").Doc(); doc.Find("main li.card").Length() != 1 || doc.Find(`form[action^="/held-mails/"]`).Length() != 0 {
		t.Errorf("the operator sees %d mails, want the own one and no button", doc.Find("main li.card").Length())
	}
	if href := site.Get("/").Doc().Find(`aside.masq a[href="/held-mails"]`).Length(); href != 1 {
		t.Error("the banner doesn't lead there")
	}
	for _, id := range []string{mine, others} {
		for _, answer := range []string{"send", "discard"} {
			if r := site.Post("/held-mails/"+id, url.Values{"answer": {answer}}); r.Code != http.StatusForbidden || state(id) != "held" {
				t.Errorf("the operator answers %s: %d, %s", answer, r.Code, state(id))
			}
		}
	}
	if r := owner.Post("/held-mails/"+mine, url.Values{"answer": {"perhaps"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("no answer: %d", r.Code)
	}
	if r := owner.Post("/held-mails/"+mine, url.Values{"answer": {"send"}}); r.Code != http.StatusSeeOther || state(mine) != "queued" {
		t.Errorf("send anyway: %d, %s", r.Code, state(mine))
	}
	// A reminder waits for its time after that, and its card and answer say when it leaves.
	later := hold(true)
	if _, err := schema.Direct(s.DB).Exec(`UPDATE notices SET kind = 'reminder', due_at = now() + interval '3 days' WHERE id = $1`, later); err != nil {
		t.Fatal(err)
	}
	day := time.Now().Add(72 * time.Hour).In(v.tenant.Location()).Format("2006-01-02")
	if n := owner.Get("/held-mails").Doc().Find(`form[action$="` + later + `"]`).Closest("li").Find(`time[datetime^="` + day + `"]`).Length(); n != 1 {
		t.Error("the card of a reminder doesn't say when it leaves")
	}
	owner.Post("/held-mails/"+later, url.Values{"answer": {"send"}})
	if text := owner.Get("/held-mails").Doc().Find("#toasts").Text(); state(later) != "queued" || !strings.Contains(text, "planned") {
		t.Errorf("a reminder that was let go is %s; said: %q", state(later), text)
	}
	if text := owner.Get("/support-access").Body.String(); !strings.Contains(text, "1 mail to customers held") {
		t.Error("the owner isn't told that a mail waits")
	}
	if r := owner.Post("/held-mails/"+others, url.Values{"answer": {"discard"}}); r.Code != http.StatusSeeOther || state(others) != "dropped" {
		t.Errorf("discard: %d, %s", r.Code, state(others))
	}
	if r := owner.Post("/held-mails/"+others, url.Values{"answer": {"send"}}); r.Code != http.StatusNotFound {
		t.Errorf("a discarded one: %d", r.Code)
	}
	if told(owner) != 0 {
		t.Error("the first page still tells of mails that were answered")
	}
	s.Staff(access.PlatformSupport)
	_, viewing := visit(t, s, v.tenant, "/")
	if r := viewing.Get("/held-mails"); r.Code != http.StatusOK {
		t.Errorf("one who only views: %d", r.Code)
	}
}

// TestS2_HTTPS: over https browsers are told to stay there.
func TestS2_HTTPS(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	s.App.Sites.Scheme, s.App.Sites.Port = "https", ""
	s.Handler = handlers.New(s.App, t.TempDir())
	for _, host := range []string{"platform.localhost", "acme.localhost", "localhost", "nobody.localhost"} {
		h := s.On(host).Get("/login").Header()
		if !strings.HasPrefix(h.Get("Strict-Transport-Security"), "max-age=63072000") || !strings.Contains(h.Get("Content-Security-Policy"), "https://*.localhost") {
			t.Errorf("%s: %v", host, h)
		}
	}
}

// TestS2_Reports: a violation is logged without paths, and not without end.
func TestS2_Reports(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	var log bytes.Buffer
	s.App.Log = slog.New(slog.NewTextHandler(&log, nil))
	s.Handler = handlers.New(s.App, t.TempDir())
	report := `{"csp-report": {"effective-directive": "img-src", "blocked-uri": "https://evil.example/x?secret=1", "document-uri": "http://acme.localhost:8000/invitation/topsecret"}}`
	for _, host := range []string{"platform.localhost", "acme.localhost", "localhost"} {
		c := s.On(host)
		if csp := c.Get("/").Header().Get("Content-Security-Policy"); !strings.Contains(csp, "report-uri /csp-report") {
			t.Errorf("%s: %s", host, csp)
		}
		for range 30 {
			if r := c.Send(http.MethodPost, "/csp-report", "application/csp-report", strings.NewReader(report)); r.Code != http.StatusNoContent {
				t.Fatalf("%s: %d", host, r.Code)
			}
		}
		if r := c.Send(http.MethodPost, "/csp-report", "application/csp-report", strings.NewReader("{")); r.Code != http.StatusBadRequest {
			t.Errorf("no report: %d", r.Code)
		}
	}
	text := log.String()
	if n := strings.Count(text, "policy violation"); n != 20 {
		t.Errorf("%d of 90 reports are logged, want 20 of this process in a minute", n)
	}
	if !strings.Contains(text, "https://evil.example") || strings.Contains(text, "secret") {
		t.Errorf("the log: %.600s", text)
	}
}

// TestS4_SameOriginPasses is the other half of TestS4_CrossOrigin: the host's own
// pages get through, on every unsafe route.
func TestS4_SameOriginPasses(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	s.Business("acme")
	platform, business, site := handlers.Surfaces(s.App, "")
	for _, w := range []struct {
		host   string
		client *handlertest.Client
		table  handlers.Surface
	}{{"platform.localhost", s.Platform().As(access.Superuser), platform}, {"acme.localhost", s.At("acme").As(access.TenantOwner), business}, {"localhost", s.On("localhost"), site}} {
		whole := s.Handler
		s.Handler = handlers.Probe(s.App, w.table, answerReached)
		for _, r := range w.table.Routes {
			if access.IsSafe(r.Method) || !access.Can(access.Superuser, r.Permission) && !access.Can(access.TenantOwner, r.Permission) && !open(r) {
				continue
			}
			for name, value := range map[string]string{"Origin": "http://" + w.host, "Sec-Fetch-Site": "same-origin"} {
				if got := w.client.With(name, value).Post(concrete(r.Path, someID), url.Values{}); got.Code != reached {
					t.Errorf("%s%s with %s %s: %d", w.host, r.Path, name, value, got.Code)
				}
			}
			for _, origin := range []string{"http://evil.localhost", "https://evil.example", "null", "http://" + w.host + ".evil.example"} {
				if got := w.client.With("Origin", origin).Post(concrete(r.Path, someID), url.Values{}); got.Code != http.StatusForbidden {
					t.Errorf("%s%s from %s: %d", w.host, r.Path, origin, got.Code)
				}
			}
		}
		s.Handler = whole
	}
}

// TestPersonalNeedsNoMark: nobody who adds a route must remember to close it.
func TestPersonalNeedsNoMark(t *testing.T) {
	_, business, _ := handlers.Surfaces(&web.App{}, "")
	for _, r := range business.Routes {
		if strings.HasSuffix(r.Path, ".csv") && !r.IsPersonal() {
			t.Errorf("%s %s could be taken away in a masquerade", r.Method, r.Path)
		}
	}
}
