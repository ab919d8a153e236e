package handlers_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// decoded is all that a cookie's value says to who only takes its wrapping off.
func decoded(value string) string {
	all := value
	for layer := []byte(value); len(layer) > 0; {
		var inner []byte
		for part := range bytes.SplitSeq(layer, []byte("|")) {
			text, err := base64.URLEncoding.DecodeString(string(part))
			if err == nil {
				inner = append(inner, text...)
			}
		}
		all, layer = all+"\n"+string(inner), inner
	}
	return all
}

// TestFeed: who has the address reads a resource's appointments, until it is
// taken back.
func TestFeed(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, ann := bookable(t, s, tenant)
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	_, err := booking.Book(context.Background(), s.DB, tenant, calendar.NewBooking{Service: service, Start: mustStart(t, day+"T09:00", tenant), Resource: uuid.NullUUID{UUID: ann, Valid: true},
		Name: "Carla; Rossi", Email: "carla@x.test", Source: calendar.ByGuest})
	if err != nil {
		t.Fatal(err)
	}
	owner, page := s.At("acme").As(access.TenantOwner), "/resources/"+ann.String()
	if r := s.At("acme").As(access.TenantStaff).Post(page+"/feed", url.Values{}); r.Code != http.StatusForbidden {
		t.Errorf("staff make a feed: %d", r.Code)
	}
	// Behind the redirect it is shown once, to the person who made it, and nobody
	// else reads it on its way.
	made := owner.Post(page+"/feed", url.Values{})
	sealed := made.Result().Cookies()
	shown := owner.Get(page).Doc()
	address, err := url.Parse(shown.Find("#f-feed").AttrOr("value", ""))
	if err != nil || made.Code != http.StatusSeeOther || address.Path == "" || owner.Get(page).Doc().Find("#f-feed").Length() > 0 {
		t.Fatalf("no address, or one that is shown twice: %d %v", made.Code, err)
	}
	if shown.Find(`a[href^="webcal://"]`).Length() != 1 {
		t.Error("the address can't be subscribed to with one press")
	}
	other := s.At("acme").As(access.TenantManager)
	for _, cookie := range sealed {
		if link, _ := calendar.ParseBookingToken(strings.TrimSuffix(strings.TrimPrefix(address.Path, "/calendar/"), ".ics")); strings.Contains(decoded(cookie.Value), link.Secret.String()) {
			t.Errorf("the cookie %s holds the secret", cookie.Name)
		}
		if other.With("Cookie", cookie.Name+"="+cookie.Value).Get(page).Doc().Find("#f-feed").Length() > 0 {
			t.Error("somebody else is shown the address")
		}
	}
	r := s.At("acme").Get(address.Path)
	if body := r.Body.String(); r.Code != http.StatusOK || !strings.Contains(body, `SUMMARY:Carla\; Rossi\, Oil change`) || strings.Contains(strings.ReplaceAll(body, "\r\n", ""), "\n") {
		t.Errorf("%d %s", r.Code, body)
	}
	owner.Post(page+"/feed", url.Values{"revoke": {"1"}})
	// The own one of who has the calendar: shown once, and of nobody else.
	staff := s.At("acme").As(access.TenantStaff)
	if r := staff.Post("/my-calendar", url.Values{}); r.Code != http.StatusConflict {
		t.Errorf("a feed without a calendar: %d", r.Code)
	}
	err = s.DB.InTenant(context.Background(), tenant, func(q *store.TenantTx) error {
		team, err := catalog.TeamMembers(q)
		for _, m := range team {
			if m.Email == handlertest.Email(access.TenantStaff) {
				return people.LinkResource(q, m.ID, uuid.NullUUID{UUID: ann, Valid: true})
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	staff.Post("/my-calendar", url.Values{})
	own, err := url.Parse(staff.Get("/my-calendar").Doc().Find("#f-feed").AttrOr("value", ""))
	if err != nil || s.At("acme").Get(own.Path).Code != http.StatusOK || staff.Get("/my-calendar").Doc().Find("#f-feed").Length() > 0 {
		t.Errorf("the own feed %v: not there, or shown twice; %v", own, err)
	}
	staff.Post("/my-calendar", url.Values{"revoke": {"1"}})
	if r := s.At("acme").Get(own.Path); r.Code != http.StatusNotFound {
		t.Errorf("the own feed, switched off: %d", r.Code)
	}
	for _, path := range []string{address.Path, "/calendar/x.ics", strings.TrimSuffix(address.Path, ".ics")} {
		if r := s.At("acme").Get(path); r.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
}
