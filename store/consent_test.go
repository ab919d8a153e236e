package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// newWriteStage has a platform manager as operator, and a superuser beside him.
func newWriteStage(t *testing.T) (*stage, *store.Principal) {
	t.Helper()
	s := newStageOf(t, access.PlatformManager)
	newStaff(t, s.db, access.Superuser)
	storetest.LongStanding(t, s.db)
	return s, s.login(t, access.Superuser)
}

func (s *stage) ask(t *testing.T) uuid.UUID {
	t.Helper()
	started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Mode: access.ModeWrite, Reason: "to repair the hours", Back: "/"})
	if err != nil {
		t.Fatal(err)
	}
	if started.Code != "" {
		t.Fatal("a code without consent")
	}
	return started.ID
}

// owner is the owner's principal on the site.
func (s *stage) owner() *store.Principal {
	return &store.Principal{Actor: s.subject, Subject: s.subject, Tenant: &s.tenant}
}

func (s *stage) asOwner(work func(*store.TenantTx) error) error {
	return s.db.InTenant(store.WithPrincipal(context.Background(), s.owner()), s.tenant, work)
}

func (s *stage) decide(id uuid.UUID, d masquerade.Decision) error {
	return s.asOwner(func(q *store.TenantTx) error { return masquerade.DecideMasquerade(q, id, d) })
}

func (s *stage) consent(t *testing.T, consent string) {
	t.Helper()
	if err := s.asOwner(func(q *store.TenantTx) error { return masquerade.SetSupportConsent(q, consent) }); err != nil {
		t.Fatal(err)
	}
}

func (s *stage) approve(id uuid.UUID, who *store.Principal) error {
	return s.db.InPublic(store.WithPrincipal(context.Background(), who), func(q *store.PublicTx) error { return masquerade.ApproveMasquerade(q, id) })
}

func (s *stage) open(id uuid.UUID) (started sessions.StartedMasquerade, err error) {
	err = s.db.InPublic(store.WithPrincipal(context.Background(), s.operator), func(q *store.PublicTx) (err error) {
		started, err = masquerade.OpenMasquerade(q, id)
		return err
	})
	return started, err
}

// enterWrite begins what was agreed to.
func (s *stage) enterWrite(t *testing.T, id uuid.UUID) string {
	t.Helper()
	started, err := s.open(id)
	if err != nil {
		t.Fatal(err)
	}
	token, err := sessions.EnterMasquerade(context.Background(), s.db, s.tenant, started.Code, here)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// jobsOf counts the jobs of a kind.
func (s *stage) jobsOf(t *testing.T, kind string) (n int) {
	t.Helper()
	if err := schema.Direct(s.db).QueryRow(`SELECT count(*) FROM river_job WHERE kind = $1`, kind).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// canWrite says whether the masquerade of a session changes what is there.
func (s *stage) canWrite(t *testing.T, token string) bool {
	t.Helper()
	p, err := s.visit(token)
	if err != nil || p == nil {
		t.Fatalf("not inside: %v %v", p, err)
	}
	err = s.db.InTenant(store.WithPrincipal(context.Background(), p), *p.Tenant, func(q *store.TenantTx) error {
		_, err := core.SQL(q).Exec(`UPDATE services SET name = name`)
		return err
	})
	return err == nil
}

func TestM2_ChangesNeedConsent(t *testing.T) {
	ctx := context.Background()
	t.Run("view is the default", func(t *testing.T) {
		s := newStage(t)
		if s.canWrite(t, s.enter(t)) {
			t.Error("who asked for nothing can write")
		}
	})
	t.Run("always", func(t *testing.T) {
		s, _ := newWriteStage(t)
		s.consent(t, sessions.ConsentAlways)
		started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Mode: access.ModeWrite, Reason: "to repair the hours", Back: "/"})
		if err != nil || started.Code == "" {
			t.Fatalf("%+v %v", started, err)
		}
		token, err := sessions.EnterMasquerade(ctx, s.db, s.tenant, started.Code, here)
		if err != nil || !s.canWrite(t, token) {
			t.Errorf("%v", err)
		}
	})
	t.Run("ask, granted", func(t *testing.T) {
		s, super := newWriteStage(t)
		id := s.ask(t)
		if _, err := s.open(id); store.KindOf(err) != store.Conflict {
			t.Errorf("opened before the answer: %v", err)
		}
		if err := s.approve(id, super); store.KindOf(err) != store.Conflict {
			t.Errorf("a second person before the owners had time: %v", err)
		}
		if n := s.jobsOf(t, "mail_consent_request"); n != 1 {
			t.Errorf("%d mails to the owners", n)
		}
		if err := s.decide(id, masquerade.Grant); err != nil {
			t.Fatal(err)
		}
		if err := s.decide(id, masquerade.Decline); store.KindOf(err) != store.Conflict {
			t.Errorf("a second answer: %v", err)
		}
		var told int
		if err := schema.Direct(s.db).QueryRow(`SELECT count(*) FROM notifications WHERE user_id = $1 AND title LIKE 'Consent given%'`, s.operator.Actor.ID).Scan(&told); err != nil || told != 1 {
			t.Errorf("the operator's bell: %d, %v", told, err)
		}
		if !s.canWrite(t, s.enterWrite(t, id)) {
			t.Error("can't write with consent")
		}
	})
	t.Run("ask, declined", func(t *testing.T) {
		s, super := newWriteStage(t)
		id := s.ask(t)
		if err := s.decide(id, masquerade.Decline); err != nil {
			t.Fatal(err)
		}
		s.clock.advance(sessions.AskFor + time.Minute)
		super.AuthenticatedAt = s.clock.now()
		if err := s.approve(id, super); store.KindOf(err) != store.Conflict {
			t.Errorf("a second person against the owner's no: %v", err)
		}
		if _, err := s.open(id); store.KindOf(err) != store.Conflict {
			t.Errorf("opened: %v", err)
		}
	})
	t.Run("a consent is good for an hour", func(t *testing.T) {
		s, _ := newWriteStage(t)
		id := s.ask(t)
		if err := s.decide(id, masquerade.Grant); err != nil {
			t.Fatal(err)
		}
		s.clock.advance(61 * time.Minute)
		if _, err := s.open(id); store.KindOf(err) != store.Conflict {
			t.Errorf("%v", err)
		}
	})
	for _, c := range []struct {
		name, consent string
		wait          time.Duration
	}{{"no answer", sessions.ConsentAsk, sessions.AskFor}, {"never", sessions.ConsentNever, 0}} {
		t.Run("second person: "+c.name, func(t *testing.T) {
			s, _ := newWriteStage(t)
			s.consent(t, c.consent)
			id := s.ask(t)
			s.clock.advance(c.wait)
			super := s.login(t, access.Superuser)
			s.operator = s.login(t, access.PlatformManager)
			if err := s.approve(id, s.operator); store.KindOf(err) != store.Forbidden {
				t.Errorf("the own approval: %v", err)
			}
			super.AuthenticatedAt = s.clock.now().Add(-store.StepUpFor - time.Second)
			if err := s.approve(id, super); store.FieldErrors(err)["password"] == "" {
				t.Errorf("without a fresh proof: %v", err)
			}
			super.AuthenticatedAt = s.clock.now()
			if err := s.approve(id, super); err != nil {
				t.Fatal(err)
			}
			if n := s.jobsOf(t, "mail_consent_overridden"); n != 1 {
				t.Errorf("%d owners are told", n)
			}
			if !s.canWrite(t, s.enterWrite(t, id)) {
				t.Error("can't write")
			}
		})
	}
}

// TestM4_ConsentWithdrawnEndsIt: with the very next request, and view-only ones go on.
func TestM4_ConsentWithdrawnEndsIt(t *testing.T) {
	granted := func(t *testing.T) (*stage, uuid.UUID, string) {
		s, _ := newWriteStage(t)
		id := s.ask(t)
		if err := s.decide(id, masquerade.Grant); err != nil {
			t.Fatal(err)
		}
		return s, id, s.enterWrite(t, id)
	}
	for name, withdraw := range map[string]func(*testing.T, *stage, uuid.UUID){
		"this one": func(t *testing.T, s *stage, id uuid.UUID) {
			if err := s.decide(id, masquerade.Withdraw); err != nil {
				t.Fatal(err)
			}
		},
		"never from now on": func(t *testing.T, s *stage, _ uuid.UUID) { s.consent(t, sessions.ConsentNever) },
		"past the program": func(t *testing.T, s *stage, _ uuid.UUID) {
			if _, err := schema.Direct(s.db).Exec(`UPDATE businesses SET support_consent = 'never'`); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s, id, token := granted(t)
			newStaff(t, s.db, access.PlatformSupport) // somebody else: one visit a person
			colleague := *s
			colleague.operator = s.login(t, access.PlatformSupport)
			viewing := colleague.enter(t)
			if !s.canWrite(t, token) {
				t.Fatal("not inside")
			}
			withdraw(t, s, id)
			if p, err := s.visit(token); p != nil || err != nil {
				t.Errorf("still inside: %v %v", p, err)
			}
			if p, err := s.visit(viewing); p == nil || err != nil {
				t.Errorf("one that only views ended as well: %v", err)
			}
			var why string
			if err := schema.Direct(s.db).QueryRow(`SELECT end_reason FROM masquerades WHERE id = $1`, id).Scan(&why); err != nil || why != "consent withdrawn" {
				t.Errorf("ended by %q, %v", why, err)
			}
		})
	}
	t.Run("standing consent", func(t *testing.T) {
		s, _ := newWriteStage(t)
		s.consent(t, sessions.ConsentAlways)
		started, _ := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Mode: access.ModeWrite, Reason: "to repair the hours", Back: "/"})
		token, err := sessions.EnterMasquerade(context.Background(), s.db, s.tenant, started.Code, here)
		if err != nil || !s.canWrite(t, token) {
			t.Fatal(err)
		}
		s.consent(t, sessions.ConsentAsk)
		if p, _ := s.visit(token); p != nil {
			t.Error("still inside")
		}
	})
}

// TestConsentByLink: the mailed link knows its owner and its host, and reading
// it changes nothing.
func TestConsentByLink(t *testing.T) {
	s, _ := newWriteStage(t)
	ctx := context.Background()
	id := s.ask(t)
	var token string
	err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		token, err = masquerade.NewConsentLink(q, id, s.subject.ID)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	_, elsewhere := newBusiness(t, s.db, "neighbour")
	if _, _, err := masquerade.ConsentByLink(ctx, s.db, elsewhere, token); store.KindOf(err) != store.NotFound {
		t.Errorf("on another host: %v", err)
	}
	for range 3 {
		if m, owner, err := masquerade.ConsentByLink(ctx, s.db, s.tenant, token); err != nil || m.Consent != "asked" || owner.ID != s.subject.ID {
			t.Fatalf("%+v %+v %v", m, owner, err)
		}
	}
	if err := masquerade.DecideByLink(ctx, s.db, s.tenant, token, masquerade.Grant); err != nil {
		t.Fatal(err)
	}
	visit := s.enterWrite(t, id)
	if err := masquerade.DecideByLink(ctx, s.db, s.tenant, token, masquerade.Withdraw); err != nil {
		t.Fatal(err)
	}
	if p, _ := s.visit(visit); p != nil {
		t.Error("still inside")
	}
	if _, err := schema.Direct(s.db).Exec(`UPDATE users SET role = 'TENANT_MANAGER' WHERE id = $1`, s.subject.ID); err != nil {
		t.Fatal(err)
	}
	if _, _, err := masquerade.ConsentByLink(ctx, s.db, s.tenant, token); store.KindOf(err) != store.NotFound {
		t.Errorf("the link of who is no owner any more: %v", err)
	}
}

// TestNewOwnerCannotConsent: who can make owners can't make one who consents to him.
func TestNewOwnerCannotConsent(t *testing.T) {
	s, _ := newWriteStage(t)
	ctx := context.Background()
	if _, err := schema.Direct(s.db).Exec(`UPDATE users SET last_login_at = $2 WHERE id = $1`, s.subject.ID, s.clock.now()); err != nil {
		t.Fatal(err)
	}
	s.clock.advance(time.Hour)
	s.operator = s.login(t, access.PlatformManager)
	var intruder store.Person
	err := s.db.InPublic(store.WithPrincipal(ctx, s.operator), func(q *store.PublicTx) (err error) {
		intruder, err = people.CreatePerson(q, identity.NewPerson{Business: uuid.NullUUID{UUID: s.tenant.ID, Valid: true}, Email: "me@example.test", Name: "Me Again",
			Role: access.TenantOwner, Password: password})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	id := s.ask(t)
	kept := s.subject
	s.subject = intruder
	if err := s.decide(id, masquerade.Grant); store.KindOf(err) != store.Forbidden || !strings.Contains(err.Error(), "less than a day") {
		t.Errorf("the new owner consents: %v", err)
	}
	err = s.asOwner(func(q *store.TenantTx) error { return masquerade.SetSupportConsent(q, sessions.ConsentAlways) })
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("the new owner allows it for ever: %v", err)
	}
	s.subject = kept
	if err := s.decide(id, masquerade.Grant); err != nil {
		t.Errorf("the owner of long standing: %v", err)
	}
	var changes []masquerade.PlatformChange
	if err := s.asOwner(func(q *store.TenantTx) (err error) { changes, err = masquerade.PlatformChanges(q, 1); return err }); err != nil {
		t.Fatal(err)
	}
	if len(changes) != 1 || changes[0].Actor != "The PLATFORM_MANAGER" || changes[0].Role != "TENANT_OWNER" {
		t.Errorf("the owners don't see who came: %+v", changes)
	}
	// A promotion is as new as an invitation.
	for _, role := range []access.Role{access.TenantStaff, access.TenantOwner} {
		if _, err := schema.Direct(s.db).Exec(`UPDATE users SET role = $2 WHERE id = $1`, intruder.ID, string(role)); err != nil {
			t.Fatal(err)
		}
	}
	var terms, open int
	if err := schema.Direct(s.db).QueryRow(`SELECT count(*), count(*) FILTER (WHERE until IS NULL) FROM owner_terms WHERE user_id = $1`, intruder.ID).Scan(&terms, &open); err != nil || terms != 2 || open != 1 {
		t.Errorf("%d terms, %d of them open, %v", terms, open, err)
	}
}
