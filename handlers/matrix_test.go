package handlers_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// reached is an answer that no guard gives.
const reached = http.StatusTeapot

func answerReached(c echo.Context) error { return c.NoContent(reached) }

var (
	staffRoles  = []access.Role{access.Superuser, access.PlatformManager, access.PlatformSupport, access.PlatformSales}
	tenantRoles = []access.Role{access.TenantOwner, access.TenantManager, access.TenantStaff, access.Customer}
)

var parameter = regexp.MustCompile(`:[a-zA-Z_]+`)

// concrete is a route's path with something in the place of each parameter.
func concrete(path, value string) string { return parameter.ReplaceAllString(path, value) }

const someID = "01998a66-8a80-7826-9720-2e68d0cfef14"

// TestPermissionMatrix asks each route of each surface as each role and as
// nobody. Who holds which permission is fixed in access_test.go; here it shows
// that the answer of every route follows it.
func TestPermissionMatrix(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	s.Business("other")
	for _, role := range staffRoles {
		s.Staff(role)
	}
	platform, business, site := handlers.Surfaces(s.App, t.TempDir())
	for _, w := range []struct {
		surface handlers.Surface
		host    string
		roles   []access.Role
	}{
		{platform, "platform.localhost", staffRoles},
		{business, "acme.localhost", tenantRoles},
		{site, "localhost", nil},
	} {
		t.Run(w.surface.Name, func(t *testing.T) {
			clients := map[access.Role]*handlertest.Client{}
			whole := s.Handler
			for _, role := range w.roles {
				clients[role] = s.On(w.host).As(role)
			}
			stranger := s.At("other").As(access.TenantOwner).Host(w.host) // logged in elsewhere: nobody here
			s.Handler = handlers.Probe(s.App, w.surface, answerReached)
			defer func() { s.Handler = whole }()
			for _, r := range w.surface.Routes {
				for name, nobody := range map[string]*handlertest.Client{"nobody": s.On(w.host), "another tenant's owner": stranger} {
					got := nobody.Do(r.Method, concrete(r.Path, someID), form(r))
					open := r.Permission == access.Public || r.Permission == access.Development
					if r.Background && (got.Code == http.StatusUnauthorized || open && got.Code == http.StatusNoContent) {
						continue // a page that goes on asking after its session's end is told so
					}
					asked := got.Code == http.StatusSeeOther && strings.HasPrefix(got.Location(), "/login")
					if open && got.Code != reached || !open && !asked {
						t.Errorf("%s %s (%s) as %s: %d to %q", r.Method, r.Path, r.Permission, name, got.Code, got.Location())
					}
				}
				for role, c := range clients {
					want := reached
					if !access.Can(role, r.Permission) && r.Permission != access.Development {
						want = access.Refusal(role, r.Permission, r.Method)
					}
					if got := c.Do(r.Method, concrete(r.Path, someID), form(r)); got.Code != want {
						t.Errorf("%s %s (%s) as %s: %d, want %d", r.Method, r.Path, r.Permission, role, got.Code, want)
					}
				}
			}
		})
	}
}

// form is what a request of a route brings: unsafe ones bring a body.
func form(r web.Route) url.Values {
	if access.IsSafe(r.Method) {
		return nil
	}
	return url.Values{}
}

// TestPermissionMatrixAPI does the same for programs: 401 without a token or
// with one of a business, 403 without the permission.
func TestPermissionMatrixAPI(t *testing.T) {
	s := handlertest.New(t)
	s.Business("acme")
	programs := api.New(s.App)
	side, _ := handlers.APIs(programs)
	token := func(c *handlertest.Client, role access.Role) string {
		body, _ := json.Marshal(map[string]string{"email": handlertest.Email(role), "password": handlertest.Password})
		r := c.Send(http.MethodPost, "/api/auth/token/", "application/json", strings.NewReader(string(body)))
		var answer struct{ Token string }
		if err := json.Unmarshal(r.Body.Bytes(), &answer); err != nil || answer.Token == "" {
			t.Fatalf("token for %s: %d %s", role, r.Code, r.Body)
		}
		return answer.Token
	}
	tokens := map[access.Role]string{"": ""}
	for _, role := range staffRoles {
		s.Staff(role)
		tokens[role] = token(s.Platform(), role)
	}
	tokens[access.TenantOwner] = token(s.At("acme"), access.TenantOwner)
	s.Handler = handlers.ProbeAPI(s.App, programs, side, answerReached)
	for _, r := range side.Routes {
		for role, token := range tokens {
			want := reached
			switch {
			case r.Permission == access.Public:
			case role == "" || role == access.TenantOwner:
				want = http.StatusUnauthorized
			case !access.Can(role, r.Permission):
				want = http.StatusForbidden
			}
			c := s.Platform()
			if token != "" {
				c = c.With("Authorization", "Bearer "+token)
			}
			got := c.Send(r.Method, concrete(r.Path, someID), "application/json", nil)
			if got.Code != want && (role != access.TenantOwner || got.Code != http.StatusForbidden) {
				t.Errorf("%s %s (%s) as %q: %d, want %d", r.Method, r.Path, r.Permission, role, got.Code, want)
			}
		}
	}
}
