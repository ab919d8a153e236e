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
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// starts are the times that a page offers.
func starts(doc *goquery.Document) []string {
	return doc.Find("button[name=start]").Map(func(_ int, b *goquery.Selection) string { return b.AttrOr("value", "") })
}

func has(list []string, text string) bool {
	for _, s := range list {
		if s == text {
			return true
		}
	}
	return false
}

func setPolicies(t *testing.T, s *handlertest.Server, tenant store.Tenant, change func(*catalog.Policies)) {
	t.Helper()
	err := s.DB.InTenant(context.Background(), tenant, func(q *store.TenantTx) error {
		p, err := catalog.ReadPolicies(q)
		if err != nil {
			return err
		}
		change(&p)
		return booking.SavePolicies(q, p)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// onRecord is an appointment as it is stored.
func onRecord(t *testing.T, s *handlertest.Server, tenant store.Tenant, id uuid.UUID) (b calendar.Booking) {
	t.Helper()
	err := s.DB.InTenant(context.Background(), tenant, func(q *store.TenantTx) (err error) {
		b, err = calendar.ReadBooking(q, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func fee(b calendar.Booking) int {
	if b.LateFeeCents == nil {
		return 0
	}
	return *b.LateFeeCents
}

// TestFeeTakesTwoPresses: by the link and in the portal a late change is asked
// for on a page that names its fee; its form does it. A form that is older than
// what it is about changes nothing.
func TestFeeTakesTwoPresses(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	setPolicies(t, s, tenant, func(p *catalog.Policies) { p.CancelMinutes, p.LateFeeCents = 30*24*60, 1500 })
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	age := func(id uuid.UUID) {
		if _, err := schema.Direct(s.DB).Exec(`UPDATE `+schemaOf(t, s, tenant)+`.appointments SET created_at = created_at - interval '1 hour' WHERE id = $1`, id); err != nil {
			t.Fatal(err)
		}
	}
	for i, way := range []string{"link", "portal"} {
		client := s.At("acme")
		form := url.Values{"service_id": {service.String()}, "start": {day + "T" + []string{"10:00", "13:00"}[i]}, "name": {"Carla"}, "email": {"carla@x.test"}}
		if way == "portal" {
			client.As(access.Customer)
		}
		token := strings.TrimPrefix(client.Post("/book", form).Location(), "/book/done/")
		link, ok := calendar.ParseBookingToken(token)
		if !ok {
			t.Fatalf("not booked: %s", token)
		}
		page, base := "/b/"+token, "/b/"+token
		if way == "portal" {
			page, base = "/portal", "/portal/"+link.ID.String()
		}
		age(link.ID)
		before := onRecord(t, s, tenant, link.ID)
		move := client.Get(base + "/move?date=" + day).Doc().Find(`form[action$="/move"]`)
		values := inputs(move)
		values.Set("start", day+"T15:00")
		r := client.Post(base+"/move", values)
		asked := r.Doc().Find(`form[action$="/move"]`)
		if now := onRecord(t, s, tenant, link.ID); r.Code != http.StatusConflict || !now.StartsAt.Equal(before.StartsAt) || fee(now) != 0 || !strings.Contains(asked.Text(), "$15") {
			t.Fatalf("%s: one press moved it: %d, %s", way, r.Code, r.Doc().Find("main").Text())
		}
		accepted := inputs(asked)
		if accepted.Get("accept_fee_cents") != "1500" {
			t.Errorf("%s: the page's form accepts %q", way, accepted.Get("accept_fee_cents"))
		}
		accepted.Set("accept_fee_cents", "1499")
		if r := client.Post(base+"/move", accepted); r.Code != http.StatusConflict || fee(onRecord(t, s, tenant, link.ID)) != 0 {
			t.Errorf("%s: less than the fee was enough: %d", way, r.Code)
		}
		accepted.Set("accept_fee_cents", "1500")
		if r := client.Post(base+"/move", accepted); r.Code != http.StatusSeeOther || r.Location() != page {
			t.Fatalf("%s: the second press: %d %s", way, r.Code, r.Doc().Find("main").Text())
		}
		moved := onRecord(t, s, tenant, link.ID)
		if !moved.StartsAt.Equal(mustStart(t, day+"T15:00", tenant)) || fee(moved) != 1500 {
			t.Errorf("%s: %s for %d", way, moved.StartsAt, fee(moved))
		}
		// To cancel is a page of its own; its form is of one version.
		cancel := client.Get(base + "/cancel")
		ask := inputs(cancel.Doc().Find(`form[action$="/cancel"]`))
		if onRecord(t, s, tenant, link.ID).Status != "confirmed" || cancel.Code != http.StatusOK || ask.Get("accept_fee_cents") != "" {
			t.Errorf("%s: looking at the question: %d, accepts %q", way, cancel.Code, ask.Get("accept_fee_cents"))
		}
		if _, err := booking.Move(context.Background(), s.DB, tenant, booking.Movement{Handle: calendar.Handle{ID: link.ID}, Start: mustStart(t, day+"T12:00", tenant), Force: true}); err != nil {
			t.Fatal(err)
		}
		if r := client.Post(base+"/cancel", ask); r.Code != http.StatusConflict || onRecord(t, s, tenant, link.ID).Status != "confirmed" || r.Doc().Find(`form[action$="/cancel"]`).Length() != 1 {
			t.Errorf("%s: cancelled as it was before: %d", way, r.Code)
		}
		if r := client.Post(base+"/cancel", inputs(client.Get(base+"/cancel").Doc().Find(`form[action$="/cancel"]`))); r.Code != http.StatusSeeOther {
			t.Errorf("%s: cancel: %d", way, r.Code)
		}
		if now := onRecord(t, s, tenant, link.ID); now.Status != "cancelled" || fee(now) != 1500 {
			t.Errorf("%s: %s, %d", way, now.Status, fee(now))
		}
		if r := client.Post(base+"/cancel", ask); r.Code != http.StatusSeeOther {
			t.Errorf("%s: cancelled once more: %d", way, r.Code)
		}
	}
}

func schemaOf(t *testing.T, s *handlertest.Server, tenant store.Tenant) (name string) {
	t.Helper()
	if err := schema.Direct(s.DB).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, tenant.ID).Scan(&name); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestHoldIsTheVisitors: the one who holds a time can choose it again, holds one
// at most, and gives it back by looking for another.
func TestHoldIsTheVisitors(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, ann := bookable(t, s, tenant)
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	page := "/book?service_id=" + service.String() + "&resource_id=" + ann.String() + "&date=" + day
	guest, other := s.At("acme"), s.At("acme")
	all := starts(guest.Get(page).Doc())
	var of []string // those of the day, each of them an hour of its own
	for _, at := range all {
		if strings.HasPrefix(at, day) && strings.Contains(at, ":00:00") {
			of = append(of, at)
		}
	}
	hold := func(at string) string {
		t.Helper()
		r := guest.Post("/book/hold", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "start": {at}})
		if r.Code != http.StatusSeeOther {
			t.Fatalf("hold %s: %d", at, r.Code)
		}
		return r.Location()
	}
	details := hold(of[0])
	if !has(starts(guest.Get(page).Doc()), of[0]) || has(starts(other.Get(page).Doc()), of[0]) {
		t.Error("a held time is for the one who holds it")
	}
	for _, at := range of[1:5] {
		details = hold(at)
	}
	left := starts(other.Get(page).Doc())
	for _, at := range of[:4] {
		if !has(left, at) {
			t.Errorf("%s is kept from others by a look", at)
		}
	}
	if has(left, of[4]) {
		t.Error("the newest choice is not held")
	}
	// The page's own way back.
	release := guest.Get(details).Doc().Find("form#release")
	r := guest.Post(release.AttrOr("action", ""), inputs(release))
	if r.Code != http.StatusSeeOther || !strings.Contains(r.Location(), "date="+day) || !has(starts(other.Get(page).Doc()), of[4]) {
		t.Errorf("back to the times: %d %s", r.Code, r.Location())
	}
	// Held, and booked by the same browser without the form's secret.
	hold(of[0])
	form := url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "start": {of[0]}, "name": {"Carla"}, "email": {"carla@x.test"}}
	if r := other.Post("/book", form); r.Code != http.StatusConflict {
		t.Errorf("somebody else books the held time: %d", r.Code)
	}
	if r := guest.Post("/book", form); r.Code != http.StatusSeeOther {
		t.Errorf("the holder books: %d", r.Code)
	}
}

// TestBookedOnceMore: Back and Book again is one appointment; the link is shown
// to the browser that booked it and to nobody else; another name is another
// person.
func TestBookedOnceMore(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	guest := s.At("acme")
	book := func(client *handlertest.Client, name, email string) handlertest.Response {
		return client.Post("/book", url.Values{"service_id": {service.String()}, "start": {day + "T10:00"}, "name": {name}, "email": {email}})
	}
	first := book(guest, "Olga Own", "olga@x.test").Location()
	if again := book(guest, "olga  OWN", "Olga@X.test"); again.Code != http.StatusSeeOther || again.Location() != first {
		t.Errorf("the same browser: %d %s, want %s", again.Code, again.Location(), first)
	}
	stranger := book(s.At("acme"), "Olga Own", "olga@x.test")
	if stranger.Code != http.StatusConflict || strings.Contains(stranger.Body.String(), strings.TrimPrefix(first, "/book/done/")) || stranger.Location() != "" {
		t.Errorf("another browser: %d %s", stranger.Code, stranger.Location())
	}
	count := func() (n int) {
		if err := schema.Direct(s.DB).QueryRow(`SELECT count(*) FROM ` + schemaOf(t, s, tenant) + `.appointments WHERE status = 'confirmed'`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	if count() != 1 {
		t.Fatalf("%d appointments", count())
	}
	family := book(guest, "Ivan Own", "olga@x.test")
	if family.Code != http.StatusSeeOther || family.Location() == first || count() != 2 {
		t.Errorf("somebody else of the family: %d %s, %d appointments", family.Code, family.Location(), count())
	}
	page, _, _ := strings.Cut(strings.Replace(family.Location(), "/book/done/", "/b/", 1), "?")
	for _, path := range []string{page, page + "/move", page + "/cancel"} { // whose it is of the two
		if text := guest.Get(path).Doc().Find("main .facts").Text(); !strings.Contains(text, "Ivan Own") {
			t.Errorf("%s: %s", path, text)
		}
	}
	customer := s.At("acme").As(access.Customer)
	form := url.Values{"service_id": {service.String()}, "start": {day + "T12:00"}}
	if r := customer.Post("/book", form); !strings.HasPrefix(r.Location(), "/book/done/") {
		t.Fatalf("logged in: %d", r.Code)
	}
	if r := customer.Post("/book", form); r.Location() != "/portal" || count() != 3 {
		t.Errorf("logged in, once more: %d %s, %d appointments", r.Code, r.Location(), count())
	}
}

// TestVisitorsClockStays: on the pages of a booking, and a name that is no zone
// is said.
func TestVisitorsClockStays(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	start := mustStart(t, time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)+"T10:00", tenant)
	tokyo, err := time.LoadLocation("Asia/Tokyo")
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"service_id": {service.String()}, "start": {start.Format(time.RFC3339)}, "name": {"Carla"}, "email": {"carla@x.test"}, "zone": {"asia/tokyo"}}
	guest, customer := s.At("acme"), s.At("acme").As(access.Customer)
	token, _, _ := strings.Cut(strings.TrimPrefix(guest.Post("/book", form).Location(), "/book/done/"), "?")
	form.Set("start", start.Add(2*time.Hour).Format(time.RFC3339))
	customer.Post("/book", form)
	for path, at := range map[string]time.Time{"/b/" + token: start, "/b/" + token + "/move": start, "/b/" + token + "/cancel": start, "/portal": start.Add(2 * time.Hour)} {
		text := customer.Get(path).Doc().Find("main").Text()
		theirs, ours := at.In(tokyo).Format("2 January 2006, 15:04"), at.In(tenant.Location()).Format("2 January 2006, 15:04")
		if !strings.Contains(text, theirs) || !strings.Contains(text, ours) || !strings.Contains(text, "Asia/Tokyo") {
			t.Errorf("%s shows not both clocks, %s and %s: %s", strings.ReplaceAll(path, token, "…"), theirs, ours, text)
		}
		if text := customer.Get(path + "?zone=America/New_York").Doc().Find("main").Text(); !strings.Contains(text, "America/New_York") {
			t.Errorf("%s in another zone: %s", path, text)
		}
	}
	for name, want := range map[string]string{"Tokyo": "Asia/Tokyo", "new york": "America/New_York", "Zürich": "Europe/Zurich", "Nowhere": ""} {
		for _, path := range []string{"/book?service_id=" + service.String() + "&", "/b/" + token + "?", "/portal?"} {
			doc := customer.Get(path + "zone=" + url.QueryEscape(name)).Doc()
			link := doc.Find(".alert a").AttrOr("href", "")
			if !strings.Contains(doc.Find(".alert").Text(), name) || want != "" && !strings.Contains(link, url.QueryEscape(want)) {
				t.Errorf("%s%s: %q, %s", path, name, doc.Find(".alert").Text(), link)
			}
		}
	}
}
