package api_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

func TestToken(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	w.App.Log = slog.New(slog.NewTextHandler(&log, nil))
	email := handlertest.Email(access.Superuser)
	post := func(body string) handlertest.Response {
		return w.Platform().Send(http.MethodPost, tokenPath, "application/json; charset=utf-8", strings.NewReader(body))
	}
	r := post(fmt.Sprintf(`{"email": " %s ", "password": %q, "name": "nightly export", "expires_days": 7, "more": [1]}`, strings.ToUpper(email), handlertest.Password))
	if r.Code != http.StatusOK || r.Header().Get("Cache-Control") != "no-store" || len(r.Result().Cookies()) > 0 {
		t.Fatalf("%d %v %s", r.Code, r.Header(), r.Body)
	}
	out := decode(t, r)
	token, _ := out["token"].(string)
	expires, err := time.Parse(time.RFC3339, out["expires_at"].(string))
	if err != nil || !strings.HasPrefix(token, "smooth_") || len(token) < 7+27 || !near(expires, time.Now().AddDate(0, 0, 7)) || len(out) != 2 {
		t.Errorf("got %v (%v)", out, err)
	}
	if r := w.with(token).Get(businessesPath); r.Code != http.StatusOK {
		t.Errorf("the token opens nothing: %d", r.Code)
	}
	var name, action, object string
	var used sql.NullTime
	err = schema.Direct(w.DB).QueryRow(`SELECT t.name, t.last_used_at, a.action, a.object_name FROM api_tokens t JOIN audit_log a ON a.object_id = t.id::text`).
		Scan(&name, &used, &action, &object)
	if err != nil || name != "nightly export" || !used.Valid || action != "api_token.created" || object != name {
		t.Errorf("%q used %v, audit %q %q: %v", name, used, action, object, err)
	}
	// Neither the database nor the log has it.
	var kept int
	err = schema.Direct(w.DB).QueryRow(`SELECT (SELECT count(*) FROM api_tokens t WHERE t::text LIKE '%'||$1||'%') +
		(SELECT count(*) FROM audit_log a WHERE a::text LIKE '%'||$1||'%')`, token[7:]).Scan(&kept)
	if err != nil || kept != 0 {
		t.Errorf("the token is kept in %d rows: %v", kept, err)
	}
	w.with(token).Get("/api/" + token + "?token=" + token)
	if text := log.String(); strings.Contains(text, token) || !strings.Contains(text, "surface=api") || !strings.Contains(text, "actor="+w.user.ID.String()) {
		t.Errorf("the log has the token or lacks the request:\n%s", text)
	}
	// Once used, it is not written again within the minute.
	w.exec(`UPDATE api_tokens SET last_used_at = now() - interval '30 seconds'`)
	var before, after time.Time
	_ = schema.Direct(w.DB).QueryRow(`SELECT last_used_at FROM api_tokens`).Scan(&before)
	w.with(token).Get(businessesPath)
	_ = schema.Direct(w.DB).QueryRow(`SELECT last_used_at FROM api_tokens`).Scan(&after)
	if !before.Equal(after) {
		t.Error("last_used_at is written with each request")
	}

	form := url.Values{"email": {email}, "password": {handlertest.Password}}
	out = decode(t, w.On("localhost").Post(tokenPath, form))
	if expires, err = time.Parse(time.RFC3339, out["expires_at"].(string)); err != nil || !near(expires, time.Now().AddDate(0, 0, 90)) {
		t.Errorf("by a form: %v, %v", out, err)
	}

	for name, body := range map[string]string{
		"nothing": ``, "half": `{"email": "a`, "list": `[]`, "two": `{} {}`, "text": `"x"`, "bytes": "\x00\xff", "deep": strings.Repeat(`[`, 20000),
	} {
		wantError(t, name, post(body), http.StatusBadRequest, "invalid")
	}
	for field, body := range map[string]string{
		"email":        `{"password": "x"}`,
		"password":     `{"email": "x", "password": ""}`,
		"name":         `{"email": "x", "password": "y", "name": "` + strings.Repeat("x", 81) + `"}`,
		"expires_days": `{"email": "x", "password": "y", "expires_days": 366}`,
	} {
		r := post(body)
		wantError(t, field, r, http.StatusUnprocessableEntity, "unprocessable")
		if fields := decode(t, r)["fields"].(map[string]any); len(fields) != 1 || fields[field] == nil {
			t.Errorf("%s: fields %v", field, fields)
		}
	}
	for _, body := range []string{`{"email": 5, "password": "x"}`, `{"email": "x", "password": "y", "expires_days": "7"}`, `{"email": "x", "password": "y", "expires_days": 0}`,
		`{"email": "x", "password": "y", "expires_days": 1.5}`, `{"email": "x", "password": "y", "name": "a\u0007b"}`, `{}`, `null`} {
		wantError(t, body, post(body), http.StatusUnprocessableEntity, "unprocessable")
	}
	for _, kind := range []string{"", "text/plain", "multipart/form-data; boundary=x", "application/xml", ";;"} {
		r := w.Platform().Send(http.MethodPost, tokenPath, kind, strings.NewReader(`{}`))
		wantError(t, "content type "+kind, r, http.StatusUnsupportedMediaType, "unsupported_media_type")
	}
	wantError(t, "bad form", w.Platform().Send(http.MethodPost, tokenPath, "application/x-www-form-urlencoded", strings.NewReader("email=%zz")), http.StatusBadRequest, "invalid")
	big := `{"email": "` + strings.Repeat("x", 2<<20) + `"}`
	wantError(t, "2 MB", post(big), http.StatusRequestEntityTooLarge, "too_large")
	for _, kind := range []string{"application/json", "application/x-www-form-urlencoded"} {
		chunked := struct{ *strings.Reader }{strings.NewReader(big)} // its length is not known before
		r := w.Platform().Send(http.MethodPost, tokenPath, kind, chunked)
		wantError(t, "2 MB in chunks as "+kind, r, http.StatusRequestEntityTooLarge, "too_large")
	}
}

func near(a, b time.Time) bool { return a.Sub(b).Abs() < time.Minute }

// TestS6_TokenThrottle: every failure is the same, and too many slow down,
// together with those of the login form.
func TestS6_TokenThrottle(t *testing.T) {
	w := newWorld(t)
	email := handlertest.Email(access.Superuser)
	failed := map[string]bool{}
	for name, form := range map[string]url.Values{
		"wrong password": {"email": {email}, "password": {"wrong wrong wrong"}},
		"unknown person": {"email": {"nobody@example.test"}, "password": {"wrong wrong wrong"}},
		"other host":     {"email": {handlertest.Email(access.TenantOwner)}, "password": {handlertest.Password}},
		"no text":        {"email": {"a\x00b\xff@example.test"}, "password": {"\x00"}},
	} {
		r := w.Platform().Post(tokenPath, form)
		wantError(t, name, r, http.StatusUnauthorized, "invalid_credentials")
		failed[r.Body.String()] = true
	}
	if len(failed) != 1 {
		t.Errorf("failures can be told apart: %v", failed)
	}
	wrong := url.Values{"email": {email}, "password": {"wrong wrong wrong"}}
	for range 4 {
		w.Platform().Post(tokenPath, wrong)
		w.Platform().Post("/login", wrong)
	}
	w.Platform().Post(tokenPath, wrong)
	right := url.Values{"email": {email}, "password": {handlertest.Password}}
	r := w.Platform().Post(tokenPath, right)
	wantError(t, "after ten failures", r, http.StatusTooManyRequests, "throttled")
	if r.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	w.exec(`UPDATE login_failures SET at = at - interval '16 minutes'`)
	if r := w.Platform().Post(tokenPath, right); r.Code != http.StatusOK {
		t.Errorf("a quarter of an hour later: %d", r.Code)
	}
}

func TestTokensOfABusiness(t *testing.T) {
	w := newWorld(t)
	form := url.Values{"email": {handlertest.Email(access.TenantOwner)}, "password": {handlertest.Password}}
	if r := w.At("acme").Post(tokenPath, form); r.Code != http.StatusOK {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	var business string
	if err := schema.Direct(w.DB).QueryRow(`SELECT business_id::text FROM api_tokens`).Scan(&business); err != nil || business != w.acme.ID.String() {
		t.Errorf("the token is %q's: %v", business, err)
	}
	staff := url.Values{"email": {handlertest.Email(access.Superuser)}, "password": {handlertest.Password}}
	wantError(t, "the platform's people on a business's host", w.At("acme").Post(tokenPath, staff), http.StatusUnauthorized, "invalid_credentials")
	for _, path := range []string{"/api", "/api/", "/api/docs", "/api/openapi.json", businessesPath, "/api/auth/"} {
		wantError(t, path, w.At("acme").Get(path), http.StatusNotFound, "not_found")
	}
	wantError(t, "unknown business", w.At("nobody").Post(tokenPath, form), http.StatusNotFound, "not_found")
	w.exec(`UPDATE businesses SET status = 'suspended' WHERE subdomain = 'acme'`)
	w.exec(`UPDATE businesses SET status = 'archived' WHERE subdomain = 'beta'`)
	w.exec(`INSERT INTO domains (name, business_id, kind, created_at) SELECT 'acme-old', id, 'former', now() FROM businesses WHERE subdomain = 'acme'`)
	wait(t, func() bool { return w.At("acme").Post(tokenPath, form).Code == http.StatusServiceUnavailable })
	wantError(t, "suspended", w.At("acme").Post(tokenPath, form), http.StatusServiceUnavailable, "unavailable")
	wait(t, func() bool { return w.At("beta").Post(tokenPath, form).Code == http.StatusGone })
	wantError(t, "archived", w.At("beta").Post(tokenPath, form), http.StatusGone, "gone")
	if r := w.At("acme-old").Post(tokenPath, form); r.Code != http.StatusPermanentRedirect || r.Location() != "http://acme.localhost:8000"+tokenPath {
		t.Errorf("former name: %d to %q", r.Code, r.Location())
	}
}
