package store_test

import (
	"context"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
)

// TestEmailChangeEnds: with the time of its link and with its own, each alone, and
// with its person's login; what is over is neither shown nor confirmed nor mailed.
func TestEmailChangeEnds(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	if err := s.db.RequestEmailChange(ctx, who, "new@example.test", somewhere); err != nil {
		t.Fatal(err)
	}
	links := map[store.Purpose]string{store.EmailOld: "", store.EmailNew: ""}
	for purpose := range links {
		err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
			links[purpose], _, err = q.NewLink(who.Actor.ID, purpose)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := s.db.Direct().Exec(query, args...); err != nil {
			t.Fatal(err)
		}
	}
	waits := func() bool {
		t.Helper()
		waiting, err := s.db.WaitingEmailChange(ctx, who)
		if err != nil {
			t.Fatal(err)
		}
		mailed := s.db.InPublic(ctx, func(q *store.PublicTx) error { _, err := q.EmailChangeOf(who.Actor.ID); return err })
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
			if _, err := s.db.EmailLinkOf(ctx, nil, link); store.KindOf(err) != store.NotFound {
				t.Errorf("%s, %s is shown: %v", end.name, purpose, err)
			}
			if _, err := s.db.ConfirmEmail(ctx, nil, link, somewhere); store.KindOf(err) != store.NotFound {
				t.Errorf("%s, %s confirms: %v", end.name, purpose, err)
			}
		}
		exec(end.undo, end.args...)
	}
	for purpose, link := range links {
		if _, err := s.db.ConfirmEmail(ctx, nil, link, somewhere); err != nil {
			t.Errorf("%s in its time: %v", purpose, err)
		}
	}
}
