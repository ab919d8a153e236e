package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
)

// TestPasskeyStepIsItsPersons: who began a registration ends it, once, in time,
// and as what it was begun.
func TestPasskeyStepIsItsPersons(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	principal := func(p store.Person) *store.Principal { return &store.Principal{Actor: p, Subject: p} }
	own, other := principal(s.who), principal(newStaff(t, s.db, access.Superuser))
	begin := func() string {
		t.Helper()
		step, err := identity.BeginPasskey(ctx, s.db, own, "challenge")
		if err != nil {
			t.Fatal(err)
		}
		return step
	}
	for name, take := range map[string]func(step string) error{
		"somebody else": func(step string) error { _, err := identity.TakePasskeyStep(ctx, s.db, other, step); return err },
		"a login":       func(step string) error { _, err := identity.TakePasskeyLogin(ctx, s.db, step); return err },
		"too late": func(step string) error {
			s.clock.advance(5 * time.Minute)
			_, err := identity.TakePasskeyStep(ctx, s.db, own, step)
			return err
		},
	} {
		if err := take(begin()); store.KindOf(err) != store.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	step := begin()
	if data, err := identity.TakePasskeyStep(ctx, s.db, own, step); err != nil || data != "challenge" {
		t.Errorf("its person: %q %v", data, err)
	}
	if _, err := identity.TakePasskeyStep(ctx, s.db, own, step); store.KindOf(err) != store.NotFound {
		t.Errorf("twice: %v", err)
	}
}
