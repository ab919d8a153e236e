package e2e

import (
	"fmt"
	"strings"
	"testing"

	browserpage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// everySecond keeps what a page does each second, so that a test lets the seconds
// go by itself.
const everySecond = `{ const set = setInterval; window.seconds = []; window.setInterval = (f, ms) => ms === 1000 ? seconds.push(f) : set(f, ms); }`

// later lets some seconds go by.
func (b *tab) later(seconds int) {
	b.t.Helper()
	b.do("wait some seconds", evaluate(fmt.Sprintf(`for (let i = 0; i < %d; i++) seconds.forEach(f => f())`, seconds)))
}

func (b *tab) toasts() int { return b.count("#toasts .toast") }

// TestFiltersMessagesAndDialogs: a filter acts at once, with one request, keeps the
// focus, and Back takes it back (B17); a message is one at a time, goes after some
// seconds unless somebody points at it or is in it, covers no button, and stays when
// something went wrong (B3); a dialog begins at its first field, and after a refusal
// at what it says (B23).
func TestFiltersMessagesAndDialogs(t *testing.T) {
	p := demo(t)
	const host = "obrien-sons"
	b := newTab(t)
	day := quietDay(t, p.client(t).login(host, "owner@"+host+".test", demoPassword), host, 120)
	b.do("be in front", call("Emulation.setFocusEmulationEnabled", map[string]any{"enabled": true}))
	b.do("count the seconds", call(browserpage.CommandAddScriptToEvaluateOnNewDocument, browserpage.AddScriptToEvaluateOnNewDocumentParams{Source: everySecond}))
	b.quickLogin(p, host, "owner@"+host+".test")

	for _, list := range []struct{ path, who string }{{"/appointments", "#f-resource"}, {"/schedule", "#schedule-whose"}} {
		start := p.url(host, list.path+"?date="+day)
		b.open(start)
		b.do("mark the page", evaluate(`window.same = true`), evaluate(`document.querySelector("`+list.who+`").focus()`), chromedp.KeyEvent(kb.ArrowDown))
		b.wait("the rows of who is chosen", `new URLSearchParams(location.search).get("resource") && !document.querySelector(".loading")`)
		if now := b.url(); b.focused() != list.who[1:] || b.sent("GET", now) != 1 || b.value(list.who) == "" || !strings.Contains(now, b.value(list.who)) || !eval[bool](b, `window.same`) {
			t.Errorf("%s: at %s, the focus on %q, asked %d times", list.path, now, b.focused(), b.sent("GET", now))
		}
		b.do("back", evaluate(`history.back()`))
		b.wait("what was before", fmt.Sprintf(`location.href === %q && document.querySelector(%q).value === "" && document.readyState === "complete" && !document.querySelector(".loading")`, start, list.who))
	}
	// A typed day waits until it is left; each of its digits would be a day, too.
	date := "#schedule-date"
	b.do("type a day", evaluate(`document.querySelector("`+date+`").focus()`), chromedp.KeyEvent("12242031"))
	if b.value(date) != "2031-12-24" || strings.Contains(b.url(), "2031") {
		t.Errorf("typed %s at %s", b.value(date), b.url())
	}
	b.do("leave it", chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(kb.Tab))
	b.wait("the day", `location.search.includes("2031-12-24") && !document.querySelector(".loading")`)
	if b.sent("GET", b.url()) != 1 || b.focused() != "schedule-whose" {
		t.Errorf("the typed day: asked %d times, the focus on %q", b.sent("GET", b.url()), b.focused())
	}

	b.open(p.url(host, "/schedule?date="+day))
	b.bookByClick("Comfort One", 0)
	if b.toasts() != 1 {
		t.Fatalf("%d messages of one booking", b.toasts())
	}
	b.later(5)
	b.bookByClick("Comfort Two", 24)
	if b.toasts() != 1 || !strings.Contains(b.text("#toasts"), "Comfort Two") {
		t.Errorf("%d messages of two bookings: %s", b.toasts(), b.text("#toasts"))
	}
	b.later(5)
	if b.toasts() != 1 {
		t.Error("the second message went with the first one's time")
	}
	b.do("be in it", evaluate(`document.querySelector("#toasts .toast button").focus()`))
	b.later(30)
	if b.toasts() != 1 {
		t.Error("a message went while somebody was in it")
	}
	// A page of controls alone: wherever the message stands by itself, it is on some.
	for _, width := range []int64{1366, 360} {
		b.size(width, 740)
		b.do("fill the page", evaluate(`document.querySelector("main").append(...Array.from({ length: 30 }, (_, i) => {
			const crowded = Object.assign(document.createElement("button"), { className: "crowd", textContent: "Button " + i });
			crowded.style = "display: block; height: 30px; margin-left: " + (i % 12 < 6 ? 0 : 60) + "%; width: " + (innerWidth > 400 ? 35 : 40) + "%; margin-bottom: " + (i % 6 === 5 ? 160 : 0) + "px";
			return crowded;
		}))`))
		for _, down := range []string{"200", "document.body.scrollHeight", "document.body.scrollHeight - innerHeight - 130"} {
			b.do("scroll", evaluate(`scrollTo(0, `+down+`)`))
			b.wait(fmt.Sprintf("room for the message, %d wide, at %s", width, down), `(() => {
				const t = document.querySelector("#toasts").getBoundingClientRect();
				return t.height > 0 && t.top > 0 && t.bottom <= innerHeight && ![...document.querySelectorAll("main :is(a[href], button, input, select)")].some(e => {
					const r = e.getBoundingClientRect();
					return !document.querySelector("#toasts").contains(e) && e.checkVisibility() && r.width && r.left < t.right && r.right > t.left && r.top < t.bottom && r.bottom > t.top;
				});
			})()`)
		}
		b.do("empty it", evaluate(`document.querySelectorAll(".crowd").forEach(e => e.remove())`))
	}
	b.size(1366, 900)
	b.do("leave it", evaluate(`document.activeElement.blur()`))
	b.later(8)
	if b.toasts() != 0 {
		t.Error("the message does not go")
	}

	// The dialog of what is new begins at its first field, and says at once what is wrong.
	b.do("a new one", evaluate(`[...document.querySelectorAll("main a")].find(a => a.textContent.includes("New appointment")).click()`))
	b.wait("the first field", `document.querySelector("#peek-dialog")?.open && document.activeElement.id === "f-service_id"`)
	b.do("a time that is taken", evaluate(`(() => {
		const taken = [...document.querySelectorAll("[data-item]")].find(i => i.textContent.includes("Comfort One"));
		const f = document.querySelector("#appointment-form");
		f.elements.time.value = "";
		f.requestSubmit(f.querySelector(".btn-primary"));
	})()`))
	b.wait("the focus on what is wrong", `document.querySelector("#peek-dialog").open && document.activeElement.matches("#peek-dialog :is(.alert, [aria-invalid=true])")`)
	b.do("close it", chromedp.KeyEvent(kb.Escape))
	for _, wrong := range b.complaints() {
		if !strings.Contains(wrong, "status of 409") && !strings.Contains(wrong, "status of 422") {
			t.Errorf("the console says: %s", wrong)
		}
	}

	// What went wrong stays until it is put away.
	b.do("lose the network", call("Network.emulateNetworkConditions", map[string]any{"offline": true, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}))
	b.do("filter", evaluate(`document.querySelector("#schedule-whose").focus()`), chromedp.KeyEvent(kb.ArrowDown))
	b.wait("the message of what went wrong", `document.querySelector("#toasts .toast.tone-danger")`)
	b.later(30)
	if b.toasts() != 1 {
		t.Errorf("%d messages half a minute after something went wrong", b.toasts())
	}
}
