package e2e

import (
	"fmt"
	"strings"
	"testing"
)

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
		b.press("open the dialog", `button[commandfor="suspend-dialog"]`)
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
		{name: "many tickets at once", path: "/support/bulk?action=assign&all=1"},
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
		{name: "users as a file", path: "/users.csv"},
		{name: "users as a file, no reason", path: "/users.csv", form: []string{"reason", "", "password", "x"}, status: 422},
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
		{name: "search", path: "/search?q=an"},
		{name: "search, no match", path: "/search?q=zzzzzzzz"},
		{name: "notifications, palette open", path: "/notifications", ready: palette},
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

// palette opens the search for anything and finds something.
func palette(b *tab) {
	b.do("open the palette", evaluate(`document.querySelector("#palette").showModal()`))
	b.fill("#palette-q", "acme")
	b.wait("what was found", `document.querySelector("[data-for=acme] [aria-selected=true]")`)
}

func refusedPages(testing.TB, *program) []page {
	return []page{
		{name: "businesses, as support", host: "platform", path: "/businesses"},
		{name: "403", host: "platform", path: "/businesses", form: []string{"name", "x"}, status: 403},
		{name: "404, not for support", host: "platform", path: "/businesses/new", status: 404},
	}
}
