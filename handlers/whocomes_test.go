package handlers_test

import (
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
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestWhoComesIsWhoWasNamed: two people with one address are two people for the
// team, and what a visitor types changes nobody's record.
func TestWhoComesIsWhoWasNamed(t *testing.T) {
	s := handlertest.New(t)
	acme := s.Business("acme")
	service, ann := bookable(t, s, acme)
	day := time.Now().AddDate(0, 0, 7).Format(time.DateOnly)
	owner := s.At("acme").As(access.TenantOwner)
	in := func(fn func(q *store.TenantTx) error) {
		t.Helper()
		if err := s.DB.InTenant(t.Context(), acme, fn); err != nil {
			t.Fatal(err)
		}
	}
	var maria uuid.UUID
	in(func(q *store.TenantTx) (err error) {
		maria, err = booking.CreateCustomer(q, booking.CustomerInput{Name: "Maria Rossi", Email: "rossi@x.test"})
		return err
	})
	comes := func(id uuid.UUID) (b calendar.Booking) {
		in(func(q *store.TenantTx) (err error) { b, err = calendar.ReadBooking(q, id); return err })
		return b
	}
	guest := func(hour, name, phone string) calendar.Booking {
		r := s.At("acme").Post("/book", url.Values{"service_id": {service.String()}, "start": {day + "T" + hour}, "name": {name}, "email": {"rossi@x.test"}, "phone": {phone}})
		token, _, _ := strings.Cut(strings.TrimPrefix(r.Location(), "/book/done/"), "?")
		link, ok := calendar.ParseBookingToken(token)
		if !ok {
			t.Fatalf("%d %s", r.Code, r.Doc().Find("main").Text())
		}
		return comes(link.ID)
	}
	luca := guest("09:00", "Luca Rossi", "+41 79 222 22 22")
	if luca.Customer != "Luca Rossi" || luca.Under != "Maria Rossi" || luca.Phone != "+41 79 222 22 22" || luca.CustomerID != maria {
		t.Errorf("Luca: %+v", luca)
	}
	if b := guest("11:00", "maria  rossi", ""); b.Customer != "Maria Rossi" || b.Under != "" {
		t.Errorf("Maria: %+v", b)
	}
	in(func(q *store.TenantTx) error {
		c, err := booking.Customer(q, maria)
		if c.Phone != "" || c.Name != "Maria Rossi" {
			t.Errorf("a visitor changed the record: %+v", c.CustomerRow)
		}
		return err
	})
	for where, page := range map[string]string{"appointment": "/appointments/" + luca.ID.String(), "list": "/appointments?date=" + day, "schedule": "/schedule?date=" + day,
		"customer": "/customers/" + maria.String(), "search": "/search?q=luca"} {
		if text := owner.Get(page).Doc().Find("main").Text(); !strings.Contains(text, "Luca Rossi") && where != "customer" {
			t.Errorf("%s does not say who comes: %s", where, text)
		}
	}
	// The team books by the same address, or somebody else for who is chosen.
	for hour, form := range map[string]url.Values{
		"13:00": {"customer_name": {"Luca Rossi"}, "customer_email": {"rossi@x.test"}},
		"15:00": {"customer_id": {maria.String()}, "guest_name": {"Luca Rossi"}},
	} {
		form.Set("service_id", service.String())
		form.Set("resource_id", ann.String())
		form.Set("start", day+"T"+hour)
		r := owner.Post("/appointments", form)
		id, err := uuid.Parse(strings.TrimPrefix(strings.Split(r.Location(), "?")[0], "/appointments/"))
		if err != nil || r.Code != http.StatusSeeOther || comes(id).Customer != "Luca Rossi" {
			t.Errorf("%s: %d %s %s", hour, r.Code, r.Location(), r.Doc().Find("main").Text())
		}
	}
	// A wrong name is corrected on the appointment, and the record's own ends it.
	owner.Post("/appointments/"+luca.ID.String()+"/notes", url.Values{"guest_name": {"Maria Rossi"}, "guest_phone": {""}, "price": {"69"}, "staff_note": {""}})
	if b := comes(luca.ID); b.Customer != "Maria Rossi" || b.Under != "" || b.Sequence <= luca.Sequence {
		t.Errorf("corrected: %+v", b)
	}
}

// TestMailsFollowTheAddress: what is planned leaves to where the customer is then,
// and as the policies say then.
func TestMailsFollowTheAddress(t *testing.T) {
	s := handlertest.New(t)
	acme := s.Business("acme")
	service, _ := bookable(t, s, acme)
	var customer uuid.UUID
	in := func(fn func(q *store.TenantTx) error) {
		t.Helper()
		if err := s.DB.InTenant(t.Context(), acme, fn); err != nil {
			t.Fatal(err)
		}
	}
	in(func(q *store.TenantTx) (err error) {
		customer, err = booking.CreateCustomer(q, booking.CustomerInput{Name: "Tina Typo"})
		return err
	})
	start := time.Now().AddDate(0, 0, 7).Truncate(time.Hour)
	b, err := booking.Book(t.Context(), s.DB, acme, calendar.NewBooking{Service: service, Start: start, Customer: uuid.NullUUID{UUID: customer, Valid: true}, Source: calendar.ByTeam, Force: true})
	if err != nil {
		t.Fatal(err)
	}
	planned := func() (list []notices.AppointmentNotice) {
		in(func(q *store.TenantTx) error {
			all, err := notices.Of(q, b.ID)
			for _, n := range all {
				if n.Kind == "reminder" && n.State == "queued" {
					list = append(list, n)
				}
			}
			return err
		})
		return list
	}
	if list := planned(); len(list) != 1 || list[0].ToEmail != "" {
		t.Fatalf("without an address: %+v", list)
	}
	for _, email := range []string{"wrong@x.test", "right@x.test"} {
		in(func(q *store.TenantTx) error {
			return booking.UpdateCustomer(q, customer, booking.CustomerInput{Name: "Tina Typo", Email: email})
		})
	}
	if list := planned(); len(list) != 1 || list[0].ToEmail != "right@x.test" {
		t.Errorf("the log shows %+v", list)
	}
	// Other hours plan anew; none plan nothing.
	for hours, want := range map[string]int{"48,2": 2, "": 0, "24,3,1": 3} {
		in(func(q *store.TenantTx) error {
			p, err := catalog.ReadPolicies(q)
			if err != nil {
				return err
			}
			p.ReminderHours = hours
			return booking.SavePolicies(q, p)
		})
		if list := planned(); len(list) != want {
			t.Errorf("%q plans %d reminders and not %d", hours, len(list), want)
		}
	}
	in(func(q *store.TenantTx) error {
		p, _ := catalog.ReadPolicies(q)
		p.ReminderHours = "24"
		return booking.SavePolicies(q, p)
	})
	// Whatever the log says: the address is read when the mail leaves.
	n := planned()[0]
	if _, err := schema.Direct(s.DB).ExecContext(t.Context(), `UPDATE notices SET to_email = 'wrong@x.test' WHERE id = $1`, n.ID); err != nil {
		t.Fatal(err)
	}
	l, send, err := notices.TakeNotice(t.Context(), s.DB, notices.NoticeArgs{NoticeID: n.ID, BusinessID: acme.ID})
	if err != nil || !send || l.ToEmail != "right@x.test" {
		t.Errorf("leaves to %s: %v %v", l.ToEmail, send, err)
	}
}
