package e2e

import (
	"strings"
	"testing"
)

// slow makes each answer wait, as on a bad line; 0 is as fast as it goes.
func (b *tab) slow(milliseconds int) {
	b.t.Helper()
	b.do("change the line", call("Network.emulateNetworkConditions", map[string]any{"offline": false, "latency": milliseconds, "downloadThroughput": -1, "uploadThroughput": -1}))
}

// sent counts the requests made to an address.
func (b *tab) sent(method, address string) (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, tr := range b.wire {
		if tr.method == method && tr.url == address {
			n++
		}
	}
	return n
}

// TestF1_SlowAnswer: on a slow line the page shows that it works, and a button
// pressed twice sends its form once.
func TestF1_SlowAnswer(t *testing.T) {
	p := demo(t)
	b := newTab(t)
	b.quickLogin(p, "platform", "superuser@smoothschedule.test")
	b.open(p.url("platform", "/businesses"))
	b.slow(2000)
	b.do("sort", evaluate(`document.querySelector("#businesses-by-plan").click()`))
	b.wait("a sign that it works", `document.querySelector(".loading")`)
	b.wait("the answer", `location.search === "?sort=plan" && !document.querySelector(".loading")`)
	b.slow(0)
	b.open(p.url("platform", "/businesses/new"))
	b.slow(2000)
	b.do("press twice", evaluate(`(() => { const send = document.querySelector("main form button[type=submit]"); send.click(); send.click(); })()`))
	b.wait("a button that says so", `document.querySelector("main form button[aria-busy=true]")`)
	b.wait("the errors", `document.querySelector("main [aria-invalid=true]")`)
	b.slow(0)
	if n := b.sent("POST", p.url("platform", "/businesses")); n != 1 {
		t.Errorf("pressed twice, sent %d times", n)
	}
	if wrong := b.complaints(); len(wrong) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
	}
}

// TestF2_WrongForm: the first wrong field has the focus and its error, and what
// was typed stays.
func TestF2_WrongForm(t *testing.T) {
	p := demo(t)
	b := newTab(t)
	b.quickLogin(p, "platform", "superuser@smoothschedule.test")
	b.open(p.url("platform", "/businesses/new"))
	b.fill("#f-name", "Kept Name")
	b.fill("#f-owner_email", "no address")
	b.do("send", evaluate(`document.querySelector("main form button[type=submit]").click()`))
	b.wait("the errors", `document.querySelector("main [aria-invalid=true]")`)
	b.wait("the first to have the focus", `document.activeElement === document.querySelector("main [aria-invalid=true]")`)
	if kept, typed := b.value("#f-name"), b.value("#f-owner_email"); kept != "Kept Name" || typed != "no address" {
		t.Errorf("typed were %q and %q", kept, typed)
	}
	if told := eval[bool](b, `[...document.querySelectorAll("main [aria-invalid=true]")].every(f => f.getAttribute("aria-describedby").split(" ").some(id => id.endsWith("-error") && document.getElementById(id)?.innerText.trim()))`); !told {
		t.Error("a wrong field is not described by its error")
	}
	if wrong := b.complaints(); len(wrong) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
	}
}
