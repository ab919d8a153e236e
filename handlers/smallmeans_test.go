package handlers_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// multiply makes n of everything that limiters have counted.
func multiply(t *testing.T, s *handlertest.Server, n int) {
	t.Helper()
	for _, table := range []string{"login_failures", "visitor_deeds"} {
		if _, err := schema.Direct(s.DB).Exec(`INSERT INTO `+table+` (key, at) SELECT key, at FROM `+table+`, generate_series(2, $1)`, n); err != nil {
			t.Fatal(err)
		}
	}
}

// slow says whether an answer is 429 and tells in how many seconds to come back.
func slow(t *testing.T, what string, r handlertest.Response) {
	t.Helper()
	if wait, err := strconv.Atoi(r.Header().Get("Retry-After")); r.Code != http.StatusTooManyRequests || err != nil || wait < 1 {
		t.Errorf("%s: %d, Retry-After %q, want 429 with one", what, r.Code, r.Header().Get("Retry-After"))
	}
}

// TestS5_FailuresOfAnAddressHoldUpItsStrangersAlone: a hundred wrong passwords
// from an address slow down unknown browsers there, on that host. Known browsers,
// mailed links, other hosts and programs go on.
func TestS5_FailuresOfAnAddressHoldUpItsStrangersAlone(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	acme := s.Business("acme")
	s.Business("other")
	known := s.At("acme").As(access.TenantOwner)
	known.Post("/logout", nil)
	login := func(role access.Role) url.Values {
		return url.Values{"email": {handlertest.Email(role)}, "password": {handlertest.Password}}
	}
	s.At("acme").Post("/login", url.Values{"email": {"nobody@example.test"}, "password": {"wrong wrong wrong"}})
	s.At("acme").Post("/password/forgot", url.Values{"email": {"nobody@example.test"}})
	s.Platform().Post("/login/passkey/options", nil)
	s.At("acme").Post("/api/auth/token/", url.Values{"email": {"nobody@example.test"}, "password": {"wrong wrong wrong"}})
	multiply(t, s, 100)
	slow(t, "a stranger's browser", s.At("acme").Post("/login", login(access.TenantManager)))
	slow(t, "a stranger's passkey", s.Platform().Post("/login/passkey/options", nil))
	slow(t, "a program", s.At("acme").Post("/api/auth/token/", login(access.TenantManager)))
	slow(t, "a stranger's link", s.At("acme").Post("/password/forgot", url.Values{"email": {handlertest.Email(access.TenantManager)}}))
	for what, r := range map[string]handlertest.Response{
		"a known browser":      known.Post("/login", login(access.TenantOwner)),
		"another business":     s.At("other").Post("/login", login(access.TenantOwner)),
		"the console":          s.Platform().Post("/login", login(access.Superuser)),
		"another address":      s.At("acme").From("192.0.2.9").Post("/login", login(access.TenantManager)),
		"another's known link": known.Post("/logout", nil),
	} {
		if r.Code != http.StatusSeeOther {
			t.Errorf("%s: %d, want to get in", what, r.Code)
		}
	}
	// Who knows this browser gets a link mailed; the link leads in, wherever from.
	if r := known.Post("/password/forgot", url.Values{"email": {handlertest.Email(access.TenantOwner)}}); r.Code != http.StatusOK {
		t.Errorf("forgotten password in a known browser: %d", r.Code)
	}
	var token string
	err := s.DB.InPublic(context.Background(), func(q *store.PublicTx) error {
		var id uuid.UUID
		if err := schema.Direct(s.DB).QueryRow(`SELECT id FROM users WHERE business_id = $1 AND email = $2`, acme.ID, handlertest.Email(access.TenantManager)).Scan(&id); err != nil {
			return err
		}
		var err error
		token, _, err = identity.NewLink(q, id, identity.PasswordReset)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	stranger := s.At("acme")
	if r := stranger.Post("/password/reset/"+token, url.Values{"password": {"quite-another-phrase-7"}}); r.Code != http.StatusSeeOther || stranger.Get("/").Code != http.StatusOK {
		t.Errorf("a mailed link: %d", r.Code)
	}
}

// TestS5_FailedLoginsFillNoOtherBucket: a hundred failures and nothing else leave
// forgotten passwords, passkeys and programs of that address alone.
func TestS5_FailedLoginsFillNoOtherBucket(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	s.Business("acme")
	for _, c := range []*handlertest.Client{s.At("acme"), s.Platform()} {
		c.Post("/login", url.Values{"email": {"nobody@example.test"}, "password": {"wrong wrong wrong"}})
	}
	multiply(t, s, 100)
	slow(t, "a login", s.Platform().Post("/login", url.Values{"email": {handlertest.Email(access.Superuser)}, "password": {handlertest.Password}}))
	if r := s.At("acme").Post("/password/forgot", url.Values{"email": {handlertest.Email(access.TenantOwner)}}); r.Code != http.StatusOK {
		t.Errorf("forgotten password: %d", r.Code)
	}
	if n := count(t, s, `SELECT count(*) FROM river_job WHERE kind = 'forgot_password'`); n != 1 {
		t.Errorf("%d questions for a link kept, want 1", n)
	}
	if r := s.Platform().Post("/login/passkey/options", nil); r.Code != http.StatusOK {
		t.Errorf("a passkey: %d", r.Code)
	}
	if r := s.At("acme").Post("/api/auth/token/", url.Values{"email": {handlertest.Email(access.TenantOwner)}, "password": {handlertest.Password}}); r.Code != http.StatusOK {
		t.Errorf("a program: %d", r.Code)
	}
}

// bookForm is a guest's booking of the hour n of the days from tomorrow on.
func bookForm(service uuid.UUID, tenant store.Tenant, n int, name, email string) url.Values {
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 2+n/8).Format(time.DateOnly)
	return url.Values{"service_id": {service.String()}, "start": {fmt.Sprintf("%sT%02d:00", day, 9+n%8)}, "name": {name}, "email": {email}, "note": {"typed with care"}}
}

// TestS12_BookingsOfAnAddress: many guests share an address, on a tablet or a
// phone network, and each counts; one person, and all of them together, come to
// an end. Then the form is there with what was typed.
func TestS12_BookingsOfAnAddress(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	book := func(n int, email string) handlertest.Response {
		return s.At("acme").From("198.51.100.7").Post("/book", bookForm(service, tenant, n, "Kim", email))
	}
	for n := range 31 {
		if r := book(n, fmt.Sprintf("kim%d@example.test", n)); r.Code != http.StatusSeeOther {
			t.Fatalf("guest %d of one address: %d %s", n+1, r.Code, r.Doc().Find("main").Text())
		}
	}
	kept := func(what string, r handlertest.Response) {
		t.Helper()
		slow(t, what, r)
		doc := r.Doc()
		if doc.Find("#f-note").Text() != "typed with care" || doc.Find("#f-name").AttrOr("value", "") != "Kim" || doc.Find(`input[name=start]`).Length() != 1 || doc.Find(".error-summary, [role=alert]").Length() == 0 {
			t.Errorf("%s: what was typed is lost: %s", what, doc.Find("main").Text())
		}
	}
	if _, err := schema.Direct(s.DB).Exec(`DELETE FROM visitor_deeds`); err != nil {
		t.Fatal(err)
	}
	if r := book(31, "kim@example.test"); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	multiply(t, s, 20)
	kept("one person's 21st", book(32, "Kim+more@example.test"))
	if r := book(33, "lee@example.test"); r.Code != http.StatusSeeOther {
		t.Errorf("somebody else from there: %d", r.Code)
	}
	multiply(t, s, 5)
	kept("all together", book(34, "mia@example.test"))
	if r := s.At("acme").From("198.51.100.8").Post("/book", bookForm(service, tenant, 35, "Kim", "mia@example.test")); r.Code != http.StatusSeeOther {
		t.Errorf("another address: %d", r.Code)
	}
	if n := count(t, s, `SELECT count(*) FROM notices WHERE kind = 'confirmed'`); n != 34 {
		t.Errorf("%d bookings are announced, want 34: a refused one leaves nothing", n)
	}
}

// TestS13_GuestsMailsToOneMailbox: of all businesses together guests have three
// mails an hour sent to one mailbox. The fourth booking is made, its page says
// that no mail comes and shows where it is.
func TestS13_GuestsMailsToOneMailbox(t *testing.T) {
	s := handlertest.New(t)
	var tenants []store.Tenant
	var services []uuid.UUID
	for _, name := range []string{"acme", "other"} {
		tenants = append(tenants, s.Business(name))
		service, _ := bookable(t, s, tenants[len(tenants)-1])
		services = append(services, service)
	}
	booked := make([]handlertest.Response, 6)
	for n := range booked {
		i := n % 2
		c := s.At(tenants[i].Subdomain).From(fmt.Sprintf("203.0.113.%d", n))
		if booked[n] = c.Post("/book", bookForm(services[i], tenants[i], n, "Kim", fmt.Sprintf("Stranger+%d@Example.test", n))); booked[n].Code != http.StatusSeeOther {
			t.Fatalf("booking %d: %d", n, booked[n].Code)
		}
		doc := c.Get(booked[n].Location()).Doc()
		page := doc.Find(`#booking a[href^="http://` + tenants[i].Subdomain + `."][href*="/b/"]`).Length()
		if (page == 1) != (n >= 3) {
			t.Errorf("booking %d: its page shows the address %d times: %s", n, page, doc.Find("#booking").Text())
		}
	}
	const to = `lower(to_email) LIKE 'stranger+%' AND customer_id IS NOT NULL`
	if n := count(t, s, `SELECT count(*) FROM notices WHERE state = 'queued' AND kind = 'confirmed' AND `+to); n != 3 {
		t.Errorf("%d mails, want 3", n)
	}
	if n := count(t, s, `SELECT count(DISTINCT appointment_id) FROM notices WHERE state = 'queued' AND `+to); n != 3 {
		t.Errorf("mails or reminders of %d appointments are planned, want 3", n)
	}
	const invitations = `SELECT count(*) FROM river_job WHERE kind = 'mail_invitation'`
	others := count(t, s, invitations)
	// Neither moving nor asking for an account sends more.
	link := "/b/" + strings.TrimPrefix(strings.SplitN(booked[5].Location(), "?", 2)[0], "/book/done/")
	c := s.At("other").From("203.0.113.9")
	start := bookForm(services[1], tenants[1], 20, "", "").Get("start")
	if r := c.Post(link+"/move", url.Values{"start": {start}}); r.Code != http.StatusSeeOther {
		t.Errorf("a move: %d", r.Code)
	}
	slow(t, "an account", c.Post(link+"/account", nil))
	if r := c.Post(link+"/cancel", nil); r.Code != http.StatusSeeOther {
		t.Errorf("cancelling: %d", r.Code)
	}
	if n := count(t, s, `SELECT count(*) FROM notices WHERE state = 'queued' AND kind <> 'reminder' AND `+to) + count(t, s, invitations) - others; n != 3 {
		t.Errorf("%d mails after a move and more, want 3", n)
	}
	if _, err := schema.Direct(s.DB).Exec(`UPDATE visitor_deeds SET at = at - interval '61 minutes'`); err != nil {
		t.Fatal(err)
	}
	c.Post("/book", bookForm(services[1], tenants[1], 30, "Kim", "stranger+9@example.test"))
	if n := count(t, s, `SELECT count(*) FROM notices WHERE state = 'queued' AND kind = 'confirmed' AND `+to); n != 4 {
		t.Errorf("%d mails an hour later, want 4", n)
	}
}

// TestS13_NamesWithLinks: where a name goes out by mail, it holds no address.
func TestS13_NamesWithLinks(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	const bad = "You won 500 $, claim at http://prize.example/x1 now"
	if r := s.At("acme").Post("/book", bookForm(service, tenant, 1, bad, "stranger@example.test")); r.Code != http.StatusUnprocessableEntity || r.Doc().Find(`#f-name[aria-invalid="true"]`).Length() != 1 {
		t.Errorf("a guest's name: %d", r.Code)
	}
	for _, field := range []string{"owner_name", "business_name"} {
		if r := s.On("localhost").Post("/signup", signUp(field, bad)); r.Code != http.StatusUnprocessableEntity || r.Doc().Find(`#f-`+field+`[aria-invalid="true"]`).Length() != 1 {
			t.Errorf("sign-up, %s: %d", field, r.Code)
		}
	}
	owner := s.At("acme").As(access.TenantOwner)
	if r := owner.Post("/team", url.Values{"name": {bad}, "email": {"stranger@example.test"}, "role": {"TENANT_STAFF"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("an invited person's name: %d", r.Code)
	}
	for i, name := range []string{"Dr. A. B. Smith-Jones", "J. R. R. Tolkien", "Mr.X", "St. John"} {
		if r := s.At("acme").Post("/book", bookForm(service, tenant, 2+i, name, fmt.Sprintf("n%d@example.test", i))); r.Code != http.StatusSeeOther {
			t.Errorf("%s: %d", name, r.Code)
		}
	}
}

// TestS14_TicketsHaveQuotas: questions, files and bytes of a business and day, and
// all that is stored, come to an end in plain words, and the text is kept.
func TestS14_TicketsHaveQuotas(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	owner := s.At("acme").As(access.TenantOwner)
	ask := func(files int) handlertest.Response {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		for name, value := range map[string]string{"subject": "A question", "body": "Typed with care", "priority": "low"} {
			_ = w.WriteField(name, value)
		}
		for i := range files {
			part, _ := w.CreateFormFile("files", fmt.Sprintf("%d.txt", i))
			_, _ = part.Write([]byte("words"))
		}
		_ = w.Close()
		return owner.Send(http.MethodPost, "/support", w.FormDataContentType(), &body)
	}
	sql := func(query string, args ...any) {
		t.Helper()
		if _, err := schema.Direct(s.DB).Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	if r := ask(1); r.Code != http.StatusSeeOther {
		t.Fatalf("the first: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	// Files of the team of the platform don't count, those of a day ago neither.
	copies := `INSERT INTO ticket_files (id, business_id, ticket_id, message_id, name, media_type, size, data, created_at)
		SELECT gen_random_uuid(), business_id, ticket_id, message_id, name, media_type, $2, data, created_at FROM (SELECT * FROM ticket_files ORDER BY created_at LIMIT 1) f, generate_series(1, $1)`
	sql(copies, 46, 10)
	if r := ask(3); r.Code != http.StatusSeeOther {
		t.Errorf("up to 50 files: %d", r.Code)
	}
	refused := func(what string) {
		t.Helper()
		r := ask(1)
		if doc := r.Doc(); r.Code != http.StatusUnprocessableEntity || doc.Find("#f-files-error").Length() != 1 || doc.Find("#f-body").Text() != "Typed with care" {
			t.Errorf("%s: %d %s", what, r.Code, doc.Find("main").Text())
		}
		if r := ask(0); r.Code != http.StatusSeeOther {
			t.Errorf("%s, without a file: %d", what, r.Code)
		}
	}
	refused("51 files")
	sql(`UPDATE ticket_files SET created_at = created_at - interval '25 hours'`)
	if r := ask(1); r.Code != http.StatusSeeOther {
		t.Errorf("a day later: %d", r.Code)
	}
	sql(`UPDATE ticket_files SET size = 5242880, created_at = now() WHERE id IN (SELECT id FROM ticket_files LIMIT 20)`)
	refused("100 MB")
	sql(`UPDATE ticket_files SET size = 5242880, created_at = created_at - interval '25 hours'`)
	sql(copies, 160, 5242880)
	sql(`UPDATE ticket_files SET created_at = now() - interval '25 hours'`)
	refused("1 GB")
	if _, err := schema.Direct(s.DB).Exec(`DELETE FROM visitor_deeds`); err != nil {
		t.Fatal(err)
	}
	ask(0)
	multiply(t, s, 20)
	r := ask(0)
	slow(t, "the 21st question", r)
	if r.Doc().Find("#f-body").Text() != "Typed with care" {
		t.Error("the text is lost")
	}
	var number int64
	if err := schema.Direct(s.DB).QueryRow(`SELECT min(number) FROM tickets WHERE business_id = $1`, tenant.ID).Scan(&number); err != nil {
		t.Fatal(err)
	}
	answer := func() handlertest.Response {
		return owner.Post(fmt.Sprintf("/support/%d/messages", number), url.Values{"body": {"Typed with care"}})
	}
	if r := answer(); r.Code != http.StatusSeeOther {
		t.Fatalf("an answer: %d", r.Code)
	}
	multiply(t, s, 200)
	if r = answer(); r.Doc().Find("#f-body").Text() != "Typed with care" {
		t.Error("the answer's text is lost")
	}
	slow(t, "the 201st message", r)
}

// TestS5_ForwardedByAStranger: a peer that is not trusted and forwards is warned
// of once, with what to do, and is not believed.
func TestS5_ForwardedByAStranger(t *testing.T) {
	s := handlertest.New(t)
	var log bytes.Buffer
	s.App.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelWarn}))
	s.App.Dev = false
	s.App.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	s.Handler = handlers.New(s.App, t.TempDir())
	get := func(peer string) {
		s.On("localhost").From(peer).With("X-Forwarded-For", "192.0.2.55").Get("/")
	}
	get("10.1.2.3")
	if log.Len() > 0 {
		t.Errorf("a trusted proxy is warned of: %s", &log)
	}
	for range 3 {
		get("198.51.100.1")
		get("2001:db8::1")
		get("2001:db8::2")
	}
	if n := strings.Count(log.String(), "TRUSTED_PROXIES"); n != 2 || strings.Contains(log.String(), "192.0.2.55") {
		t.Errorf("%d warnings of two peers: %s", n, &log)
	}
	for i := range 100 {
		get(fmt.Sprintf("198.51.100.%d", i+2))
	}
	if n := strings.Count(log.String(), "\n"); n > 20 {
		t.Errorf("%d lines of an hour", n)
	}
}
