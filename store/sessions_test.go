package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
)

// TestSessionHolds: while its person may come in, and no longer than its whole
// time, however busy it is; in a business as on the platform.
func TestSessionHolds(t *testing.T) {
	s := newStage(t)
	ctx := context.Background()
	for _, at := range []struct {
		name, email string
		tenant      *store.Tenant
		lasts       store.SessionPolicy
	}{
		{"platform", s.operator.Actor.Email, nil, store.DefaultSettings().PlatformSessions},
		{"business", s.subject.Email, &s.tenant, store.DefaultSettings().TenantSessions},
	} {
		t.Run(at.name, func(t *testing.T) {
			token, _, err := s.db.LoginAs(ctx, at.tenant, at.email, here)
			if err != nil {
				t.Fatal(err)
			}
			holds := func() bool {
				p, err := s.db.Authenticate(ctx, at.tenant, token, "", here)
				if err != nil {
					t.Fatal(err)
				}
				return p != nil
			}
			for _, active := range []bool{false, true} { // the row alone: nothing ended the session
				if _, err := s.db.Direct().Exec(`UPDATE users SET is_active = $2 WHERE email = $1`, at.email, active); err != nil {
					t.Fatal(err)
				}
				if holds() != active {
					t.Errorf("active %v: %v", active, !active)
				}
			}
			end, often := s.clock.now().Add(time.Duration(at.lasts.MaxHours)*time.Hour), time.Duration(at.lasts.IdleMinutes)*time.Minute/2
			for s.clock.now().Add(often).Before(end) {
				if s.clock.advance(often); !holds() {
					t.Fatal("ended early")
				}
			}
			s.clock.advance(end.Sub(s.clock.now()) - time.Second)
			if !holds() {
				t.Error("a second before its end")
			}
			if s.clock.advance(time.Second); holds() {
				t.Error("use keeps it alive for ever")
			}
		})
	}
}
