package store_test

import (
	"context"
	"fmt"
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

// aged makes an appointment an hour old: its grace is over.
func (g *garage) aged(id uuid.UUID) {
	g.t.Helper()
	g.exec(`UPDATE SCHEMA.appointments SET created_at = created_at - interval '1 hour', agreed_at = agreed_at - interval '1 hour' WHERE id = $1`, id)
}

// charging are rules of a fee that each change of the coming month costs.
func charging(cents int) catalog.Policies {
	return catalog.Policies{HorizonDays: 60, StepMinutes: 15, ApprovalHours: 48, BookingOpen: true, CancelMinutes: 40 * 24 * 60, LateFeeCents: cents}
}

// TestLateFeeNeedsAnAgreement: what a customer pays is asked for first, and is
// nothing for what nobody agreed to. Each story ends with the fee that is due.
func TestLateFeeNeedsAnAgreement(t *testing.T) {
	db := storetest.DB(t)
	type story struct {
		g    *garage
		link calendar.Handle
		day  int
	}
	ctx := context.Background()
	owner := as(access.TenantOwner, uuid.New())
	start := func(s *story, hour int) time.Time { return s.g.at(hour, 0).AddDate(0, 0, s.day) }
	customerMoves := func(s *story, hour, accept int) error {
		h := s.link
		h.AcceptFeeCents = accept
		_, err := booking.Move(ctx, s.g.db, s.g.tenant, booking.Movement{Handle: h, Start: start(s, hour), Anybody: true})
		return err
	}
	teamMoves := func(s *story, hour int) {
		if _, err := booking.Move(owner, s.g.db, s.g.tenant, booking.Movement{Handle: calendar.Handle{ID: s.link.ID}, Start: start(s, hour), Force: true}); err != nil {
			t.Error(err)
		}
	}
	told := func(s *story) { s.g.exec(`UPDATE notices SET state = 'sent' WHERE appointment_id = $1`, s.link.ID) }
	asks := func(what string, err error, cents int) {
		if got := store.FeeToAccept(err); got != cents {
			t.Errorf("%s asks for %d, want %d (%v)", what, got, cents, err)
		}
	}
	rules := func(s *story, p catalog.Policies) {
		s.g.in(func(q *store.TenantTx) error { return booking.SavePolicies(q, p) })
	}
	g := newGarage(t, db, "garage")
	for i, c := range []struct {
		name   string
		want   int
		before func(*catalog.Policies)
		do     func(*story)
	}{
		{"cancelled late", 1500, nil, func(s *story) { s.g.aged(s.link.ID) }},
		{"within the grace", 0, nil, func(*story) {}},
		{"a request", 0, func(p *catalog.Policies) { p.NeedsApproval = true }, func(s *story) { s.g.aged(s.link.ID) }},
		{"moved by the business", 0, nil, func(s *story) { s.g.aged(s.link.ID); teamMoves(s, 10); told(s) }},
		{"moved by the business and taken back unheard", 1500, nil, func(s *story) { s.g.aged(s.link.ID); told(s); teamMoves(s, 10); teamMoves(s, 9) }},
		{"moved by the business and back, both heard", 0, nil, func(s *story) {
			s.g.aged(s.link.ID)
			told(s)
			teamMoves(s, 10)
			told(s)
			teamMoves(s, 9)
			told(s)
		}},
		{"moved by the business, then by the customer", 1500, nil, func(s *story) {
			s.g.aged(s.link.ID)
			teamMoves(s, 10)
			told(s)
			asks("the customer’s answer to a move of the business", customerMoves(s, 9, 0), 0)
			s.g.aged(s.link.ID)
		}},
		{"moved late twice", 1500, nil, func(s *story) {
			s.g.aged(s.link.ID)
			asks("the first late move", customerMoves(s, 10, 0), 1500)
			asks("accepted too little", customerMoves(s, 10, 1499), 1500)
			asks("the first late move, accepted", customerMoves(s, 10, 1500), 0)
			asks("the second", customerMoves(s, 9, 0), 0)
		}},
		{"grace is not renewed by using it", 1500, nil, func(s *story) {
			s.g.exec(`UPDATE SCHEMA.appointments SET created_at = created_at - interval '9 minutes' WHERE id = $1`, s.link.ID)
			asks("within the grace", customerMoves(s, 10, 0), 0)
			s.g.exec(`UPDATE SCHEMA.appointments SET created_at = created_at - interval '2 minutes' WHERE id = $1`, s.link.ID)
		}},
		{"the rules of the booking, when today's are harder", 1500, nil, func(s *story) { s.g.aged(s.link.ID); rules(s, charging(9900)) }},
		{"today's rules, when they are milder", 700, nil, func(s *story) { s.g.aged(s.link.ID); rules(s, charging(700)) }},
		{"a booking from before agreements were kept", 1500, nil, func(s *story) {
			s.g.aged(s.link.ID)
			s.g.exec(`UPDATE SCHEMA.appointments SET terms_cancel_minutes = NULL, terms_fee_cents = NULL, agreed_start = NULL WHERE id = $1`, s.link.ID)
		}},
	} {
		s := &story{g: g, day: i}
		p := charging(1500)
		if c.before != nil {
			c.before(&p)
		}
		rules(s, p)
		in := g.order(start(s, 9), fmt.Sprintf("%d@x.test", i))
		in.ID, in.Secret = uuid.New(), uuid.New()
		b := g.book(in)
		s.link = calendar.Handle{ID: b.ID, Secret: in.Secret}
		c.do(s)
		// What is due is asked for, whatever was paid already is not asked again.
		paid := g.count(`SELECT COALESCE(late_fee_cents, 0) FROM SCHEMA.appointments WHERE id = $1`, b.ID)
		_, err := booking.Cancel(ctx, db, g.tenant, s.link)
		asks(c.name, err, c.want-paid)
		h := s.link
		h.AcceptFeeCents = c.want - paid
		if b, err = booking.Cancel(ctx, db, g.tenant, h); err != nil || b.Status != "cancelled" {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := g.count(`SELECT COALESCE(late_fee_cents, 0) FROM SCHEMA.appointments WHERE id = $1`, b.ID); got != c.want {
			t.Errorf("%s: %d cents are due, want %d", c.name, got, c.want)
		}
	}
}

// TestChangeTermsOverTime steps through the life of appointments and compares
// each minute's fee with what the rules say in words.
func TestChangeTermsOverTime(t *testing.T) {
	booked := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct{ lead, window, fee int }{{600, 120, 1500}, {90, 120, 1500}, {8, 120, 1500}, {600, 0, 1500}, {600, 120, 0}, {600, 1000, 1}} {
		start := booked.Add(time.Duration(c.lead) * time.Minute)
		p := catalog.Policies{CancelMinutes: c.window, LateFeeCents: c.fee}
		b := calendar.Booking{Status: "confirmed", CreatedAt: booked, StartsAt: start}
		for minute := range c.lead {
			terms := b.ChangeTerms(p, booked.Add(time.Duration(minute)*time.Minute))
			want := 0
			if c.lead-minute <= c.window && minute >= 10 {
				want = c.fee
			}
			if terms.NowCents != want {
				t.Fatalf("%+v, minute %d: %d, want %d", c, minute, terms.NowCents, want)
			}
			if at := booked.Add(time.Duration(minute) * time.Minute); !terms.FreeUntil.IsZero() && (!terms.FreeUntil.After(at) || terms.FreeUntil.After(start)) {
				t.Fatalf("%+v, minute %d: free until %s", c, minute, terms.FreeUntil)
			}
		}
	}
}

// TestMovedToWhereItIs: nothing is moved, nobody is told, nothing is due, even
// where the rules would refuse the time by now.
func TestMovedToWhereItIs(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	p := charging(1500)
	g.in(func(q *store.TenantTx) error { return booking.SavePolicies(q, p) })
	in := g.order(g.at(9, 0), "a@x.test")
	in.ID, in.Secret = uuid.New(), uuid.New()
	b := g.book(in)
	g.aged(b.ID)
	p.NoticeMinutes = 30 * 24 * 60
	g.in(func(q *store.TenantTx) error { return booking.SavePolicies(q, p) })
	told := g.count(`SELECT count(*) FROM notices`)
	after, err := booking.Move(context.Background(), g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: b.ID, Secret: in.Secret}, Start: b.StartsAt, Anybody: true})
	if err != nil || !after.UpdatedAt.Equal(b.UpdatedAt) || after.LateFeeCents != nil || g.count(`SELECT count(*) FROM notices`) != told {
		t.Errorf("%+v %v", after, err)
	}
	if _, err := booking.Move(context.Background(), g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: b.ID, Secret: in.Secret}, Start: g.at(9, 15)}); reason(err) != availability.TooSoon {
		t.Errorf("another time: %v", err)
	}
}
