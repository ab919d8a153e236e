package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// setUpApp walks through the set-up of an authenticator app and returns its key
// and the recovery codes that were shown.
func setUpApp(t *testing.T, c *handlertest.Client) (key string, codes []string) {
	t.Helper()
	if r := c.Post("/account/second-factor/app", url.Values{}); r.Code != http.StatusSeeOther {
		t.Fatalf("begin: %d", r.Code)
	}
	page := c.Get("/account/second-factor/app").Doc()
	key = strings.ReplaceAll(page.Find("code").First().Text(), " ", "")
	if r := c.Get("/account/second-factor/app/qr.png"); r.Code != 200 || r.Header().Get("Content-Type") != "image/png" {
		t.Errorf("the picture: %d", r.Code)
	}
	if r := c.Post("/account/second-factor/app/confirm", url.Values{"code": {"abc"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", r.Code)
	}
	code, err := totp.GenerateCode(key, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	r := c.Post("/account/second-factor/app/confirm", url.Values{"code": {code}})
	if r.Code != http.StatusOK {
		t.Fatalf("confirm: %d", r.Code)
	}
	r.Doc().Find("#recovery-codes li").Each(func(_ int, s *goquery.Selection) { codes = append(codes, strings.TrimSpace(s.Text())) })
	if len(codes) != identity.RecoveryCodes {
		t.Fatalf("%d recovery codes are shown", len(codes))
	}
	return key, codes
}

// TestS7_LoginTakesTwoSteps: the right password opens nothing by itself.
func TestS7_LoginTakesTwoSteps(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	owner := s.At("acme").As(access.TenantOwner)
	_, codes := setUpApp(t, owner)
	form := url.Values{"email": {handlertest.Email(access.TenantOwner)}, "password": {handlertest.Password}}
	c := s.At("acme")
	r := c.Post("/login", form)
	if r.Code != http.StatusSeeOther || r.Location() != "/login/code" {
		t.Fatalf("the right password: %d to %q", r.Code, r.Location())
	}
	for _, cookie := range r.Result().Cookies() {
		if cookie.Name == "smooth_session" {
			t.Error("a session before the code")
		}
	}
	if r := c.Get("/customers"); r.Code != http.StatusSeeOther || !strings.HasPrefix(r.Location(), "/login") {
		t.Errorf("inside before the code: %d to %q", r.Code, r.Location())
	}
	if r := c.Get("/login/code"); r.Code != 200 {
		t.Errorf("the form: %d", r.Code)
	}
	if r := s.At("acme").Get("/login/code"); r.Code != http.StatusSeeOther {
		t.Errorf("another browser's step: %d", r.Code)
	}
	if r := c.Post("/login/code", url.Values{"code": {"000000"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a wrong code: %d", r.Code)
	}
	if r := c.Post("/login/code", url.Values{"code": {codes[0]}, "next": {"/customers"}}); r.Code != http.StatusSeeOther || r.Location() != "/customers" {
		t.Errorf("a recovery code: %d to %q", r.Code, r.Location())
	}
	if r := c.Get("/customers"); r.Code != 200 {
		t.Errorf("inside: %d", r.Code)
	}
	if r := c.Post("/account/second-factor/app/remove", url.Values{"code": {codes[0]}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("remove with a spent code: %d", r.Code)
	}
	if r := c.Post("/account/second-factor/app/remove", url.Values{"code": {codes[1]}}); r.Code != http.StatusSeeOther {
		t.Errorf("remove with a good one: %d", r.Code)
	}
	s.At("acme").As(access.TenantOwner)
}

// TestS7_RequiredFactor: who lacks one sees its page alone, and can leave.
func TestS7_RequiredFactor(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	tenant := s.Business("acme")
	platform, site := visit(t, s, tenant, "/businesses")
	err := settings.ChangeSettings(context.Background(), s.DB, func(set *settings.Settings) {
		set.SecondFactorRoles = []access.Role{access.PlatformSupport, access.TenantOwner}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/businesses", "/", "/account", "/support"} {
		if r := platform.Get(path); r.Code != http.StatusSeeOther || r.Location() != "/account/second-factor" {
			t.Errorf("%s: %d to %q", path, r.Code, r.Location())
		}
	}
	if r := platform.Get("/account/second-factor"); r.Code != 200 || r.Doc().Find(`form[action="/logout"]`).Length() == 0 {
		t.Errorf("its page: %d", r.Code)
	}
	r := site.Get("/customers")
	if r.Code != http.StatusForbidden || r.Doc().Find(`form[action="/masquerade/stop"]`).Length() != 1 {
		t.Errorf("in a masquerade: %d", r.Code)
	}
	if r := site.Post("/masquerade/stop", url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("stop: %d", r.Code)
	}
	setUpApp(t, platform)
	if r := platform.Get("/businesses"); r.Code != 200 {
		t.Errorf("afterwards: %d", r.Code)
	}
}

// TestAccountPages: name, password, sessions and tokens by their forms.
func TestAccountPages(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	c := s.Platform().As(access.Superuser)
	other := s.Platform().As(access.Superuser)
	for _, path := range []string{"/account", "/account/second-factor", "/account/sessions", "/account/tokens"} {
		if r := c.Get(path); r.Code != 200 {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
	s.Business("acme")
	owner := s.At("acme").As(access.TenantOwner)
	if r := owner.Post("/account", url.Values{"name": {""}}); r.Code != http.StatusUnprocessableEntity || r.Doc().Find(`[aria-invalid="true"]`).Length() == 0 {
		t.Errorf("no name: %d", r.Code)
	}
	if r := owner.Post("/account", url.Values{"name": {"Zoë O'Nym"}}); r.Code != http.StatusSeeOther {
		t.Errorf("name: %d", r.Code)
	}
	for path, form := range map[string]url.Values{
		"/account/email":    {"email": {"nobody"}},
		"/account/password": {"current": {"wrong wrong wrong"}, "password": {"another password 2026"}},
		"/account/tokens":   {"name": {""}, "days": {"0"}, "scope": {"all"}},
	} {
		if r := c.Post(path, form); r.Code != http.StatusUnprocessableEntity || r.Doc().Find(`[aria-invalid="true"]`).Length() == 0 {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
	if r := c.Post("/account", url.Values{"name": {"Zoë O'Nym"}}); r.Code != http.StatusSeeOther {
		t.Errorf("name: %d", r.Code)
	}
	if n := c.Get("/account/sessions").Doc().Find("#own-sessions li").Length(); n != 2 {
		t.Errorf("%d sessions are listed", n)
	}
	made := c.Post("/account/tokens", url.Values{"name": {"export"}, "days": {"7"}, "scope": {"read"}}).Doc()
	token := made.Find("#new-token").Text()
	api := s.Platform().With("Authorization", "Bearer "+token)
	if r := api.Get("/api/platform/businesses/"); r.Code != 200 {
		t.Errorf("the token: %d", r.Code)
	}
	revoke, _ := made.Find(`form[action$="/revoke"]`).Attr("action")
	if r := c.Post(revoke, url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("revoke: %d", r.Code)
	}
	if r := api.Get("/api/platform/businesses/"); r.Code != http.StatusUnauthorized {
		t.Errorf("a revoked token: %d", r.Code)
	}
	if r := c.Post("/account/password", url.Values{"current": {handlertest.Password}, "password": {"another password 2026"}}); r.Code != http.StatusSeeOther {
		t.Errorf("password: %d", r.Code)
	}
	if r := other.Get("/businesses"); r.Code != http.StatusSeeOther {
		t.Errorf("another session after a new password: %d", r.Code)
	}
	if r := c.Get("/businesses"); r.Code != 200 {
		t.Errorf("this one: %d", r.Code)
	}
}

// TestStepUp: what is worth a thief's while asks again who it is.
func TestStepUp(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	c := s.Platform().As(access.Superuser)
	if _, err := schema.Direct(s.DB).Exec(`UPDATE sessions SET authenticated_at = authenticated_at - interval '6 minutes'`); err != nil {
		t.Fatal(err)
	}
	for path, form := range map[string]url.Values{
		"/account/email":                        {"email": {"new@example.test"}},
		"/account/second-factor/app":            {},
		"/account/tokens":                       {"name": {"x"}, "days": {"7"}, "scope": {"role"}},
		"/account/passkeys":                     {"name": {"x"}, "credential": {"{}"}},
		"/account/second-factor/recovery-codes": {},
	} {
		for _, confirm := range []string{"", "wrong wrong wrong"} {
			form.Set("confirm", confirm)
			if r := c.Post(path, form); r.Code != http.StatusUnprocessableEntity {
				t.Errorf("%s with %q: %d", path, confirm, r.Code)
			}
		}
	}
	if r := c.Post("/account/second-factor/app", url.Values{"confirm": {handlertest.Password}}); r.Code != http.StatusSeeOther {
		t.Errorf("with the password: %d", r.Code)
	}
}

// TestS3_CookiesAreSmallAndOutliveKeys: on https they carry __Host-, are short,
// and a new key logs nobody out.
func TestS3_CookiesAreSmallAndOutliveKeys(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	older, newer := []byte(strings.Repeat("o", 32)), []byte(strings.Repeat("n", 32))
	s.App.Cookies = web.NewCookies([][]byte{older}, true)
	c := s.Platform()
	r := c.Post("/login", url.Values{"email": {handlertest.Email(access.Superuser)}, "password": {handlertest.Password}})
	header := ""
	for _, cookie := range r.Result().Cookies() {
		line := cookie.Name + "=" + cookie.Value
		if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Domain != "" || cookie.Path != "/" {
			t.Errorf("%s", cookie)
		}
		if len(line) > 256 {
			t.Errorf("%s has %d bytes", cookie.Name, len(line))
		}
		header += line + "; "
	}
	for name, keys := range map[string][][]byte{"a new key in front": {newer, older}, "the same": {older}} {
		s.App.Cookies = web.NewCookies(keys, true)
		if r := s.Platform().With("Cookie", header).Get("/businesses"); r.Code != 200 {
			t.Errorf("%s: %d", name, r.Code)
		}
	}
	s.App.Cookies = web.NewCookies([][]byte{newer}, true)
	if r := s.Platform().With("Cookie", header).Get("/businesses"); r.Code != http.StatusSeeOther {
		t.Errorf("with the key dropped: %d", r.Code)
	}
}
