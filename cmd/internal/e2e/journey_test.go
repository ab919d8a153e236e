package e2e

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestJourneyOfASuperuser walks the first path that the product must offer, in a
// browser with JavaScript and in one without.
func TestJourneyOfASuperuser(t *testing.T) {
	for _, way := range []struct {
		name    string
		scripts bool
	}{{"with JavaScript", true}, {"by forms and links only", false}} {
		t.Run(way.name, func(t *testing.T) {
			p := demo(t)
			b := newTab(t)
			if !way.scripts {
				b.noScript()
			}
			j := journey{t, p, b, way.scripts}
			j.logIn()
			j.search()
			name, subdomain := j.create()
			j.masquerade(subdomain)
			j.suspend(name)
			j.owner(subdomain)
			if wrong := b.complaints(); len(wrong) > 0 {
				t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
			}
		})
	}
}

type journey struct {
	t       *testing.T
	p       *program
	b       *tab
	scripts bool
}

// logIn asks for the console, is asked to log in, and lands on the dashboard.
func (j journey) logIn() {
	j.b.open(j.p.url("platform", "/"))
	j.b.mustBeAt(j.p.url("platform", "/login"))
	j.b.follow(`form:has(input[value="superuser@smoothschedule.test"]) button`)
	j.b.mustBeAt(j.p.url("platform", "/dashboard"))
	j.b.mustRead("h1", "Dashboard")
	j.b.mustRead("main", "Monthly recurring revenue")
}

// search finds a business by a part of its name; the address carries the state,
// so that reload and Back show the same rows.
func (j journey) search() {
	t, b := j.t, j.b
	b.follow(`nav a[href="/businesses"]`)
	b.mustRead("h1", "Businesses")
	if rows := b.count("#businesses tbody tr"); rows != 25 {
		t.Errorf("the first page has %d rows and not 25", rows)
	}
	b.fill("#businesses-q", "søn's barber")
	if j.scripts {
		b.wait("the list to follow the typing", `document.querySelectorAll("#businesses tbody tr").length === 1`)
		b.wait("the address to follow the list", `location.search === "?q=s%C3%B8n%27s+barber"`)
		if focused := eval[string](b, "document.activeElement.id"); focused != "businesses-q" {
			t.Errorf("the swap moved the focus to %q", focused)
		}
	} else {
		b.follow(`#businesses form[role="search"] button[type="submit"]`)
	}
	want := "O'Brien & Søn's Barbershop"
	b.mustRead("#businesses tbody", want)
	address := b.url()
	if q := mustParse(t, address).Query().Get("q"); q != "søn's barber" {
		t.Errorf("the address %s does not carry the search", address)
	}
	if status := b.open(address); status != 200 || b.count("#businesses tbody tr") != 1 {
		t.Errorf("the same address shows %d rows", b.count("#businesses tbody tr"))
	}
	b.mustRead("#businesses tbody", want)
	if got := b.value("#businesses-q"); got != "søn's barber" {
		t.Errorf("after a reload the search field holds %q", got)
	}
	// The chip takes the search away again.
	if j.scripts {
		b.do("remove the chip", click("#businesses .chip"))
		b.wait("all rows", `document.querySelectorAll("#businesses tbody tr").length === 25`)
	} else {
		b.follow("#businesses .chip")
	}
	b.mustBeAt(j.p.url("platform", "/businesses"))
}

// create opens a business; the first try is wrong in two ways.
func (j journey) create() (name, subdomain string) {
	t, b := j.t, j.b
	stamp := time.Now().Format("150405.000000")
	name = "Żółw & Sons <" + stamp + ">"
	subdomain = "zolw-" + strings.ReplaceAll(stamp, ".", "-")
	b.follow(`main a[href="/businesses/new"]`)
	b.fill("#f-name", name)
	b.fill("#f-subdomain", "acme-auto") // taken
	b.fill("#f-time_zone", "Europe/Warsaw")
	b.fill("#f-owner_name", "Zofia Żółw")
	b.fill("#f-owner_email", "not an address")
	j.submitBusiness()
	if j.b.lastStatus() != 422 {
		t.Errorf("a bad form answers %d and not 422", b.lastStatus())
	}
	b.mustRead(`[id="f-owner_email-error"]`, "address")
	if invalid := b.count(`#f-owner_email[aria-invalid="true"][aria-describedby~="f-owner_email-error"]`); invalid != 1 {
		t.Error("the error is not tied to its field")
	}
	for field, value := range map[string]string{"name": name, "subdomain": "acme-auto", "time_zone": "Europe/Warsaw", "owner_name": "Zofia Żółw", "owner_email": "not an address"} {
		if got := b.value("#f-" + field); got != value {
			t.Errorf("after the error %s holds %q and not %q", field, got, value)
		}
	}
	// The address is right now, the name is still taken.
	b.fill("#f-owner_email", "zofia@"+subdomain+".test")
	j.submitBusiness()
	b.mustRead(`[id="f-subdomain-error"]`, "taken")
	if got := b.value("#f-owner_email"); got != "zofia@"+subdomain+".test" {
		t.Errorf("the second error lost the address: %q", got)
	}
	b.fill("#f-subdomain", subdomain)
	if j.scripts {
		b.do("create", click(`#business-form button[type="submit"]`))
		b.wait("the page of the new business", `/^\/businesses\/[0-9a-f-]{36}$/.test(location.pathname) && document.readyState === "complete"`)
	} else {
		b.follow(`#business-form button[type="submit"]`)
	}
	b.mustRead("h1", name)
	b.mustRead(".toasts", "gets an invitation")
	b.mustRead("main", "zofia@"+subdomain+".test")
	return name, subdomain
}

// submitBusiness sends the form and waits for the errors.
func (j journey) submitBusiness() {
	j.t.Helper()
	if !j.scripts {
		j.b.follow(`#business-form button[type="submit"]`)
		return
	}
	j.b.do("mark the form", evaluate(`document.querySelector("#business-form").dataset.before = "yes"`))
	j.b.do("submit", click(`#business-form button[type="submit"]`))
	j.b.wait("the form with its errors", `document.querySelector("#business-form:not([data-before]) [aria-invalid=true]")`)
	j.b.mustBeAt(j.p.url("platform", "/businesses/new"))
}

// masquerade looks through the owner's eyes, can change nothing, and comes back
// to the very page that was left, still logged in.
func (j journey) masquerade(subdomain string) {
	t, b := j.t, j.b
	if !j.scripts { // from the list with a search and not from the page
		b.open(j.p.url("platform", "/businesses?q="+url.QueryEscape(subdomain)+"&sort=-name"))
	}
	left := b.url()
	b.follow(`main a[href^="/masquerade/new?"]`)
	b.mustRead("h1", "View as Zofia Żółw")
	b.fill("#f-reason", "too short")
	if !j.scripts {
		b.do("leave the check to the server", evaluate(`document.querySelector('form[action="/masquerade"]').noValidate = true`))
		b.follow(`form[action="/masquerade"] button[type="submit"]`)
		if b.lastStatus() != 422 {
			t.Errorf("a short reason answers %d and not 422", b.lastStatus())
		}
		b.mustRead("#f-reason-error", "10")
	}
	b.fill("#f-reason", "The owner asks why the calendar is empty.")
	b.follow(`form[action="/masquerade"] button[type="submit"]`)
	if got := b.url(); !strings.HasPrefix(got, j.p.url(subdomain, "/masquerade/")) {
		t.Fatalf("the masquerade leads to %s", got)
	}
	b.follow(`form[action^="/masquerade/"] button`)
	b.mustBeAt(j.p.url(subdomain, "/"))
	for _, path := range []string{"/", "/appointments", "/customers", "/appointments?date=2031-02-29", "/nothing-here", "/portal"} {
		b.open(j.p.url(subdomain, path))
		banner := b.text("aside.masq")
		for _, part := range []string{"Zofia Żółw", "View only", "min left", "Stop"} {
			if !strings.Contains(banner, part) {
				t.Errorf("the banner on %s reads %q, without %q", path, banner, part)
			}
		}
	}
	// A form that writes, taken from the site itself.
	b.open(j.p.url(subdomain, "/password/forgot"))
	b.mustRead("aside.masq", "Zofia Żółw")
	b.fill("#f-email", "zofia@"+subdomain+".test")
	if j.scripts {
		b.do("send", click(`main form[action="/password/forgot"] button`))
		b.wait("an answer", `document.body.innerText.includes("You are only viewing")`)
	} else {
		b.follow(`main form[action="/password/forgot"] button`)
		b.mustRead("main", "You are only viewing")
	}
	if b.lastStatus() != 403 {
		t.Errorf("a write answers %d and not 403", b.lastStatus())
	}
	b.mustRead("aside.masq", "Zofia Żółw")

	if status := b.follow("aside.masq button"); status != 200 {
		t.Errorf("Stop leads to a page that answers %d", status)
	}
	b.mustBeAt(left)
	b.open(j.p.url("platform", "/dashboard"))
	b.mustRead("h1", "Dashboard")
	// It is over on the business's host: the console says so, and leads back.
	b.open(j.p.url(subdomain, "/customers"))
	if at := b.url(); !strings.HasPrefix(at, j.p.url("platform", "/masquerades/")) || !strings.HasSuffix(at, "/ended") {
		t.Errorf("after Stop a page of the business leads to %s", at)
	}
	// And it is written down.
	b.open(left)
	if strings.HasPrefix(mustParse(t, left).Path, "/businesses/") {
		b.mustRead("main", "stopped viewing as")
	}
}

// suspend closes the business and opens it again.
func (j journey) suspend(name string) {
	t, b := j.t, j.b
	b.open(j.p.url("platform", "/businesses?q="+url.QueryEscape(name)))
	b.follow(`#businesses tbody a[href^="/businesses/"]`)
	b.mustRead("h1", name)
	page := b.url()
	field := "#f-plain-reason"
	if j.scripts {
		b.press("open the dialog", `button[commandfor="suspend-dialog"]`)
		b.wait("the dialog", `document.querySelector("#suspend-dialog").open`)
		field = "#f-reason"
	} else {
		b.press("unfold the form", `details:has(`+field+`) > summary`)
	}
	b.fill(field, "Trying out what the owners see.")
	b.follow(`form:has(` + field + `) button.btn-danger`)
	b.mustBeAt(page)
	b.mustRead("main", "Trying out what the owners see.")
	if status := b.follow(`button[form="reactivate-form"]`); status != 200 {
		t.Errorf("reactivating answers %d", status)
	}
	b.mustBeAt(page)
	if strings.Contains(b.text("main .alert"), "Trying out") {
		t.Error("the reason stays after reactivating")
	}
}

// owner follows the mailed invitation, chooses a password and arrives.
func (j journey) owner(subdomain string) {
	t, b := j.t, j.b
	to := "zofia@" + subdomain + ".test"
	deadline := time.Now().Add(20 * time.Second)
	selector := ""
	for selector == "" {
		b.open(j.p.url("platform", "/dev/mail"))
		selector = eval[string](b, fmt.Sprintf(`[...document.querySelectorAll("#mails li")].find(li => li.innerText.includes(%q) && /invit/i.test(li.innerText))?.querySelector("a").getAttribute("href") ?? ""`, to))
		if time.Now().After(deadline) {
			t.Fatalf("no invitation to %s is among the mails:\n%s", to, b.text("#mails"))
		}
	}
	b.follow(fmt.Sprintf("a[href=%q]", selector))
	b.follow(fmt.Sprintf(`#mail a[href^=%q]`, j.p.url(subdomain, "/invitation/")))
	link := b.url()
	b.mustRead("main", to)
	b.fill("#f-password", "short")
	// The browser itself would refuse it; the server must, too.
	b.do("leave the check to the server", evaluate(`document.querySelector("main form").noValidate = true`))
	b.follow(`main form[action^="/invitation/"] button`)
	if b.lastStatus() != 422 {
		t.Errorf("a short password answers %d and not 422", b.lastStatus())
	}
	b.mustRead("#f-password-error", "characters")
	b.fill("#f-password", "a turtle on a long way home")
	b.follow(`main form[action^="/invitation/"] button`)
	b.mustBeAt(j.p.url(subdomain, "/"))
	b.mustRead("h1", "Today")
	if j.b.count("aside.masq") != 0 {
		t.Error("the owner sees a masquerade's banner")
	}
	if status := b.open(link); status != 404 {
		t.Errorf("the spent link answers %d and not 404", status)
	}
	b.mustRead("h1", "no longer")
}

func mustParse(t testing.TB, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
