package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// htmx makes of a browser one whose request asks for a part of a page.
func htmx(c *handlertest.Client) *handlertest.Client {
	return c.With("HX-Request", "true").With("HX-Request-Type", "partial")
}

// TestC33_AnEndedSessionKeepsTheWayBack: the login knows the page to come back
// to, says why it asks, and that a form was not saved, also where htmx asks.
func TestC33_AnEndedSessionKeepsTheWayBack(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	if r := s.Platform().Get("/users?q=a"); r.Location() != "/login?next=%2Fusers%3Fq%3Da" {
		t.Errorf("a stranger is led to %q", r.Location())
	}
	stands := "http://platform.localhost/businesses?plan=free"
	for name, try := range map[string]struct {
		send func(*handlertest.Client) handlertest.Response
		want string
	}{
		"a page": {func(c *handlertest.Client) handlertest.Response { return c.Get("/audit?q=b") }, "next=%2Faudit%3Fq%3Db&ended=1"},
		"a form": {func(c *handlertest.Client) handlertest.Response {
			return c.With("Referer", stands).Post("/views", url.Values{})
		}, "next=%2Fbusinesses%3Fplan%3Dfree&ended=unsaved"},
		"a form of htmx": {func(c *handlertest.Client) handlertest.Response {
			return htmx(c).With("HX-Current-URL", stands).Post("/views", url.Values{})
		}, "next=%2Fbusinesses%3Fplan%3Dfree&ended=unsaved"},
		"a filter": {func(c *handlertest.Client) handlertest.Response {
			return htmx(c).With("HX-Current-URL", stands).Get("/businesses?plan=free&q=c")
		}, "next=%2Fbusinesses%3Fplan%3Dfree%26q%3Dc&ended=1"},
		"a part": {func(c *handlertest.Client) handlertest.Response {
			return htmx(c).With("HX-Current-URL", stands).Get("/search?q=c")
		}, "next=%2Fbusinesses%3Fplan%3Dfree&ended=1"},
		"a stranger's page": {func(c *handlertest.Client) handlertest.Response {
			return c.With("Referer", "http://evil.example/x").Post("/views", url.Values{})
		}, "ended=unsaved"},
	} {
		root := s.Platform().As(access.Superuser)
		if _, err := schema.Direct(s.DB).Exec(`UPDATE sessions SET revoked_at = now()`); err != nil {
			t.Fatal(err)
		}
		r := try.send(root)
		to := r.Location() + r.Header().Get("HX-Redirect")
		if to != "/login?"+try.want {
			t.Errorf("%s: led to %q, want %q", name, to, "/login?"+try.want)
		}
		page := s.Platform().Get(to).Doc()
		if next, _ := page.Find(`form[action="/login"] [name=next]`).Attr("value"); !strings.Contains(try.want, url.QueryEscape(next)) {
			t.Errorf("%s: the login leads to %q", name, next)
		}
		if page.Find("#login .alert").Length() != 1 {
			t.Errorf("%s: the login doesn't say why it asks", name)
		}
	}
}

// TestC39_TheAddressOfAFormLeadsToItsPage: after a refusal it stays in the
// browser and can be shared.
func TestC39_TheAddressOfAFormLeadsToItsPage(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	id := s.Business("acme").ID.String()
	root := s.Platform().As(access.Superuser)
	for path, want := range map[string]string{"/businesses/" + id + "/trial": "/businesses/" + id, "/settings/trial": "/settings", "/businesses/" + id + "/domains/remove": "/businesses/" + id} {
		if r := root.Get(path); r.Code != http.StatusSeeOther || r.Location() != want {
			t.Errorf("GET %s: %d to %q, want %q", path, r.Code, r.Location(), want)
		}
	}
	if r := s.Platform().Get("/settings/trial"); !strings.HasPrefix(r.Location(), "/login") {
		t.Errorf("a stranger: %d to %q", r.Code, r.Location())
	}
}
