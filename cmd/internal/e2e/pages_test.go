package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
)

// page is a page in one of its states.
type page struct {
	name   string // "noun, state"; pages of one noun may share a title
	host   string
	path   string
	form   []string // names and values to post, if the state comes by a form
	status int
	ready  func(*tab) // more to do before looking
}

// people whose eyes the pages are seen with, by the host where they log in.
var visitors = []struct {
	name, host, email string
	pages             func(t testing.TB, p *program) []page
}{
	{"anybody", "", "", publicPages},
	{"superuser", "platform", "superuser@smoothschedule.test", platformPages},
	{"support", "platform", "support@smoothschedule.test", refusedPages},
	{"owner", "acme-auto", "owner@acme-auto.test", teamPages},
	{"customer", "acme-auto", "customer@acme-auto.test", customerPages},
}

// TestA1_EveryPage looks at each page in each state, in light and dark, wide and
// narrow: accessibility, width, heading, title, console.
func TestA1_EveryPage(t *testing.T) {
	p := demo(t)
	axe := axeSource(t)
	titles := &titles{seen: map[string]string{}}
	t.Run("of", func(t *testing.T) {
		for _, v := range visitors {
			t.Run(v.name, func(t *testing.T) {
				t.Parallel()
				b := newTab(t)
				if v.email != "" {
					b.quickLogin(p, v.host, v.email)
				}
				for _, pg := range v.pages(t, p) {
					b.look(p, pg, axe, titles)
				}
			})
		}
		t.Run("masquerade", func(t *testing.T) {
			t.Parallel()
			b := newTab(t)
			b.quickLogin(p, "platform", "superuser@smoothschedule.test")
			b.open(p.url("platform", "/businesses?q=sakura-hair"))
			b.follow(`#businesses tbody a[href^="/masquerade/new"]`)
			b.fill("#f-reason", "Looking at every page as its owner does.")
			b.follow(`form[action="/masquerade"] button[type="submit"]`)
			b.inspect(page{name: "masquerade landing", status: 200}, axe, titles)
			b.follow(`form[action^="/masquerade/"] button`)
			for _, pg := range []page{{name: "masqueraded today", path: "/"}, {name: "masqueraded customers", path: "/customers"}, {name: "masqueraded 404", path: "/nothing", status: 404}} {
				pg.host = "sakura-hair"
				b.look(p, pg, axe, titles)
			}
		})
	})
}

func publicPages(t testing.TB, p *program) []page {
	token := invitation(t, p)
	someMail(t, p)
	return []page{
		{name: "apex", path: "/"},
		{name: "sign up", path: "/signup"},
		{name: "sign up, wrong", path: "/signup", form: []string{"business_name", "", "subdomain", "-a", "time_zone", "x", "owner_name", "", "owner_email", "x", "password", "short"}, status: 422},
		{name: "find", path: "/find"},
		{name: "apex 404", path: "/nothing", status: 404},
		{name: "unknown host", host: "nobody-here", path: "/", status: 404},
		{name: "platform login", host: "platform", path: "/login"},
		{name: "platform login, failed", host: "platform", path: "/login", form: []string{"email", "nobody@example.test", "password", "wrong"}, status: 422},
		{name: "platform forgot", host: "platform", path: "/password/forgot"},
		{name: "platform forgot, wrong", host: "platform", path: "/password/forgot", form: []string{"email", "nobody"}, status: 422},
		{name: "platform forgot sent", host: "platform", path: "/password/forgot", form: []string{"email", "nobody@example.test"}},
		{name: "mails", host: "platform", path: "/dev/mail"},
		{name: "a mail", host: "platform", path: "/dev/mail", ready: func(b *tab) { b.follow("#mails a") }},
		{name: "gallery", host: "platform", path: "/dev/gallery"},
		{name: "public", host: "acme-auto", path: "/"},
		{name: "public, right to left", host: "cairo-smile", path: "/"},
		{name: "public, long name", host: "bay-area-rehab", path: "/"},
		{name: "book", host: "acme-auto", path: "/book"},
		{name: "book, times", host: "acme-auto", path: bookTimes(t, p)},
		{name: "book, details", host: "acme-auto", path: bookTimes(t, p) + "&start=2031-01-06T10:00"},
		{name: "book, wrong", host: "acme-auto", path: "/book", form: []string{"service_id", bookService(t, p), "start", "2031-01-06T10:00", "name", "", "email", "x"}, status: 422},
		{name: "booking gone", host: "acme-auto", path: "/b/gone", status: 404},
		{name: "business login", host: "acme-auto", path: "/login"},
		{name: "business login, failed", host: "acme-auto", path: "/login", form: []string{"email", "nobody@example.test", "password", "wrong"}, status: 422},
		{name: "business forgot", host: "acme-auto", path: "/password/forgot"},
		{name: "business forgot sent", host: "acme-auto", path: "/password/forgot", form: []string{"email", "nobody@example.test"}},
		{name: "set password", host: "platform", path: token},
		{name: "set password, too short", host: "platform", path: token, form: []string{"name", "Lou", "password", "short"}, status: 422},
		{name: "token gone", host: "acme-auto", path: "/invitation/gone", status: 404},
		{name: "reset gone", host: "platform", path: "/password/reset/gone", status: 404},
		{name: "suspended", host: "quickfix-tires", path: "/", status: 503},
		{name: "archived", host: "old-mill-pottery", path: "/", status: 410},
		{name: "business 404", host: "acme-auto", path: "/nothing", status: 404},
	}
}

// bookService is the first service that can be booked, bookTimes its free times.
func bookService(t testing.TB, p *program) string {
	t.Helper()
	return mustParse(t, bookTimes(t, p)).Query().Get("service_id")
}

func bookTimes(t testing.TB, p *program) string {
	t.Helper()
	href, _ := p.client(t).get("acme-auto", "/book").must(t, 200).doc(t).Find("#book a.main-link").First().Attr("href")
	return href + "&zone=Europe/Zurich"
}

// someMail sees to it that the page of mails has one to show, whatever ran before.
func someMail(t testing.TB, p *program) {
	t.Helper()
	c := p.client(t)
	c.post("acme-auto", "/password/forgot", "email", "manager@acme-auto.test").must(t, 200)
	eventually(t, "a mail", func() bool { return c.get("platform", "/dev/mail").must(t, 200).doc(t).Find("#mails a").Length() > 0 })
}

// invitation is the path of a fresh one, made by the command.
func invitation(t testing.TB, p *program) string {
	t.Helper()
	said := command(t, []string{"DATA_DIR=" + p.dir, "ADDR=127.0.0.1:" + p.port}, "", "user", "create", "--role", "PLATFORM_SALES",
		"--email", "sales-"+freePort(t)+"-"+strings.ToLower(t.Name()[:1])+"@smoothschedule.test", "--name", "Lou").mustSucceed(t).stdout
	_, link, found := strings.Cut(said, "http:")
	if !found {
		t.Fatalf("no link in: %s", said)
	}
	return mustParse(t, "http:"+strings.TrimSpace(link)).Path
}

func platformPages(t testing.TB, p *program) []page {
	c := p.client(t).login("platform", "superuser@smoothschedule.test", demoPassword)
	business := func(q string) string {
		href, _ := c.get("platform", "/businesses?q="+q).must(t, 200).doc(t).Find(`#businesses tbody a[href^="/businesses/"]`).First().Attr("href")
		return href
	}
	start, _ := c.get("platform", business("acme-auto")).must(t, 200).doc(t).Find(`a[href^="/masquerade/new"]`).First().Attr("href")
	user := mustParse(t, start).Query().Get("user_id")
	ticket, _ := c.get("platform", "/support?q=confirmations").must(t, 200).doc(t).Find(`#tickets tbody a[href^="/support/"]`).First().Attr("href")
	suspend := func(b *tab) {
		b.do("open the dialog", click(b.visible(`button[commandfor="suspend-dialog"]`)))
		b.wait("the dialog", `document.querySelector("#suspend-dialog").open`)
	}
	bad := []string{"name", "", "subdomain", "Not A Name", "plan", "gold", "time_zone", "Mars/Olympus", "owner_name", "", "owner_email", "x"}
	pages := []page{
		{name: "dashboard", path: "/dashboard"},
		{name: "businesses", path: "/businesses"},
		{name: "businesses, page 2", path: "/businesses?page=2"},
		{name: "businesses, filtered", path: "/businesses?plan=free&status=active&sort=-name&q=a"},
		{name: "businesses, no match", path: "/businesses?q=zzzzzzzz"},
		{name: "businesses, past the end", path: "/businesses?page=999"},
		{name: "new business", path: "/businesses/new"},
		{name: "new business, wrong", path: "/businesses", form: bad, status: 422},
		{name: "a business, active", path: business("acme-auto")},
		{name: "a business, its dialog", path: business("acme-auto"), ready: suspend},
		{name: "a business, suspended", path: business("quickfix-tires")},
		{name: "a business, archived", path: business("old-mill-pottery")},
		{name: "a business, long name", path: business("bay-area-rehab")},
		{name: "a business, not suspended", path: business("acme-auto") + "/suspend", form: []string{"reason", "x"}, status: 422},
		{name: "a business, every form wrong", path: business("pawfect-grooming") + "/domains", form: []string{"domain", "x"}, status: 422},
		{name: "a business, danger zone open", path: business("acme-auto"), ready: openDetails(".danger")},
		{name: "businesses, picked", path: "/businesses", ready: func(b *tab) { b.do("pick all", evaluate(`document.querySelector("[data-pick-all]").click()`)) }},
		{name: "businesses, views open", path: "/businesses?status=trial", ready: openDetails(".views, .list-head")},
		{name: "many at once", path: "/businesses/bulk?action=suspend&all=1&status=trial"},
		{name: "many at once, another number", path: "/businesses/bulk", form: []string{"action", "plan", "value", "free", "count", "7", "all", "1", "status", "archived"}, status: 422},
		{name: "views", path: "/views?list=businesses"},
		{name: "views, without a name", path: "/views", form: []string{"list", "businesses", "query", "q=a", "name", ""}, status: 422},
		{name: "restore", path: "/businesses/restore"},
		{name: "view as", path: start},
		{name: "view as, wrong", path: "/masquerade", form: []string{"user_id", user, "reason", "short"}, status: 422},
		{name: "masquerades", path: "/masquerades"},
		{name: "audit log", path: "/audit"},
		{name: "audit log, no match", path: "/audit?q=zzzzzzzz"},
		{name: "support queue", path: "/support"},
		{name: "support queue, filtered", path: "/support?status=open&assignee=nobody&priority=critical&sort=-updated&q=a"},
		{name: "support queue, no match", path: "/support?q=zzzzzzzz"},
		{name: "a ticket", path: ticket},
		{name: "a ticket, empty answer", path: ticket + "/messages", form: []string{"body", "", "status", "waiting"}, status: 422},
		{name: "a ticket, empty note", path: ticket + "/notes", form: []string{"note", ""}, status: 422},
		{name: "view as, for a ticket", path: ticket, ready: func(b *tab) { b.follow(`a[href^="/masquerade/new"]`) }},
		{name: "canned replies", path: "/support/replies"},
		{name: "canned replies, wrong", path: "/support/replies", form: []string{"title", "", "body", ""}, status: 422},
		{name: "a canned reply", path: "/support/replies", ready: func(b *tab) { b.follow(`a[href^="/support/replies/"]`) }},
		{name: "users", path: "/users"},
		{name: "users, filtered", path: "/users?role=TENANT_OWNER&status=active&seen=30d&sort=-joined&q=a"},
		{name: "users, no match", path: "/users?q=zzzzzzzz"},
		{name: "a person", path: "/users/" + user},
		{name: "a person, no name", path: "/users/" + user + "/edit", form: []string{"name", ""}, status: 422},
		{name: "a person, no role", path: "/users/" + user + "/role", form: []string{"role", "KING"}, status: 422},
		{name: "somebody of the platform", path: "/users?role=PLATFORM_SUPPORT", ready: func(b *tab) { b.follow("#users tbody a.main-link") }},
		{name: "invite", path: "/users?business=" + strings.TrimPrefix(business("acme-auto"), "/businesses/"), ready: func(b *tab) { b.follow(`a[href^="/users/new"]`) }},
		{name: "invite, wrong", path: "/users", form: []string{"business", strings.TrimPrefix(business("acme-auto"), "/businesses/"), "name", "", "email", "x"}, status: 422},
		{name: "staff", path: "/staff"},
		{name: "staff, wrong", path: "/staff", form: []string{"name", "", "email", "x", "role", "x"}, status: 422},
		{name: "settings", path: "/settings"},
		{name: "settings, wrong", path: "/settings/names", form: []string{"platform_name", "", "support_email", "x"}, status: 422},
		{name: "plans", path: "/settings/plans"},
		{name: "plans, wrong", path: "/settings/plans/free", form: []string{"price", "x", "position", "0", "max_people", "-1"}, status: 422},
		{name: "security", path: "/settings/security"},
		{name: "security, wrong", path: "/settings/masquerade", form: []string{"masquerade_idle", "99", "masquerade_max", "99"}, status: 422},
		{name: "mail settings", path: "/settings/mail"},
		{name: "mail settings, wrong", path: "/settings/mail/test", form: []string{"to", "x"}, status: 422},
		{name: "messages", path: "/settings/messages"},
		{name: "messages, wrong", path: "/settings/announcement", form: []string{"announcement_text", "x", "announcement_until", "soon"}, status: 422},
		{name: "API tokens of all", path: "/settings/tokens"},
		{name: "failed jobs", path: "/settings/jobs"},
		{name: "system", path: "/settings/system"},
		{name: "audit log, of a person", path: "/audit?person=" + user},
		{name: "notifications", path: "/notifications"},
		{name: "notifications, no match", path: "/notifications?q=zzzzzzzz"},
		{name: "404", path: "/nothing", status: 404},
	}
	for i := range pages {
		pages[i].host = "platform"
	}
	return pages
}

// openDetails opens what is folded in some part of a page.
func openDetails(within string) func(*tab) {
	return func(b *tab) {
		b.do("open what is folded", evaluate(fmt.Sprintf(`for (const e of document.querySelectorAll(%q)) for (const d of [e, ...e.querySelectorAll("details")]) d.open = true`, within)))
	}
}

func refusedPages(testing.TB, *program) []page {
	return []page{
		{name: "businesses, as support", host: "platform", path: "/businesses"},
		{name: "403", host: "platform", path: "/businesses", form: []string{"name", "x"}, status: 403},
		{name: "404, not for support", host: "platform", path: "/businesses/new", status: 404},
	}
}

func teamPages(t testing.TB, p *program) []page {
	ticket, _ := p.client(t).login("acme-auto", "owner@acme-auto.test", demoPassword).get("acme-auto", "/support?q=confirmations").
		must(t, 200).doc(t).Find(`#tickets tbody a[href^="/support/"]`).First().Attr("href")
	pages := []page{
		{name: "own tickets", path: "/support"},
		{name: "own tickets, no match", path: "/support?q=zzzzzzzz"},
		{name: "an own ticket", path: ticket},
		{name: "an own ticket, empty answer", path: ticket + "/messages", form: []string{"body", ""}, status: 422},
		{name: "ask support", path: "/support/new"},
		{name: "ask support, wrong", path: "/support", form: []string{"subject", "", "body", "", "priority", "x"}, status: 422},
		{name: "today", path: "/"},
		{name: "schedule", path: "/schedule"},
		{name: "schedule, a week", path: "/schedule?view=week"},
		{name: "schedule, the week of one", path: "/schedule?view=week", ready: func(b *tab) { b.follow(".week tbody th a") }},
		{name: "schedule, an appointment", path: "/schedule", ready: peek(`.slot:not(.slot-blocker) a`)},
		{name: "new appointment", path: "/appointments/new?q=a"},
		{name: "new appointment, wrong", path: "/appointments", form: []string{"price", "x", "minutes", "x", "service_id", "x"}, status: 422},
		{name: "block time", path: "/blockers/new"},
		{name: "an appointment", path: "/appointments", ready: func(b *tab) { b.follow("#appointments tbody a.main-link") }},
		{name: "held mails", path: "/held-mails"},
		{name: "account", path: "/account"},
		{name: "appointments, today", path: "/appointments"},
		{name: "appointments, another day", path: "/appointments?date=2026-11-12"},
		{name: "appointments, an empty day", path: "/appointments?date=2040-01-01"},
		{name: "appointments, no date", path: "/appointments?date=2031-02-29", status: 422},
		{name: "customers", path: "/customers"},
		{name: "customers, page 2", path: "/customers?page=2"},
		{name: "customers, no match", path: "/customers?q=zzzzzzzz"},
		{name: "customers, filtered", path: "/customers?tag=regular&sort=-since"},
		{name: "new customer", path: "/customers/new"},
		{name: "new customer, wrong", path: "/customers", form: []string{"name", "", "email", "x", "tags", strings.Repeat("x", 50)}, status: 422},
		{name: "a customer", path: "/customers?tag=fleet", ready: func(b *tab) { b.follow(`#customers tbody a.main-link`) }},
		{name: "a blocked customer", path: "/customers?state=blocked", ready: func(b *tab) { b.follow(`#customers tbody a.main-link`) }},
		{name: "team", path: "/team"},
		{name: "team, no match", path: "/team?q=zzzzzzzz"},
		{name: "invite somebody", path: "/team/new"},
		{name: "invite somebody, wrong", path: "/team", form: []string{"name", "", "email", "x", "role", "x"}, status: 422},
		{name: "somebody of the team", path: "/team?role=TENANT_STAFF", ready: func(b *tab) { b.follow(`#team tbody a.main-link`) }},
		{name: "hand over", path: "/team/hand-over"},
		{name: "hand over, wrong", path: "/team/hand-over", form: []string{"to", "x", "password", "x"}, status: 422},
		{name: "booking page settings", path: "/settings/booking-page"},
		{name: "booking page settings, wrong", path: "/settings/booking-page", form: []string{"frame_origins", "x"}, status: 422},
		{name: "notification settings", path: "/settings/notifications"},
		{name: "notification settings, wrong", path: "/settings/notifications", form: []string{"reminder_hours", "x", "quiet_from", "22:00"}, status: 422},
		{name: "branding", path: "/settings/branding"},
		{name: "branding, wrong", path: "/settings/branding", form: []string{"color", "red"}, status: 422},
		{name: "plan", path: "/settings/plan"},
		{name: "services", path: "/services"},
		{name: "services, no match", path: "/services?q=zzzzzzzz&status=hidden"},
		{name: "new service", path: "/services/new"},
		{name: "new service, wrong", path: "/services", form: []string{"name", "", "duration_minutes", "x", "price", "-1", "notice", "x", "horizon_days", "0", "with_sets", "1"}, status: 422},
		{name: "a service", path: "/services", ready: func(b *tab) { b.follow(`#services tbody a.main-link`) }},
		{name: "resources", path: "/resources"},
		{name: "resources, filtered", path: "/resources?kind=ROOM&sort=-name"},
		{name: "new resource", path: "/resources/new"},
		{name: "new resource, wrong", path: "/resources", form: []string{"name", "", "kind", "x", "time_zone", "Mars/Olympus", "user_id", "x"}, status: 422},
		{name: "a resource", path: "/resources", ready: func(b *tab) { b.follow(`#resources tbody a.main-link`) }},
		{name: "settings", path: "/settings"},
		{name: "settings, another zone", path: "/settings", form: []string{"name", "Acme", "time_zone", "Asia/Tokyo"}, status: 422},
		{name: "opening hours", path: "/settings/hours"},
		{name: "opening hours, wrong", path: "/settings/hours", form: []string{"monday_from", "10:00", "monday_to", "09:00", "copy", "1"}, status: 422},
		{name: "closed days", path: "/settings/closed-days"},
		{name: "closed days, wrong", path: "/settings/closed-days", form: []string{"from", "", "opens", "10:00", "closes", "09:00"}, status: 422},
		{name: "booking rules", path: "/settings/booking"},
		{name: "booking rules, wrong", path: "/settings/booking", form: []string{"notice", "x", "horizon_days", "0", "step_minutes", "1"}, status: 422},
		{name: "support access", path: "/support-access"},
		{name: "404 for the team", path: "/nothing", status: 404},
	}
	for i := range pages {
		pages[i].host = "acme-auto"
	}
	return pages
}

// peek opens something of the schedule in its dialog.
func peek(selector string) func(*tab) {
	return func(b *tab) {
		b.do("open it", click(b.visible(selector)))
		b.wait("the dialog", `document.querySelector("#peek-dialog")?.open`)
	}
}

func customerPages(testing.TB, *program) []page {
	return []page{{name: "portal", host: "acme-auto", path: "/portal"}, {name: "404 for customers", host: "acme-auto", path: "/customers", status: 404}}
}

// titles watches that pages of different nouns don't share one.
type titles struct {
	sync.Mutex
	seen map[string]string
}

func (s *titles) check(t testing.TB, title, name, host string) {
	noun, _, _ := strings.Cut(name, ",")
	s.Lock()
	defer s.Unlock()
	if strings.Contains(noun, "404") || strings.Contains(noun, "unknown host") || strings.Contains(noun, "gone") || strings.Contains(noun, "masqueraded") {
		return // the same page, met elsewhere
	}
	key := host + " " + title
	if other, ok := s.seen[key]; ok && other != noun {
		t.Errorf("%s and %s have the same title %q", other, noun, title)
	}
	s.seen[key] = noun
}

func axeSource(t testing.TB) string {
	t.Helper()
	source, err := os.ReadFile("../../../node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatalf("axe-core is missing; `make test` installs it: %v", err)
	}
	return string(source)
}

// look opens a page and inspects it.
func (b *tab) look(p *program, pg page, axe string, titles *titles) {
	b.t.Helper()
	b.size(1366, 900)
	b.mu.Lock()
	b.answers = nil
	b.mu.Unlock()
	if pg.form == nil {
		b.open(p.url(pg.host, pg.path))
	} else {
		b.send(p, pg)
	}
	if pg.ready != nil {
		pg.ready(b)
	}
	b.inspect(pg, axe, titles)
}

// send posts a form as the site's own page would.
func (b *tab) send(p *program, pg page) {
	b.t.Helper()
	b.open(p.url(pg.host, "/login"))
	form := url.Values{}
	for i := 0; i+1 < len(pg.form); i += 2 {
		form.Set(pg.form[i], pg.form[i+1])
	}
	fields, _ := json.Marshal(form)
	b.do("make a form", evaluate(fmt.Sprintf(`(() => {
		const f = document.createElement("form");
		f.method = "post"; f.action = %q; f.id = "e2e-form";
		for (const [k, [v]] of Object.entries(%s)) { const i = document.createElement("input"); i.name = k; i.value = v; f.append(i); }
		const s = document.createElement("button"); s.textContent = "Send it"; f.append(s);
		document.body.prepend(f);
	})()`, pg.path, fields)))
	b.follow("#e2e-form button")
}

// axeRun reports violations in a line each. Colours alone differ between light
// and dark, so the second look asks for the rules about colour.
const axeRun = `(async () => {
	const only = %s;
	const r = await axe.run(document, only);
	return r.violations.map(v => v.id + " (" + v.impact + "): " + v.help + " at " + v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? n.all[0]?.message ?? "")).join(" | "));
})()`

const (
	axeAll     = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"]}`
	axeColours = `{runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}, resultTypes: ["violations"]}`
)

// inspect examines the page that is open.
func (b *tab) inspect(pg page, axe string, titles *titles) {
	t := b.t
	t.Helper()
	want := pg.status
	if want == 0 {
		want = 200
	}
	if got := b.lastStatus(); got != want {
		t.Errorf("%s: status %d and not %d, at %s", pg.name, got, want, b.url())
	}
	if n := b.count("h1"); n != 1 {
		t.Errorf("%s has %d h1", pg.name, n)
	}
	title := eval[string](b, "document.title")
	if strings.TrimSpace(title) == "" {
		t.Errorf("%s has no title", pg.name)
	}
	titles.check(t, title, pg.name, eval[string](b, "location.host"))
	b.noMotion()
	b.do("bring axe", evaluate(axe+";undefined"))
	for _, width := range []int64{1366, 360} {
		b.size(width, 900)
		for _, scheme := range []struct{ name, rules string }{{"light", axeAll}, {"dark", axeColours}} {
			b.scheme(scheme.name)
			for _, v := range eval[[]string](b, fmt.Sprintf(axeRun, scheme.rules)) {
				t.Errorf("%s, %s, %d px: %s", pg.name, scheme.name, width, v)
			}
		}
		b.scheme("light")
	}
	for _, width := range []int64{360, 320} {
		b.size(width, 900)
		b.still()
		if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > int(width) {
			t.Errorf("%s scrolls sideways at %d px: it is %d wide because of %s", pg.name, width, wide, eval[string](b, widest))
		}
	}
	for _, line := range b.complaints() {
		t.Errorf("%s: the console says: %s", pg.name, line)
	}
}

// widest names what sticks out.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest(".scroll"))
	.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(", ")`

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
