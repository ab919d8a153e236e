package e2e

import (
	"strings"
	"testing"
)

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
