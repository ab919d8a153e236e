package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestWithoutSession(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	for host, path := range map[string]string{"platform.localhost": "/businesses", "PLATFORM.localhost:8000": "/dashboard", "acme.localhost": "/customers"} {
		r := s.On(host).Get(path)
		if r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "/login") {
			t.Errorf("%s%s: %d to %q, want 303 to /login", host, path, r.Code, r.Location())
		}
	}
	if r := s.Platform().Get("/businesses?q=a&page=2"); r.Location() != "/login?next=%2Fbusinesses%3Fq%3Da%26page%3D2" {
		t.Errorf("the way back is lost: %q", r.Location())
	}
}

func TestLogin(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	s.Business("acme")
	failed := map[string]string{}
	for name, form := range map[string]url.Values{
		"wrong password": {"email": {handlertest.Email(access.Superuser)}, "password": {"not the password"}},
		"unknown person": {"email": {"nobody@example.test"}, "password": {"not the password"}},
		"other host":     {"email": {handlertest.Email(access.TenantOwner)}, "password": {handlertest.Password}},
		"nothing":        {},
	} {
		r := s.Platform().Post("/login", form)
		if r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d, want 422", name, r.Code)
		}
		doc := r.Doc()
		failed[doc.Find("[role=alert]").Text()] = name
		if doc.Find(`a[href="/password/forgot"]`).Length() == 0 {
			t.Errorf("%s: no link to help", name)
		}
	}
	if len(failed) != 1 {
		t.Errorf("failures can be told apart: %v", failed)
	}
	c := s.Platform().As(access.Superuser)
	if r := c.Get("/businesses"); r.Code != 200 {
		t.Errorf("logged in: %d", r.Code)
	}
	if r := c.Post("/logout", nil); r.Code != http.StatusSeeOther {
		t.Errorf("logout: %d", r.Code)
	}
	if r := c.Get("/businesses"); r.Code != http.StatusSeeOther {
		t.Errorf("after logout: %d", r.Code)
	}
}

func TestS6_TooManyFailuresSlowDown(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	form := url.Values{"email": {handlertest.Email(access.Superuser)}, "password": {"wrong wrong wrong"}}
	for range 10 {
		s.Platform().Post("/login", form)
	}
	if r := s.Platform().Post("/login", form); r.Code != http.StatusTooManyRequests {
		t.Errorf("the eleventh failure: %d, want 429", r.Code)
	}
	if _, err := schema.Direct(s.DB).Exec(`UPDATE login_failures SET at = at - interval '16 minutes'`); err != nil {
		t.Fatal(err)
	}
	s.Platform().As(access.Superuser) // never locked for good
}

func TestSessionsArePerHost(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	s.Business("other")
	owner := s.At("acme").As(access.TenantOwner)
	if r := owner.Get("/customers"); r.Code != 200 {
		t.Fatalf("at home: %d", r.Code)
	}
	// The very same cookie, sent elsewhere.
	var cookie string
	for _, c := range s.At("acme").Post("/login", url.Values{"email": {handlertest.Email(access.TenantOwner)}, "password": {handlertest.Password}}).Result().Cookies() {
		if c.Name == "smooth_session" {
			cookie = c.Name + "=" + c.Value
		}
	}
	for _, host := range []string{"other.localhost", "platform.localhost"} {
		path := "/customers"
		if strings.HasPrefix(host, "platform") {
			path = "/businesses"
		}
		if r := s.On(host).With("Cookie", cookie).Get(path); r.Code != http.StatusSeeOther {
			t.Errorf("%s took a cookie of acme: %d", host, r.Code)
		}
	}
	if r := s.At("acme").With("Cookie", cookie).Get("/customers"); r.Code != 200 {
		t.Errorf("the cookie itself is not good: %d", r.Code)
	}
}

func TestServeHasNoQuickLogin(t *testing.T) {
	s := handlertest.NewWith(t, storetest.Config(t), false)
	s.Staff(access.Superuser)
	if r := s.Platform().Post("/dev/login", url.Values{"email": {handlertest.Email(access.Superuser)}}); r.Code != http.StatusNotFound {
		t.Errorf("quick login in production: %d", r.Code)
	}
	if r := s.Platform().Get("/dev/mail"); r.Code != http.StatusNotFound {
		t.Errorf("mails in production: %d", r.Code)
	}
	if n := s.Platform().Get("/login").Doc().Find(`form[action="/dev/login"]`).Length(); n != 0 {
		t.Errorf("%d quick logins on the page", n)
	}
}
