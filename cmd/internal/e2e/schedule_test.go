package e2e

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	printing "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// TestJourneyOfTheSchedule is a manager's day: an appointment made by a click on
// free time is dragged onto a taken one and springs back, is moved by the keyboard
// and taken back; then the same by forms alone.
func TestJourneyOfTheSchedule(t *testing.T) {
	p := demo(t)
	const host = "obrien-sons"
	b := newTab(t)
	owner := p.client(t).login(host, "owner@"+host+".test", demoPassword)
	day := quietDay(t, owner, host, 100)
	b.quickLogin(p, host, "owner@"+host+".test")
	b.open(p.url(host, "/schedule?date="+day))
	first, second := b.bookByClick("Drag Me", 0), b.bookByClick("Stay Here", 24)

	b.drag(first, second)
	b.wait("the refusal", `document.querySelector("#schedule-note .alert form")`)
	b.mustRead("#schedule-note", "taken")
	if again := b.item("Drag Me"); again.row != first.row {
		t.Errorf("it did not spring back: %+v and %+v", first, again)
	}

	b.do("take it by the keyboard", evaluate(`[...document.querySelectorAll("[data-item] a")].find(a => a.textContent.includes("Drag Me")).focus()`),
		chromedp.KeyEvent("m"), chromedp.KeyEvent(kb.ArrowDown))
	b.mustRead("#live", " to ")
	b.do("drop it", chromedp.KeyEvent(kb.Enter))
	b.wait("the message", `[...document.querySelectorAll("#toasts .toast")].some(t => t.textContent.includes("Drag Me is moved"))`)
	if moved := b.item("Drag Me"); moved.row != first.row+3 {
		t.Errorf("moved from row %d to %d", first.row, moved.row)
	}
	if focused := eval[string](b, `document.activeElement.textContent`); !strings.Contains(focused, "Drag Me") {
		t.Errorf("the focus is on %q", focused)
	}
	b.do("take it back", evaluate(`[...document.querySelectorAll("#toasts .toast")].find(t => t.textContent.includes("Drag Me is moved")).querySelector("form button").click()`))
	b.wait("the old place", fmt.Sprintf(`[...document.querySelectorAll("[data-item]")].find(i => i.textContent.includes("Drag Me"))?.classList.contains("t%d")`, first.row))
	b.dropRequest()
	b.requestByKeys()
	if n := b.sheets(); n != 1 {
		t.Errorf("a day prints on %d sheets", n)
	}
	b.dragInTheWeek(p.url(host, "/schedule?view=week&date="+day), "Stay Here")
	if n := b.sheets(); n > 2 {
		t.Errorf("a week of few people prints on %d sheets", n)
	}
	for _, wrong := range b.complaints() {
		if !strings.Contains(wrong, "status of 409") && !strings.Contains(wrong, "status of 422") {
			t.Errorf("the console says: %s", wrong)
		}
	}

	plain := newTab(t)
	plain.noScript()
	plain.quickLogin(p, host, "owner@"+host+".test")
	plain.open(p.url(host, "/schedule?date="+day))
	plain.do("open it", evaluate(`[...document.querySelectorAll("[data-item] a")].find(a => a.textContent.includes("Drag Me")).id = "it"`))
	plain.follow("#it")
	plain.fill("#f-move-minutes", "20")
	if status := plain.follow(`form[action$="/move"] button`); status != 200 {
		t.Errorf("moved by its form: %d", status)
	}
	plain.mustRead("#toasts", "Drag Me is moved")
}

// dropRequest takes a request from the list to the lane of who is asked for, below
// what is booked there, and insists where that is outside of hours.
func (b *tab) dropRequest() {
	b.t.Helper()
	at := eval[[]float64](b, `(() => {
		scrollTo(0, 0);
		for (const q of document.querySelectorAll("[data-request]")) {
			const lane = [...document.querySelectorAll("[data-lane]")].find(l => q.textContent.includes(l.dataset.title));
			const r = q.getBoundingClientRect(), box = document.querySelector(".board-scroll").getBoundingClientRect();
			if (!lane || r.bottom > innerHeight) continue;
			const l = lane.getBoundingClientRect();
			return [r.left + 8, r.top + 8, l.left + l.width / 2, Math.min(box.bottom, innerHeight) - 60];
		}
		return [];
	})()`)
	if len(at) == 0 {
		b.t.Fatal("no request is in sight")
	}
	b.mouse("mousePressed", at[0], at[1])
	for i := 1; i <= 4; i++ {
		b.mouse("mouseMoved", at[0]+(at[2]-at[0])*float64(i)/4, at[1]+(at[3]-at[1])*float64(i)/4)
	}
	b.mouse("mouseReleased", at[2], at[3])
	b.insist("is confirmed for")
}

// sheets are what the page prints on, in the size that it asks for.
func (b *tab) sheets() int {
	b.t.Helper()
	asked := true
	var out printing.PrintToPDFResult
	b.do("print", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		return t.Call(ctx, printing.PrintToPDF.Method, printing.PrintToPDFParams{PreferCSSPageSize: &asked}, &out)
	}))
	return len(onePage.FindAll(out.Data, -1))
}

var onePage = regexp.MustCompile(`/Type /Page\b`)

// insist waits for a message, and insists on what is outside of hours.
func (b *tab) insist(message string) {
	b.t.Helper()
	done := fmt.Sprintf(`[...document.querySelectorAll("#toasts .toast")].some(t => t.textContent.includes(%q))`, message)
	b.wait("an answer", done+` || document.querySelector("#schedule-note [name=anyway]")`)
	b.do("insist", evaluate(`document.querySelector("#schedule-note [name=anyway]")?.form.querySelector("button").click()`))
	b.wait(message, done)
	b.do("read", evaluate(`document.getElementById("toasts").replaceChildren()`))
}

// requestByKeys takes a request with M, to the lane of who is asked for and as far
// down as it goes; Escape puts it back into the list first.
func (b *tab) requestByKeys() {
	b.t.Helper()
	right := eval[int](b, `(() => {
		const lanes = [...document.querySelectorAll("[data-lane]")];
		for (const q of document.querySelectorAll("[data-request]")) {
			const n = lanes.findIndex(l => q.textContent.includes(l.dataset.title));
			if (n < 0) continue;
			q.querySelector("a").focus();
			return n;
		}
		return -1;
	})()`)
	if right < 0 {
		b.t.Fatal("no request is for anybody on this day")
	}
	name, waiting := eval[string](b, `document.activeElement.textContent`), b.count("[data-request]")
	b.do("take and put back", chromedp.KeyEvent("m"), chromedp.KeyEvent(kb.ArrowDown), chromedp.KeyEvent(kb.Escape))
	b.mustRead("#live", "Put back")
	if at := eval[string](b, `document.activeElement.textContent`); at != name || b.count("[data-item].moving") != 0 {
		b.t.Errorf("put back, and the focus is on %q", at)
	}
	b.do("take", chromedp.KeyEvent("m"))
	b.mustRead("#live", "Moving")
	for range right {
		b.do("to the lane", chromedp.KeyEvent(kb.ArrowRight))
	}
	for range 60 {
		b.do("down", chromedp.KeyEvent(kb.ArrowDown))
	}
	b.do("drop it", chromedp.KeyEvent(kb.Enter))
	b.wait("an answer", `document.querySelector("#toasts .toast, #schedule-note [name=anyway]")`)
	if b.count("#schedule-note [name=anyway]") > 0 {
		keys{b}.reach("#schedule-note button")
		b.do("insist", chromedp.KeyEvent(kb.Enter))
	}
	b.insist("is confirmed for")
	if left := b.count("[data-request]"); left != waiting-1 {
		b.t.Errorf("%d requests are left of %d", left, waiting)
	}
	if at := eval[string](b, `document.activeElement.textContent`); !strings.Contains(at, name) {
		b.t.Errorf("%s is confirmed, and the focus is on %q", name, clip(at))
	}
}

// dragInTheWeek takes something to another open day of the same person, where it
// keeps its time of day.
func (b *tab) dragInTheWeek(address, name string) {
	b.t.Helper()
	b.open(address)
	at := eval[[]float64](b, fmt.Sprintf(`(() => {
		const i = [...document.querySelectorAll("[data-item]")].find(i => i.textContent.includes(%q)), from = i.closest("td");
		i.scrollIntoView({ block: "center" });
		const to = [...from.parentNode.querySelectorAll("td:not(.week-closed)")].find(td => td !== from);
		to.setAttribute("data-to", i.dataset.clock);
		const a = i.getBoundingClientRect(), z = to.getBoundingClientRect();
		return [a.left + 12, a.top + 8, z.left + z.width / 2, z.top + z.height / 2];
	})()`, name))
	date := eval[string](b, `document.querySelector("[data-to]").dataset.date`)
	clock := eval[string](b, `document.querySelector("[data-to]").dataset.to`)
	b.mouse("mousePressed", at[0], at[1])
	for i := 1; i <= 4; i++ {
		b.mouse("mouseMoved", at[0]+(at[2]-at[0])*float64(i)/4, at[1]+(at[3]-at[1])*float64(i)/4)
	}
	b.mouse("mouseReleased", at[2], at[3])
	b.insist(name + " is moved to")
	if now := eval[[]string](b, fmt.Sprintf(`(i => [i.closest("td").dataset.date, i.dataset.clock])([...document.querySelectorAll("[data-item]")].find(i => i.textContent.includes(%q)))`, name)); now[0] != date || now[1] != clock {
		b.t.Errorf("dragged to %s at %s, and it lies at %v", date, clock, now)
	}
}

// quietDay is one on which nothing is booked and somebody works.
func quietDay(t *testing.T, c *client, host string, from int) string {
	t.Helper()
	for ahead := from; ahead < from+7; ahead++ {
		day := time.Now().AddDate(0, 0, ahead).Format(time.DateOnly)
		lane := c.get(host, "/schedule?date="+day).must(t, 200).doc(t).Find("[data-lane]").First()
		if lane.Find(".lane-head p").Text() != "Closed" && lane.Find("li").Length() == 0 {
			return day
		}
	}
	t.Fatal("no day is quiet")
	return ""
}

// place is where an item lies: its rows, and its middle on the screen.
type place struct {
	row  int
	x, y float64
}

func (b *tab) item(name string) place {
	b.t.Helper()
	at := eval[[]float64](b, fmt.Sprintf(`(() => {
		const i = [...document.querySelectorAll("[data-item]")].find(i => i.textContent.includes(%q));
		const r = i.getBoundingClientRect();
		return [+[...i.classList].find(c => /^t\d+$/.test(c)).slice(1), r.left + r.width / 2, r.top + r.height / 3];
	})()`, name))
	return place{int(at[0]), at[1], at[2]}
}

// bookByClick clicks on the first lane some rows below its opening and books.
func (b *tab) bookByClick(name string, rows int) place {
	b.t.Helper()
	b.do("click on free time", evaluate(fmt.Sprintf(`(() => {
		const body = document.querySelector("[data-lane] .lane-body"), r = body.getBoundingClientRect(), row = r.height / +document.querySelector("[data-board]").dataset.rows;
		body.dispatchEvent(new MouseEvent("click", { bubbles: true, clientX: r.left + 30, clientY: r.top + row * (13 + %d) }));
	})()`, rows)))
	b.wait("the form", `document.querySelector("#peek-dialog")?.open`)
	b.do("the first service of this lane", evaluate(`document.querySelector("#f-customer_name").closest("details").open = true`))
	b.fill("#f-customer_name", name)
	b.press("book", `#appointment-form button.btn-primary`)
	b.wait("the appointment", fmt.Sprintf(`[...document.querySelectorAll("[data-item]")].some(i => i.textContent.includes(%q)) && !document.querySelector("#peek-dialog")`, name))
	b.do("into view", evaluate(`document.querySelector("[data-item]").scrollIntoView({ block: "center" })`))
	return b.item(name)
}

// drag takes one item to the place of another with the mouse.
func (b *tab) drag(from, to place) {
	b.t.Helper()
	from = place{from.row, b.item("Drag Me").x, b.item("Drag Me").y}
	to = b.item("Stay Here")
	b.mouse("mousePressed", from.x, from.y)
	for i := 1; i <= 4; i++ {
		b.mouse("mouseMoved", from.x, from.y+(to.y-from.y)*float64(i)/4)
	}
	b.mouse("mouseReleased", to.x, to.y)
}

func (b *tab) mouse(kind input.DispatchMouseEventType, x, y float64) {
	b.t.Helper()
	b.do("mouse", call(input.DispatchMouseEvent.Method, input.DispatchMouseEventParams{Type: kind, X: x, Y: y, Button: "left", Buttons: 1, ClickCount: 1}))
}
