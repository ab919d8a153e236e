package api_test

import (
	"bytes"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestT1_EveryRoute asks each route of the table as everybody and nobody.
func TestT1_EveryRoute(t *testing.T) {
	w := newWorld(t)
	tokens := map[store.Role]string{}
	staff := []store.Role{store.Superuser, store.PlatformManager, store.PlatformSupport, store.PlatformSales}
	for _, role := range staff {
		tokens[role] = w.token("platform.localhost", role)
	}
	team := []store.Role{store.TenantOwner, store.TenantManager, store.TenantStaff, store.Customer}
	for _, role := range team {
		tokens[role] = w.token("acme.localhost", role)
	}
	expired, revoked := w.token("platform.localhost", store.Superuser), w.token("platform.localhost", store.Superuser)
	w.exec(`UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE token_hash = sha256(CAST($1 AS bytea))`, expired)
	w.exec(`UPDATE api_tokens SET revoked_at = now() WHERE token_hash = sha256(CAST($1 AS bytea))`, revoked)
	ownerExpired := w.token("acme.localhost", store.TenantOwner)
	w.exec(`UPDATE api_tokens SET expires_at = now() WHERE token_hash = sha256(CAST($1 AS bytea))`, ownerExpired)
	session := w.Platform().As(store.Superuser) // a cookie is nobody's here

	may := map[access.Permission][]store.Role{access.BusinessesView: staff, access.DashboardView: staff,
		access.UsersView: {store.Superuser, store.PlatformManager, store.PlatformSupport}}
	checked := 0
	for _, route := range api.New(w.App).PlatformRoutes() {
		if route.Permission == access.Public {
			continue
		}
		checked++
		id := w.acme.ID.String()
		if strings.Contains(route.Path, "users") {
			id = w.user.ID.String()
		}
		path := strings.Replace(route.Path, ":id", id, 1)
		for role, token := range tokens {
			r := w.with(token).Do(route.Method, path, nil)
			switch {
			case !role.IsPlatform():
				wantError(t, path+" as "+string(role), r, http.StatusForbidden, "token_of_business")
			case !slices.Contains(may[route.Permission], role):
				wantError(t, path+" as "+string(role), r, http.StatusForbidden, "forbidden")
			case r.Code != http.StatusOK:
				t.Errorf("%s as %s: %d", path, role, r.Code)
			}
		}
		for name, c := range map[string]struct {
			client *handlertest.Client
			code   string
		}{
			"nobody":       {w.Platform(), "unauthenticated"},
			"a session":    {session, "unauthenticated"},
			"basic":        {w.Platform().With("Authorization", "Basic "+tokens[store.Superuser]), "unauthenticated"},
			"the token":    {w.Platform().With("Authorization", tokens[store.Superuser]), "unauthenticated"},
			"empty bearer": {w.Platform().With("Authorization", "Bearer "), "unauthenticated"},
			"garbage":      {w.with("smooth_garbage"), "invalid_token"},
			"bytes":        {w.with("\x00\xff' OR 1=1"), "invalid_token"},
			"shortened":    {w.with(tokens[store.Superuser][:20]), "invalid_token"},
			"other case":   {w.with(strings.ToUpper(tokens[store.Superuser])), "invalid_token"},
			"expired":      {w.with(expired), "invalid_token"},
			"revoked":      {w.with(revoked), "invalid_token"},
			"a business's": {w.with(ownerExpired), "invalid_token"},
		} {
			r := c.client.Do(route.Method, path, nil)
			wantError(t, path+" with "+name, r, http.StatusUnauthorized, c.code)
			if !strings.HasPrefix(r.Header().Get("WWW-Authenticate"), "Bearer ") {
				t.Errorf("%s with %s: no WWW-Authenticate", path, name)
			}
		}
		for _, host := range []string{"acme.localhost", "beta.localhost", "nobody.localhost", "example.com", "a.b.localhost"} {
			r := w.On(host).With("Authorization", "Bearer "+tokens[store.Superuser]).Do(route.Method, path, nil)
			wantError(t, host+path, r, http.StatusNotFound, "not_found")
		}
		for _, host := range []string{"localhost", "www.localhost", "PLATFORM.localhost:8000", "lvh.me"} {
			if r := w.On(host).With("Authorization", "bearer "+tokens[store.Superuser]).Do(route.Method, path, nil); r.Code != http.StatusOK {
				t.Errorf("%s%s: %d", host, path, r.Code)
			}
		}
	}
	if checked != 5 {
		t.Errorf("%d routes were checked", checked)
	}
	// What a token opens follows its person at once.
	manager := w.with(tokens[store.PlatformManager])
	w.exec(`UPDATE users SET role = 'PLATFORM_SALES' WHERE role = 'PLATFORM_MANAGER'`)
	wantError(t, "after the change of role", manager.Get(usersPath), http.StatusForbidden, "forbidden")
	w.exec(`UPDATE users SET is_active = false WHERE role = 'PLATFORM_SALES'`)
	wantError(t, "after being disabled", manager.Get(businessesPath), http.StatusUnauthorized, "invalid_token")
}

func TestToken(t *testing.T) {
	w := newWorld(t)
	var log bytes.Buffer
	w.App.Log = slog.New(slog.NewTextHandler(&log, nil))
	email := handlertest.Email(store.Superuser)
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
	err = w.DB.Direct().QueryRow(`SELECT t.name, t.last_used_at, a.action, a.object_name FROM api_tokens t JOIN audit_log a ON a.object_id = t.id::text`).
		Scan(&name, &used, &action, &object)
	if err != nil || name != "nightly export" || !used.Valid || action != "api_token.created" || object != name {
		t.Errorf("%q used %v, audit %q %q: %v", name, used, action, object, err)
	}
	// Neither the database nor the log has it.
	var kept int
	err = w.DB.Direct().QueryRow(`SELECT (SELECT count(*) FROM api_tokens t WHERE t::text LIKE '%'||$1||'%') +
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
	_ = w.DB.Direct().QueryRow(`SELECT last_used_at FROM api_tokens`).Scan(&before)
	w.with(token).Get(businessesPath)
	_ = w.DB.Direct().QueryRow(`SELECT last_used_at FROM api_tokens`).Scan(&after)
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
	email := handlertest.Email(store.Superuser)
	failed := map[string]bool{}
	for name, form := range map[string]url.Values{
		"wrong password": {"email": {email}, "password": {"wrong wrong wrong"}},
		"unknown person": {"email": {"nobody@example.test"}, "password": {"wrong wrong wrong"}},
		"other host":     {"email": {handlertest.Email(store.TenantOwner)}, "password": {handlertest.Password}},
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
	form := url.Values{"email": {handlertest.Email(store.TenantOwner)}, "password": {handlertest.Password}}
	if r := w.At("acme").Post(tokenPath, form); r.Code != http.StatusOK {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	var business string
	if err := w.DB.Direct().QueryRow(`SELECT business_id::text FROM api_tokens`).Scan(&business); err != nil || business != w.acme.ID.String() {
		t.Errorf("the token is %q's: %v", business, err)
	}
	staff := url.Values{"email": {handlertest.Email(store.Superuser)}, "password": {handlertest.Password}}
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
	wantError(t, "former name", w.At("acme-old").Post(tokenPath, form), http.StatusNotFound, "not_found")
}

// wait lets what a process remembers of a business's state grow old.
func wait(t testing.TB, done func() bool) {
	t.Helper()
	for range 40 {
		if done() {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
	t.Error("waited in vain")
}

func TestBusinesses(t *testing.T) {
	w := newWorld(t)
	for i := range 30 {
		w.exec(`INSERT INTO businesses (id, name, subdomain, schema_name, plan, status, time_zone, trial_ends_at, created_at, updated_at)
			VALUES (gen_random_uuid(), $1, $2, $2, 'free', 'trial', 'Asia/Tokyo', '2026-12-24 10:00+09', '2026-01-02 03:04:05.678+00', now())`, fmt.Sprintf("Shop %02d", i), fmt.Sprintf("shop-%d", i))
	}
	w.exec(`INSERT INTO business_totals (business_id, people_count, search_text, last_activity_at) SELECT id, 3, lower(name), now() FROM businesses WHERE plan = 'free'`)
	c := w.as(store.PlatformSales)
	for query, want := range map[string]string{
		"search=ACME": "acme", "search=first%40example&ordering=-name": "beta acme", "plan=professional": "acme beta", "status=trial&page_size=2&page=16": "shop-28 shop-29",
		"status=archived": "", "search=nothing+like+it": "", "search=%25": "", "search=shop&plan=free&status=trial&ordering=-created_at&page_size=1&page=31": "",
		"page=1000000000000": "", "page=9223372036854775807": "", "search=shop&page=1000000000000": "",
		"page=&plan=&ordering=&unknown=x&search=acme": "acme",
	} {
		r := c.Get(businessesPath + "?" + query)
		if r.Code != http.StatusOK {
			t.Errorf("?%s: %d %s", query, r.Code, r.Body)
			continue
		}
		if got := names(t, r, "subdomain"); got != want {
			t.Errorf("?%s: %q, want %q", query, got, want)
		}
	}
	// The links lead through all rows, forth and back, and keep the rest.
	first := businessesPath + "?page_size=10&ordering=name&search=s"
	seen, path := 0, first
	var last map[string]any
	for pages := 0; path != "" && pages < 10; pages++ {
		last = decode(t, c.Get(path))
		seen += len(last["results"].([]any))
		next, _ := last["next"].(string)
		if next != "" && !strings.HasPrefix(next, "http://platform.localhost:8000"+businessesPath+"?") {
			t.Errorf("next is %q", next)
		}
		path = strings.TrimPrefix(next, "http://platform.localhost:8000")
	}
	if seen != 32 || last["count"].(float64) != 32 || last["next"] != nil {
		t.Errorf("the links lead through %d rows of %v", seen, last["count"])
	}
	if previous, _ := last["previous"].(string); !strings.Contains(previous, "page=3") || !strings.Contains(previous, "search=s") {
		t.Errorf("previous is %q", previous)
	}
	out := decode(t, c.Get(first))
	if out["previous"] != nil {
		t.Errorf("something before the first page: %v", out["previous"])
	}
	out = decode(t, w.On("www.localhost").With("Authorization", authorization(w)).Get(first+"&page=99"))
	if out["next"] != nil || !strings.HasPrefix(out["previous"].(string), "http://localhost:8000/api/") || !strings.Contains(out["previous"].(string), "page=4") {
		t.Errorf("past the end: %v %v", out["next"], out["previous"])
	}

	row := decode(t, c.Get(businessesPath+"?search=shop+07"))["results"].([]any)[0].(map[string]any)
	if row["created_at"] != "2026-01-02T03:04:05Z" || row["trial_ends_at"] != "2026-12-24T01:00:00Z" || row["owner"] != nil || row["user_count"] != 3.0 || row["domain"] != "shop-7.localhost" {
		t.Errorf("got %v", row)
	}
	one := decode(t, c.Get(businessesPath+w.acme.ID.String()+"/"))
	if one["name"] != "Business acme" || one["owner"].(map[string]any)["email"] != "first@example.test" || one["user_count"] != 4.0 {
		t.Errorf("got %v", one)
	}
	for _, id := range []string{"x", "00000000-0000-0000-0000-000000000000", "%00", "%ff", "..", strings.Repeat("9", 5000), w.user.ID.String(), "{" + w.acme.ID.String() + "}", "urn:uuid:" + w.acme.ID.String()} {
		wantError(t, "id "+id, c.Get(businessesPath+id+"/"), http.StatusNotFound, "not_found")
	}
}

func authorization(w *world) string {
	return "Bearer " + w.token("platform.localhost", store.Superuser)
}

func TestUsers(t *testing.T) {
	w := newWorld(t)
	c := w.as(store.PlatformSupport)
	for query, want := range map[string]string{
		"role=CUSTOMER": "customer@example.test customer@example.test", "role=SUPERUSER": "superuser@example.test", "business=" + w.acme.ID.String() + "&role=TENANT_STAFF": "tenant_staff@example.test",
		"search=SUPERUSER": "superuser@example.test", "search=the+platform_sales%40": "platform_sales@example.test", "search=platform&ordering=-email": "platform_support@example.test platform_sales@example.test platform_manager@example.test",
		"business=00000000-0000-0000-0000-000000000000": "", "ordering=-last_login&page_size=1": "platform_support@example.test", "ordering=created_at&page_size=1": "superuser@example.test",
		"ordering=email&page_size=1": "customer@example.test", "page=7": "",
	} {
		r := c.Get(usersPath + "?" + query)
		if r.Code != http.StatusOK {
			t.Errorf("?%s: %d %s", query, r.Code, r.Body)
		} else if got := names(t, r, "email"); got != want {
			t.Errorf("?%s: %q, want %q", query, got, want)
		}
	}
	if all := decode(t, c.Get(usersPath)); all["count"] != 14.0 {
		t.Errorf("%v people", all["count"])
	}
	one := decode(t, c.Get(usersPath+w.user.ID.String()+"/"))
	if one["role"] != "SUPERUSER" || one["business"] != nil || one["last_login"] != nil || one["is_active"] != true {
		t.Errorf("got %v", one)
	}
	row := decode(t, c.Get(usersPath+"?role=TENANT_OWNER&business="+w.acme.ID.String()))["results"].([]any)[0].(map[string]any)
	if row["business"].(map[string]any)["name"] != "Business acme" {
		t.Errorf("got %v", row)
	}
	wantError(t, "unknown", c.Get(usersPath+w.acme.ID.String()+"/"), http.StatusNotFound, "not_found")
}

// TestS8_BadQuery: what can't be meant is 400 with the parameter's name, and
// nothing is ever our fault.
func TestS8_BadQuery(t *testing.T) {
	w := newWorld(t)
	c := w.as(store.Superuser)
	for _, path := range []string{businessesPath, usersPath} {
		for query, field := range map[string]string{
			"page=0": "page", "page=-1": "page", "page=x": "page", "page=1.5": "page", "page=1e3": "page", "page=99999999999999999999": "page", "page=%00": "page",
			"page_size=0": "page_size", "page_size=1000": "page_size", "page_size=101": "page_size", "page_size=x": "page_size",
			"ordering=x": "ordering", "ordering=-": "ordering", "ordering=--name": "ordering", "ordering=name%27%3B--": "ordering",
			"search=%00": "search", "search=%ff": "search", "search=" + strings.Repeat("x", 201): "search", "search=a%0ab": "search",
		} {
			r := c.Get(path + "?" + query)
			wantError(t, path+"?"+query, r, http.StatusBadRequest, "invalid")
			if fields := decode(t, r)["fields"].(map[string]any); len(fields) != 1 || fields[field] == nil {
				t.Errorf("%s?%s: fields %v", path, query, fields)
			}
		}
		for _, query := range []string{"search=%25", "search=_", "search=%5C", "search=%F0%9F%92%88", "search='", "search=" + strings.Repeat("+a", 99), "ordering=name&ordering=x"} {
			if r := c.Get(path + "?" + query); r.Code != http.StatusOK {
				t.Errorf("%s?%s: %d %s", path, query, r.Code, r.Body)
			}
		}
	}
	for _, query := range []string{"%", "page=1;page=2", "search=%zz"} {
		wantError(t, query, c.Get(businessesPath+"?"+query), http.StatusBadRequest, "invalid")
	}
	for query, field := range map[string]string{"plan=golden": "plan", "status=ACTIVE": "status", "status=open&plan=x": "status"} {
		r := c.Get(businessesPath + "?" + query)
		wantError(t, query, r, http.StatusBadRequest, "invalid")
		if decode(t, r)["fields"].(map[string]any)[field] == nil {
			t.Errorf("%s: %s", query, r.Body)
		}
	}
	for query, field := range map[string]string{"role=superuser": "role", "business=acme": "business", "business=%00": "business"} {
		r := c.Get(usersPath + "?" + query)
		wantError(t, query, r, http.StatusBadRequest, "invalid")
		if decode(t, r)["fields"].(map[string]any)[field] == nil {
			t.Errorf("%s: %s", query, r.Body)
		}
	}
}

func TestAddresses(t *testing.T) {
	w := newWorld(t)
	c := w.as(store.Superuser)
	for _, path := range []string{"/api", "/api/", "/api/nothing", "/api/platform/", "/api/platform/businesses/a/b/", "/api/openapi.json/", "/api/%2e%2e/login"} {
		wantError(t, path, c.Get(path), http.StatusNotFound, "not_found")
	}
	for path, allow := range map[string]string{tokenPath: "OPTIONS, POST", businessesPath: "OPTIONS, GET, HEAD"} {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO"} {
			if strings.Contains(allow, method) {
				continue
			}
			r := c.Do(method, path, nil)
			wantError(t, method+" "+path, r, http.StatusMethodNotAllowed, "method_not_allowed")
			if r.Header().Get("Allow") != allow {
				t.Errorf("%s %s: Allow %q", method, path, r.Header().Get("Allow"))
			}
		}
	}
	for path, to := range map[string]string{
		"/api/platform/businesses?page=2&search=%25": "/api/platform/businesses/?page=2&search=%25",
		"/api/platform/users":                        "/api/platform/users/",
		"/api/platform/businesses/metrics":           "/api/platform/businesses/metrics/",
		"/api/platform/users/%2f%2fevil.example":     "/api/platform/users/%2f%2fevil.example/",
	} {
		if r := c.Get(path); r.Code != http.StatusPermanentRedirect || r.Location() != to {
			t.Errorf("%s: %d to %q", path, r.Code, r.Location())
		}
	}
	if r := c.Do(http.MethodPost, "/api/auth/token", url.Values{}); r.Code != http.StatusPermanentRedirect || r.Location() != tokenPath {
		t.Errorf("POST without its slash: %d to %q", r.Code, r.Location())
	}
	for _, path := range []string{businessesPath, metricsPath, "/api/openapi.json", "/api/docs"} {
		if r := c.Do(http.MethodHead, path, nil); r.Code != http.StatusOK {
			t.Errorf("HEAD %s: %d", path, r.Code)
		}
	}
	r := c.Do(http.MethodHead, businessesPath, nil)
	if r.Body.Len() != 0 || r.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD has a body of %d bytes", r.Body.Len())
	}
	if h := r.Header(); h.Get("Content-Security-Policy") == "" || h.Get("X-Content-Type-Options") != "nosniff" || h.Get("X-Request-Id") == "" || h.Get("Cache-Control") != "no-store" {
		t.Errorf("headers %v", h)
	}
}

func TestETag(t *testing.T) {
	w := newWorld(t)
	c := w.as(store.Superuser)
	for _, path := range []string{businessesPath + w.acme.ID.String() + "/", usersPath + w.user.ID.String() + "/", metricsPath, "/api/openapi.json"} {
		r := c.Get(path)
		tag := r.Header().Get("ETag")
		if r.Code != http.StatusOK || tag == "" || r.Header().Get("Cache-Control") != "private, no-cache" {
			t.Errorf("%s: %d, ETag %q", path, r.Code, tag)
		}
		for _, have := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			if r := c.With("If-None-Match", have).Get(path); r.Code != http.StatusNotModified || r.Body.Len() > 0 || r.Header().Get("ETag") != tag {
				t.Errorf("%s with %s: %d", path, have, r.Code)
			}
		}
		for _, have := range []string{`"other"`, "", `W/"`, strings.Trim(tag, `"`)} {
			if r := c.With("If-None-Match", have).Get(path); r.Code != http.StatusOK {
				t.Errorf("%s with %q: %d", path, have, r.Code)
			}
		}
	}
	path := businessesPath + w.acme.ID.String() + "/"
	tag := c.Get(path).Header().Get("ETag")
	w.exec(`UPDATE businesses SET name = 'Renamed' WHERE subdomain = 'acme'`)
	if r := c.With("If-None-Match", tag).Get(path); r.Code != http.StatusOK {
		t.Errorf("after a change: %d", r.Code)
	}
	wantError(t, "the tag without a token", w.Platform().With("If-None-Match", "*").Get(path), http.StatusUnauthorized, "unauthenticated")
}

func TestCORS(t *testing.T) {
	for _, dev := range []bool{true, false} {
		s := handlertest.NewWith(t, storetest.Config(t), dev)
		s.App.CORSOrigins = []string{"https://app.example.com"}
		for origin, allowed := range map[string]bool{
			"https://app.example.com": true, "https://app.example.com.evil.test": false, "https://example.com": false, "null": false, "": false, "*": false,
			"http://app.example.com": false, "http://localhost:3000": dev, "http://localhost": dev, "https://localhost:3000": false,
			"http://localhost.evil.test": false, "http://localhost:3000/x": false, "http://a@localhost:3000": false, "http://evil.test:80": false,
		} {
			preflight := s.Platform().With("Access-Control-Request-Method", "GET").With("Access-Control-Request-Headers", "authorization")
			simple := s.Platform()
			if origin != "" {
				preflight, simple = preflight.With("Origin", origin), simple.With("Origin", origin)
			}
			for name, r := range map[string]handlertest.Response{
				"preflight":         preflight.Do(http.MethodOptions, businessesPath, nil),
				"preflight nowhere": preflight.Do(http.MethodOptions, "/api/nothing", nil),
				"answer":            simple.Get(businessesPath),
				"refused login":     simple.Post(tokenPath, url.Values{}),
			} {
				h := r.Header()
				want := map[bool]string{true: origin, false: ""}[allowed]
				if h.Get("Access-Control-Allow-Origin") != want || h.Get("Access-Control-Allow-Credentials") != "" || !slices.Contains(h.Values("Vary"), "Origin") {
					t.Errorf("dev %v, %s from %q: %v", dev, name, origin, h)
				}
				if strings.HasPrefix(name, "preflight") && (r.Code != http.StatusNoContent || (h.Get("Access-Control-Allow-Headers") != "") != allowed) {
					t.Errorf("dev %v, %s from %q: %d %v", dev, name, origin, r.Code, h)
				}
			}
		}
	}
}

// TestS4_CookiesDontCount: other sites may send what they like, since a browser
// adds nothing to it that opens anything.
func TestS4_CookiesDontCount(t *testing.T) {
	w := newWorld(t)
	session := w.Platform().As(store.Superuser).With("Origin", "https://evil.example").With("Sec-Fetch-Site", "cross-site")
	wantError(t, "a read with a session alone", session.Get(businessesPath), http.StatusUnauthorized, "unauthenticated")
	wantError(t, "a token for a session alone", session.Post(tokenPath, url.Values{}), http.StatusUnprocessableEntity, "unprocessable")
	form := url.Values{"email": {handlertest.Email(store.Superuser)}, "password": {handlertest.Password}}
	if r := session.Post(tokenPath, form); r.Code != http.StatusOK || len(r.Result().Cookies()) > 0 {
		t.Errorf("by password from anywhere: %d", r.Code)
	}
	sales := w.token("platform.localhost", store.PlatformSales)
	wantError(t, "a superuser's session and a seller's token", session.With("Authorization", "Bearer "+sales).Get(usersPath), http.StatusForbidden, "forbidden")
}

func TestRateLimit(t *testing.T) {
	w := newWorld(t)
	one, other := w.as(store.Superuser), w.as(store.Superuser)
	r := one.Get(businessesPath)
	if h := r.Header(); h.Get("RateLimit-Limit") != "600" || h.Get("RateLimit-Remaining") != "599" || h.Get("RateLimit-Reset") == "" {
		t.Errorf("headers %v", h)
	}
	path := businessesPath + w.acme.ID.String() + "/"
	for range 1300 { // a minute may end on the way
		if r = one.Get(path); r.Code == http.StatusTooManyRequests {
			break
		}
	}
	wantError(t, "the last", r, http.StatusTooManyRequests, "throttled")
	if h := r.Header(); h.Get("RateLimit-Remaining") != "0" || h.Get("Retry-After") == "" || h.Get("Retry-After") != h.Get("RateLimit-Reset") {
		t.Errorf("headers %v", h)
	}
	if r := other.Get(path); r.Code != http.StatusOK {
		t.Errorf("another token: %d", r.Code)
	}
	for range 1300 {
		if r = w.with("smooth_garbage").Get(path); r.Code == http.StatusTooManyRequests {
			break
		}
	}
	wantError(t, "an address with bad tokens", r, http.StatusTooManyRequests, "throttled")
	wantError(t, "the same address without any", w.Platform().Get(path), http.StatusTooManyRequests, "throttled")
	if r := other.Get(path); r.Code != http.StatusOK {
		t.Errorf("a good token from that address: %d", r.Code)
	}
}

// TestMetricsBeforeTheFirstRollUp: there is nothing to show yet.
func TestMetricsBeforeTheFirstRollUp(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(store.Superuser)
	w := &world{Server: s, t: t}
	w.exec(`DELETE FROM platform_totals`)
	r := w.as(store.Superuser).Get(metricsPath)
	wantError(t, "metrics", r, http.StatusServiceUnavailable, "unavailable")
	if r.Header().Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
}
