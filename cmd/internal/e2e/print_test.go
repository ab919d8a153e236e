package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
)

// TestPaper: what people print has nothing to press or to fill in, shows all its
// columns, and is black on white from a dark screen, too.
func TestPaper(t *testing.T) {
	p := demo(t)
	b := newTab(t)
	b.quickLogin(p, "platform", "manager@smoothschedule.test")
	b.quickLogin(p, "acme-auto", "owner@acme-auto.test")
	b.size(718, 1000) // A4 without its margins
	for _, pg := range []struct {
		host, path, row string
		keeps           bool // a form that shows what is stored
	}{
		{host: "platform", path: "/dashboard"}, {host: "platform", path: "/businesses"},
		{host: "platform", path: "/businesses?q=acme", row: "#businesses tbody a.main-link"}, {host: "platform", path: "/support", row: `#tickets tbody a[href^="/support/"]`},
		{host: "acme-auto", path: "/"}, {host: "acme-auto", path: "/appointments"}, {host: "acme-auto", path: "/appointments", row: "#appointments tbody a.main-link", keeps: true},
		{host: "acme-auto", path: "/customers?tag=fleet", row: "#customers tbody a.main-link"}, {host: "acme-auto", path: "/schedule"}, {host: "acme-auto", path: "/schedule?view=week"},
	} {
		b.open(p.url(pg.host, pg.path))
		if pg.row != "" {
			b.follow(pg.row)
		}
		b.do("go to paper", call(emulation.SetEmulatedMedia.Method, emulation.SetEmulatedMediaParams{Media: "print",
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}))
		if wrong := eval[string](b, offPaper); wrong != "" && !pg.keeps {
			t.Errorf("%s %s, printed, has things to press: %s", pg.host, b.url(), wrong)
		}
		if wrong := eval[string](b, cutOnPaper); wrong != "" && !strings.HasPrefix(pg.path, "/schedule") { // which has sheets of its own
			t.Errorf("%s %s, printed, is cut: %s", pg.host, b.url(), wrong)
		}
		if wrong := eval[string](b, halfLines); wrong != "" {
			t.Errorf("%s %s, printed, shows lines in part: %s", pg.host, b.url(), wrong)
		}
		if wrong := eval[string](b, notBlack); wrong != "" {
			t.Errorf("%s %s, printed, is no black on white: %s", pg.host, b.url(), wrong)
		}
		b.do("back to the screen", call(emulation.SetEmulatedMedia.Method, emulation.SetEmulatedMediaParams{}))
	}
}

const (
	offPaper = `[...document.querySelectorAll("a.btn, button, input, select, textarea, summary, dialog")].filter(e => e.type !== "hidden" && e.checkVisibility())
		.slice(0, 3).map(e => e.outerHTML.slice(0, 90)).join(" | ")`
	cutOnPaper = `[...document.querySelectorAll("main :is(h1, h2, p, td, th, dd, li, .tile)")].filter(e => e.checkVisibility() && !e.closest(".sr-only") &&
		(e.getBoundingClientRect().right > document.documentElement.clientWidth + 1 || e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX === "hidden" && e.clientWidth > 1))
		.slice(0, 3).map(e => e.outerHTML.slice(0, 90)).join(" | ")`
	halfLines = `[...document.querySelectorAll(".lane-head :is(a, p), .buffer, .week :is(.slot-who, .slot-what)")].filter(e => {
			const box = e.getBoundingClientRect(), text = document.createRange();
			text.selectNodeContents(e);
			return [...text.getClientRects()].some(r => r.width > 1 && r.left < box.right && r.top < box.bottom && (r.right > box.right + 1 || r.bottom > box.bottom + 1));
		}).slice(0, 3).map(e => e.outerHTML.slice(0, 90)).join(" | ")`
	notBlack = `[...document.querySelectorAll("main :is(h1, h2, p, td, th, dd, bdi, time, a)")].filter(e => e.checkVisibility() && !e.closest(".slot, .alert, .lane-head") &&
		getComputedStyle(e).color.match(/\d+/g).slice(0, 3).some(c => c > 96)).concat([document.documentElement].filter(e => getComputedStyle(e).backgroundColor !== "rgb(255, 255, 255)"))
		.slice(0, 3).map(e => e.outerHTML.slice(0, 90) + getComputedStyle(e).color).join(" | ")`
)
