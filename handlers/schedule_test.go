package handlers_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// salon is a business with two people, one of them the member of staff, and a
// haircut that takes one of them, open every day from 9 to 18.
type salon struct {
	t                 *testing.T
	s                 *handlertest.Server
	tenant            store.Tenant
	owner, staff      *handlertest.Client
	ann, ben, haircut uuid.UUID
	day               string // a week ahead
	onBoard, inDialog func(*handlertest.Client) *handlertest.Client
}

func newSalon(t *testing.T) *salon {
	t.Helper()
	return newSalonOn(t, handlertest.New(t))
}

func newSalonOn(t *testing.T, s *handlertest.Server) *salon {
	t.Helper()
	w := &salon{t: t, s: s, tenant: s.Business("acme")}
	s.Business("other")
	w.owner, w.staff = s.At("acme").As(access.TenantOwner), s.At("acme").As(access.TenantStaff)
	w.day = time.Now().In(w.tenant.Location()).AddDate(0, 0, 7).Format(time.DateOnly)
	err := s.DB.InTenant(context.Background(), w.tenant, func(q *store.TenantTx) error {
		team, err := catalog.TeamMembers(q)
		if err != nil {
			return err
		}
		var staff uuid.NullUUID
		for _, m := range team {
			if m.Email == handlertest.Email(access.TenantStaff) {
				staff = uuid.NullUUID{UUID: m.ID, Valid: true}
			}
		}
		if w.ann, err = catalog.CreateResource(q, catalog.Resource{Name: "Ann", Kind: "STAFF", IsActive: true, UserID: staff}, nil); err != nil {
			return err
		}
		if w.ben, err = catalog.CreateResource(q, catalog.Resource{Name: "Ben", Kind: "STAFF", IsActive: true}, nil); err != nil {
			return err
		}
		var week catalog.Week
		for i := range week {
			week[i] = []catalog.Hours{{From: 9 * 60, To: 18 * 60}}
		}
		if err = catalog.SetWeek(q, uuid.NullUUID{}, week); err != nil {
			return err
		}
		w.haircut, err = catalog.CreateService(q, catalog.Service{Name: "Haircut", DurationMinutes: 60, PriceCents: 4500, IsActive: true, MaxParty: 1, Sets: [][]uuid.UUID{{w.ann, w.ben}}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	swap := func(target string) func(*handlertest.Client) *handlertest.Client {
		return func(c *handlertest.Client) *handlertest.Client {
			return c.With("HX-Request", "true").With("HX-Request-Type", "partial").With("HX-Target", target)
		}
	}
	w.onBoard, w.inDialog = swap("div#schedule"), swap("div#peek")
	return w
}

// post sends a form and checks the answer's status.
func (w *salon) post(c *handlertest.Client, path string, want int, values ...string) handlertest.Response {
	w.t.Helper()
	form := url.Values{}
	for i := 0; i < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	r := c.Post(path, form)
	if r.Code != want {
		w.t.Fatalf("POST %s %v: %d, want %d: %.400s", path, values, r.Code, want, r.Doc().Text())
	}
	return r
}

// in changes the business behind the pages.
func (w *salon) in(fn func(*store.TenantTx) error) {
	w.t.Helper()
	if err := w.s.DB.InTenant(context.Background(), w.tenant, fn); err != nil {
		w.t.Fatal(err)
	}
}

// book makes an appointment and returns its path.
func (w *salon) book(who uuid.UUID, clock string) string {
	w.t.Helper()
	r := w.post(w.owner, "/appointments", http.StatusSeeOther, "service_id", w.haircut.String(), "resource_id", who.String(), "start", w.day+"T"+clock,
		"anyway", "1", "customer_name", "Carla "+clock, "customer_email", "carla"+strings.ReplaceAll(clock, ":", "")+"@example.test")
	return r.Location()
}

func (w *salon) schedule() string { return "/schedule?date=" + w.day }

func TestSchedulePage(t *testing.T) {
	w := newSalon(t)
	at := w.book(w.ann, "10:00")
	doc := w.owner.Get(w.schedule()).Doc()
	lanes := doc.Find("[data-lane]")
	if lanes.Length() != 2 || doc.Find("h1").Length() != 1 {
		t.Fatalf("%d lanes", lanes.Length())
	}
	item := lanes.First().Find("li")
	if text := item.Text(); !strings.Contains(text, "10:00") || !strings.Contains(text, "Carla") || !strings.Contains(text, "Haircut") {
		t.Errorf("the appointment reads %q", text)
	}
	// The scale begins an hour before the opening: 10:00 is two hours down.
	if !item.HasClass("t24") || !item.HasClass("h12") {
		t.Errorf("it lies at %s", item.AttrOr("class", ""))
	}
	if link, _ := item.Find("a").Attr("href"); !strings.HasPrefix(link, at) {
		t.Errorf("it leads to %s, not %s", link, at)
	}
	if closed := lanes.First().Find(".closed"); closed.Length() != 2 || !closed.First().HasClass("h12") {
		t.Errorf("%d stretches are closed", closed.Length())
	}
	for path, status := range map[string]int{"/schedule": 200, "/schedule?view=week": 200, "/schedule?view=week&resource=" + w.ann.String(): 200,
		"/schedule?date=9999-12-31": 422, "/schedule?date=nonsense&view=month&zoom=x": 422, "/schedule?date=" + w.day + "&resource=" + w.ben.String() + "&zoom=3": 200} {
		if r := w.owner.Get(path); r.Code != status || r.Doc().Find("#schedule").Length() != 1 {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
	if text := w.owner.Get("/schedule?view=week&date=" + w.day).Doc().Find(".week").Text(); !strings.Contains(text, "Carla") {
		t.Error("the week doesn't show it")
	}
	if board := w.owner.Get("/schedule?view=week&resource=" + w.ann.String() + "&date=" + w.day).Doc(); board.Find("[data-lane]").Length() != 7 || board.Find("[data-item]").Length() != 1 {
		t.Error("Ann's week doesn't show it")
	}
	if r := w.s.At("other").As(access.TenantOwner).Get(at); r.Code != http.StatusNotFound {
		t.Errorf("another business opens it: %d", r.Code)
	}
}

// TestScheduleUpdates answers an open schedule only when something changed.
func TestScheduleUpdates(t *testing.T) {
	w := newSalon(t)
	doc := w.owner.Get(w.schedule()).Doc()
	poll, _ := doc.Find("#schedule").Attr("hx-get")
	if r := w.owner.Get(poll); r.Code != http.StatusNoContent {
		t.Fatalf("nothing changed: %d", r.Code)
	}
	w.book(w.ann, "10:00")
	r := w.owner.Get(poll)
	if r.Code != http.StatusOK || r.Doc().Find("[data-item]").Length() != 1 {
		t.Errorf("after a booking: %d", r.Code)
	}
	if r := w.s.At("acme").Get(poll); r.Code != http.StatusUnauthorized { // which the open page says
		t.Errorf("without a session: %d", r.Code)
	}
}

// TestOutsideHours: the team can insist on a time outside of hours, and never on
// a taken one.
// TestConfirmingByDrop: a request dropped on the schedule is moved and confirmed
// by one step, which can be taken back.
// failMail makes one mail one that failed.
// TestStaffChangeTheirOwnAppointments and nobody else's.
func TestBlockers(t *testing.T) {
	w := newSalon(t)
	w.book(w.ann, "10:00")
	w.post(w.owner, "/blockers", http.StatusUnprocessableEntity, "date", w.day, "time", "12:00", "to", "11:00")
	w.post(w.owner, "/blockers", http.StatusUnprocessableEntity, "date", w.day, "time", "12:00", "to", "13:00", "resource_id", uuid.NewString())
	r := w.post(w.owner, "/blockers", http.StatusSeeOther, "date", w.day, "time", "10:30", "to", "13:00", "resource_id", w.ann.String(), "reason", "Dentist")
	doc := w.owner.Get(r.Location()).Doc()
	if !strings.Contains(doc.Find(".toast").Text(), "One appointment lies in it") {
		t.Errorf("the message: %s", doc.Find(".toast").Text())
	}
	link, _ := doc.Find(".slot-blocker a").Attr("href")
	path, _, _ := strings.Cut(link, "?")
	if !strings.HasPrefix(path, "/blockers/") || !strings.Contains(doc.Find(".slot-blocker").Text(), "Dentist") {
		t.Fatalf("the lane shows %q", link)
	}
	w.post(w.owner, "/appointments", http.StatusConflict, "service_id", w.haircut.String(), "resource_id", w.ann.String(), "start", w.day+"T12:00", "customer_name", "Eve")
	w.post(w.onBoard(w.owner), path, http.StatusOK, "start", w.day+"T14:00", "minutes", "60", "resource_id", w.ann.String(), "back", w.schedule())
	if text := w.owner.Get(link).Doc().Find("#f-reason").AttrOr("value", ""); text != "Dentist" {
		t.Errorf("a drag changed the reason to %q", text)
	}
	if r := w.s.At("other").As(access.TenantOwner).Get(link); r.Code != http.StatusNotFound {
		t.Errorf("another business opens it: %d", r.Code)
	}
	w.post(w.owner, path+"/delete", http.StatusSeeOther)
	w.post(w.owner, path+"/delete", http.StatusNotFound)
	w.post(w.owner, "/appointments", http.StatusSeeOther, "service_id", w.haircut.String(), "resource_id", w.ann.String(), "start", w.day+"T12:00", "customer_name", "Eve")
}

// TestDay is the team's start page and the list of a day: an owner sees all, a
// member of staff the own day.
func TestDay(t *testing.T) {
	// Nine in the morning of today, so that the evening lies ahead at any hour.
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		t.Fatal(err)
	}
	today := time.Now().In(zone)
	cfg := storetest.Config(t)
	cfg.Now = func() time.Time { return time.Date(today.Year(), today.Month(), today.Day(), 9, 0, 0, 0, zone) }
	w := newSalonOn(t, handlertest.NewWith(t, cfg, true))
	w.day = today.Format(time.DateOnly)
	w.book(w.ann, "23:00")
	bens := w.book(w.ben, "22:45")
	doc := w.owner.Get("/").Doc()
	if text := doc.Find(".tiles").Text(); !strings.Contains(text, "Revenue") || !strings.Contains(text, "No-shows") {
		t.Errorf("the figures: %s", text)
	}
	if doc.Find("#dashboard table.cards tbody tr").Length() != 2 || doc.Find("#uses-head").Length() != 1 {
		t.Errorf("the day: %s", doc.Find("#dashboard").Text())
	}
	doc = w.staff.Get("/").Doc()
	if text := doc.Find("#dashboard").Text(); !strings.Contains(text, "My day") || !strings.Contains(text, "Carla 23:00") || strings.Contains(text, "Carla 22:45") || strings.Contains(text, "Revenue") {
		t.Errorf("the own day: %s", text)
	}
	doc = w.owner.Get("/appointments?resource=" + w.ben.String() + "&status=confirmed").Doc()
	if rows := doc.Find("#appointments tbody tr"); rows.Length() != 1 || !strings.HasPrefix(rows.Find("a.main-link").AttrOr("href", ""), bens) {
		t.Errorf("filtered: %s", rows.Text())
	}
	if doc := w.owner.Get("/appointments?status=no_show").Doc(); doc.Find("#appointments tbody tr").Length() != 0 || !strings.Contains(doc.Text(), "No match") {
		t.Error("no no-shows: it doesn't say so")
	}
	if r := w.owner.Get("/appointments?status=%00&resource=x&date=" + w.day); r.Code != http.StatusOK {
		t.Errorf("unknown filters: %d", r.Code)
	}
}
