package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// TestNotificationsAndBell: the bell counts on every page, the page marks as
// read, and nobody reads another's.
func TestNotificationsAndBell(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.PlatformSupport)
	s.Staff(access.PlatformSales)
	for _, n := range []people.Notice{{Kind: people.NoticeTicket, Title: "<b>New ticket</b>", Href: "/dashboard?a=b"}, {Kind: people.NoticeSignUp, Title: "Acme signed up", Href: "//evil.test"}} {
		if err := people.NotifyStaff(context.Background(), s.DB, n, access.PlatformSupport); err != nil {
			t.Fatal(err)
		}
	}
	c := s.Platform().As(access.PlatformSupport)
	for _, path := range []string{"/dashboard", "/nothing"} {
		if bell := c.Get(path).Doc().Find("#bell-wide .bell-count").Text(); path == "/dashboard" && bell != "2 unread" {
			t.Errorf("the bell on %s: %q", path, bell)
		}
	}
	poll := c.With("HX-Request", "true").With("HX-Request-Type", "partial")
	if r := poll.Get("/notifications/bell?seen=2"); r.Code != http.StatusNoContent {
		t.Errorf("no news: %d", r.Code)
	}
	if r := poll.Get("/notifications/bell?seen=1"); r.Code != 200 || !strings.Contains(r.Body.String(), "#live") || !strings.Contains(r.Body.String(), "seen=2") {
		t.Errorf("news: %d %s", r.Code, r.Body)
	}
	if r := s.Platform().Get("/notifications/bell?seen=1"); r.Code != http.StatusUnauthorized {
		t.Errorf("the bell without a session: %d", r.Code)
	}
	list := c.Get("/notifications").Doc()
	leads := map[string]bool{}
	list.Find(`form[action$="/open"]`).Each(func(_ int, f *goquery.Selection) {
		action, _ := f.Attr("action")
		if r := s.Platform().As(access.PlatformSales).Post(action, url.Values{}); r.Code != http.StatusNotFound {
			t.Errorf("somebody else opens it: %d", r.Code)
		}
		r := c.Post(action, url.Values{})
		leads[r.Location()] = r.Code == http.StatusSeeOther
	})
	if !leads["/dashboard?a=b"] || !leads["/notifications"] || len(leads) != 2 {
		t.Errorf("they lead to %v", leads)
	}
	if n := c.Get("/notifications?state=unread").Doc().Find("tbody tr").Length(); n != 0 {
		t.Errorf("%d unread after opening all", n)
	}
	_ = people.NotifyStaff(context.Background(), s.DB, people.Notice{Kind: people.NoticeConsent, Title: "Consent", Href: "/dashboard"}, access.PlatformSupport)
	if r := c.Post("/notifications/read", url.Values{}); r.Code != http.StatusSeeOther || c.Get("/dashboard").Doc().Find(".bell-count").Length() != 0 {
		t.Errorf("mark all: %d", r.Code)
	}
}
