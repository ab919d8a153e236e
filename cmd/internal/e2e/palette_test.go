package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// focused is the id of what has the focus.
func (b *tab) focused() string { return eval[string](b, `document.activeElement.id`) }

// TestK1_Palette finds a business by keyboard alone; what was open before has the
// focus again after Esc, and nothing happens while somebody types.
func TestK1_Palette(t *testing.T) {
	p := demo(t)
	b := newTab(t)
	b.quickLogin(p, "platform", "superuser@smoothschedule.test")
	b.open(p.url("platform", "/businesses"))
	ctrlK := chromedp.KeyEvent("k", chromedp.KeyModifiers(kb.ModifierCtrl))
	b.do("search the list", chromedp.KeyEvent("/"))
	b.do("type what would be shortcuts", chromedp.KeyEvent("?"), chromedp.KeyEvent("/"))
	if id, text := b.focused(), b.value("#businesses-q"); id != "businesses-q" || !strings.HasSuffix(text, "?/") {
		t.Errorf("/ leads to %q, which reads %q", id, text)
	}
	b.do("find anything", ctrlK)
	b.wait("pages and actions", `document.querySelector("#palette[open] [role=option][aria-selected=true]")`)
	b.wait("the list's answer behind it", `new URLSearchParams(location.search).get("q") === document.getElementById("businesses-q").value && !document.querySelector(".htmx-request")`)
	b.do("replace the field as an answer does", evaluate(`const q = document.getElementById("businesses-q"); q.replaceWith(q.cloneNode(true))`))
	b.do("close", chromedp.KeyEvent(kb.Escape))
	b.wait("the focus to return", `document.activeElement.id === "businesses-q" && !document.querySelector("dialog[open]")`)
	b.do("again", ctrlK, chromedp.KeyEvent("acme"))
	b.wait("what was found", `document.querySelector("[data-for=acme] [aria-selected=true]")`)
	b.do("down, up and round", chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.ArrowUp), chromedp.KeyEvent(kb.ArrowUp))
	if chosen := eval[bool](b, `document.getElementById(document.querySelector("#palette-q").getAttribute("aria-activedescendant")) === [...document.querySelectorAll("#palette [role=option]")].at(-1)`); !chosen {
		t.Error("up from the first is not the last")
	}
	b.do("search for more and press Enter before the answer", chromedp.KeyEvent("-auto"), chromedp.KeyEvent(kb.Enter))
	b.wait("the business", `document.readyState === "complete" && location.pathname.startsWith("/businesses/") && document.querySelector("h1")?.innerText.includes("Acme")`)
	b.do("help", chromedp.KeyEvent("?"))
	b.wait("the keys", `document.querySelector("#keys[open]")`)
	b.do("close the help", chromedp.KeyEvent(kb.Escape))
	b.wait("it to close", `!document.querySelector("dialog[open]")`)
	if wrong := b.complaints(); len(wrong) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
	}
}
