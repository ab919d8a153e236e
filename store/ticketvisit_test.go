package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// TestM4_EndsWithItsTicket: the next request after the ticket is done.
func TestM4_EndsWithItsTicket(t *testing.T) {
	w := newDesk(t)
	s := &stage{db: w.db, clock: w.clock, tenant: w.tenants["alpha"]}
	s.operator = s.login(t, access.PlatformSupport)
	w.staff(func(q *store.PublicTx) error {
		people, err := people.Of(q, s.tenant.ID)
		s.subject = people[0]
		return err
	})
	begin := func(ticket string) (code string, err error) {
		started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Reason: "to see what is broken", Ticket: ticket, Back: "/"})
		return started.Code, err
	}
	for _, ticket := range []string{fmt.Sprint(w.number), fmt.Sprintf("#%d", w.number)} {
		w.set("open")
		code, err := begin(ticket)
		must(t, err)
		token, err := sessions.EnterMasquerade(context.Background(), w.db, s.tenant, code, here)
		must(t, err)
		w.set("waiting")
		if p, err := s.visit(token); p == nil || err != nil {
			t.Fatalf("while it waits: %v %v", p, err)
		}
		w.set("resolved")
		if p, err := s.visit(token); p != nil || err != nil {
			t.Errorf("after it is resolved: %v %v", p, err)
		}
		if _, err := begin(ticket); store.FieldErrors(err)["ticket"] == "" {
			t.Errorf("for one that is done: %v", err)
		}
	}
	var why string
	if err := schema.Direct(w.db).QueryRow(`SELECT end_reason FROM masquerades ORDER BY created_at LIMIT 1`).Scan(&why); err != nil || why != "ticket closed" {
		t.Errorf("ended because %q (%v)", why, err)
	}
	other := w.open("beta", "low")
	w.staff(func(q *store.PublicTx) error {
		return desk.ReplyTicket(q, other, desk.TicketReply{Body: "Done", Status: "closed"})
	})
	for _, ticket := range []string{fmt.Sprint(other), "JIRA-7", "99999999999999999999"} {
		if _, err := begin(ticket); store.FieldErrors(err)["ticket"] == "" {
			t.Errorf("ticket %q, which is none of this business: %v", ticket, err)
		}
	}
	if _, err := begin(""); err != nil {
		t.Errorf("no ticket: %v", err)
	}
}
