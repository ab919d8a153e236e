package e2e

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// visitorsBook is what visitors do with what an owner has just set up. With JavaScript the first one has
// no mouse; a second one wants the same time and comes too late.
func visitorsBook(t *testing.T, p *program, host, service string, scripts bool) {
	t.Helper()
	email := fmt.Sprintf("visitor-%s-%d@example.test", host, time.Now().UnixNano())
	b := newTab(t)
	if !scripts {
		b.noScript()
	}
	v := visitor{b, scripts}
	b.open(p.url(host, "/book"))
	v.press(fmt.Sprintf(`a[href="/book?service_id=%s"]`, service), `form[action="/book/hold"]`)
	if scripts {
		b.wait("the times of the device's own zone", `location.search.includes("zone=") && document.querySelector('form[action="/book/hold"]')`)
	}
	if b.count(`button[name="start"]`) == 0 {
		b.open(p.url(host, "/book?service_id="+service+"&date="+time.Now().AddDate(0, 0, 7).Format(time.DateOnly)))
	}
	v.press(`button[name="start"]`, "#f-email")
	b.mustRead("main", "kept for you until")
	v.write("#f-name", "Vera Visitor")
	v.write("#f-email", email)

	rival := newTab(t)
	rival.open(p.url(host, "/book?service_id="+service+"&start="+url.QueryEscape(mustParse(t, b.url()).Query().Get("start"))))
	rival.fill("#f-name", "Rita Rival")
	rival.fill("#f-email", "rival-"+email)
	rival.fill("#f-note", "By the window")

	time.Sleep(time.Second) // nobody is quicker
	v.press(`form[action="/book"] button.btn-primary`, "#booking")
	if !strings.Contains(b.url(), "/book/done/") {
		t.Fatalf("booked, and the page is %s", b.url())
	}
	rival.follow(`form[action="/book"] button.btn-primary`)
	if rival.lastStatus() != 409 || rival.value("#f-name") != "Rita Rival" || rival.value("#f-note") != "By the window" || rival.count(`input[type="radio"][name="start"]`) != 5 {
		t.Errorf("who came too late: %d, %q, %d other times", rival.lastStatus(), rival.value("#f-name"), rival.count(`input[type="radio"][name="start"]`))
	}
	time.Sleep(time.Second)
	rival.follow(`form[action="/book"] button.btn-primary`)
	rival.mustRead("#booking", "Journey service")

	b.open(p.url(host, mailedLink(t, p, email)))
	was := b.text("#booking time")
	v.press(`#booking a[href$="/move"]`, `form[action$="/move"]`)
	v.press(`button[name="start"]`, "#toasts .toast")
	b.mustRead("#toasts", "Your ")
	if now := b.text("#booking time"); now == was || now == "" {
		t.Errorf("moved from %q to %q", was, now)
	}
	v.press(`#booking a[href$="/cancel"]`, `form[action$="/cancel"]`)
	v.press(`form[action$="/cancel"] button`, `#booking:not(:has(form[action$="/cancel"]))`)
	b.mustRead("h1", "cancelled")
	if wrong := b.complaints(); len(wrong) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
	}
}

// visitor is somebody in a tab, with a mouse or with the keyboard alone.
type visitor struct {
	b        *tab
	keyboard bool
}

// press follows a link or a button, and waits for what the next page has.
func (v visitor) press(selector, then string) {
	v.b.t.Helper()
	v.b.visible(selector)
	if !v.keyboard {
		v.b.follow(selector)
		v.b.wait(then, fmt.Sprintf("document.querySelector(%q)", then))
		return
	}
	v.reach("[data-e2e]")
	v.b.do("leave a mark", evaluate(`document.querySelector("main").setAttribute("data-old", "")`), chromedp.KeyEvent(kb.Enter))
	v.b.wait(then, fmt.Sprintf(`!document.querySelector("main[data-old]") && document.querySelector(%q)`, then))
}

// write types into a field.
func (v visitor) write(selector, text string) {
	v.b.t.Helper()
	if !v.keyboard {
		v.b.fill(selector, text)
		return
	}
	v.reach(selector)
	v.b.do("type", chromedp.KeyEvent(text))
}

// reach walks with Tab until the focus is there, and sees that it shows.
func (v visitor) reach(selector string) {
	v.b.t.Helper()
	for range 150 {
		if eval[bool](v.b, fmt.Sprintf(`document.activeElement.matches(%q)`, selector)) {
			if !eval[bool](v.b, `document.activeElement.matches(":focus-visible")`) {
				v.b.t.Errorf("the focus on %s does not show", selector)
			}
			return
		}
		v.b.do("tab", chromedp.KeyEvent(kb.Tab))
	}
	v.b.t.Fatalf("the keyboard does not reach %s at %s", selector, v.b.url())
}

var bookingLink = regexp.MustCompile(`/b/[A-Za-z0-9_-]{43}`)

// mailedLink is the path in the mail to somebody.
func mailedLink(t testing.TB, p *program, email string) (path string) {
	t.Helper()
	eventually(t, "a mail to "+email, func() bool {
		files, _ := filepath.Glob(filepath.Join(p.dir, "mail", "*.eml"))
		for _, name := range files {
			text, _ := os.ReadFile(name)
			if !strings.Contains(string(text), "<"+email+">") {
				continue
			}
			plain := strings.NewReplacer("=\r\n", "", "=\n", "").Replace(string(text))
			if path = bookingLink.FindString(plain); path != "" {
				return true
			}
		}
		return false
	})
	return path
}
