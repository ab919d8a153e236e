package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// The isolation suite takes its list from the route table: a route that is added
// is in it. It asks for each with another tenant's ids, cookie and host, and
// looks in every answer for words that only the victim's data hold.

// cookieOf logs somebody in and returns the bare cookie, to be sent elsewhere.
func cookieOf(t *testing.T, s *handlertest.Server, host string, role access.Role) string {
	t.Helper()
	r := s.On(host).Post("/login", url.Values{"email": {handlertest.Email(role)}, "password": {handlertest.Password}})
	for _, c := range r.Result().Cookies() {
		if strings.HasSuffix(c.Name, "session") && c.Value != "" {
			return c.Name + "=" + c.Value
		}
	}
	t.Fatalf("no cookie for %s on %s: %d", role, host, r.Code)
	return ""
}

// refusals are the only answers to somebody who must see nothing.
func refused(r handlertest.Response, route web.Route) bool {
	switch r.Code {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusServiceUnavailable:
		return true
	case http.StatusSeeOther:
		return strings.HasPrefix(r.Location(), "/login")
	case http.StatusNoContent:
		return route.Background
	}
	return false
}

// open says whether a route is for everybody; it may show what is public.
func open(r web.Route) bool {
	return r.Permission == access.Public || r.Permission == access.Development
}

// foreign fills a form with another tenant's ids under every name that forms use.
func (v victim) foreign(n int) url.Values {
	form := url.Values{"name": {"x"}, "decision": {"grant"}, "date": {"2030-01-07"}, "start": {"2030-01-07T10:00"}, "email": {"x@example.test"}, "q": {""}}
	for i, name := range fields {
		if strings.HasSuffix(name, "_id") || name == "id" || name == "ids" || name == "services" || strings.HasPrefix(name, "set_") || name == "business" {
			form.Set(name, v.ids[(n+i)%len(v.ids)])
		}
	}
	return form
}

var ids = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|[0-9]+`)

var tokenParameter = regexp.MustCompile(`:(token|code|file)\b`)

func TestT1_OtherTenants(t *testing.T) {
	s := handlertest.New(t)
	v := newVictim(t, s, "victim")
	s.Business("attacker")
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	t.Run("own", func(t *testing.T) { v.opens(t, s, business.Routes) })
	before := v.state(t, s)
	attacker := &keeper{host: "attacker.localhost", role: access.TenantOwner}

	t.Run("ids", func(t *testing.T) {
		for n, r := range business.Routes {
			if r.Path == "/logout" {
				continue
			}
			c := attacker.signedIn(s)
			for i, id := range v.ids {
				if !strings.Contains(r.Path, ":") && i > 1 {
					break
				}
				path := concrete(r.Path, url.PathEscape(id))
				var got handlertest.Response
				if access.IsSafe(r.Method) {
					got = c.Get(path + "?" + v.foreign(n+i).Encode())
				} else {
					got = c.Post(path, v.foreign(n+i))
				}
				if text := got.Body.String(); strings.Contains(text, shown) || strings.Contains(text, hidden) {
					t.Fatalf("%s %s shows the victim's data: %d\n%s", r.Method, path, got.Code, text)
				}
				if strings.Contains(r.Path, ":") && !tokenParameter.MatchString(r.Path) && got.Code < 300 && got.Code != http.StatusNoContent {
					t.Errorf("%s %s with the victim's id: %d", r.Method, path, got.Code)
				}
			}
		}
	})
	if after := v.state(t, s); after != before {
		t.Errorf("the victim's data changed:\n%s\n---\n%s", before, after)
	}
	t.Run("cookie", func(t *testing.T) {
		for name, cookie := range map[string]string{
			"owner elsewhere":    cookieOf(t, s, "attacker.localhost", access.TenantOwner),
			"customer elsewhere": cookieOf(t, s, "attacker.localhost", access.Customer),
		} {
			for i, host := range []string{"victim.localhost", "VICTIM.LocalHost:8000", "Victim.localhost.", "victim.lvh.me"} {
				v.refuses(t, s.On(host).With("Cookie", cookie), business.Routes, v.ids[i:i+2], name+" on "+host)
			}
		}
	})
	t.Run("host", func(t *testing.T) {
		cookie := cookieOf(t, s, "victim.localhost", access.TenantOwner)
		platform, _, site := handlers.Surfaces(s.App, t.TempDir())
		for host, own := range map[string][]web.Route{"platform.localhost": platform.Routes, "PLATFORM.localhost": platform.Routes, "localhost": site.Routes,
			"www.localhost": site.Routes, "attacker.localhost": business.Routes, "nobody.localhost": nil, "example.com": nil, "victim.evil.localhost": nil} {
			c := s.On(host).With("Cookie", cookie)
			for _, r := range business.Routes {
				for _, id := range v.ids[:1] {
					got := c.Do(r.Method, concrete(r.Path, id), form(r))
					if text := got.Body.String(); strings.Contains(text, hidden) || strings.Contains(text, shown) {
						t.Fatalf("%s%s: %d shows the victim's data", host, r.Path, got.Code)
					}
					has := slices.ContainsFunc(own, func(o web.Route) bool { return o.Method == r.Method && o.Path == r.Path && open(o) })
					if !has && !refused(got, r) && got.Code != http.StatusMethodNotAllowed && got.Code != http.StatusNotFound {
						t.Errorf("%s %s%s: %d to %q", r.Method, host, r.Path, got.Code, got.Location())
					}
				}
			}
		}
		// The very cookie is good at home, however its host is written.
		if r := s.On("VICTIM.localhost:8000").With("Cookie", cookie).Get("/customers"); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), hidden) {
			t.Errorf("at home: %d", r.Code)
		}
	})
}

// opens is the other half of the proof: each page with an id in its address opens
// for the victim's own people with one of the very ids that are refused to others,
// and shows the words. Unsafe routes have theirs in the table of deeds.
func (v victim) opens(t *testing.T, s *handlertest.Server, routes []web.Route) {
	t.Helper()
	own := []*handlertest.Client{s.At(v.tenant.Subdomain).As(access.TenantOwner), s.At(v.tenant.Subdomain).As(access.Customer)}
	var ticket string
	if err := schema.Direct(s.DB).QueryRow(`SELECT number FROM tickets WHERE business_id = $1`, v.tenant.ID).Scan(&ticket); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, r := range routes {
		if !access.IsSafe(r.Method) || !strings.Contains(r.Path, ":") || tokenParameter.MatchString(r.Path) || r.Permission == access.Development {
			continue
		}
		opened, shows := false, false
		for _, c := range own {
			for _, id := range v.ids {
				path := strings.Replace(r.Path, ":number/files", ticket+"/files", 1)
				if r.Background && r.Path == path {
					path += "?seen=nothing" // news, and not that there is none
				}
				got := c.Get(concrete(path, url.PathEscape(id)))
				if got.Code == http.StatusOK {
					opened, used[id] = true, true
					shows = shows || strings.Contains(got.Body.String(), hidden) || strings.Contains(got.Body.String(), shown)
				}
			}
		}
		if !opened || !shows {
			t.Errorf("%s opens for its own people: %v, and shows their data: %v; what is refused to others proves nothing", r.Path, opened, shows)
		}
	}
	if len(used) < 8 {
		t.Errorf("only %d ids open anything", len(used))
	}
}

// refuses asks for each route with each id and accepts a refusal alone, or from
// what is public no more than what is public.
func (v victim) refuses(t *testing.T, c *handlertest.Client, routes []web.Route, ids []string, who string) {
	t.Helper()
	for _, r := range routes {
		for i, id := range ids {
			if i > 0 && !strings.Contains(r.Path, ":") {
				break
			}
			got := c.Do(r.Method, concrete(r.Path, url.PathEscape(id)), form(r))
			if strings.Contains(got.Body.String(), hidden) {
				t.Fatalf("%s: %s %s shows the victim's data: %d\n%s", who, r.Method, r.Path, got.Code, got.Body)
			}
			if !open(r) && !refused(got, r) {
				t.Errorf("%s: %s %s: %d to %q", who, r.Method, r.Path, got.Code, got.Location())
			}
		}
	}
}

func TestT1_ClosedBusinesses(t *testing.T) {
	s := handlertest.New(t)
	v := newVictim(t, s, "victim")
	s.Business("attacker")
	_, business, _ := handlers.Surfaces(s.App, t.TempDir())
	_, apiSide := handlers.APIs(api.New(s.App))
	cookies := map[string]string{"nobody": "x=y", "another": cookieOf(t, s, "attacker.localhost", access.TenantOwner)}
	for _, role := range []access.Role{access.TenantManager, access.TenantStaff, access.Customer} {
		cookies[string(role)] = cookieOf(t, s, "victim.localhost", role)
	}
	for status, want := range map[string]int{"suspended": http.StatusServiceUnavailable, "archived": http.StatusGone} {
		t.Run(status, func(t *testing.T) {
			if _, err := schema.Direct(s.DB).Exec(`UPDATE businesses SET status = $2 WHERE id = $1`, v.tenant.ID, status); err != nil {
				t.Fatal(err)
			}
			s.Business("fresh-" + status) // makes this process forget which businesses it knows
			for who, cookie := range cookies {
				c := s.At("victim").With("Cookie", cookie)
				for _, r := range append(slices.Clone(business.Routes), apiSide.Routes...) {
					got := c.Do(r.Method, concrete(r.Path, v.ids[0]), form(r))
					if text := got.Body.String(); strings.Contains(text, hidden) {
						t.Fatalf("%s: %s %s shows the victim's data: %d", who, r.Method, r.Path, got.Code)
					}
					if r.Closed || r.Background || strings.HasPrefix(r.Path, "/dev/") {
						continue
					}
					if got.Code != want && !refused(got, r) {
						t.Errorf("%s: %s %s: %d, want %d", who, r.Method, r.Path, got.Code, want)
					}
				}
			}
		})
	}
}
