package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// newOpenGarage is a garage that never closes and asks for a day of notice.
func newOpenGarage(t *testing.T) *garage {
	g := newGarage(t, storetest.DB(t), "garage")
	g.in(func(q *store.TenantTx) error {
		if err := catalog.SetWeek(q, uuid.NullUUID{}, everyMinute()); err != nil {
			return err
		}
		return booking.SavePolicies(q, catalog.Policies{NoticeMinutes: 24 * 60, HorizonDays: 60, StepMinutes: 15, BookingOpen: true, ReminderHours: "24", ApprovalHours: 1})
	})
	return g
}

// TestTeamWritesDownWhatIs: the team books what begins now and what is over, within
// limits; customers keep the notice.
func TestTeamWritesDownWhatIs(t *testing.T) {
	t.Parallel()
	g := newOpenGarage(t)
	owner := as(access.TenantOwner, uuid.New())
	now := time.Now().Truncate(time.Minute)
	walkIn := func(ago time.Duration, resource uuid.UUID, insist bool) (calendar.Booking, error) {
		return booking.Book(owner, g.db, g.tenant, calendar.NewBooking{Service: g.oil, Start: now.Add(-ago), Minutes: 30, Resource: valid(resource), Name: "Walter",
			Email: "walter@x.test", Source: calendar.ByTeam, Force: true, Ask: !insist})
	}
	for _, ago := range []time.Duration{0, 40 * time.Minute, 23 * time.Hour} {
		b, err := walkIn(ago, g.ann, false)
		if err != nil || !b.StartsAt.Equal(now.Add(-ago)) || b.Status != "confirmed" {
			t.Errorf("%s ago: %+v %v", ago, b, err)
		}
		told := g.count(`SELECT count(*) FROM notices WHERE appointment_id = $1`, b.ID)
		if over := ago > 30*time.Minute; over != (told == 0) {
			t.Errorf("%s ago: %d mails", ago, told)
		}
	}
	if _, err := walkIn(0, g.ben, false); reason(err) != availability.Taken {
		t.Errorf("the lift is taken now: %v", err)
	}
	_, err := walkIn(48*time.Hour, g.ann, false)
	if r := store.Refusal(err); r == nil || !r.Anyway {
		t.Errorf("two days ago, without a question: %v", err)
	}
	if _, err = walkIn(48*time.Hour, g.ann, true); err != nil {
		t.Error(err)
	}
	if _, err = walkIn(400*24*time.Hour, g.ann, true); store.FieldErrors(err)["start"] == "" {
		t.Errorf("more than a year ago: %v", err)
	}
	for _, start := range []time.Time{now.Add(-time.Hour), now.Add(2 * time.Hour)} {
		in := g.order(start, "guest@x.test")
		in.Force = true
		if _, err := booking.Book(context.Background(), g.db, g.tenant, in); reason(err) != availability.TooSoon {
			t.Errorf("a customer at %s: %v", start, err)
		}
	}
	if n := g.count(`SELECT count(*) FROM audit_log WHERE action = 'appointment.booked' AND actor_name = 'The TENANT_OWNER'`); n != 4 {
		t.Errorf("%d in the audit log", n)
	}
}

// TestRunningAppointments: of what has begun only what changes is looked at.
func TestRunningAppointments(t *testing.T) {
	t.Parallel()
	g := newOpenGarage(t)
	owner := as(access.TenantOwner, uuid.New())
	now := time.Now().Truncate(time.Minute)
	var wash uuid.UUID // takes one of both and nothing else
	g.in(func(q *store.TenantTx) (err error) {
		wash, err = catalog.CreateService(q, catalog.Service{Name: "Wash", DurationMinutes: 60, IsActive: true, Sets: [][]uuid.UUID{{g.ann, g.ben}}})
		return err
	})
	book := func(from time.Duration, minutes int, resource uuid.UUID) calendar.Booking {
		t.Helper()
		b, err := booking.Book(owner, g.db, g.tenant, calendar.NewBooking{ID: uuid.New(), Secret: uuid.New(), Service: wash, Start: now.Add(from), Minutes: minutes, Resource: valid(resource),
			Name: "Rita", Source: calendar.ByTeam, Force: true})
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	m := time.Minute
	running := book(-30*m, 60, g.ann)
	book(-60*m, 50, g.ben) // until ten minutes ago, and nobody marked it
	book(60*m, 30, g.ben)
	move := func(in booking.Movement) (calendar.Booking, error) {
		in.ID, in.Force, in.Ask = running.ID, true, true
		return booking.Move(owner, g.db, g.tenant, in)
	}
	// Blocks and hours that came since bind nobody who is there already.
	g.in(func(q *store.TenantTx) error {
		if err := catalog.SetWeek(q, uuid.NullUUID{}, catalog.Week{}); err != nil {
			return err
		}
		_, _, err := booking.SaveBlocker(q, calendar.Blocker{StartsAt: now.Add(-5 * m), EndsAt: now.Add(40 * m)}, "")
		return err
	})
	for _, minutes := range []int{45, 31} {
		if b, err := move(booking.Movement{Minutes: minutes}); err != nil || b.EndsAt.Sub(b.StartsAt) != time.Duration(minutes)*m {
			t.Errorf("%d minutes: %+v %v", minutes, b, err)
		}
	}
	if _, err := move(booking.Movement{Minutes: 75}); store.Refusal(err) == nil || store.Refusal(err).Anyway {
		t.Errorf("longer, into a block: %v", err)
	}
	g.exec(`DELETE FROM SCHEMA.blockers`)
	if _, err := move(booking.Movement{Minutes: 75}); store.Refusal(err) == nil || !store.Refusal(err).Anyway {
		t.Errorf("longer, out of hours and without a question: %v", err)
	}
	// A colleague comes in now, whatever was before.
	b, err := booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: running.ID}, Resource: valid(g.ben), Force: true})
	if err != nil || b.With() != "Ben" || !b.StartsAt.Equal(running.StartsAt) {
		t.Fatalf("to a colleague: %+v %v", b, err)
	}
	if b, err = booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: running.ID}, Minutes: 85, Force: true}); err != nil || b.With() != "Ben" {
		t.Errorf("longer with the colleague: %+v %v", b, err)
	}
	if _, err = booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: running.ID}, Minutes: 120, Force: true}); reason(err) != availability.Taken {
		t.Errorf("into the colleague's next: %v", err)
	}
	if b, err = booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: running.ID}, Minutes: 60, Exactly: []uuid.UUID{g.ann}, Force: true}); err != nil || b.With() != "Ann" {
		t.Errorf("taken back: %+v %v", b, err)
	}
	// Earlier than planned is a question of the calendar; what has not begun does not end before now without a question.
	if _, err = booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: running.ID}, Start: now.Add(-35 * m), Force: true}); err != nil {
		t.Errorf("began earlier: %v", err)
	}
	g.in(func(q *store.TenantTx) error { return catalog.SetWeek(q, uuid.NullUUID{}, everyMinute()) })
	ahead := book(100*m, 30, g.ben)
	for _, to := range []struct {
		ago   time.Duration
		asked bool
	}{{120 * m, true}, {2 * m, false}} {
		_, err := booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: ahead.ID}, Start: now.Add(-to.ago), Force: true, Ask: true})
		if r := store.Refusal(err); to.asked != (r != nil && r.Anyway) {
			t.Errorf("from ahead to %s ago: %v", to.ago, err)
		}
	}
	if n := g.count(`SELECT count(*) FROM audit_log WHERE action = 'appointment.moved' AND object_id = $1`, running.ID.String()); n < 5 {
		t.Errorf("%d changes in the audit log", n)
	}
}

func everyMinute() (w catalog.Week) {
	for i := range w {
		w[i] = []catalog.Hours{{From: 0, To: 1440}}
	}
	return w
}
