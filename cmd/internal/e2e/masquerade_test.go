package e2e

import (
	"strings"
	"testing"
)

// TestM13_BackShowsNothing: after Stop the browser's Back leads to no page of the
// business, from no cache, and the operator is where it began, still logged in.
func TestM13_BackShowsNothing(t *testing.T) {
	const host = "cairo-smile"
	p, b := demo(t), newTab(t)
	b.quickLogin(p, "platform", "support@smoothschedule.test")
	b.open(p.url("platform", "/businesses?q="+host))
	began := b.url()
	b.follow(`main a[href^="/masquerade/new?"]`)
	b.fill("#f-reason", "The owner asks where the customers are.")
	b.follow(`form[action="/masquerade"] button[type="submit"]`)
	b.follow(`form[action^="/masquerade/"] button`)
	b.open(p.url(host, "/customers"))
	customer := b.text("#customers tbody a.main-link")
	if customer == "" {
		t.Fatalf("no customer is shown: %s", clip(b.text("body")))
	}
	b.follow("#customers tbody a.main-link")
	b.mustRead("h1", customer)
	b.size(360, 740)
	b.do("crowd the page and say something", evaluate(`(() => {
		for (let i = 0; i < 120; i++) document.querySelector("main").prepend(Object.assign(document.createElement("button"), { textContent: "Button", className: "btn w-full" }));
		document.querySelector(".masq strong").textContent = "A long name ".repeat(12);
		scrollTo(0, 0);
		document.querySelector("#toasts").append(document.querySelector("#toast-model").content.firstElementChild.cloneNode(true));
		document.querySelector("#toasts p").textContent = "A message.";
		dispatchEvent(new Event("resize"));
	})()`))
	b.still()
	b.wait("the message to leave the banner alone", `(() => {
		const t = document.querySelector("#toasts").getBoundingClientRect(), m = document.querySelector(".masq").getBoundingClientRect();
		return t.height > 0 && t.bottom <= innerHeight && (t.top >= m.bottom || t.bottom <= m.top);
	})()`)
	b.size(1366, 900)
	b.follow("aside.masq button")
	b.mustBeAt(began)
	for _, step := range []string{"history.back()", "history.go(-2)", "history.back()"} {
		b.do(step, evaluate(`setTimeout(() => { window.left = true; `+step+` }); undefined`))
		b.wait("another page", `!window.left && document.readyState === "complete"`)
		at, text := b.url(), b.text("body")
		if strings.Contains(text, customer) || b.count("aside.masq") != 0 || b.count("#customers, #notes") != 0 {
			t.Errorf("%s shows %s:\n%s", step, at, clip(text))
		}
		// What everybody may see of the business is all that there is.
		if own, inside := strings.CutPrefix(at, p.url(host, "")); inside && own != "/" && !strings.HasPrefix(own, "/login") && !strings.HasPrefix(own, "/masquerade/") {
			t.Errorf("%s leads to %s", step, at)
		}
	}
	b.open(p.url("platform", "/masquerades"))
	b.mustRead("h1", "Masquerades")
}

// TestM13_OpenTabsGoBlank: a tab that was left open shows nothing of the business
// any more when the visit is ended elsewhere, and says who ended it, without a click.
func TestM13_OpenTabsGoBlank(t *testing.T) {
	const host = "cairo-smile"
	p, b, boss := demo(t), newTab(t), newTab(t)
	b.quickLogin(p, "platform", "manager@smoothschedule.test")
	b.open(p.url("platform", "/businesses?q="+host))
	b.follow(`main a[href^="/masquerade/new?"]`)
	b.fill("#f-reason", "The owner asks where the customers are.")
	b.follow(`form[action="/masquerade"] button[type="submit"]`)
	b.follow(`form[action^="/masquerade/"] button`)
	b.open(p.url(host, "/customers"))
	customer := b.text("#customers tbody a.main-link")
	if customer == "" {
		t.Fatalf("no customer is shown: %s", clip(b.text("body")))
	}
	boss.quickLogin(p, "platform", "superuser@smoothschedule.test")
	boss.open(p.url("platform", "/masquerades"))
	boss.follow(`main form[action$="/end"] button`)
	b.wait("the page that says that it is over", `location.pathname.endsWith("/ended") && document.readyState === "complete"`)
	if text := b.text("main"); strings.Contains(text, customer) || !strings.Contains(text, "Robin Castellan") {
		t.Errorf("the page of the end reads %s", clip(text))
	}
}
