package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// tabForm is a form that replaces something stored: its route, the page on which
// it stands, and who uses it.
type tabForm struct {
	route, page, action string
	c                   *handlertest.Client
	// other are values for fields whose other value can't be guessed.
	other map[string]string
	// idle are the fields that store nothing of their own.
	idle []string
	// fellows are the fields that have to be given with another one.
	fellows map[string]string
	// once says that the same form sent twice is refused in words.
	once bool
	// adds says that the form adds to what is stored, whatever its fields say.
	adds bool
	// chooses says that the form begins with no choice, and the older one holds one, too.
	chooses bool
}

// noTabs are the routes that replace nothing by what a page showed before, and why.
var noTabs = map[string][]string{
	"adds something new": {"/businesses", "/staff", "/users", "/views", "/support/replies", "/account/tokens", "/account/passkeys", "/businesses/:id/notes",
		"/businesses/:id/domains", "/support/:number/messages", "/support/:number/notes", "/appointments", "/blockers", "/customers", "/customers/:id/notes",
		"/resources", "/resources/:id/time-off", "/my-days-off", "/services", "/settings/closed-days", "/support", "/team", "/book", "/book/hold", "/b/:token/account", "/businesses/restore"},
	"takes away what its page names": {"/account/passkeys/:id/remove", "/account/sessions/:id/end", "/account/sessions/end", "/account/tokens/:id/revoke", "/account/email/cancel",
		"/account/second-factor/app/remove", "/businesses/:id/delete", "/businesses/:id/domains/remove", "/businesses/:id/notes/:note/delete", "/support/replies/:id/delete",
		"/settings/tokens/:id/revoke", "/users/:id/sessions/:session/end", "/users/:id/sessions/end", "/users/:id/second-factor/reset", "/views/:id/delete",
		"/blockers/:id/delete", "/book/release", "/customers/:id/erase", "/customers/:id/merge", "/customers/:id/notes/:note/delete", "/resources/:id/delete", "/resources/:id/time-off/:override/delete", "/my-days-off/:override/delete",
		"/services/:id/delete", "/settings/closed-days/:override/delete", "/team/:id/factors", "/team/:id/withdraw", "/settings/jobs/:id/discard", "/masquerades/:id/end"},
	"moves to one named state, whatever it was": {"/businesses/:id/archive", "/businesses/:id/unarchive", "/businesses/:id/suspend", "/businesses/:id/reactivate",
		"/businesses/:id/domains/primary", "/users/:id/disable", "/users/:id/enable", "/notifications/read", "/notifications/:id/read", "/notifications/:id/open",
		"/customers/:id/block", "/team/:id/active", "/support/:number/solved", "/checklist/dismiss", "/theme", "/settings/jobs/:id/retry"},
	"is moved by one place from where it is":               {"/resources/:id/move", "/services/:id/move"},
	"changes many, says before how many and can be undone": {"/businesses/bulk", "/businesses/bulk/:id/undo", "/support/bulk", "/support/bulk/:id/undo", "/users/bulk", "/users/bulk/:id/undo"},
	"carries the appointment's version; see its own tests": {"/appointments/:id/move", "/appointments/:id/status", "/b/:token/cancel", "/b/:token/move", "/portal/:id/cancel", "/portal/:id/move"},
	"asks for the password or a code, which is newer than any page": {"/account/email", "/account/password", "/account/second-factor/app", "/account/second-factor/app/confirm",
		"/account/second-factor/recovery-codes", "/settings/export", "/team/hand-over", "/businesses/:id/export"},
	"answers something asked once": {"/email/confirm/:token", "/invitation/:token", "/password/forgot", "/password/reset/:token", "/consent/:token", "/support-access/:id", "/masquerades/:id/approve",
		"/masquerades/:id/open", "/held-mails/:id", "/welcome/:code"},
	"sends or makes a file, or only fills in a form": {"/support/:number/insert", "/audit.csv", "/masquerades.csv", "/users.csv", "/settings/mail/test", "/users/:id/invite", "/users/:id/reset", "/customers/:id/invite", "/notices/:id/send",
		"/team/:id/resend", "/businesses/:id/domains/check"},
	"is a login, a visit or the browser's":                                                  {"/login", "/dev/login", "/login/code", "/login/passkey", "/login/passkey/options", "/logout", "/masquerade", "/masquerade/:code", "/masquerade/stop", "/csp-report", "/account/passkeys/options"},
	"makes or ends a secret address at once":                                                {"/my-calendar", "/resources/:id/feed"},
	"takes a picture, which replaces any; taking one away is tried in TestLogoOfAnotherTab": {"/settings/branding/logo"},
}

// TestOlderFormNeverUndoesNewer opens each form of the surfaces twice, for every
// field that it has: the newer changes that field, and the older, sent as it was
// opened, is refused with both values and undoes nothing. Sent again from there it
// holds. A route that is neither here nor in noTabs fails.
func TestOlderFormNeverUndoesNewer(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	w := newSalonOn(t, s)
	s.Staff(access.Superuser)
	root, owner, customer := s.Platform().As(access.Superuser), w.owner, s.At("acme").As(access.Customer)
	forms := append(businessTabs(w, owner, customer), platformTabs(w, root)...)
	platform, business, _ := handlers.Surfaces(s.App, t.TempDir())
	for _, surface := range []handlers.Surface{platform, business} {
		everyRouteIn(t, surface.Routes, forms)
	}
	if len(forms) < 35 {
		t.Errorf("only %d forms", len(forms))
	}
	for _, f := range forms {
		t.Run(f.action, func(t *testing.T) { f.try(t) })
		if f.route == "/settings/booking" || f.route == "/settings/trial" {
			t.Run(f.action+" at once", func(t *testing.T) { f.tryAtOnce(t) })
		}
	}
}

// tryAtOnce sends the same form with different values at the same moment: one is
// the first, and none of the others goes over it.
func (f tabForm) tryAtOnce(t *testing.T) {
	values, form := f.open(t)
	name := form.Find(`input[inputmode="numeric"]`).First().AttrOr("name", "")
	var wg sync.WaitGroup
	var saved, stale atomic.Int32
	for i := range 6 {
		one, _ := url.ParseQuery(values.Encode())
		one.Set(name, strconv.Itoa(20+i))
		wg.Go(func() {
			switch r := f.c.Post(f.action, one); r.Code {
			case http.StatusSeeOther:
				saved.Add(1)
			case http.StatusConflict:
				stale.Add(1)
			default:
				t.Errorf("%d: %.300s", r.Code, r.Doc().Find("main").Text())
			}
		})
	}
	if wg.Wait(); saved.Load() != 1 || stale.Load() != 5 {
		t.Errorf("%d saved %s, %d were too late", saved.Load(), name, stale.Load())
	}
}

// everyRouteIn fails for each route that changes something and that nobody thought of.
func everyRouteIn(t *testing.T, routes []web.Route, forms []tabForm) {
	t.Helper()
	for _, r := range routes {
		known := access.IsSafe(r.Method) || slices.ContainsFunc(forms, func(f tabForm) bool { return f.route == r.Path })
		for _, paths := range noTabs {
			known = known || slices.Contains(paths, r.Path)
		}
		if !known {
			t.Errorf("%s %s: can an older form of it undo a newer one? Add it to the forms tried here, with a version in it (web.IfSeen), or to noTabs with the reason", r.Method, r.Path)
		}
	}
}

func businessTabs(w *salon, owner, customer *handlertest.Client) []tabForm {
	w.post(owner, "/customers", http.StatusSeeOther, "name", "Cora", "email", "cora@example.test", "phone", "1")
	w.post(owner, "/blockers", http.StatusSeeOther, "resource_id", w.ann.String(), "date", w.day, "time", "09:00", "to", "10:00", "reason", "Dentist")
	appointment, _, _ := strings.Cut(w.book(w.ann, "11:00"), "?")
	id := func(query string) (found string) {
		w.t.Helper()
		y := story{t: w.t, s: w.s, tenant: w.tenant, schema: schemaOf(w.t, w.s, w.tenant)}
		return y.one(query)
	}
	person := "/team/" + id(`SELECT id FROM users WHERE business_id = 'BUSINESS' AND role = 'TENANT_STAFF'`)
	cora, blocker := "/customers/"+id(`SELECT id FROM customers WHERE name = 'Cora'`), "/blockers/"+id(`SELECT id FROM blockers WHERE reason = 'Dentist'`)
	service, ann, ben := "/services/"+w.haircut.String(), "/resources/"+w.ann.String(), "/resources/"+w.ben.String()
	hours := map[string]string{"monday_from": "07:30", "monday_to": "17:45", "sunday_from": "07:30", "sunday_to": "17:45"}
	spans := map[string]string{"monday_from": "monday_to", "monday_to": "monday_from", "sunday_from": "sunday_to", "sunday_to": "sunday_from"}
	rest := []string{"copy_from", "copy_to", "copy"}
	for _, day := range []string{"tuesday", "wednesday", "thursday", "friday", "saturday"} { // as Monday
		rest = append(rest, day+"_from", day+"_to")
	}
	return []tabForm{
		{route: "/account", page: "/account", action: "/account", c: owner},
		{route: "/portal/profile", page: "/portal", action: "/portal/profile", c: customer, idle: []string{"phone"}}, // who never booked has no row for it
		{route: "/customers/:id", page: cora, action: cora, c: owner, other: map[string]string{"email": "other@example.test"}},
		{route: "/services/:id", page: service, action: service, c: owner, other: map[string]string{"notice": "3", "horizon_days": "9", "step_minutes": "20", "reminder_hours": "5"},
			idle: []string{"with_sets", "notice_unit", "reminder_hours"}}, // the last two say nothing without their fellows
		{route: "/resources/:id", page: ann, action: ann, c: owner, other: map[string]string{"capacity": "4", "time_zone": "Europe/Rome"}},
		{route: "/resources/:id/hours", page: ben, action: ben + "/hours", c: owner, other: hours, fellows: spans, idle: rest},
		{route: "/appointments/:id/notes", page: appointment, action: appointment + "/notes", c: owner},
		{route: "/blockers/:id", page: blocker, action: blocker, c: owner, other: map[string]string{"time": "09:15", "to": "10:30", "date": w.dayAfter()}},
		{route: "/team/:id/role", page: person, action: person + "/role", c: owner, chooses: true, other: map[string]string{"role": "TENANT_MANAGER"}},
		{route: "/team/:id/calendar", page: person, action: person + "/calendar", c: owner},
		{route: "/support-access", page: "/support-access", action: "/support-access", c: owner},
		{route: "/settings", page: "/settings", action: "/settings", c: owner, other: map[string]string{"email": "hello@example.test", "time_zone": "Europe/Rome"}},
		{route: "/settings/hours", page: "/settings/hours", action: "/settings/hours", c: owner, other: hours, fellows: spans, idle: rest},
		{route: "/settings/booking", page: "/settings/booking", action: "/settings/booking", c: owner},
		{route: "/settings/booking-page", page: "/settings/booking-page", action: "/settings/booking-page", c: owner, other: map[string]string{"frame_origins": "https://other.example"}},
		{route: "/settings/notifications", page: "/settings/notifications", action: "/settings/notifications", c: owner,
			other: map[string]string{"reminder_hours": "5", "quiet_from": "21:00", "quiet_to": "06:00"}, fellows: map[string]string{"quiet_from": "quiet_to", "quiet_to": "quiet_from"}},
		{route: "/settings/branding", page: "/settings/branding", action: "/settings/branding", c: owner, other: map[string]string{"color": "#112233"}},
	}
}

// dayAfter is the day after the salon's.
func (w *salon) dayAfter() string {
	day, _ := availability.ParseDate(w.day)
	return (day + 1).String()
}

func platformTabs(w *salon, root *handlertest.Client) []tabForm {
	w.post(w.owner, "/support", http.StatusSeeOther, "subject", "It rings", "body", "All day.", "priority", "medium")
	w.post(root, "/support/replies", http.StatusSeeOther, "title", "Hello", "body", "Hello there.")
	w.post(root, "/views", http.StatusSeeOther, "list", "businesses", "name", "Mine", "query", "plan=free")
	id := func(query string) (found string) {
		w.t.Helper()
		if err := schema.Direct(w.s.DB).QueryRow(strings.ReplaceAll(query, "BUSINESS", w.tenant.ID.String())).Scan(&found); err != nil {
			w.t.Fatal(err)
		}
		return found
	}
	key := id(`INSERT INTO passkeys (id, user_id, credential_id, credential, name, created_at) SELECT gen_random_uuid(), id, '\x01', '{}', 'Phone', now()
		FROM users WHERE role = 'SUPERUSER' RETURNING id`)
	business, user := "/businesses/"+w.tenant.ID.String(), "/users/"+id(`SELECT id FROM users WHERE business_id = 'BUSINESS' AND role = 'TENANT_MANAGER'`)
	ticket, reply := "/support/"+id(`SELECT number FROM tickets`), "/support/replies/"+id(`SELECT id FROM canned_replies WHERE title = 'Hello'`)
	view, plan := "/views/"+id(`SELECT id FROM saved_views WHERE name = 'Mine'`), "/settings/plans/professional"
	forms := []tabForm{
		{route: "/account/passkeys/:id", page: "/account/second-factor", action: "/account/passkeys/" + key},
		{route: "/views/:id", page: "/views?list=businesses", action: view, idle: []string{"list"}},
		{route: "/businesses/:id/trial", page: business, action: business + "/trial", adds: true},
		{route: "/businesses/:id/plan", page: business, action: business + "/plan", chooses: true},
		{route: "/users/:id/edit", page: user, action: user + "/edit"},
		{route: "/users/:id/role", page: user, action: user + "/role", chooses: true, other: map[string]string{"role": "TENANT_STAFF"}},
		{route: "/support/:number/change", page: ticket, action: ticket + "/change"},
		{route: "/support/replies/:id", page: reply, action: reply},
		{route: "/settings/plans/:code", page: "/settings/plans", action: plan, other: map[string]string{"max_people": "40", "max_resources": "41", "max_appointments": "999"}},
		{route: "/settings/names", page: "/settings", other: map[string]string{"support_email": "help@example.test"}},
		{route: "/settings/trial", page: "/settings"},
		{route: "/settings/reserved", page: "/settings", other: map[string]string{"reserved_subdomains": "night-owl"}},
		{route: "/settings/masquerade", page: "/settings/security", other: map[string]string{"masquerade_idle": "5", "masquerade_max": "21"}},
		{route: "/settings/sessions", page: "/settings/security"},
		{route: "/settings/second-factor", page: "/settings/security", idle: []string{"role_SUPERUSER"}}, // who tries this has none
		{route: "/settings/mail", page: "/settings/mail", other: map[string]string{"mail_from": "Desk <desk@example.test>"}},
		{route: "/settings/announcement", page: "/settings/messages", other: map[string]string{"announcement_until": time.Now().UTC().AddDate(0, 1, 0).Format("2 Jan 2006, 15:04")}},
		{route: "/settings/maintenance", page: "/settings/messages"},
		{route: "/businesses/:id/rename", page: business, action: business + "/rename", other: map[string]string{"subdomain": "acme-two"}, once: true},
	}
	for i := range forms {
		forms[i].c = root
		if forms[i].action == "" {
			forms[i].action = forms[i].route
		}
	}
	return forms
}

// TestLogoOfAnotherTab takes a logo away that the page never showed.
func TestLogoOfAnotherTab(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	s.Business("acme")
	owner := s.At("acme").As(access.TenantOwner)
	sendLogo(owner, "/settings/branding/logo", "logo", picture(t, 10, 10))
	version := owner.Get("/settings/branding").Doc().Find(`form[action="/settings/branding/logo"] input[name="`+ui.VersionField+`"]`).AttrOr("value", "")
	sendLogo(owner, "/settings/branding/logo", "logo", picture(t, 20, 20))
	remove := url.Values{"remove": {"1"}, ui.VersionField: {version}}
	if r := owner.Post("/settings/branding/logo", remove); version == "" || r.Code != http.StatusConflict {
		t.Errorf("removed with version %q: %d", version, r.Code)
	}
	if tenant, err := s.DB.TenantBySubdomain(context.Background(), "acme"); err != nil || tenant.LogoHash == "" {
		t.Error("the newer logo is gone", err)
	}
}
