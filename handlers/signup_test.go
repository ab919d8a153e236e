package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/search"
)

func signUp(changes ...string) url.Values {
	form := url.Values{"business_name": {"Ann's Bakery"}, "subdomain": {"anns-bakery"}, "time_zone": {"Europe/Zurich"}, "owner_name": {"Ann O'Nym"},
		"owner_email": {"ann@example.test"}, "password": {"three words long"}}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

// mailedLink is the path that the worker would mail for the newest sign-up.
func mailedLink(t *testing.T, s *handlertest.Server) string {
	t.Helper()
	var id uuid.UUID
	if err := schema.Direct(s.DB).QueryRowContext(t.Context(), `SELECT id FROM signups ORDER BY created_at DESC, id DESC LIMIT 1`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	var token string
	err := s.DB.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
		token, err = console.NewSignUpLink(q, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return "/signup/confirm/" + token
}

func count(t *testing.T, s *handlertest.Server, query string) (n int) {
	t.Helper()
	if err := schema.Direct(s.DB).QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// TestSignUp goes from the apex into the new business, without a script.
func TestSignUp(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	s.Business("taken")
	apex := s.On("localhost")
	page := apex.Get("/").Doc()
	if page.Find(`a[href="/signup"]`).Length() == 0 || !strings.Contains(page.Find("main").Text(), "$29") {
		t.Error("the front page shows no sign-up or no price")
	}

	for field, form := range map[string]url.Values{
		"business_name": signUp("business_name", " "), "subdomain": signUp("subdomain", "Not A Name"), "time_zone": signUp("time_zone", "Mars/Olympus"),
		"owner_name": signUp("owner_name", ""), "owner_email": signUp("owner_email", "ann"), "password": signUp("password", "short"),
	} {
		r := apex.Post("/signup", form)
		doc := r.Doc()
		if r.Code != http.StatusUnprocessableEntity || doc.Find("#f-"+field+`[aria-invalid="true"]`).Length() != 1 {
			t.Errorf("%s: %d", field, r.Code)
		}
		if field != "owner_name" && doc.Find("#f-owner_name").AttrOr("value", "") != "Ann O'Nym" {
			t.Errorf("%s: what was typed is lost", field)
		}
	}
	part := apex.With("HX-Request", "true").With("HX-Request-Type", "partial").Post("/signup", signUp("subdomain", "taken"))
	if part.Code != 422 || part.Doc().Find("header").Length() != 0 || !strings.Contains(part.Body.String(), "taken") {
		t.Errorf("taken, with htmx: %d", part.Code)
	}
	if n := count(t, s, `SELECT count(*) FROM signups`); n != 0 {
		t.Fatalf("%d sign-ups after bad forms", n)
	}
	if r := apex.Post("/signup", signUp("website", "https://spam.test")); r.Code != http.StatusSeeOther || count(t, s, `SELECT count(*) FROM signups`) != 0 {
		t.Errorf("a machine: %d", r.Code)
	}

	if r := apex.Post("/signup", signUp()); r.Code != http.StatusSeeOther || r.Location() != "/signup/sent" {
		t.Fatalf("sign up: %d to %q %.300s", r.Code, r.Location(), r.Body)
	}
	if text, in := apex.Get("/signup/sent").Doc().Find("#sent").Text(), signUp(); !strings.Contains(text, "to "+in.Get("owner_email")+".") {
		t.Errorf("the next page does not name the address: %s", text)
	}
	link := mailedLink(t, s)
	for range 2 {
		if r := apex.Get(link); r.Code != 200 || r.Header().Get("Referrer-Policy") != "strict-origin" || !strings.Contains(r.Doc().Find("main").Text(), "anns-bakery.localhost") {
			t.Fatalf("the link: %d", r.Code)
		}
	}
	if n := count(t, s, `SELECT count(*) FROM businesses WHERE subdomain = 'anns-bakery'`); n != 0 {
		t.Fatal("a GET opened the business")
	}
	r := apex.Post(link, url.Values{})
	welcome, err := url.Parse(r.Location())
	if err != nil || r.Code != http.StatusSeeOther || welcome.Host != "anns-bakery.localhost:8000" || !strings.HasPrefix(welcome.Path, "/welcome/") {
		t.Fatalf("confirm: %d to %q %.500s", r.Code, r.Location(), r.Body)
	}
	if again := apex.Post(link, url.Values{}); again.Code != http.StatusNotFound && again.Code != 200 || count(t, s, `SELECT count(*) FROM businesses WHERE subdomain = 'anns-bakery'`) != 1 {
		t.Errorf("confirmed twice: %d", again.Code)
	}
	if r := apex.Get(link); !strings.Contains(r.Doc().Find("main a.btn").AttrOr("href", ""), "anns-bakery.localhost:8000/login") {
		t.Errorf("the used link leads to %q", r.Doc().Find("main a.btn").AttrOr("href", ""))
	}

	site := s.At("anns-bakery")
	if r := s.At("taken").Post(welcome.Path, url.Values{}); r.Code != http.StatusNotFound {
		t.Errorf("the code on another host: %d", r.Code)
	}
	if r := site.Get(welcome.Path); r.Code != 200 || r.Doc().Find(`form[action="`+welcome.Path+`"] button`).Length() != 1 {
		t.Fatalf("welcome: %d", r.Code)
	}
	// Who comes from the button of the sign-up presses no other; who follows a link does.
	for from, atOnce := range map[string]int{"http://localhost:8000/": 1, "": 0, "http://evil.example/": 0, "http://localhost:8000.evil.example/": 0, "http://taken.localhost:8000/": 0} {
		if n := site.With("Referer", from).Get(welcome.Path).Doc().Find("form[data-go]").Length(); n != atOnce {
			t.Errorf("from %q: %d forms that send themselves", from, n)
		}
	}
	if r := site.Post(welcome.Path, url.Values{}); r.Code != http.StatusSeeOther || r.Location() != "/" {
		t.Fatalf("enter: %d", r.Code)
	}
	if r := s.At("anns-bakery").Post(welcome.Path, url.Values{}); r.Code != http.StatusNotFound {
		t.Errorf("the spent code: %d", r.Code)
	}
	home := site.Get("/").Doc()
	if n := home.Find("#checklist li").Length(); n != 5 {
		t.Errorf("%d steps for the new owner", n)
	}
	if r := site.Post("/checklist/dismiss", url.Values{}); r.Code != http.StatusSeeOther || site.Get("/").Doc().Find("#checklist").Length() != 0 {
		t.Errorf("put away: %d", r.Code)
	}
	if r := s.At("anns-bakery").Post("/login", url.Values{"email": {"ann@example.test"}, "password": {"three words long"}}); r.Code != http.StatusSeeOther {
		t.Errorf("log in with the chosen password: %d", r.Code)
	}
	if n := count(t, s, `SELECT count(*) FROM businesses WHERE subdomain = 'anns-bakery' AND status = 'trial' AND trial_ends_at > now() + interval '13 days'`); n != 1 {
		t.Error("no trial")
	}
	if n := count(t, s, `SELECT count(*) FROM notifications WHERE kind = 'sign_up' AND title LIKE 'Ann_s Bakery%'`); n != 1 {
		t.Errorf("%d notifications", n)
	}
	if n := count(t, s, `SELECT count(*) FROM signups WHERE password_hash <> '' AND confirmed_at IS NOT NULL`); n != 0 {
		t.Error("the password stays in the sign-up")
	}
}

func TestSignUpOfATakenName(t *testing.T) {
	s := handlertest.New(t)
	apex := s.On("localhost")
	apex.Post("/signup", signUp())
	link := mailedLink(t, s)
	s.Business("anns-bakery")
	r := apex.Post(link, url.Values{})
	if r.Code != http.StatusConflict || r.Doc().Find(`#f-subdomain[aria-invalid="true"]`).Length() != 1 {
		t.Fatalf("taken meanwhile: %d", r.Code)
	}
	if r := apex.Post(link, url.Values{"subdomain": {"annie"}}); r.Code != http.StatusSeeOther || !strings.Contains(r.Location(), "://annie.localhost") {
		t.Errorf("with another name: %d to %q", r.Code, r.Location())
	}
}

// TestSignUpOnce: of many presses at once one opens the business, one enters it.
func TestSignUpOnce(t *testing.T) {
	s := handlertest.New(t)
	s.On("localhost").Post("/signup", signUp())
	link := mailedLink(t, s)
	at := func(host, path string) (opened []string) {
		var mu sync.Mutex
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if r := s.On(host).Post(path, url.Values{}); r.Code == http.StatusSeeOther {
					mu.Lock()
					defer mu.Unlock()
					opened = append(opened, r.Location())
				}
			})
		}
		all.Wait()
		return opened
	}
	opened := at("localhost", link)
	if len(opened) != 1 || count(t, s, `SELECT count(*) FROM businesses`) != 1 {
		t.Fatalf("%d businesses, led to %v", count(t, s, `SELECT count(*) FROM businesses`), opened)
	}
	welcome, _ := url.Parse(opened[0])
	if entered := at("anns-bakery.localhost", welcome.Path); len(entered) != 1 {
		t.Errorf("entered %d times", len(entered))
	}
}

func TestSignUpIsThrottledAndClosed(t *testing.T) {
	s := handlertest.New(t)
	apex := s.On("localhost")
	last := 0
	for range 6 {
		last = apex.Post("/signup", signUp()).Code
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("the sixth for one address: %d", last)
	}
	if r := apex.Post("/signup", signUp("owner_email", "ben@example.test")); r.Code != http.StatusSeeOther {
		t.Errorf("another address: %d", r.Code)
	}
	if _, err := schema.Direct(s.DB).ExecContext(t.Context(), `INSERT INTO settings VALUES ('signup_open', 'false') ON CONFLICT (key) DO UPDATE SET value = 'false'`); err != nil {
		t.Fatal(err)
	}
	time.Sleep(3100 * time.Millisecond) // settings are kept that long
	if r := apex.Post("/signup", signUp("owner_email", "cem@example.test")); r.Code != http.StatusForbidden {
		t.Errorf("sign-up while closed: %d", r.Code)
	}
	for _, page := range []string{"/", "/find", "/signup"} {
		if doc := apex.Get(page).Doc(); doc.Find(`a[href^="/signup"]`).Length() != 0 || strings.Contains(doc.Text(), "Sign up") {
			t.Errorf("%s offers what is closed", page)
		}
	}
}

// TestFind: the answer is the same for all, and what is known goes by mail.
func TestFind(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	apex := s.On("localhost")
	if r := apex.Post("/find", url.Values{"email": {"nobody"}}); r.Code != 422 || r.Doc().Find(`#f-email[aria-invalid="true"]`).Length() != 1 {
		t.Errorf("no address: %d", r.Code)
	}
	for email, mails := range map[string]int{"nobody@example.test": 0, "FIRST@example.test": 1} {
		r := apex.Post("/find", url.Values{"email": {email}})
		if r.Code != http.StatusSeeOther || r.Location() != "/find/sent" || len(r.Result().Cookies()) != 1 { // one, which tells the next page the address
			t.Errorf("%s: %d to %q", email, r.Code, r.Location())
		}
		if n := count(t, s, `SELECT count(*) FROM river_job WHERE kind = 'mail_find' AND args ->> 'email' = '`+email+`'`); n != 1 {
			t.Errorf("%s: %d jobs: the request must do the same for all", email, n)
		}
		found := 0
		err := s.DB.InPublic(t.Context(), func(q *store.PublicTx) error {
			p, err := search.LoginOf(q, email)
			if err == nil {
				found = 1
				_, err = search.BusinessesOf(q, p.Email)
			}
			return err
		})
		if found != mails || (mails == 0) != (store.KindOf(err) == store.NotFound) {
			t.Errorf("%s: %d logins, %v", email, found, err)
		}
	}
	for range 3 {
		apex.Post("/find", url.Values{"email": {"first@example.test"}})
	}
	if r := apex.Post("/find", url.Values{"email": {"first@example.test"}}); r.Code != http.StatusTooManyRequests {
		t.Errorf("again and again: %d", r.Code)
	}
}

func TestSuggestedAddress(t *testing.T) {
	s := handlertest.New(t)
	s.Business("taken")
	apex := s.On("localhost")
	for name, want := range map[string]string{"Müller & Söhne": "mueller-and-soehne", "Taken": "taken-2", "東京": "", "Al": "al-bookings", "Admin": "", "É": "e-bookings"} {
		doc := apex.Get("/signup/address?business_name=" + url.QueryEscape(name)).Doc()
		if got := doc.Find("#f-subdomain").AttrOr("value", ""); got != want {
			t.Errorf("%s makes %q, want %q", name, got, want)
		}
	}
	typed := apex.Get("/signup/address?business_name=Other&subdomain=my-own&suggested=another").Doc()
	if typed.Find("#f-subdomain").AttrOr("value", "") != "my-own" {
		t.Error("what was typed is replaced")
	}
	if r := apex.Get("/signup/address?note=1&subdomain=taken"); !strings.Contains(r.Body.String(), "is taken") {
		t.Errorf("%s", r.Body)
	}
}
