package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
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
			b.open(p.url("sakura-hair", "/"))
			b.follow(`.masq form button`)
			visit := func(b *tab) {
				b.follow(`main h3 a[href^="/support-access/"], #masquerades tbody a[href^="/masquerades/"]`)
			}
			b.look(p, page{name: "a visit", host: "platform", path: "/masquerades", ready: visit}, axe, titles)
			b.quickLogin(p, "sakura-hair", "owner@sakura-hair.test")
			b.look(p, page{name: "a visit, for its owners", host: "sakura-hair", path: "/support-access", ready: visit}, axe, titles)
		})
	})
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

// axeRun reports violations in a line each, of what the selector names and shows.
const axeRun = `(async () => {
	const shown = [...document.querySelectorAll(%q)].filter(e => e.checkVisibility());
	if (!shown.length) return [];
	const r = await axe.run({include: shown}, %s);
	return r.violations.map(v => v.id + " (" + v.impact + "): " + v.help + " at " + v.nodes.slice(0, 4).map(n => n.target.join(" ") + " " + (n.any[0]?.message ?? n.all[0]?.message ?? "")).join(" | "));
})()`

// Colours alone differ between light and dark, and they don't depend on the width:
// what was seen wide is marked, and on narrow pages the rules about colour, which
// take longest, are asked of the rest.
const (
	axeSeen = `for (const e of document.querySelectorAll("body *")) if (e.checkVisibility()) e.dataset.seen = ""`
	axeNew  = `body *:not([data-seen])`

	axeAll     = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], resultTypes: ["violations"], preload: false}`
	axeShape   = `{runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], rules: {"color-contrast": {enabled: false}, "link-in-text-block": {enabled: false}}, resultTypes: ["violations"], preload: false}`
	axeColours = `{runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}, resultTypes: ["violations"], preload: false}`
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
	b.size(1366, 900)
	b.axe(pg.name, "light", 1366, "html", axeAll)
	if wasted := eval[string](b, wasted); wasted != "" {
		t.Errorf("%s wraps or cuts at 1366 px what has room: %s", pg.name, wasted)
	}
	b.scheme("dark")
	b.axe(pg.name, "dark", 1366, "html", axeColours)
	b.do("mark what was seen", evaluate(axeSeen))
	b.size(360, 900)
	b.axe(pg.name, "dark", 360, axeNew, axeColours)
	b.scheme("light")
	b.axe(pg.name, "light", 360, axeNew, axeColours)
	b.axe(pg.name, "light", 360, "html", axeShape)
	for _, width := range []int64{360, 320} {
		b.size(width, 900)
		b.still()
		if wide := eval[int](b, "document.documentElement.scrollWidth"); wide > int(width) {
			t.Errorf("%s scrolls sideways at %d px: it is %d wide because of %s", pg.name, width, wide, eval[string](b, widest))
		}
	}
	b.size(360, 900)
	b.still()
	if tight := eval[string](b, tight); tight != "" {
		t.Errorf("%s at 360 px covers its neighbours, or stands alone in a line: %s", pg.name, tight)
	}
	b.size(320, 900)
	b.still()
	if out := eval[string](b, unseen); out != "" {
		t.Errorf("%s: the keyboard reaches what can't be seen at 320 px: %s", pg.name, out)
	}
	if words := eval[string](b, glued); words != "" {
		t.Errorf("%s writes words without a space between them: %s", pg.name, words)
	}
	if words := eval[string](b, torn); words != "" {
		t.Errorf("%s writes a space before a comma or the like: %s", pg.name, words)
	}
	if want == 422 && !eval[bool](b, `document.activeElement.matches("[aria-invalid=true], [aria-describedby=login-error], [role=alert]")`) {
		t.Errorf("%s: after a refusal the focus is on %s, not on what is wrong", pg.name, eval[string](b, `document.activeElement.outerHTML.slice(0, 120)`))
	}
	for _, line := range b.complaints() {
		t.Errorf("%s: the console says: %s", pg.name, line)
	}
}

// axe reports what the rules say of what a selector names.
func (b *tab) axe(page, scheme string, width int64, selector, rules string) {
	b.t.Helper()
	for _, v := range eval[[]string](b, fmt.Sprintf(axeRun, selector, rules)) {
		b.t.Errorf("%s, %s, %d px: %s", page, scheme, width, v)
	}
}

// glued names texts that run into a time, a name or a link: templates lose the
// space at a line's end.
const glued = `[...document.querySelectorAll("main :is(time, bdi, a, b, strong)")].filter(e => e.checkVisibility() && getComputedStyle(e).display === "inline"
		&& !/flex|grid/.test(getComputedStyle(e.parentElement).display)
		&& (/[\p{L}\p{N},:;]$/u.test(e.previousSibling?.textContent ?? "") || /^[\p{L}\p{N}]/u.test(e.nextSibling?.nodeType === Node.TEXT_NODE ? e.nextSibling.data : "")))
	.slice(0, 3).map(e => e.parentElement.textContent.slice(0, 80)).join(" | ")`

// torn names texts with a space before what ends a word.
const torn = `[...(document.querySelector("main")?.innerText ?? "").matchAll(/.{0,30}[\p{L}\p{N}] [,.;:!?](?=\s|$).{0,10}/gu)].slice(0, 3).join(" | ")`

// wasted names tabs in two lines, and what is cut off outside of tables, on a wide page.
const wasted = `[...document.querySelectorAll("main .tabs")].filter(e => e.offsetHeight > 1.5 * e.firstElementChild.offsetHeight)
	.concat([...document.querySelectorAll("main .clip")].filter(e => e.checkVisibility() && !e.closest(".table, .palette, .found, .views, .plain") && e.scrollWidth > e.clientWidth))
	.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(" | ")`

// tight names badges that reach into the next cell, and free times of which a line has one.
const tight = `[...document.querySelectorAll(".cards td .badge")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > e.closest("td").getBoundingClientRect().right + parseFloat(getComputedStyle(e.closest("tr")).columnGap))
	.concat([...document.querySelectorAll("main fieldset button[name=start]:nth-child(2)")].filter(e => e.offsetTop !== e.previousElementSibling.offsetTop))
	.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(" | ")`

// unseen names what the keyboard reaches although it is cut down to nothing.
const unseen = `[...document.querySelectorAll("main :is(a[href], button, input, select, summary)")].filter(e => e.checkVisibility() && !e.disabled && e.type !== "hidden" && e.tabIndex >= 0
		&& [e, e.parentElement, e.closest("thead")].some(a => a && (a.clientWidth <= 1 && a.getClientRects().length && getComputedStyle(a).overflow === "hidden")))
	.slice(0, 3).map(e => e.outerHTML.slice(0, 80)).join(" | ")`

// widest names what sticks out.
const widest = `[...document.querySelectorAll("body *")].filter(e => e.checkVisibility() && e.getBoundingClientRect().right > innerWidth + 0.5 && !e.closest(".scroll"))
	.slice(0, 3).map(e => e.outerHTML.slice(0, 120)).join(", ")`
