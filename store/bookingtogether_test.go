package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestChangesOfOneAppointment: who changes an appointment that somebody else is
// about to change waits, and then sees what became of it. Somebody who holds what
// both need later on makes the two meet.
func TestChangesOfOneAppointment(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	owner := as(access.TenantOwner, uuid.New())
	g.exec(`UPDATE businesses SET plan = 'free' WHERE id = $1`, g.tenant.ID) // a month so small that moves into another one ask for it

	// A mover has read the appointment and waits for the plan; the customer cancels.
	first := g.book(g.order(g.at(9, 0), "a@x.test"))
	free := g.keep(`SELECT FROM businesses WHERE id = $1 FOR NO KEY UPDATE`, g.tenant.ID)
	moved := g.begin(1, func() error {
		_, err := booking.Move(owner, g.db, g.tenant, booking.Movement{Handle: calendar.Handle{ID: first.ID}, Start: g.at(9, 0).AddDate(0, 1, 0), Force: true})
		return err
	})
	cancelled := g.begin(2, func() error {
		_, err := booking.Cancel(owner, g.db, g.tenant, calendar.Handle{ID: first.ID})
		return err
	})
	free()
	if err := firstError(<-moved, <-cancelled); err != nil {
		t.Fatal(err)
	}
	if n := g.count(`SELECT count(*) FROM SCHEMA.appointments a JOIN SCHEMA.appointment_resources r ON r.appointment_id = a.id WHERE a.status = 'cancelled' AND NOT r.holds`); n != 2 {
		t.Error("what was cancelled came back by a move")
	}

	// Two cancel at a time: it is one deed, and one mail.
	second := g.book(g.order(g.at(9, 0), "b@x.test"))
	free = g.keep(`SELECT FROM SCHEMA.appointment_resources WHERE appointment_id = $1 FOR UPDATE`, second.ID)
	cancel := func() error {
		_, err := booking.Cancel(owner, g.db, g.tenant, calendar.Handle{ID: second.ID})
		return err
	}
	one, two := g.begin(1, cancel), g.begin(2, cancel)
	free()
	if err := firstError(<-one, <-two); err != nil {
		t.Fatal(err)
	}
	if n := g.count(`SELECT count(*) FROM audit_log WHERE action = 'appointment.cancelled' AND object_id = $1`, second.ID.String()); n != 1 {
		t.Errorf("cancelled %d times", n)
	}
	if n := g.count(`SELECT count(*) FROM notices WHERE kind = 'cancelled' AND to_email = 'b@x.test'`); n != 1 {
		t.Errorf("%d mails of one cancellation", n)
	}
}

// keep locks rows until it is told to let go.
func (g *garage) keep(query string, args ...any) (letGo func()) {
	g.t.Helper()
	tx, err := schema.Direct(g.db).BeginTx(context.Background(), nil)
	if err == nil {
		_, err = tx.Exec(strings.ReplaceAll(query, "SCHEMA", g.schema), args...)
	}
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { _ = tx.Rollback() })
	return func() { _ = tx.Rollback() }
}

// begin starts a change, and waits until so many wait for somebody or the change
// is over.
func (g *garage) begin(waiting int, change func() error) <-chan error {
	g.t.Helper()
	over := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		over <- change()
		close(ended)
	}()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		select {
		case <-ended:
			return over
		default:
		}
		if g.count(`SELECT count(DISTINCT pid) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND NOT granted`) >= waiting {
			return over
		}
	}
	g.t.Fatal("nobody waits for anybody")
	return nil
}
