package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// TestT1_EveryRoute asks each route of the table as everybody and nobody.
func TestT1_EveryRoute(t *testing.T) {
	w := newWorld(t)
	tokens := map[access.Role]string{}
	staff := []access.Role{access.Superuser, access.PlatformManager, access.PlatformSupport, access.PlatformSales}
	for _, role := range staff {
		tokens[role] = w.token("platform.localhost", role)
	}
	team := []access.Role{access.TenantOwner, access.TenantManager, access.TenantStaff, access.Customer}
	for _, role := range team {
		tokens[role] = w.token("acme.localhost", role)
	}
	expired, revoked := w.token("platform.localhost", access.Superuser), w.token("platform.localhost", access.Superuser)
	w.exec(`UPDATE api_tokens SET expires_at = now() - interval '1 second' WHERE token_hash = sha256(CAST($1 AS bytea))`, expired)
	w.exec(`UPDATE api_tokens SET revoked_at = now() WHERE token_hash = sha256(CAST($1 AS bytea))`, revoked)
	ownerExpired := w.token("acme.localhost", access.TenantOwner)
	w.exec(`UPDATE api_tokens SET expires_at = now() WHERE token_hash = sha256(CAST($1 AS bytea))`, ownerExpired)
	session := w.Platform().As(access.Superuser) // a cookie is nobody's here

	may := map[access.Permission][]access.Role{access.BusinessesView: staff, access.DashboardView: staff,
		access.UsersView: {access.Superuser, access.PlatformManager, access.PlatformSupport}}
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
			"basic":        {w.Platform().With("Authorization", "Basic "+tokens[access.Superuser]), "unauthenticated"},
			"the token":    {w.Platform().With("Authorization", tokens[access.Superuser]), "unauthenticated"},
			"empty bearer": {w.Platform().With("Authorization", "Bearer "), "unauthenticated"},
			"garbage":      {w.with("smooth_garbage"), "invalid_token"},
			"bytes":        {w.with("\x00\xff' OR 1=1"), "invalid_token"},
			"shortened":    {w.with(tokens[access.Superuser][:20]), "invalid_token"},
			"other case":   {w.with(strings.ToUpper(tokens[access.Superuser])), "invalid_token"},
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
			r := w.On(host).With("Authorization", "Bearer "+tokens[access.Superuser]).Do(route.Method, path, nil)
			wantError(t, host+path, r, http.StatusNotFound, "not_found")
		}
		for _, host := range []string{"localhost", "www.localhost", "PLATFORM.localhost:8000", "lvh.me"} {
			if r := w.On(host).With("Authorization", "bearer "+tokens[access.Superuser]).Do(route.Method, path, nil); r.Code != http.StatusOK {
				t.Errorf("%s%s: %d", host, path, r.Code)
			}
		}
	}
	if checked != 5 {
		t.Errorf("%d routes were checked", checked)
	}
	// What a token opens follows its person at once.
	manager := w.with(tokens[access.PlatformManager])
	w.exec(`UPDATE users SET role = 'PLATFORM_SALES' WHERE role = 'PLATFORM_MANAGER'`)
	wantError(t, "after the change of role", manager.Get(usersPath), http.StatusForbidden, "forbidden")
	w.exec(`UPDATE users SET is_active = false WHERE role = 'PLATFORM_SALES'`)
	wantError(t, "after being disabled", manager.Get(businessesPath), http.StatusUnauthorized, "invalid_token")
}

// TestS4_CookiesDontCount: other sites may send what they like, since a browser
// adds nothing to it that opens anything.
func TestS4_CookiesDontCount(t *testing.T) {
	w := newWorld(t)
	session := w.Platform().As(access.Superuser).With("Origin", "https://evil.example").With("Sec-Fetch-Site", "cross-site")
	wantError(t, "a read with a session alone", session.Get(businessesPath), http.StatusUnauthorized, "unauthenticated")
	wantError(t, "a token for a session alone", session.Post(tokenPath, url.Values{}), http.StatusUnprocessableEntity, "unprocessable")
	form := url.Values{"email": {handlertest.Email(access.Superuser)}, "password": {handlertest.Password}}
	if r := session.Post(tokenPath, form); r.Code != http.StatusOK || len(r.Result().Cookies()) > 0 {
		t.Errorf("by password from anywhere: %d", r.Code)
	}
	sales := w.token("platform.localhost", access.PlatformSales)
	wantError(t, "a superuser's session and a seller's token", session.With("Authorization", "Bearer "+sales).Get(usersPath), http.StatusForbidden, "forbidden")
}
