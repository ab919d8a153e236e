package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// TestMailedLinkIsForOnePurposeAndItsTime: a link that confirms an address, or an
// invitation, sets no password, and none lives longer than its mail says.
func TestMailedLinkIsForOnePurposeAndItsTime(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	lives := map[identity.Purpose]time.Duration{identity.Invitation: 7 * 24 * time.Hour, identity.PasswordReset: time.Hour, identity.EmailOld: 24 * time.Hour, identity.EmailNew: 24 * time.Hour}
	link := func(purpose identity.Purpose) (token string) {
		err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
			token, _, err = identity.NewLink(q, s.who.ID, purpose)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	for made := range lives {
		token := link(made)
		for asked := range lives {
			if _, err := identity.LinkOwner(ctx, s.db, nil, token, asked); (err == nil) != (made == asked) {
				t.Errorf("a link of %s as %s: %v", made, asked, err)
			}
			if made == asked || asked != identity.Invitation && asked != identity.PasswordReset {
				continue
			}
			if _, _, err := identity.SpendLink(ctx, s.db, nil, token, asked, "", "eight green teapots", here); store.KindOf(err) != store.NotFound {
				t.Errorf("a link of %s sets a password as %s: %v", made, asked, err)
			}
		}
	}
	for purpose, life := range lives {
		token := link(purpose)
		s.clock.advance(life - time.Second)
		if _, err := identity.LinkOwner(ctx, s.db, nil, token, purpose); err != nil {
			t.Errorf("%s, a second before its end: %v", purpose, err)
		}
		s.clock.advance(time.Second)
		if _, err := identity.LinkOwner(ctx, s.db, nil, token, purpose); store.KindOf(err) != store.NotFound {
			t.Errorf("%s, after its end: %v", purpose, err)
		}
		if purpose != identity.Invitation && purpose != identity.PasswordReset {
			continue
		}
		if _, _, err := identity.SpendLink(ctx, s.db, nil, token, purpose, "", "eight green teapots", here); store.KindOf(err) != store.NotFound {
			t.Errorf("%s sets a password after its end: %v", purpose, err)
		}
	}
}

// TestM4_EndsWithTheOperatorsSession: however the operator's own session came to
// its end, the masquerade that it began is over with the next request.
func TestM4_EndsWithTheOperatorsSession(t *testing.T) {
	for how, change := range map[string]string{"expired": `expires_at = $2`, "revoked": `revoked_at = $2`} {
		t.Run(how, func(t *testing.T) {
			s := newStage(t)
			token := s.enter(t)
			if p, err := s.visit(token); p == nil || err != nil {
				t.Fatalf("inside: %v %v", p, err)
			}
			n, err := schema.Direct(s.db).Exec(`UPDATE sessions SET `+change+` WHERE user_id = $1 AND masquerade_id IS NULL`, s.operator.Actor.ID, s.clock.now())
			if rows, _ := n.RowsAffected(); err != nil || rows != 1 {
				t.Fatalf("%d sessions, %v", rows, err)
			}
			if p, err := s.visit(token); p != nil || err != nil {
				t.Errorf("goes on without the operator's session: %v %v", p, err)
			}
			var why string
			if err := schema.Direct(s.db).QueryRow(`SELECT end_reason FROM masquerades WHERE ended_at IS NOT NULL`).Scan(&why); err != nil || why == "" {
				t.Errorf("its end is not on record: %q %v", why, err)
			}
		})
	}
}

// TestM3_TightenedBoundsReachWhatIsUnderWay: the whole time is counted by the
// settings of now, not by those of the start.
func TestM3_TightenedBoundsReachWhatIsUnderWay(t *testing.T) {
	s := newStage(t)
	token := s.enter(t)
	for range 3 {
		s.clock.advance(8 * time.Minute)
		if p, err := s.visit(token); p == nil || err != nil {
			t.Fatalf("busy: %v %v", p, err)
		}
	}
	if err := settings.ChangeSettings(context.Background(), s.db, func(set *settings.Settings) { set.Masquerade.MaxMinutes = 20 }); err != nil {
		t.Fatal(err)
	}
	if p, err := s.visit(token); p != nil || err != nil {
		t.Errorf("24 minutes old, and 20 are allowed: %v %v", p, err)
	}
}

// TestM4_NeverEndsWhatWasGranted at once, with its end on record, and not when
// somebody comes across it.
func TestM4_NeverEndsWhatWasGranted(t *testing.T) {
	s, _ := newWriteStage(t)
	id := s.ask(t)
	if err := s.decide(id, masquerade.Grant); err != nil {
		t.Fatal(err)
	}
	s.enterWrite(t, id)
	s.clock.advance(time.Minute)
	s.consent(t, sessions.ConsentNever)
	var ended time.Time
	var live, noted int
	err := schema.Direct(s.db).QueryRow(`SELECT ended_at, (SELECT count(*) FROM sessions WHERE masquerade_id = m.id AND revoked_at IS NULL),
		(SELECT count(*) FROM audit_log WHERE action = 'masquerade.ended' AND masquerade_id = m.id AND at = $2) FROM masquerades m WHERE id = $1`, id, s.clock.now()).Scan(&ended, &live, &noted)
	if err != nil || !ended.Equal(s.clock.now()) || live != 0 || noted != 1 {
		t.Errorf("ended at %v, %d sessions, %d rows, %v", ended, live, noted, err)
	}
}
