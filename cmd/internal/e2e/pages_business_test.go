package e2e

import (
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

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
		{name: "mails", path: "/notices"},
		{name: "own calendar", path: "/my-calendar"},
		{name: "own days off", path: "/my-days-off"},
		{name: "account", path: "/account"},
		{name: "appointments, today", path: "/appointments"},
		{name: "appointments, another day", path: "/appointments?date=2026-11-12"},
		{name: "appointments, an empty day", path: "/appointments?date=2040-01-01"},
		{name: "appointments, days of a file", path: "/appointments", ready: openDetails("main")},
		{name: "appointments, no date", path: "/appointments?date=2031-02-29", status: 422},
		{name: "customers", path: "/customers"},
		{name: "customers, page 2", path: "/customers?page=2"},
		{name: "customers, no match", path: "/customers?q=zzzzzzzz"},
		{name: "customers, filtered", path: "/customers?tag=regular&sort=-since"},
		{name: "new customer", path: "/customers/new"},
		{name: "new customer, wrong", path: "/customers", form: []string{"name", "", "email", "x", "tags", strings.Repeat("x", 50)}, status: 422},
		{name: "a customer", path: "/customers?tag=fleet", ready: func(b *tab) { b.follow(`#customers tbody a.main-link`) }},
		{name: "a customer's other record", path: "/customers?tag=fleet", ready: func(b *tab) { b.follow(`#customers tbody a.main-link`); b.follow(`header a[href$="/merge"]`) }},
		{name: "two records", path: "/customers?tag=fleet", ready: func(b *tab) {
			b.follow(`#customers tbody a.main-link`)
			b.follow(`header a[href$="/merge"]`)
			b.fill("#f-q", "a")
			b.follow(`main form[role="search"] button`)
			b.follow(`main a[href*="/merge?with="]`)
		}},
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
		{name: "export", path: "/settings/export"},
		{name: "export, wrong", path: "/settings/export", form: []string{"password", "x"}, status: 422},
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
		{name: "a resource, its feed", path: "/resources", ready: func(b *tab) {
			b.follow(`#resources tbody a.main-link`)
			b.follow(`form[action$="/feed"] button`)
		}},
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
		b.press("open it", selector)
		b.wait("the dialog", `document.querySelector("#peek-dialog")?.open`)
	}
}

func customerPages(t testing.TB, p *program) []page {
	withLateFee(t, p)
	return []page{
		{name: "portal", host: "acme-auto", path: "/portal"},
		{name: "cancel for a fee", host: "acme-auto", path: "/portal", ready: func(b *tab) {
			b.follow(`#portal a[href*="/cancel"]`)
			b.mustRead("h1", "$20")
		}},
		{name: "404 for customers", host: "acme-auto", path: "/customers", status: 404},
	}
}

// withLateFee lets every change of what was booked before cost something: what is
// booked now is free for ten minutes, as before.
func withLateFee(t testing.TB, p *program) {
	t.Helper()
	owner := p.client(t).login("acme-auto", "owner@acme-auto.test", demoPassword)
	form := owner.get("acme-auto", "/settings/booking").must(t, 200).doc(t).Find(`form[action="/settings/booking"]`)
	var pairs []string
	form.Find("input[name]:not([type=checkbox]), select").Each(func(_ int, s *goquery.Selection) {
		value := s.AttrOr("value", s.Find("option[selected]").AttrOr("value", ""))
		if fixed, ok := map[string]string{"cancel": "60", "cancel_unit": "days", "late_fee": "20"}[s.AttrOr("name", "")]; ok {
			value = fixed
		}
		pairs = append(pairs, s.AttrOr("name", ""), value)
	})
	owner.post("acme-auto", "/settings/booking", pairs...).must(t, 303)
}
