package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestJourneyByKeyboardAlone is an owner without a mouse who adds people, a room,
// hours and a service; two visitors without one who race for a time; and the
// schedule on which appointments are moved. Nothing is clicked, and nothing gets
// the focus from the test.
func TestJourneyByKeyboardAlone(t *testing.T) {
	p := demo(t)
	const host = "optika-athina"
	k := keys{newTab(t)}
	k.open(p.url(host, "/login"))
	k.press(fmt.Sprintf("form:has(input[value=%q]) button", "owner@"+host+".test"), "#dashboard")
	k.addResource("Key Ann", "STAFF")
	k.addResource("Key Ben", "STAFF")
	k.addResource("Key room", "ROOM")
	k.openEveryDay("#hours", "0900AM", "0100PM", "09:00", "13:00") // the room's own
	k.goTo("/settings/hours", "#f-monday-from-1")
	k.openEveryDay("main", "0800AM", "0600PM", "08:00", "18:00")
	id := k.addService()
	k.raceForATime(p, host, id)
	k.moveOnTheSchedule(p, host, id, time.Now().AddDate(0, 0, 20).Format(time.DateOnly))
	for _, wrong := range k.complaints() {
		if !strings.Contains(wrong, "status of 409") {
			t.Errorf("the console says: %s", wrong)
		}
	}
}

// keys is a tab of somebody without a mouse.
type keys struct{ *tab }

func (k keys) tap(key string) {
	k.t.Helper()
	k.do("press a key", chromedp.KeyEvent(key))
}

// reach walks with Tab until the focus is there. Each stop on the way must show,
// and must be in sight.
func (k keys) reach(selector string) {
	k.t.Helper()
	k.walk(selector, func() { k.tap(kb.Tab) })
}

func (k keys) reachBack(selector string) {
	k.t.Helper()
	k.walk(selector, func() { k.do("back", chromedp.KeyEvent(kb.Tab, chromedp.KeyModifiers(8))) })
}

func (k keys) walk(selector string, step func()) {
	k.t.Helper()
	for range 250 {
		at := eval[[]string](k.tab, fmt.Sprintf(`(() => {
			const e = document.activeElement, r = e.getBoundingClientRect();
			const ring = (e) => e && getComputedStyle(e).outlineStyle !== "none" && parseFloat(getComputedStyle(e).outlineWidth) > 0;
			const seen = e.matches("body, #main, .palette-head input") ? "" : !e.matches(":focus-visible, [data-acted], input:focus-within") || !ring(e) && !ring(e.closest(".affix")) ? "does not show" :
				!r.width || r.bottom <= 0 || r.top >= innerHeight ? "is out of sight" : "";
			return [e.matches(%q) ? "here" : "", seen, e.outerHTML.slice(0, 150)];
		})()`, selector))
		if at[1] != "" {
			k.t.Errorf("at %s the focus %s on %s", k.url(), at[1], at[2])
		}
		if at[0] != "" {
			return
		}
		step()
	}
	k.t.Fatalf("the keyboard does not reach %s at %s", selector, k.url())
}

// press opens a page by Enter, and goes past its head as the page offers.
func (k keys) press(selector, then string) {
	k.t.Helper()
	k.reach(selector)
	k.enter(then)
}

func (k keys) enter(then string) {
	k.t.Helper()
	k.do("leave a mark", evaluate(`document.documentElement.setAttribute("data-old", "")`))
	k.tap(kb.Enter)
	k.wait(then, fmt.Sprintf(`!document.documentElement.hasAttribute("data-old") && document.readyState === "complete" && document.querySelector(%q)`, then))
	if eval[bool](k.tab, `document.activeElement === document.body`) {
		k.reach("a.skip")
		k.tap(kb.Enter)
		k.wait("the content", `document.activeElement.id === "main"`)
	}
}

// goTo uses the navigation.
func (k keys) goTo(path, then string) {
	k.t.Helper()
	link := fmt.Sprintf(`nav[aria-label="Main"] a[href=%q]`, path)
	seen := fmt.Sprintf(`[...document.querySelectorAll(%q)].some(e => e.checkVisibility())`, link)
	switch {
	case eval[bool](k.tab, seen):
		k.reachBack(link)
	case strings.HasPrefix(path, "/settings/"):
		k.goTo("/settings", fmt.Sprintf("main a[href=%q]", path))
		k.reach(fmt.Sprintf("main a[href=%q]", path))
	default:
		k.reachBack(".nav-more summary")
		k.tap(kb.Enter)
		k.reach(link)
	}
	k.enter(then)
}

// write types into a field.
func (k keys) write(selector, text string) {
	k.t.Helper()
	k.reach(selector)
	k.do("type", chromedp.KeyEvent(text))
}

// setTime types a time as people do, and leaves it as it is understood; "" empties it.
func (k keys) setTime(selector, text, value string) {
	k.t.Helper()
	k.reach(selector)
	if text == "" {
		text = kb.Delete
	}
	k.do("type", chromedp.KeyEvent(text), chromedp.KeyEvent(kb.Tab))
	if got := k.value(selector); got != value {
		k.t.Fatalf("%s has %q after typing %q", selector, got, text)
	}
}

// tick presses Space on each box that is not as wanted, in the page's order.
func (k keys) tick(boxes, wanted string) {
	k.t.Helper()
	for {
		next := eval[string](k.tab, fmt.Sprintf(`[...document.querySelectorAll(%q)].find(b => b.checkVisibility() && b.checked !== b.matches(%q))?.id ?? ""`, boxes, wanted))
		if next == "" {
			return
		}
		k.reach(fmt.Sprintf("[id=%q]", next))
		k.tap(" ")
		if eval[bool](k.tab, `document.activeElement.checked !== document.activeElement.matches(`+fmt.Sprintf("%q", wanted)+`)`) {
			k.t.Fatalf("Space does nothing on %s", next)
		}
	}
}

func (k keys) addResource(name, kind string) {
	k.t.Helper()
	k.goTo("/resources", `a[href="/resources/new"]`)
	k.press(`a[href="/resources/new"]`, "#f-name")
	k.write("#f-name", name)
	k.reach("#f-kind")
	for n := 0; k.value("#f-kind") != kind && n < 3; n++ {
		k.tap(kb.ArrowDown)
	}
	k.press(`form[action="/resources"] button.btn-primary`, "#hours")
	k.mustRead("h1", name)
}

// openEveryDay gives Monday hours and copies them to all days.
func (k keys) openEveryDay(within, from, to, fromValue, toValue string) {
	k.t.Helper()
	k.setTime("#f-monday-from-1", from, fromValue)
	k.setTime("#f-monday-to-1", to, toValue)
	for _, rest := range []string{"#f-monday-from-2", "#f-monday-to-2"} {
		if k.value(rest) != "" {
			k.setTime(rest, "", "")
		}
	}
	k.reach(within + " form details.disclose summary")
	k.tap(kb.Enter)
	k.tick(within+" [name=copy_to]", "*")
	k.press(within+` form button[name="copy"]`, "#toasts .toast")
	k.mustRead("#toasts", "saved")
}

// addService makes a service that takes Ann or Ben, and the room.
func (k keys) addService() (id string) {
	k.t.Helper()
	k.goTo("/services", `a[href="/services/new"]`)
	k.press(`a[href="/services/new"]`, "#f-name")
	k.write("#f-name", "Key service")
	k.write("#f-price", "45.50")
	k.reach("#f-status")
	boxes := func(set, names string) string {
		return eval[string](k.tab, fmt.Sprintf(`[...document.querySelectorAll("[name=%s]")].filter(b => /%s/.test(document.querySelector("label[for='" + b.id + "']").textContent)).map(b => "#" + b.id).join(", ")`, set, names))
	}
	k.tick("[name=set_1]", boxes("set_1", "Key (Ann|Ben)"))
	if !eval[bool](k.tab, `document.querySelector("[name=set_2]").checkVisibility()`) {
		k.reach("#f-sets details summary")
		k.tap(kb.Enter)
	}
	k.tick("[name=set_2]", boxes("set_2", "Key room"))
	k.press(`form[action="/services"] button.btn-primary`, "#services")
	k.mustRead("#services tbody", "Key Ann or Key Ben")
	k.press("#services tbody tr:last-child a.main-link", `form[action^="/services/"]`)
	return strings.TrimPrefix(mustParse(k.t, k.url()).Path, "/services/")
}

// raceForATime: two look at the same times; the one who is late reads why, with
// the focus on it, and takes one of those that are left.
func (k keys) raceForATime(p *program, host, service string) {
	k.t.Helper()
	page := p.url(host, "/book?service_id="+service+"&zone=Europe/Athens&date="+time.Now().AddDate(0, 0, 7).Format(time.DateOnly))
	var rivals [2]keys
	for i := range rivals {
		rivals[i] = keys{newTab(k.t)}
		rivals[i].open(page)
		rivals[i].reach(`button[name="start"]`)
	}
	quick, slow := rivals[0], rivals[1]
	quick.enter("#f-email")
	quick.mustRead("main", "kept for you until")
	quick.write("#f-name", "Quick Quinn")
	quick.write("#f-email", fmt.Sprintf("quick-%d@example.test", time.Now().UnixNano()))
	wanted := eval[string](slow.tab, `document.activeElement.value`)
	slow.enter(".alert")
	if slow.lastStatus() != 409 || !eval[bool](slow.tab, `document.activeElement.matches(".alert")`) {
		k.t.Errorf("too late: %d, the focus is on %s", slow.lastStatus(), eval[string](slow.tab, `document.activeElement.outerHTML`))
	}
	slow.mustRead(".alert", "taken")
	slow.reach(`button[name="start"]`)
	if got := eval[string](slow.tab, `document.activeElement.value`); got == wanted {
		k.t.Errorf("%s is offered again", got)
	}

	// Another one has the form open already, and comes too late with it.
	late := keys{newTab(k.t)}
	late.open(p.url(host, "/book?service_id="+service+"&start="+url.QueryEscape(wanted)))
	late.write("#f-name", "Late Lee")
	late.write("#f-email", fmt.Sprintf("late-%d@example.test", time.Now().UnixNano()))
	time.Sleep(time.Second) // nobody is quicker
	late.reach(`form[action="/book"] button.btn-primary`)
	quick.press(`form[action="/book"] button.btn-primary`, "#booking")
	late.enter(".alert")
	if late.lastStatus() != 409 || !eval[bool](late.tab, `document.activeElement.matches(".alert")`) || late.value("#f-name") != "Late Lee" {
		k.t.Errorf("too late with the form: %d, the focus is on %s", late.lastStatus(), eval[string](late.tab, `document.activeElement.outerHTML`))
	}
	late.reach(`input[name="start"]`)
	late.tap(kb.ArrowDown)
	late.reach(`form[action="/book"] button.btn-primary`)
	time.Sleep(time.Second)
	late.enter("#booking")
	late.mustRead("#booking", "Key service")
}

// moveOnTheSchedule: onto a taken time, which is refused with others to choose
// from, to a colleague, and by the dialog. The focus stays with what is moved.
func (k keys) moveOnTheSchedule(p *program, host, service, day string) {
	k.t.Helper()
	owner := p.client(k.t).login(host, "owner@"+host+".test", demoPassword)
	ann := eval[string](k.tab, `(async () => { const d = new DOMParser().parseFromString(await (await fetch("/appointments/new")).text(), "text/html");
		return [...d.querySelectorAll("#f-resource_id option")].find(o => o.text === "Key Ann").value; })()`)
	for name, clock := range map[string]string{"Key Mover": "09:00", "Key Stayer": "10:00"} {
		owner.post(host, "/appointments", "service_id", service, "resource_id", ann, "start", day+"T"+clock, "customer_name", name).must(k.t, 303)
	}
	k.open(p.url(host, "/schedule?date="+day))
	k.mark("Key Mover")
	k.reach("a[data-mine]")
	k.move(kb.ArrowDown, kb.ArrowDown, kb.ArrowDown)
	k.wait("the refusal", `document.querySelector("#schedule-note .alert form")`)
	k.mustRead("#schedule-note", "taken")
	k.walk("#schedule-note", func() { k.t.Fatalf("the focus is on %s", eval[string](k.tab, `document.activeElement.outerHTML`)) })
	k.reach("#schedule-note button")
	k.tap(kb.Enter)
	k.stays("Key Mover", "is moved to")
	k.move(kb.ArrowRight)
	k.stays("Key Mover", "with Key Ben")

	// The dialog gives the focus back, whether it changed something or not.
	k.tap(kb.Enter)
	k.wait("the dialog", `document.querySelector("#peek-dialog")?.open`)
	k.tap(kb.Escape)
	k.stays("Key Mover", "")
	k.tap(kb.Enter)
	k.wait("the dialog", `document.querySelector("#peek-dialog")?.open`)
	k.reach("#peek-dialog details summary")
	k.tap(kb.Enter)
	k.reach("#f-move-minutes")
	k.do("another length", chromedp.KeyEvent("a", chromedp.KeyModifiers(2)), chromedp.KeyEvent("20"))
	k.reach(`#peek-dialog form[action$="/move"] button`)
	k.tap(kb.Enter)
	k.wait("no dialog", `!document.querySelector("#peek-dialog")`)
	k.stays("Key Mover", "is moved to")
}

// mark finds what somebody reads, for reach.
func (k keys) mark(name string) {
	k.t.Helper()
	k.wait(name, fmt.Sprintf(`[...document.querySelectorAll("[data-item] a")].find(a => a.textContent.includes(%q))?.setAttribute("data-mine", "") === undefined`, name))
}

// move presses M, the arrows and Enter.
func (k keys) move(arrows ...string) {
	k.t.Helper()
	k.tap("m")
	k.mustRead("#live", "Moving")
	for _, arrow := range arrows {
		k.tap(arrow)
	}
	k.tap(kb.Enter)
}

// stays waits for a message and sees that the focus is on an appointment, visibly.
func (k keys) stays(name, message string) {
	k.t.Helper()
	if message != "" {
		k.wait(message, fmt.Sprintf(`document.querySelector("#toasts .toast:last-child")?.textContent.includes(%q)`, message))
	}
	k.wait("the focus on "+name, fmt.Sprintf(`document.activeElement.matches("[data-item] a") && document.activeElement.textContent.includes(%q)`, name))
	k.walk("[data-item] a", func() { k.t.Fatal("the focus is elsewhere") })
}
