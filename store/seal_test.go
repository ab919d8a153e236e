package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestS7_KeysOfAppsAreSealed: a copy of the database shows no codes. Rows from
// before are sealed at the next use, and those of an old key by the clean-up.
func TestS7_KeysOfAppsAreSealed(t *testing.T) {
	ctx := context.Background()
	cfg, c := storetest.Config(t), newClock()
	cfg.Now = c.now
	key := func(letter string) []byte { return []byte(strings.Repeat(letter, 32)) }
	under := func(keys ...[]byte) *signIn {
		with := cfg
		with.Keys = keys
		return &signIn{t: t, db: storetest.Open(t, with), clock: c}
	}
	s := under(key("a"))
	s.who = newStaff(t, s.db, access.PlatformManager)
	_, who := s.mustLogin(somewhere)
	secret, codes := s.app(who)
	stored := func() (is string) {
		t.Helper()
		if err := schema.Direct(s.db).QueryRow(`SELECT key FROM authenticators WHERE user_id = $1`, s.who.ID).Scan(&is); err != nil {
			t.Fatal(err)
		}
		return is
	}
	set := func(value string) {
		t.Helper()
		if _, err := schema.Direct(s.db).Exec(`UPDATE authenticators SET key = $1`, value); err != nil {
			t.Fatal(err)
		}
	}
	enters := func(on *signIn) error {
		c.advance(time.Minute)
		on.who = s.who
		_, _, err := identity.FinishLogin(ctx, on.db, nil, on.step(somewhere), on.code(secret), somewhere)
		return err
	}
	first := stored()
	if !strings.HasPrefix(first, "v1.") || strings.Contains(first, secret) {
		t.Fatalf("stored as %.20s", first)
	}
	set(secret)
	if err := enters(s); err != nil || stored() == secret || stored() == first {
		t.Errorf("a row from before: %v, stored as %.12s", err, stored())
	}
	rotated := under(key("b"), key("a"))
	if err := ops.CleanUp(ctx, rotated.db); err != nil {
		t.Fatal(err)
	}
	for name, on := range map[string]*signIn{"both keys": rotated, "the new key": under(key("b"))} {
		if err := enters(on); err != nil {
			t.Errorf("after a rotation, with %s: %v", name, err)
		}
	}
	lost := under(key("c"))
	if err := enters(lost); store.KindOf(err) != store.Unavailable {
		t.Errorf("without its key: %v", err)
	}
	lost.who = s.who
	if _, _, err := identity.FinishLogin(ctx, lost.db, nil, lost.step(somewhere), codes[0], somewhere); err != nil {
		t.Errorf("a recovery code without the key: %v", err)
	}
	// What was sealed for one person opens for nobody else.
	other := newStaff(t, s.db, access.PlatformSupport)
	if _, err := schema.Direct(s.db).Exec(`INSERT INTO authenticators (user_id, key, since) VALUES ($1, $2, now())`, other.ID, first); err != nil {
		t.Fatal(err)
	}
	if _, err := schema.Direct(s.db).Exec(`UPDATE users SET second_factor = true WHERE id = $1`, other.ID); err != nil {
		t.Fatal(err)
	}
	was := s.who
	s.who = other
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(somewhere), s.code(secret), somewhere); store.KindOf(err) != store.Unavailable {
		t.Errorf("copied to somebody else: %v", err)
	}
	s.who = was
}
