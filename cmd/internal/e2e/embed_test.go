package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestEmbed: an owner pastes what the settings offer into a site of the business,
// between what that site does to frames; the page in it never scrolls by itself,
// whatever it shows, and hears nothing from others. A site that allows no scripts
// has a frame that scrolls.
func TestEmbed(t *testing.T) {
	p := demo(t)
	var pasted string
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/strict" {
			w.Header().Set("Content-Security-Policy", "script-src 'none'; style-src 'none'")
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<!DOCTYPE html><title>A garage</title><style>* { box-sizing: border-box; } iframe { border: 3px solid; padding: 2px; max-width: 100%; height: auto; }</style>
			<script>heard = []; addEventListener("message", e => heard.push(JSON.stringify(e.data)));</script><h1>Welcome</h1><iframe srcdoc="another"></iframe><p>`+pasted+"<p>The end")
	}))
	t.Cleanup(site.Close)
	owner := p.client(t).login("acme-auto", "owner@acme-auto.test", demoPassword)
	if a := owner.post("acme-auto", "/settings/booking-page", "booking_open", "1", "frame_origins", "https://www.garage.example "+site.URL); a.status != http.StatusSeeOther {
		t.Fatalf("name the site: %d", a.status)
	}
	pasted = owner.get("acme-auto", "/settings/booking-page").doc(t).Find("#f-embed").Text()

	b := newTab(t)
	b.size(800, 600)
	b.open(site.URL)
	in := b.framed("/book")
	in.fits("the services")
	first := b.frameHeight()
	in.tap(b, `main a.main-link`)
	in.wait("the times", `document.querySelector('form[action="/book/hold"] button[name="start"]')`)
	in.fits("the times")
	in.do("unfold", evaluate(`document.querySelector("main").insertAdjacentHTML("beforeend", '<p id="more"><br><br><br><br><br><br><br><br></p>')`))
	in.fits("the times with more")
	more := b.frameHeight()
	in.do("fold", evaluate(`document.querySelector("#more").remove()`))
	in.fits("the times with less")
	if less := b.frameHeight(); less >= more || more == first {
		t.Errorf("the frame was %d pixels high, with more %d, with less %d", first, more, less)
	}
	in.tap(b, `form[action="/book/hold"] button[name="start"]:last-of-type`)
	in.wait("the details", `document.querySelector("#f-email")`)
	in.fits("the details")
	b.wait("the step to begin in sight", `[...document.querySelectorAll("iframe")].at(-1).getBoundingClientRect().top > -1`)
	in.do("give a wrong address", evaluate(`document.querySelector("#f-name").value = "Gerda", document.querySelector("#f-email").value = "gerda@x"`))
	in.tap(b, `form[action="/book"] button.btn-primary`)
	in.wait("what is wrong", `document.querySelector("main [data-errors]")`)
	in.fits("the details with an error")
	b.size(360, 740)
	in.fits("the details on a phone")

	was := b.frameHeight()
	for _, stranger := range []string{`postMessage({ bookingHeight: 5 }, "*")`, `frames[0].eval("parent.postMessage({ bookingHeight: 5 }, '*')")`} {
		b.do("speak as somebody else", evaluate(stranger))
	}
	b.wait("both to be heard", `heard.filter(m => m === '{"bookingHeight":5}').length === 2`)
	if now := b.frameHeight(); now != was || eval[string](b, `document.querySelector("iframe").style.height`) != "" {
		t.Errorf("the frame was %d pixels high, and after strangers spoke %d; theirs is %s", was, now, eval[string](b, `document.querySelector("iframe").outerHTML`))
	}
	if other := eval[string](b, `heard.filter(m => !/^\{"bookingHeight":\d+\}$/.test(m)).join()`); other != "" {
		t.Errorf("the page also says: %s", other)
	}
	if wrong := append(in.complaints(), b.complaints()...); len(wrong) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
	}

	b.open(site.URL + "/strict")
	in = b.framed("/book")
	in.wait("the services", `document.querySelector("main a.main-link")`)
	if got := b.frameHeight(); got != 720 || !eval[bool](in, `(scrollTo(0, 9999), scrollY > 0 || document.documentElement.scrollHeight <= innerHeight)`) {
		t.Errorf("without scripts the frame is %d pixels high, and doesn't scroll", got)
	}
}

// framed is the page in a frame of another site, as a tab of its own.
func (b *tab) framed(path string) *tab {
	b.t.Helper()
	b.wait("the frame", `document.readyState === "complete"`)
	targets, err := chromedp.Targets(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	for _, target := range targets {
		if target.Type != "iframe" || !strings.HasSuffix(target.URL, path) {
			continue
		}
		ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(target.TargetID))
		b.t.Cleanup(cancel)
		in := &tab{t: b.t, ctx: ctx, wire: map[network.RequestID]*transfer{}}
		if err := chromedp.Listen(ctx, in.hear); err != nil {
			b.t.Fatal(err)
		}
		return in
	}
	b.t.Fatalf("no frame shows %s: %+v", path, targets)
	return nil
}

// fits checks that the frame is as high as the page in it, to the pixel.
func (b *tab) fits(what string) {
	b.t.Helper()
	b.wait(what+" to fit", `document.readyState === "complete" && document.documentElement.scrollHeight === innerHeight && Math.ceil(document.body.getBoundingClientRect().height) === innerHeight`)
}

// tap clicks something of the frame. A click by the mouse would have to know where
// the frame lies on the screen just now: the page around it gets the focus into
// the frame, as a click does, and scrolls down to its end, as a reader does.
func (b *tab) tap(around *tab, selector string) {
	b.t.Helper()
	around.do("enter the frame", evaluate(`[...document.querySelectorAll("iframe")].at(-1).focus({ preventScroll: true }), scrollTo(0, 9999)`))
	b.do("click "+selector, evaluate(fmt.Sprintf(`document.querySelector(%q).click()`, selector)))
}

func (b *tab) frameHeight() int {
	b.t.Helper()
	return eval[int](b, `[...document.querySelectorAll("iframe")].at(-1).clientHeight`)
}
