package handlers_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
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
)

// bookable gives a business two people and a service of an hour that either
// does, from 9 to 17 each day.
func bookable(t testing.TB, s *handlertest.Server, tenant store.Tenant) (service, ann uuid.UUID) {
	t.Helper()
	err := s.DB.InTenant(context.Background(), tenant, func(q *store.TenantTx) (err error) {
		if ann, err = catalog.CreateResource(q, catalog.Resource{Name: "Ann", Kind: "STAFF", IsActive: true}, nil); err != nil {
			return err
		}
		ben, err := catalog.CreateResource(q, catalog.Resource{Name: "Ben", Kind: "STAFF", IsActive: true}, nil)
		if err != nil {
			return err
		}
		var week catalog.Week
		for i := range week {
			week[i] = []catalog.Hours{{From: 9 * 60, To: 17 * 60}}
		}
		if err := catalog.SetWeek(q, uuid.NullUUID{}, week); err != nil {
			return err
		}
		service, err = catalog.CreateService(q, catalog.Service{Name: "Oil change", DurationMinutes: 60, PriceCents: 6900, IsActive: true, Sets: [][]uuid.UUID{{ann, ben}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return service, ann
}

// inputs are a form's values as a browser would send them.
func inputs(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input, select, textarea").Each(func(_ int, in *goquery.Selection) {
		if name, ok := in.Attr("name"); ok && (in.AttrOr("type", "") != "radio" || in.Is("[checked]")) {
			values.Add(name, in.AttrOr("value", in.Find("option[selected]").AttrOr("value", "")))
		}
	})
	return values
}

// TestBookingPages books without scripts: what, when, who; then by the link.
func TestBookingPages(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	s.Business("other")
	service, ann := bookable(t, s, tenant)
	guest := s.At("acme")
	href, _ := guest.Get("/book").Doc().Find("#book a.main-link").Attr("href")
	if href != "/book?service_id="+service.String() {
		t.Fatalf("the service leads to %q", href)
	}
	if home := guest.Get("/").Doc(); home.Find(`a[href="/book"]`).Length() == 0 {
		t.Error("the public page does not lead to the booking page")
	}
	week := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	r := guest.Get(href + "&zone=America/New_York&date=" + week + "&resource_id=" + ann.String())
	doc := r.Doc()
	form := doc.Find(`form[action="/book/hold"]`)
	first := form.Find("button[name=start]").First()
	if text := first.Text(); r.Code != http.StatusOK || !strings.Contains(text, ":") || !strings.Contains(text, "(09:00)") || !strings.Contains(doc.Text(), "Times in America/New_York") ||
		!strings.Contains(doc.Text(), "The business is in Europe/Zurich") {
		t.Fatalf("%d, first start %q", r.Code, text)
	}
	values := inputs(form)
	values.Set("start", first.AttrOr("value", ""))
	r = guest.Post("/book/hold", values)
	details := r.Location()
	if r.Code != http.StatusSeeOther || !strings.Contains(details, "hold=") {
		t.Fatalf("hold: %d %s", r.Code, details)
	}
	// Somebody else does not get the held time.
	other := s.At("acme").Post("/book", url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "start": {values.Get("start")}, "name": {"Eve"}, "email": {"eve@x.test"}})
	if other.Code != http.StatusConflict || other.Doc().Find("input[type=radio][name=start]").Length() != 5 || other.Doc().Find("#f-name").AttrOr("value", "") != "Eve" {
		t.Errorf("the held time: %d", other.Code)
	}
	doc = guest.Get(details).Doc()
	if text := doc.Find("main").Text(); !strings.Contains(text, "kept for you until") || !strings.Contains(text, "With") || !strings.Contains(text, "Ann") {
		t.Errorf("details: %s", text)
	}
	values = inputs(doc.Find(`form[action="/book"]`))
	if r := guest.Post("/book", values); r.Code != http.StatusUnprocessableEntity || r.Doc().Find("#f-name-error").Length() != 1 || r.Doc().Find("#f-email-error").Length() != 1 {
		t.Errorf("without a name: %d", r.Code)
	}
	values.Set("name", "Carla Rossi")
	values.Set("email", "carla@x.test")
	values.Set("note", "Brakes squeak")
	trapped := url.Values{}
	for k, v := range values {
		trapped[k] = v
	}
	trapped.Set("website", "http://spam.test")
	if r := guest.Post("/book", trapped); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a robot: %d", r.Code)
	}
	values.Set("shown", fmt.Sprint(time.Now().UnixMilli()))
	if r := guest.Post("/book", values); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("at once: %d", r.Code)
	}
	values.Set("shown", fmt.Sprint(time.Now().Add(-time.Minute).UnixMilli()))
	r = guest.Post("/book", values)
	done := r.Location()
	if r.Code != http.StatusSeeOther || !strings.HasPrefix(done, "/book/done/") {
		t.Fatalf("book: %d %s: %s", r.Code, done, r.Doc().Find("main").Text())
	}
	if again := guest.Post("/book", values); again.Location() != done {
		t.Errorf("sent twice: %d %s", again.Code, again.Location())
	}
	if text := guest.Get(done).Doc().Find("main").Text(); !strings.Contains(text, "carla@x.test") || !strings.Contains(text, "America/New_York") {
		t.Errorf("done: %s", text)
	}
	token := strings.SplitN(strings.TrimPrefix(done, "/book/done/"), "?", 2)[0]

	page := "/b/" + token
	r = s.At("acme").Get(page)
	if r.Code != http.StatusOK || r.Header().Get("Referrer-Policy") != "strict-origin" || !strings.Contains(r.Doc().Text(), "Brakes squeak") {
		t.Errorf("the link's page: %d %s", r.Code, r.Header().Get("Referrer-Policy"))
	}
	for what, got := range map[string]int{"another business": s.At("other").Get(page).Code, "half a token": guest.Get(page[:20]).Code,
		"another secret": guest.Get("/b/" + token[:30] + strings.Repeat("A", 13)).Code} {
		if got != http.StatusNotFound {
			t.Errorf("%s: %d", what, got)
		}
	}
	if ics := guest.Get(page + "/appointment.ics"); !strings.Contains(ics.Body.String(), "DTSTART:2") || ics.Header().Get("Content-Type") != "text/calendar; charset=utf-8" {
		t.Errorf("the file: %s", ics.Body)
	}
	doc = guest.Get(page + "/move?date=" + week).Doc()
	form = doc.Find(`form[action="` + page + `/move"]`)
	values = inputs(form)
	values.Set("start", form.Find("button[name=start]").Last().AttrOr("value", ""))
	if r := guest.Post(page+"/move", values); r.Code != http.StatusSeeOther || r.Location() != page {
		t.Fatalf("move: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	if r := guest.Post(page+"/move", values); r.Code != http.StatusConflict {
		t.Errorf("moved as it was seen before: %d", r.Code)
	}
	if r := guest.Post(page+"/account", url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("an account: %d", r.Code)
	}
	if r := guest.Post(page+"/cancel", url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("cancel: %d", r.Code)
	}
	doc = guest.Get(page).Doc()
	if !strings.Contains(doc.Find("h1").Text(), "cancelled") || doc.Find(`form[action$="/cancel"]`).Length() != 0 {
		t.Error("cancelled, and can be cancelled again")
	}
}

// TestBookingSuffices: five fields in one request, on local time.
func TestBookingSuffices(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	form := url.Values{"service_id": {service.String()}, "start": {day + "T10:00"}, "name": {"Carla"}, "email": {"carla@x.test"}, "phone": {"123"}}
	if r := s.At("acme").Post("/book", form); r.Code != http.StatusSeeOther {
		t.Errorf("%d %s", r.Code, r.Doc().Find("main").Text())
	}
	for field, value := range map[string]string{"start": "yesterday", "email": "nobody", "name": ""} {
		bad := url.Values{}
		for k, v := range form {
			bad[k] = v
		}
		bad.Set(field, value)
		if r := s.At("acme").Post("/book", bad); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s %q: %d", field, value, r.Code)
		}
	}
	form.Set("service_id", uuid.NewString())
	if r := s.At("acme").Post("/book", form); r.Code != http.StatusNotFound {
		t.Errorf("a service that is none: %d", r.Code)
	}
	// The policies decide over frames, and whether anything is booked.
	err := s.DB.InTenant(context.Background(), tenant, func(q *store.TenantTx) error {
		p, err := catalog.ReadPolicies(q)
		if err != nil {
			return err
		}
		p.FrameOrigins, p.BookMessage, p.BookingOpen = "https://acme.example https://*.evil.test javascript:x", "Ring twice", false
		return booking.SavePolicies(q, p)
	})
	if err != nil {
		t.Fatal(err)
	}
	r := s.At("acme").Get("/book")
	if policy := r.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors https://acme.example;") {
		t.Errorf("frames: %s", policy)
	}
	if text := r.Doc().Find("main").Text(); !strings.Contains(text, "Ring twice") || !strings.Contains(text, "No bookings online") {
		t.Errorf("closed: %s", text)
	}
	if policy := s.At("acme").Get("/").Header().Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("another page in frames: %s", policy)
	}
}

// TestB1_OneSlotPages: a thousand visitors want one slot at one moment, over real
// connections. One gets it, all others the nearest free ones at once, with what
// they typed; nobody hears of a busy database.
func TestB1_OneSlotPages(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, ann := bookable(t, s, tenant)
	server := httptest.NewServer(s.Handler)
	defer server.Close()
	transport := &http.Transport{MaxIdleConnsPerHost: 1}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	const visitors = 1000
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	answers := make([]string, visitors)
	var ready, done sync.WaitGroup
	ready.Add(visitors)
	for i := range visitors {
		done.Go(func() {
			name := fmt.Sprint("Visitor ", i)
			form := url.Values{"service_id": {service.String()}, "resource_id": {ann.String()}, "start": {day + "T10:00"}, "name": {name}, "email": {fmt.Sprintf("visitor%d@x.test", i)}}
			req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/book", strings.NewReader(form.Encode()))
			if err != nil {
				t.Error(err)
			}
			req.Host = "acme.localhost"
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			ready.Done()
			ready.Wait()
			resp, err := client.Do(req)
			if err != nil {
				answers[i] = err.Error()
				return
			}
			defer resp.Body.Close()
			answers[i] = fmt.Sprint(resp.StatusCode)
			if resp.StatusCode == http.StatusConflict {
				doc, err := goquery.NewDocumentFromReader(resp.Body)
				if err != nil || doc.Find("input[type=radio][name=start]").Length() != 5 || doc.Find("#f-name").AttrOr("value", "") != name {
					answers[i] += " without the nearest times or the name"
				}
			}
		})
	}
	done.Wait()
	counts := map[string]int{}
	for _, answer := range answers {
		counts[answer]++
	}
	if counts["303"] != 1 || counts["409"] != visitors-1 {
		t.Errorf("answers: %v", counts)
	}
}

// TestPortal: customers move and cancel their own, and nobody else's.
func TestPortal(t *testing.T) {
	s := handlertest.New(t)
	tenant := s.Business("acme")
	service, _ := bookable(t, s, tenant)
	customer := s.At("acme").As(access.Customer)
	day := time.Now().In(tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	foreign, err := booking.Book(context.Background(), s.DB, tenant, calendar.NewBooking{Service: service, Start: mustStart(t, day+"T09:00", tenant), Name: "Eve", Email: "eve@x.test", Source: calendar.ByGuest})
	if err != nil {
		t.Fatal(err)
	}
	if r := customer.Post("/book", url.Values{"service_id": {service.String()}, "start": {day + "T10:00"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("book: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	doc := customer.Get("/portal").Doc()
	move := doc.Find(`#portal a[href$="/move"]`).AttrOr("href", "")
	cancel := doc.Find(`#portal a[href$="/cancel"]`).AttrOr("href", "")
	form := customer.Get(move + "?date=" + day).Doc().Find(`form[action="` + move + `"]`)
	values := inputs(form)
	values.Set("start", form.Find("button[name=start]").Last().AttrOr("value", ""))
	if r := customer.Post(move, values); r.Code != http.StatusSeeOther || r.Location() != "/portal" {
		t.Fatalf("move: %d %s", r.Code, r.Doc().Find("main").Text())
	}
	for _, path := range []string{"/move", "/cancel"} {
		values.Del("seen")
		if r := customer.Post("/portal/"+foreign.ID.String()+path, values); r.Code != http.StatusNotFound {
			t.Errorf("somebody else's%s: %d", path, r.Code)
		}
	}
	if r := customer.Get("/portal/" + foreign.ID.String() + "/move"); r.Code != http.StatusNotFound {
		t.Errorf("somebody else's: %d", r.Code)
	}
	if r := customer.Post(cancel, url.Values{}); r.Code != http.StatusSeeOther {
		t.Errorf("cancel: %d", r.Code)
	}
	if r := customer.Post("/portal/profile", url.Values{"name": {""}}); r.Code != http.StatusUnprocessableEntity || r.Doc().Find("#f-name-error").Length() != 1 {
		t.Errorf("without a name: %d", r.Code)
	}
	if r := customer.Post("/portal/profile", url.Values{"name": {"Zoë"}, "phone": {"123"}}); r.Code != http.StatusSeeOther {
		t.Errorf("the profile: %d", r.Code)
	}
	doc = customer.Get("/portal").Doc()
	if doc.Find("#f-name").AttrOr("value", "") != "Zoë" || doc.Find("#f-phone").AttrOr("value", "") != "123" || !strings.Contains(doc.Find("#portal").Text(), "Cancelled") {
		t.Error("the portal does not show what was changed")
	}
}

func mustStart(t testing.TB, text string, tenant store.Tenant) time.Time {
	t.Helper()
	at, wrong := store.ParseStart(text, tenant.Location())
	if wrong != "" {
		t.Fatal(wrong)
	}
	return at
}
