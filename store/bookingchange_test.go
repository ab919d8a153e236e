package store_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// as is a context in which somebody of a business acts.
func as(role access.Role, id uuid.UUID) context.Context {
	p := store.Person{ID: id, Name: "The " + string(role), Role: role}
	return store.WithPrincipal(context.Background(), &store.Principal{Actor: p, Subject: p})
}

func TestMove(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	owner := as(access.TenantOwner, uuid.New())
	in := g.order(g.at(9, 0), "a@x.test")
	in.ID, in.Secret = uuid.New(), uuid.New()
	first, second := g.book(in), g.book(g.order(g.at(10, 0), "b@x.test"))
	h := calendar.Handle{ID: first.ID}

	_, err := booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: h, Start: second.StartsAt, Force: true})
	if reason(err) != availability.Taken || len(store.Refusal(err).Nearest) == 0 {
		t.Errorf("onto another one: %v", err)
	}
	// Over its own time, and to another length.
	b, err := booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: h, Start: g.at(8, 45), Minutes: 75, Force: true})
	if err != nil || !b.StartsAt.Equal(g.at(8, 45)) || !b.EndsAt.Equal(g.at(10, 0)) || b.With() != first.With() {
		t.Fatalf("%+v %v", b, err)
	}
	// Without force the team keeps the hours.
	if _, err := booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: h, Start: g.at(8, 30)}); reason(err) != availability.Closed {
		t.Errorf("before the opening: %v", err)
	}
	if _, err := booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: first.ID, SeenAt: first.UpdatedAt}, Start: g.at(9, 0)}); reason(err) != availability.Changed {
		t.Errorf("seen before the change: %v", err)
	}
	other := g.ann
	if first.Resources[0].ID == g.ann {
		other = g.ben
	}
	if b, err = booking.Reassign(owner, g.db, g.tenant, h, other); err != nil || b.Resources[0].ID != other || b.With("EQUIPMENT") != "Lift" {
		t.Errorf("reassigned: %+v %v", b, err)
	}
	// The team's moves became one notice, of where it was first.
	if n := g.count(`SELECT count(*) FROM notices WHERE kind = 'moved' AND state = 'queued' AND was_at = $1 AND starts_at = $2`, first.StartsAt, b.StartsAt); n != 1 {
		t.Errorf("%d notices of the move", n)
	}
	// The customer, by the link: rules hold, and the link must be right.
	link := calendar.Handle{ID: first.ID, Secret: in.Secret}
	if _, err := booking.Move(context.Background(), g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: first.ID, Secret: uuid.New()}, Start: g.at(9, 0)}); store.KindOf(err) != store.NotFound {
		t.Errorf("a wrong link: %v", err)
	}
	if _, err := booking.Move(context.Background(), g.db, g.tenant, booking.Movement{Handle: link, Start: g.at(20, 0), Force: true}); reason(err) != availability.Closed {
		t.Errorf("the customer at night: %v", err)
	}
	if _, err = booking.Move(context.Background(), g.db, g.tenant, booking.Movement{Handle: link, Start: g.at(9, 0).AddDate(0, 0, 1)}); err != nil {
		t.Error(err)
	}
	for who, ctx := range map[string]context.Context{"another customer": as(access.Customer, uuid.New()), "somebody else of the staff": as(access.TenantStaff, uuid.New())} {
		if _, err := booking.Move(ctx, g.db, g.tenant, booking.Movement{Handle: h, Start: g.at(9, 0)}); err == nil || store.KindOf(err) == store.Conflict {
			t.Errorf("%s: %v", who, err)
		}
	}
	if n := g.count(`SELECT count(*) FROM audit_log WHERE action = 'appointment.moved'`); n != 3 {
		t.Errorf("%d moves in the audit log", n)
	}
	if n := g.count(`SELECT count(*) FROM SCHEMA.appointment_resources WHERE appointment_id = $1 AND holds`, first.ID); n != 2 {
		t.Errorf("takes %d resources", n)
	}
}

func TestStatusAndCancel(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	owner := as(access.TenantOwner, uuid.New())
	g.in(func(q *store.TenantTx) error {
		return booking.SavePolicies(q, catalog.Policies{HorizonDays: 60, StepMinutes: 15, NeedsApproval: true, ApprovalHours: 2, BookingOpen: true,
			CancelMinutes: 30 * 24 * 60, LateFeeCents: 1500, ReminderHours: "24", NotifyTeam: true})
	})
	in := g.order(g.at(9, 0), "a@x.test")
	in.ID, in.Secret = uuid.New(), uuid.New()
	b := g.book(in)
	if b.Status != "pending" || b.ApproveBy == nil || b.ApproveBy.Sub(b.CreatedAt) != 2*time.Hour {
		t.Fatalf("%+v", b)
	}
	h := calendar.Handle{ID: b.ID}
	set := func(to string) error {
		_, err := booking.SetStatus(owner, g.db, g.tenant, h, to)
		return err
	}
	for _, to := range []string{"completed", "no_show", "ghost"} {
		if err := set(to); store.KindOf(err) != store.Conflict {
			t.Errorf("pending to %s: %v", to, err)
		}
	}
	if _, err := booking.SetStatus(context.Background(), g.db, g.tenant, calendar.Handle{ID: b.ID, Secret: in.Secret}, "confirmed"); store.KindOf(err) != store.Forbidden {
		t.Errorf("the customer confirms: %v", err)
	}
	if err := set("confirmed"); err != nil {
		t.Fatal(err)
	}
	// Taken back it waits as long as the customer was told.
	if again, err := booking.SetStatus(owner, g.db, g.tenant, h, "pending"); err != nil || again.ApproveBy == nil || !again.ApproveBy.Equal(*b.ApproveBy) {
		t.Errorf("a request again: %v until %v, was %v", err, again.ApproveBy, b.ApproveBy)
	}
	if err := set("confirmed"); err != nil {
		t.Fatal(err)
	}
	if err := set("completed"); store.KindOf(err) != store.Conflict {
		t.Errorf("completed before it began: %v", err)
	}
	g.aged(b.ID)
	if _, err := booking.Cancel(context.Background(), g.db, g.tenant, calendar.Handle{ID: b.ID, Secret: in.Secret}); store.FeeToAccept(err) != 1500 {
		t.Errorf("a fee that nobody accepted: %v", err)
	}
	b, err := booking.Cancel(context.Background(), g.db, g.tenant, calendar.Handle{ID: b.ID, Secret: in.Secret, AcceptFeeCents: 1500})
	if err != nil || b.Status != "cancelled" || b.LateFeeCents == nil || *b.LateFeeCents != 1500 {
		t.Errorf("%+v %v", b, err)
	}
	if _, err := booking.Cancel(context.Background(), g.db, g.tenant, calendar.Handle{ID: b.ID, Secret: in.Secret}); err != nil {
		t.Errorf("cancelled twice: %v", err)
	}
	second := g.book(g.order(g.at(9, 0), "b@x.test"))
	if err := set("confirmed"); reason(err) != availability.Taken {
		t.Errorf("restored onto another one: %v", err)
	}
	// Nobody answers: from then on the time is free, before any job ran.
	g.exec(`UPDATE SCHEMA.appointments SET approve_by = now() - interval '1 minute' WHERE id = $1`, second.ID)
	if free := g.free(availability.DateOf(g.at(0, 0))); free[:5] != "09:00" {
		t.Errorf("free: %s", free)
	}
	third := g.book(g.order(g.at(9, 0), "c@x.test"))
	if n := g.count(`SELECT count(*) FROM audit_log WHERE action = 'appointment.expired' AND object_id = $1 AND actor_name = 'system'`, second.ID.String()); n != 1 {
		t.Error("the request did not expire")
	}
	if err := booking.ExpireRequest(context.Background(), g.db, g.tenant, third.ID); err != nil || g.count(`SELECT count(*) FROM SCHEMA.appointments WHERE status = 'pending'`) != 1 {
		t.Errorf("expired too early: %v", err)
	}
	if n := g.count(`SELECT count(*) FROM notices WHERE kind = 'reminder' AND state = 'queued'`); n != 0 {
		t.Errorf("%d reminders of what is cancelled or pending", n)
	}
	if n := g.count(`SELECT count(*) FROM audit_log WHERE action LIKE 'appointment.%'`); n != 8 {
		t.Errorf("%d in the audit log", n)
	}
}

func TestHold(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	ctx := context.Background()
	from := store.Client{Address: "192.0.2.1"}
	hold := func(in booking.NewHold) booking.Hold {
		t.Helper()
		in.Service, in.From = g.oil, from
		h, err := booking.TakeHold(ctx, g.db, g.tenant, in)
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	h := hold(booking.NewHold{Start: g.at(9, 0)})
	if _, err := booking.Book(ctx, g.db, g.tenant, g.order(g.at(9, 0), "b@x.test")); reason(err) != availability.Taken {
		t.Errorf("held: %v", err)
	}
	if _, err := booking.TakeHold(ctx, g.db, g.tenant, booking.NewHold{Service: g.oil, Start: g.at(9, 30)}); reason(err) != availability.Taken {
		t.Errorf("held twice: %v", err)
	}
	h = hold(booking.NewHold{Start: g.at(9, 15), Replaces: h.Secret})
	in := g.order(g.at(9, 15), "a@x.test")
	in.Hold = h.Secret
	g.book(in)
	if n := g.count(`SELECT count(*) FROM SCHEMA.blockers`); n != 0 {
		t.Errorf("%d blockers left", n)
	}
	hold(booking.NewHold{Start: g.at(9, 0).AddDate(0, 0, 1)})
	g.exec(`UPDATE SCHEMA.blockers SET expires_at = now() - interval '1 second'`)
	g.book(g.order(g.at(9, 0).AddDate(0, 0, 1), "b@x.test"))
	held := 0
	for day := range 12 {
		if hold(booking.NewHold{Start: g.at(9, 0).AddDate(0, 0, 2+day)}).Secret != uuid.Nil {
			held++
		}
	}
	if held != 9 {
		t.Errorf("one address holds %d more", held)
	}
}

// TestNoticesAreSentOnce: also when the program dies in between.
func TestNoticesAreSentOnce(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	ctx := context.Background()
	b := g.book(g.order(g.at(9, 0), "a@x.test"))
	var id uuid.UUID
	if err := schema.Direct(g.db).QueryRow(`SELECT id FROM notices WHERE kind = 'confirmed'`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	args := notices.NoticeArgs{NoticeID: id, BusinessID: g.tenant.ID}
	take := func() (notices.Letter, bool) {
		t.Helper()
		l, ok, err := notices.TakeNotice(ctx, g.db, args)
		if err != nil {
			t.Fatal(err)
		}
		return l, ok
	}
	l, ok := take()
	if !ok || l.ToEmail != "a@x.test" || l.Booking.ID != b.ID || l.Secret == uuid.Nil {
		t.Fatalf("%+v %v", l, ok)
	}
	if _, ok := take(); ok {
		t.Error("taken twice")
	}
	if err := notices.NoticeDone(ctx, g.db, l, errors.New("no server"), true); err != nil {
		t.Fatal(err)
	}
	if _, ok = take(); !ok {
		t.Error("not tried again")
	}
	// The program died here: it is not sent again by itself, but by somebody's word.
	g.exec(`UPDATE notices SET changed_at = now() - interval '1 hour'`)
	if err := g.db.InPublic(ctx, notices.LoseNotices); err != nil {
		t.Fatal(err)
	}
	if _, ok := take(); ok {
		t.Error("sent again after a crash")
	}
	g.in(func(q *store.TenantTx) error { return notices.SendNotice(q, id) })
	if l, ok = take(); !ok {
		t.Fatal("not sent on request")
	}
	if err := notices.NoticeDone(ctx, g.db, l, nil, false); err != nil || g.count(`SELECT count(*) FROM notices WHERE state = 'sent'`) != 1 {
		t.Errorf("not marked as sent: %v", err)
	}
	// A reminder of what was cancelled is none.
	if err := schema.Direct(g.db).QueryRow(`SELECT id FROM notices WHERE kind = 'reminder'`).Scan(&args.NoticeID); err != nil {
		t.Fatal(err)
	}
	g.exec(`UPDATE SCHEMA.appointments SET status = 'cancelled'`)
	if _, ok := take(); ok || g.count(`SELECT count(*) FROM notices WHERE state = 'dropped'`) != 1 {
		t.Error("a reminder of what was cancelled")
	}
	// What support does in somebody's name is held back.
	p := store.Principal{Actor: store.Person{ID: uuid.New(), Name: "Support"}, Subject: store.Person{ID: uuid.New(), Name: "Owner", Role: access.TenantOwner}}
	p.Masquerade = &store.Masquerade{ID: uuid.New()}
	if _, err := booking.Book(store.WithPrincipal(ctx, &p), g.db, g.tenant, calendar.NewBooking{Service: g.oil, Start: g.at(10, 0), Name: "Dora", Email: "d@x.test", Source: calendar.ByTeam}); err != nil {
		t.Fatal(err)
	}
	if n := g.count(`SELECT count(*) FROM notices WHERE state = 'held' AND to_email = 'd@x.test'`); n != 2 {
		t.Errorf("%d held", n)
	}
}

func TestQuietHours(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	p, _ := catalog.ParseReminderHours("2, 24,2")
	if len(p) != 2 || p[0] != 24 {
		t.Errorf("%v", p)
	}
	for _, bad := range []string{"x", "0", "-1", "1000", "1,2,3,4,5,6"} {
		if _, ok := catalog.ParseReminderHours(bad); ok {
			t.Errorf("%q is read", bad)
		}
	}
	policies := catalog.Policies{HorizonDays: 60, StepMinutes: 15, ApprovalHours: 2, BookingOpen: true, ReminderHours: "12,2", QuietFrom: "20:00", QuietTo: "08:00"}
	g.in(func(q *store.TenantTx) error { return booking.SavePolicies(q, policies) })
	g.book(g.order(g.at(9, 0), "a@x.test"))
	// 21:00 the evening before goes to 08:00, and 07:00 to 08:00 as well: one mail.
	if n := g.count(`SELECT count(*) FROM notices WHERE kind = 'reminder' AND due_at = $1`, g.at(8, 0)); n != 1 {
		t.Errorf("%d reminders at eight", n)
	}
	policies.QuietTo = "08:45" // too late: then before the night
	g.in(func(q *store.TenantTx) error { return booking.SavePolicies(q, policies) })
	g.book(g.order(g.at(9, 0).AddDate(0, 0, 1), "b@x.test"))
	if n := g.count(`SELECT count(*) FROM notices WHERE kind = 'reminder' AND due_at = $1`, g.at(20, 0)); n != 1 {
		t.Errorf("%d reminders in the evening", n)
	}
}
