package store_test

import (
	"context"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestEmailChangeEnds: with the time of its link and with its own, each alone, and
// with its person's login; what is over is neither shown nor confirmed nor mailed.
func TestEmailChangeEnds(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	if err := booking.RequestEmailChange(ctx, s.db, who, "new@example.test", somewhere); err != nil {
		t.Fatal(err)
	}
	links := map[identity.Purpose]string{identity.EmailOld: "", identity.EmailNew: ""}
	for purpose := range links {
		err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
			links[purpose], _, err = identity.NewLink(q, who.Actor.ID, purpose)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := schema.Direct(s.db).Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	waits := func() bool {
		t.Helper()
		waiting, err := booking.WaitingEmailChange(ctx, s.db, who)
		if err != nil {
			t.Fatal(err)
		}
		mailed := s.db.InPublic(ctx, func(q *store.PublicTx) error { _, err := booking.EmailChangeOf(q, who.Actor.ID); return err })
		if (mailed == nil) != (waiting != nil) {
			t.Errorf("shown: %v, mailed: %v", waiting, mailed)
		}
		return waiting != nil
	}
	now := s.clock.now()
	for _, end := range []struct {
		name, set, undo string
		args            []any
		waits           bool
	}{
		{"the link's time", `UPDATE user_tokens SET expires_at = $1`, `UPDATE user_tokens SET expires_at = $1::timestamptz + interval '1 hour'`, []any{now}, true},
		{"the change's time", `UPDATE email_changes SET expires_at = $1`, `UPDATE email_changes SET expires_at = $1::timestamptz + interval '1 hour'`, []any{now}, false},
		{"the login", `UPDATE users SET is_active = false`, `UPDATE users SET is_active = true`, nil, true},
	} {
		exec(end.set, end.args...)
		if waits() != end.waits {
			t.Errorf("%s: waits is %v", end.name, !end.waits)
		}
		for purpose, link := range links {
			if _, err := booking.EmailLinkOf(ctx, s.db, nil, link); store.KindOf(err) != store.NotFound {
				t.Errorf("%s, %s is shown: %v", end.name, purpose, err)
			}
			if _, err := booking.ConfirmEmail(ctx, s.db, nil, link, somewhere); store.KindOf(err) != store.NotFound {
				t.Errorf("%s, %s confirms: %v", end.name, purpose, err)
			}
		}
		exec(end.undo, end.args...)
	}
	for purpose, link := range links {
		if _, err := booking.ConfirmEmail(ctx, s.db, nil, link, somewhere); err != nil {
			t.Errorf("%s in its time: %v", purpose, err)
		}
	}
}
