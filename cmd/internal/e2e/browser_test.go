package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

var chromium struct {
	once sync.Once
	ctx  context.Context
	err  error
}

// findChromium returns the browser's path. Without one the tests fail: a
// skipped journey looks like one that was walked.
func findChromium() (string, error) {
	for _, name := range []string{os.Getenv("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable"} {
		if name == "" {
			continue
		}
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("no Chromium is installed; `make test` installs it, or set CHROMIUM to its path")
}

func startChromium() {
	path, err := findChromium()
	if err != nil {
		chromium.err = err
		return
	}
	profile, err := os.MkdirTemp(built.dir, "chromium-")
	if err != nil {
		chromium.err = err
		return
	}
	options := []chromedp.ExecAllocatorOption{
		chromedp.ExecPath(path), chromedp.UserDataDir(profile), chromedp.Headless, chromedp.NoFirstRun, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-renderer-backgrounding", true),
		chromedp.Flag("disable-backgrounding-occluded-windows", true), chromedp.Flag("disable-background-timer-throttling", true),
		chromedp.Flag("force-color-profile", "srgb"),
	}
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox)
	}
	allocator, endAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, end := chromedp.NewContext(allocator)
	atEnd(func() { end(); endAllocator() })
	chromium.ctx, chromium.err = ctx, chromedp.Do(ctx)
}

// tab is a page of a browser that nobody used before: no cookies, no cache.
type tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	problems []string
	answers  []*network.Response
	wire     map[network.RequestID]*transfer
}

// transfer is a request with what it weighed on the wire.
type transfer struct {
	method, url string
	kind        network.ResourceType
	bytes       int
}

// tabTimeout bounds one test's use of a tab.
const tabTimeout = 20 * time.Minute

func newTab(t testing.TB) *tab {
	t.Helper()
	chromium.once.Do(startChromium)
	if chromium.err != nil {
		t.Fatalf("the browser: %v", chromium.err)
	}
	ctx, end := chromedp.NewContext(chromium.ctx, chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(ctx, tabTimeout)
	t.Cleanup(func() { cancel(); end() })
	b := &tab{t: t, ctx: ctx, wire: map[network.RequestID]*transfer{}}
	if err := chromedp.Listen(ctx, b.hear); err != nil {
		t.Fatalf("open a tab: %v", err)
	}
	b.size(1366, 900)
	return b
}

// hear collects what the page complains about and what it fetches.
func (b *tab) hear(ev any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch ev := ev.(type) {
	case *log.EventEntryAdded:
		if level := ev.Entry.Level; level == log.EntryLevelError || level == log.EntryLevelWarning {
			b.problems = append(b.problems, fmt.Sprintf("%s: %s (%s)", ev.Entry.Source, ev.Entry.Text, ev.Entry.URL))
		}
	case *runtime.EventExceptionThrown:
		b.problems = append(b.problems, "exception: "+ev.ExceptionDetails.Text)
	case *runtime.EventConsoleAPICalled:
		if ev.Type == runtime.ConsoleAPICalledTypeError || ev.Type == runtime.ConsoleAPICalledTypeWarning {
			b.problems = append(b.problems, fmt.Sprintf("console.%s: %v", ev.Type, ev.Args))
		}
	case *network.EventRequestWillBeSent:
		b.wire[ev.RequestID] = &transfer{method: ev.Request.Method, url: ev.Request.URL}
	case *network.EventResponseReceived:
		b.answers = append(b.answers, ev.Response)
		if tr := b.wire[ev.RequestID]; tr != nil {
			tr.kind = ev.Type
		}
	case *network.EventLoadingFinished:
		if tr := b.wire[ev.RequestID]; tr != nil {
			tr.bytes = int(ev.EncodedDataLength)
		}
	}
}

// complaints are the console's errors since the last call, without those of
// answers that were meant to fail.
func (b *tab) complaints() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var left []string
	for _, p := range b.problems {
		meant := false
		for _, status := range []string{"422", "403", "404", "410", "429", "503"} {
			meant = meant || strings.Contains(p, "Failed to load resource: the server responded with a status of "+status)
		}
		if !meant {
			left = append(left, p)
		}
	}
	b.problems = nil
	return left
}

// lastStatus is the status of the newest answer to a page or an htmx request.
func (b *tab) lastStatus() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i := len(b.answers) - 1; i >= 0; i-- {
		if strings.HasPrefix(b.answers[i].MimeType, "text/html") {
			return int(b.answers[i].Status)
		}
	}
	return 0
}

// do runs steps, or fails the test.
func (b *tab) do(what string, steps ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		b.t.Fatalf("%s: %v\nat %s\n%s", what, err, b.url(), b.text("body"))
	}
}

// open navigates and returns the status.
func (b *tab) open(address string) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	resp, err := chromedp.RunResponse(ctx, chromedp.Navigate(address))
	if err != nil {
		b.t.Fatalf("open %s: %v", address, err)
	}
	return int(resp.Status)
}

// follow clicks something that leads to another page, and returns its status.
func (b *tab) follow(selector string) int {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 30*time.Second)
	defer cancel()
	resp, err := chromedp.RunResponse(ctx, click(b.visible(selector)))
	if err != nil {
		b.t.Fatalf("click %s: %v\nat %s\n%s", selector, err, b.url(), clip(b.text("body")))
	}
	return int(resp.Status)
}

// press clicks something that changes the page it is on. A board that is read
// anew between the look and the click takes the mark along: then it looks again.
func (b *tab) press(what, selector string) {
	b.t.Helper()
	var err error
	for range 5 {
		mark := b.visible(selector)
		ctx, cancel := context.WithTimeout(b.ctx, 10*time.Second)
		err = chromedp.Do(ctx, click(mark))
		cancel()
		if err == nil || b.count(mark) > 0 {
			break
		}
	}
	if err != nil {
		b.t.Fatalf("%s: %v\nat %s\n%s", what, err, b.url(), clip(b.text("body")))
	}
}

// visible marks the first match that can be seen (wide and narrow menus hold the
// same links) and returns a selector of it alone.
func (b *tab) visible(selector string) string {
	b.t.Helper()
	mark := fmt.Sprintf(`(() => {
		document.querySelector("[data-e2e]")?.removeAttribute("data-e2e");
		const e = [...document.querySelectorAll(%q)].find(e => e.checkVisibility());
		e?.setAttribute("data-e2e", "");
		return !!e;
	})()`, selector)
	b.wait("something to click: "+selector, mark)
	return "[data-e2e]"
}

// fill replaces a field's text by typing.
func (b *tab) fill(selector, text string) {
	b.t.Helper()
	b.do("fill "+selector, chromedp.WaitVisible(chromedp.CSS(selector)), evaluate(fmt.Sprintf(`document.querySelector(%q).select()`, selector)),
		chromedp.SendKeys(chromedp.CSS(selector), text))
}

// wait polls a JavaScript condition.
func (b *tab) wait(what, condition string) {
	b.t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		if eval[bool](b, "!!("+condition+")") {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("waited in vain for: %s (%s)\nat %s\n%s", what, condition, b.url(), clip(b.text("body")))
}

// tryEval is eval that may fail, as during a navigation.
func tryEval[T any](b *tab, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// eval asks the page. A navigation under way destroys the page that was asked,
// so it asks again.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	var value T
	var err error
	for range 20 {
		if value, err = tryEval[T](b, expression); err == nil {
			return value
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatalf("evaluate %.200s: %v", expression, err)
	return value
}

func (b *tab) url() string {
	address, err := tryEval[string](b, "location.href")
	if err != nil {
		return "(" + err.Error() + ")"
	}
	return address
}

// text is what a person reads in an element, or "" when there is none.
func (b *tab) text(selector string) string {
	text, _ := tryEval[string](b, fmt.Sprintf("document.querySelector(%q)?.innerText ?? ''", selector))
	return text
}

func (b *tab) count(selector string) int {
	b.t.Helper()
	return eval[int](b, fmt.Sprintf("document.querySelectorAll(%q).length", selector))
}

func (b *tab) value(selector string) string {
	b.t.Helper()
	return eval[string](b, fmt.Sprintf("document.querySelector(%q)?.value ?? '(no field)'", selector))
}

// mustBeAt checks the exact address.
func (b *tab) mustBeAt(address string) {
	b.t.Helper()
	if got := b.url(); got != address {
		b.t.Fatalf("the page is %s and not %s", got, address)
	}
}

// mustRead checks that an element has a text in it.
func (b *tab) mustRead(selector, text string) {
	b.t.Helper()
	if got := b.text(selector); !strings.Contains(got, text) {
		b.t.Fatalf("%s reads %q and not %q, at %s", selector, got, text, b.url())
	}
}

func (b *tab) size(width, height int64) {
	b.t.Helper()
	b.do("resize", call(emulation.SetDeviceMetricsOverride.Method, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1}))
}

// scheme is the system's light or dark; motion is off so that colours stand still.
func (b *tab) scheme(name string) {
	b.t.Helper()
	b.do("set the scheme", call(emulation.SetEmulatedMedia.Method, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}}))
	b.still()
}

// noMotion takes transitions away: a tab in the background draws no frames, so
// that colours on their way would never arrive.
func (b *tab) noMotion() {
	b.t.Helper()
	b.do("stop what moves", evaluate(`(() => {
		const s = new CSSStyleSheet();
		s.replaceSync("*, ::before, ::after { transition: none !important; animation: none !important; }");
		document.adoptedStyleSheets.push(s);
	})()`))
}

// still waits for the next frame, if the tab draws any.
func (b *tab) still() {
	b.t.Helper()
	eval[bool](b, `Promise.race([new Promise(requestAnimationFrame), new Promise(r => setTimeout(r, 60))]).then(() => true)`)
}

// noScript switches JavaScript off, as some users and all crawlers do.
func (b *tab) noScript() {
	b.t.Helper()
	b.do("switch JavaScript off", call(emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true}))
}

func call(method string, params any) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error { return t.Call(ctx, method, params, nil) })
}

// quickLogin presses the button of a demo person on the login page.
func (b *tab) quickLogin(p *program, host, email string) {
	b.t.Helper()
	b.open(p.url(host, "/login"))
	if status := b.follow(fmt.Sprintf("form:has(input[value=%q]) button", email)); status != 200 {
		b.t.Fatalf("quick login as %s: %d", email, status)
	}
}

func click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector), chromedp.NodeVisible)
}

func evaluate(script string) chromedp.Action[chromedp.Void] {
	return chromedp.Evaluate[chromedp.Void](script)
}
