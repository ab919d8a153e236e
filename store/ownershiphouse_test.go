package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// house is a business with an owner of long standing, and two of the platform who
// would like to be let in.
type house struct {
	*stage
	t     *testing.T
	staff []*store.Principal
	names int
}

func newHouse(t *testing.T) *house {
	s, _ := newWriteStage(t)
	h := &house{stage: s, t: t, staff: []*store.Principal{s.operator, s.login(t, access.Superuser)}}
	if err := h.sql(`UPDATE users SET last_login_at = $1, invited_at = NULL WHERE id = $2`, s.clock.now(), s.subject.ID); err != nil {
		t.Fatal(err)
	}
	h.pass(time.Hour)
	return h
}

// askFor is a request of the operator's to change things as somebody.
func (h *house) askFor(id uuid.UUID) uuid.UUID {
	h.t.Helper()
	started, err := h.request(sessions.NewMasquerade{Subject: id, Mode: access.ModeWrite, Reason: "to repair the hours", Back: "/"})
	if err != nil {
		h.t.Fatal(err)
	}
	return started.ID
}

func (h *house) sql(query string, args ...any) error {
	_, err := schema.Direct(h.db).Exec(query, args...)
	return err
}

// sqlNow is sql at the time of the test's clock.
func (h *house) sqlNow(statement string) error {
	return h.sql(`SET LOCAL app.now = '` + h.clock.now().UTC().Format(time.RFC3339Nano) + `'; ` + statement)
}

// pass lets time go by; staff stay signed in and prove themselves again.
func (h *house) pass(d time.Duration) {
	h.clock.advance(d)
	if err := h.sql(`UPDATE sessions SET last_seen_at = $1, expires_at = $1::timestamptz + interval '12 hours' WHERE business_id IS NULL`, h.clock.now()); err != nil {
		h.t.Fatal(err)
	}
	for _, s := range h.staff {
		s.AuthenticatedAt = h.clock.now()
	}
}

func (h *house) as(who *store.Principal) context.Context {
	return store.WithPrincipal(context.Background(), who)
}

// invite is staff's invitation, accepted at once.
func (h *house) invite(by *store.Principal, role access.Role) (store.Person, error) {
	h.names++
	p, err := console.InvitePerson(h.as(by), h.db, identity.NewPerson{Business: uuid.NullUUID{UUID: h.tenant.ID, Valid: true}, Name: "Invited Person",
		Email: fmt.Sprintf("p%d@example.test", h.names), Role: role}, true)
	if err == nil {
		err = h.accept(p.ID)
	}
	return p, err
}

func (h *house) accept(id uuid.UUID) error {
	return h.sql(`UPDATE users SET invited_at = NULL, last_login_at = $1 WHERE id = $2`, h.clock.now(), id)
}

// person is one as now.
func (h *house) person(id uuid.UUID) (p store.Person) {
	err := h.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) { p, err = sessions.Person(q, id); return err })
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// inside runs something as one of the business.
func (h *house) inside(id uuid.UUID, work func(*store.TenantTx) error) error {
	p := h.person(id)
	if !p.IsActive {
		return errTest
	}
	return h.db.InTenant(h.as(&store.Principal{Actor: p, Subject: p, Tenant: &h.tenant}), h.tenant, work)
}

func (h *house) grant(id, request uuid.UUID) error {
	if h.person(id).Role != access.TenantOwner {
		return errTest // its route is the owners'
	}
	return h.inside(id, func(q *store.TenantTx) error { return masquerade.DecideMasquerade(q, request, masquerade.Grant) })
}

func (h *house) always(id uuid.UUID) error {
	if h.person(id).Role != access.TenantOwner {
		return errTest
	}
	return h.inside(id, func(q *store.TenantTx) error { return masquerade.SetSupportConsent(q, sessions.ConsentAlways) })
}

func forbidden(t *testing.T, what string, err error) {
	t.Helper()
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("%s: %v", what, err)
	}
}
