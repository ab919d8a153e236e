package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/people"
)

// TestB25_DaysOffByStaff: staff take whole days off in their own calendar, are shown
// what is booked then before it holds, and take them back. Customers can't book then;
// other calendars, and hours that a manager gave, are none of theirs.
func TestB25_DaysOffByStaff(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, ann := bookable(t, s, tenant)
	owner, staff := s.At("acme").As(access.TenantOwner), s.At("acme").As(access.TenantStaff)
	day := func(n int) string { return time.Now().In(tenant.Location()).AddDate(0, 0, n).Format(time.DateOnly) }
	if r := staff.Post("/my-days-off", url.Values{"from": {day(5)}}); r.Code != http.StatusConflict {
		t.Errorf("without a calendar: %d", r.Code)
	}
	var ben uuid.UUID
	err := s.DB.InTenant(context.Background(), tenant, func(q *store.TenantTx) error {
		all, err := catalog.AllResources(q)
		for _, r := range all {
			if r.Name == "Ben" {
				ben = r.ID
			}
		}
		if err != nil {
			return err
		}
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
	acts(t, "/book", s.At("acme").Get("/book?service_id="+service.String()).Doc())
	rows := func() *goquery.Selection { return staff.Get("/my-days-off").Doc().Find("main table tbody tr") }

	for what, form := range map[string]url.Values{
		"no day":         {},
		"over":           {"from": {day(-3)}},
		"turned round":   {"from": {day(9)}, "to": {day(8)}},
		"no day at all":  {"from": {"2026-02-30"}},
		"a wrong reason": {"from": {day(9)}, "reason": {strings.Repeat("x", 121)}},
	} {
		if r := staff.Post("/my-days-off", form); r.Code != http.StatusUnprocessableEntity || rows().Length() > 0 {
			t.Errorf("%s: %d", what, r.Code)
		}
	}

	// Nothing is booked: they hold at once, also for the public page.
	if r := staff.Post("/my-days-off", url.Values{"from": {day(5)}, "to": {day(6)}, "opens": {"09:00"}, "closes": {"12:00"}}); r.Code != http.StatusSeeOther || rows().Length() != 1 {
		t.Fatalf("free days: %d, %d rows", r.Code, rows().Length())
	}
	if r := staff.Post("/appointments", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "customer_name": {"Early"}, "start": {day(5) + "T10:00"}}); r.Doc().Find("#f-anyway").Length() != 1 {
		t.Errorf("hours were given to a day that is off: %d %s", r.Code, r.Location())
	}
	if r := staff.Post("/my-days-off", url.Values{"from": {day(6)}}); r.Code != http.StatusUnprocessableEntity || rows().Length() != 1 {
		t.Errorf("twice: %d", r.Code)
	}

	// With something booked it asks first, and names it; nothing happens to it.
	booked := owner.Post("/appointments", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "customer_name": {"Carla"}, "start": {day(12) + "T10:00"}})
	owner.Post("/appointments", url.Values{"service_id": {service.String()}, "resource_id": {ben.String()}, "customer_name": {"Bens"}, "start": {day(12) + "T12:00"}})
	asked := staff.Post("/my-days-off", url.Values{"from": {day(11)}, "to": {day(13)}, "reason": {"Wedding"}})
	alert := asked.Doc().Find("form .alert[autofocus]")
	if asked.Code != http.StatusConflict || alert.Find("li a").Length() != 1 || !strings.Contains(alert.Text(), "Carla") || rows().Length() != 1 {
		t.Fatalf("with one booked (%d): %d %s", booked.Code, asked.Code, alert.Text())
	}
	form := inputs(asked.Doc().Find(`form[action="/my-days-off"]`))
	form.Set("anyway", "1")
	if r := staff.Post("/my-days-off", form); r.Code != http.StatusSeeOther || rows().Length() != 2 || !strings.Contains(rows().Text(), "Wedding") {
		t.Fatalf("anyway: %d", r.Code)
	}
	if href, _ := alert.Find("li a").Attr("href"); !strings.Contains(owner.Get(href).Doc().Find("main").Text(), "Confirmed") {
		t.Error("the appointment did not stay")
	}

	// A manager's hours for a day are seen and stay; so does everybody else's time off.
	owner.Post("/resources/"+ann.String()+"/time-off", url.Values{"from": {day(20)}, "opens": {"09:00"}, "closes": {"12:00"}})
	owner.Post("/resources/"+ben.String()+"/time-off", url.Values{"from": {day(20)}})
	deletion := func(name string) string {
		href := ""
		owner.Get("/resources/" + name).Doc().Find(`#time-off form[action$="/delete"]`).Each(func(_ int, f *goquery.Selection) {
			if parts := strings.Split(f.AttrOr("action", ""), "/"); len(parts) > 2 && strings.Contains(f.Closest("tr").Text(), time.Now().In(tenant.Location()).AddDate(0, 0, 20).Format("2 Jan")) {
				href = "/my-days-off/" + parts[len(parts)-2] + "/delete"
			}
		})
		return href
	}
	if r := staff.Post(deletion(ann.String()), nil); r.Code != http.StatusForbidden || rows().Length() != 3 || rows().Last().Find("form").Length() > 0 {
		t.Errorf("a manager's hours: %d, %d rows", r.Code, rows().Length())
	}
	if r := staff.Post(deletion(ben.String()), nil); r.Code != http.StatusNotFound {
		t.Errorf("a colleague's: %d", r.Code)
	}
	action, _ := rows().First().Find("form").Attr("action")
	if r := staff.Post(action, nil); r.Code != http.StatusSeeOther || rows().Length() != 2 {
		t.Errorf("taken back: %d", r.Code)
	}
	if r := staff.Post("/appointments", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "customer_name": {"Back"}, "start": {day(5) + "T10:00"}}); r.Code != http.StatusSeeOther {
		t.Errorf("a booking on the day that is on again: %d", r.Code)
	}
}
