package handlers_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/catalog"
)

// TestFrameLeadsNowhereDead goes through the booking as another site shows it,
// with each way of going wrong: every answer may stand in the frame, has no head
// there, and each link and form of it stays among such pages or leaves the frame.
func TestFrameLeadsNowhereDead(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	setPolicies(t, s, tenant, func(p *catalog.Policies) { p.FrameOrigins = "https://garage.example" })
	guest := s.At("acme").With("Sec-Fetch-Dest", "iframe")
	look := func(what string, r handlertest.Response, want int) *goquery.Document {
		t.Helper()
		if r.Code != want {
			t.Fatalf("%s: %d, want %d", what, r.Code, want)
		}
		if policy := r.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors https://garage.example;") && !strings.HasSuffix(policy, "frame-ancestors https://garage.example") {
			t.Errorf("%s can't be shown in the frame: %s", what, policy)
		}
		doc := r.Doc()
		if to := doc.Find("script[data-to]"); to.Length() != 1 || to.AttrOr("data-to", "") != "https://garage.example" {
			t.Errorf("%s tells its height to %q", what, to.AttrOr("data-to", "nobody"))
		}
		doc.Find("a[href], form[action]").Each(func(_ int, way *goquery.Selection) {
			to, target := way.AttrOr("href", way.AttrOr("action", "")), way.AttrOr("target", "")
			inside := strings.HasPrefix(to, "/book?") || strings.HasPrefix(to, "/book/") || to == "/book" || strings.HasPrefix(to, "#") || strings.HasPrefix(to, "?")
			if !inside && target != "_top" && target != "_blank" {
				t.Errorf("%s: %q leads to a dead frame", what, to)
			}
		})
		if doc.Find("header.topbar, a.brand").Length() > 0 {
			t.Errorf("%s has a head in the frame", what)
		}
		return doc
	}
	look("the services", guest.Get("/book"), http.StatusOK)
	times := look("the times", guest.Get("/book?service_id="+service.String()+"&date="+time.Now().AddDate(0, 0, 7).Format(time.DateOnly)), http.StatusOK)
	hold := inputs(times.Find(`form[action="/book/hold"]`))
	hold.Set("start", times.Find(`form[action="/book/hold"] button[name=start]`).First().AttrOr("value", ""))
	r := guest.Post("/book/hold", hold)
	form := inputs(look("the details", guest.Get(r.Location()), http.StatusOK).Find(`form[action="/book"]`))
	form.Set("name", "")
	look("a name that is missing", guest.Post("/book", form), http.StatusUnprocessableEntity)
	form.Set("name", "Gerda")
	form.Set("email", "gerda@example.test")
	form.Set("shown", strconv.FormatInt(time.Now().Add(-time.Minute).UnixMilli(), 10)) // no robot
	done := guest.Post("/book", form)
	look("the end", guest.Get(done.Location()), http.StatusOK)
	look("a service that is gone", guest.Get("/book?service_id="+uuid.NewString()), http.StatusNotFound)
	look("no such service", guest.Get("/book?service_id=x"), http.StatusNotFound)
	look("no such page", guest.Get("/book/nothing"), http.StatusNotFound)
	look("a form without a service", guest.Post("/book", url.Values{"name": {"x"}}), http.StatusNotFound)
	// Outside of a frame the page has its head, whose links mean the same window.
	if doc := s.At("acme").Get("/book").Doc(); doc.Find("header.topbar a.brand").AttrOr("target", "") != "_top" || doc.Find("script[data-to]").Length() > 0 {
		t.Error("the page has lost its head outside of frames, or speaks to nobody")
	}
	if policy := s.At("acme").Get("/login").Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("the login may be framed: %s", policy)
	}
}
