package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// at is a wall time of a day a week ahead.
func (g *garage) at(hour, minute int) time.Time {
	day := availability.DateOf(time.Now().In(g.tenant.Location())) + 7
	return day.At(hour*60+minute, g.tenant.Location())
}

func (g *garage) order(start time.Time, email string) calendar.NewBooking {
	return calendar.NewBooking{Service: g.oil, Start: start, Name: "Carla", Email: email, Source: calendar.ByGuest}
}

func (g *garage) book(in calendar.NewBooking) calendar.Booking {
	g.t.Helper()
	b, err := booking.Book(context.Background(), g.db, g.tenant, in)
	if err != nil {
		g.t.Fatal(err)
	}
	return b
}

// count runs a query that yields a number; SCHEMA is the business's.
func (g *garage) count(query string, args ...any) (n int) {
	g.t.Helper()
	if err := schema.Direct(g.db).QueryRow(strings.ReplaceAll(query, "SCHEMA", g.schema), args...).Scan(&n); err != nil {
		g.t.Fatal(err)
	}
	return n
}

func reason(err error) availability.Reason {
	if r := store.Refusal(err); r != nil {
		return r.Reason
	}
	return availability.Free
}

// TestB5_CheckedAtTheInsert: whatever was shown before, each rule holds when a
// visitor's booking comes.
func TestB5_CheckedAtTheInsert(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	ctx := context.Background()
	g.in(func(q *store.TenantTx) error {
		return booking.SavePolicies(q, catalog.Policies{NoticeMinutes: 120, HorizonDays: 10, StepMinutes: 15, ApprovalHours: 1, BookingOpen: true, CancelMinutes: 60, ReminderHours: "24"})
	})
	refuse := func(what string, in calendar.NewBooking, want availability.Reason, kind store.Kind) *store.Error {
		t.Helper()
		_, err := booking.Book(ctx, g.db, g.tenant, in)
		if reason(err) != want || store.KindOf(err) != kind {
			t.Errorf("%s: %v", what, err)
		}
		return store.Refusal(err)
	}
	refuse("notice", g.order(time.Now().Add(time.Hour), "a@x.test"), availability.TooSoon, store.Invalid)
	refuse("horizon", g.order(g.at(9, 0).AddDate(0, 0, 7), "a@x.test"), availability.TooFar, store.Invalid)
	refuse("step", g.order(g.at(9, 7), "a@x.test"), availability.OffStep, store.Invalid)
	refuse("hours", g.order(g.at(10, 15), "a@x.test"), availability.Closed, store.Invalid)
	big := g.order(g.at(9, 0), "a@x.test")
	big.Party = 2
	refuse("party", big, availability.Free, store.Invalid)
	team := g.order(g.at(20, 7), "a@x.test")
	team.Source, team.Force = calendar.ByTeam, true
	late := g.book(team)
	refuse("the team can't overlap either", team, availability.Taken, store.Conflict)
	if late.Status != "confirmed" || late.With() != "Ann, Lift" {
		t.Errorf("%+v", late)
	}

	first := g.book(g.order(g.at(9, 0), "a@x.test"))
	r := refuse("the lift is taken, though Ben is free", g.order(g.at(9, 0), "b@x.test"), availability.Taken, store.Conflict)
	if r == nil || len(r.Nearest) != 5 {
		t.Fatalf("nearest: %+v", r)
	}
	for _, s := range r.Nearest {
		if s.Start.Before(first.EndsAt) && s.End.After(first.StartsAt) {
			t.Errorf("%v is offered and taken", s.Start)
		}
	}
	g.in(func(q *store.TenantTx) error {
		s, err := catalog.ReadService(q, g.oil)
		if err == nil {
			s.BufferBeforeMinutes = 15
			err = booking.UpdateService(q, s)
		}
		return err
	})
	refuse("the buffer", g.order(g.at(10, 0), "b@x.test"), availability.Taken, store.Conflict)
	ben := g.order(g.at(9, 15).AddDate(0, 0, 1), "b@x.test")
	ben.Resource = valid(g.ben)
	if b := g.book(ben); b.With("STAFF") != "Ben" {
		t.Errorf("with %s", b.With())
	}
	stranger := g.order(g.at(9, 15).AddDate(0, 0, 2), "b@x.test") // at Ben's time it would be what is booked already
	stranger.Resource = valid(uuid.New())
	if _, err := booking.Book(ctx, g.db, g.tenant, stranger); store.FieldErrors(err)["resource_id"] == "" {
		t.Errorf("with a stranger: %v", err)
	}

	// The customer of both is one; a blocked one can't book, the team still can.
	if n := g.count(`SELECT count(*) FROM SCHEMA.customers WHERE email = 'a@x.test'`); n != 1 {
		t.Errorf("%d customers", n)
	}
	g.exec(`UPDATE SCHEMA.customers SET blocked_at = now() WHERE email = 'a@x.test'`)
	if _, err := booking.Book(ctx, g.db, g.tenant, g.order(g.at(9, 30).AddDate(0, 0, 2), "A@x.test")); store.KindOf(err) != store.Forbidden {
		t.Errorf("blocked: %v", err)
	}
	again := g.order(g.at(9, 30).AddDate(0, 0, 2), "a@x.test")
	again.Source = calendar.ByTeam
	g.book(again)

	g.in(func(q *store.TenantTx) error {
		p, err := catalog.ReadPolicies(q)
		p.BookingOpen = false
		return firstError(err, booking.SavePolicies(q, p))
	})
	if _, err := booking.Book(ctx, g.db, g.tenant, g.order(g.at(9, 0).AddDate(0, 0, 2), "b@x.test")); store.KindOf(err) != store.Forbidden {
		t.Errorf("closed: %v", err)
	}
	if got := g.free(availability.DateOf(g.at(0, 0))); got != "" {
		t.Errorf("shown while closed: %s", got)
	}
}

func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// TestBookTwice: the same form books once, and another one can't have its id.
func TestBookTwice(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	in := g.order(g.at(9, 0), "a@x.test")
	in.ID, in.Secret = uuid.New(), uuid.New()
	first, second := g.book(in), g.book(in)
	if first.ID != in.ID || second.ID != in.ID || g.count(`SELECT count(*) FROM SCHEMA.appointments`) != 1 {
		t.Error("booked twice")
	}
	in.Secret = uuid.New()
	if _, err := booking.Book(context.Background(), g.db, g.tenant, in); store.KindOf(err) != store.Conflict {
		t.Errorf("somebody else's id: %v", err)
	}
	if n := g.count(`SELECT count(*) FROM audit_log WHERE action = 'appointment.booked' AND actor_name = 'A visitor' AND actor_id IS NULL`); n != 1 {
		t.Errorf("%d in the audit log", n)
	}
	if n := g.count(`SELECT count(*) FROM notices n JOIN river_job j ON j.args ->> 'notice_id' = n.id::text WHERE n.kind IN ('confirmed', 'reminder', 'team_booked')`); n != 3 {
		t.Errorf("%d notices with a job", n)
	}
}
