package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// TestSessionHolds: while its person may come in, and no longer than its whole
// time, however busy it is; in a business as on the platform.
func TestSessionHolds(t *testing.T) {
	s := newStage(t)
	ctx := context.Background()
	for _, at := range []struct {
		name, email string
		tenant      *store.Tenant
		lasts       settings.SessionPolicy
	}{
		{"platform", s.operator.Actor.Email, nil, settings.DefaultSettings().PlatformSessions},
		{"business", s.subject.Email, &s.tenant, settings.DefaultSettings().TenantSessions},
	} {
		t.Run(at.name, func(t *testing.T) {
			token, _, err := identity.LoginAs(ctx, s.db, at.tenant, at.email, here)
			if err != nil {
				t.Fatal(err)
			}
			holds := func() bool {
				p, err := sessions.Authenticate(ctx, s.db, at.tenant, token, "", here)
				if err != nil {
					t.Fatal(err)
				}
				return p != nil
			}
			for _, active := range []bool{false, true} { // the row alone: nothing ended the session
				if _, err := schema.Direct(s.db).Exec(`UPDATE users SET is_active = $2 WHERE email = $1`, at.email, active); err != nil {
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
