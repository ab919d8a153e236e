package store_test

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestS6_FailuresSlowDownAndNeverLock(t *testing.T) {
	s := newSignIn(t)
	_, who := s.mustLogin(store.Client{Address: "192.0.2.9"})
	known := store.Client{Address: "192.0.2.9", Device: who.Device}
	attacker := func(i int) store.Client { return store.Client{Address: fmt.Sprintf("203.0.113.%d", i%250)} }
	failed := 0
	for i := range 200 { // an attacker who tries each second for three minutes, from everywhere
		s.clock.advance(time.Second)
		if _, _, err := s.login("wrong wrong wrong", attacker(i)); store.KindOf(err) == store.Invalid {
			failed++
		}
	}
	if failed < 10 || failed > 17 {
		t.Errorf("%d of 200 tries were compared, want 10 and one each 30 seconds", failed)
	}
	if _, _, err := s.login(password, attacker(1)); store.KindOf(err) != store.Throttled || store.RetryAfter(err) <= 0 || store.RetryAfter(err) > time.Minute {
		t.Errorf("a stranger's right password at once: %v", err)
	}
	if _, _, err := s.login(password, known); err != nil {
		t.Errorf("a known browser is kept out: %v", err)
	}
	s.clock.advance(31 * time.Second)
	if _, _, err := s.login(password, attacker(1)); err != nil {
		t.Errorf("after the pause: %v", err)
	}
	t.Run("a known browser is slowed down by its own failures", func(t *testing.T) {
		for range 10 {
			_, _, _ = s.login("wrong wrong wrong", known)
		}
		if _, _, err := s.login(password, known); store.KindOf(err) != store.Throttled {
			t.Errorf("%v", err)
		}
	})
	t.Run("a day of it gets slower", func(t *testing.T) {
		s.clock.advance(time.Hour)
		if _, err := schema.Direct(s.db).Exec(`INSERT INTO login_failures (key, at)
			SELECT key, CAST($1 AS timestamptz) - n * interval '18 minutes' FROM (SELECT DISTINCT key FROM login_failures) k, generate_series(0, 70) n`, s.clock.now()); err != nil {
			t.Fatal(err)
		}
		s.clock.advance(4 * time.Minute)
		if _, _, err := s.login(password, attacker(1)); store.KindOf(err) != store.Throttled {
			t.Errorf("four minutes after seventy failures: %v", err)
		}
		s.clock.advance(2 * time.Minute)
		if _, _, err := s.login(password, attacker(1)); err != nil {
			t.Errorf("locked for good: %v", err)
		}
	})
}

func TestS6_ManyProcessesShareTheCount(t *testing.T) {
	cfg := storetest.Config(t)
	processes := []*store.DB{storetest.Open(t, cfg), storetest.Open(t, cfg), storetest.Open(t, cfg)}
	p := newStaff(t, processes[0], access.PlatformManager)
	var compared atomic.Int64
	var wg sync.WaitGroup
	for i := range 45 {
		wg.Go(func() {
			_, _, err := identity.Login(context.Background(), processes[i%3], nil, p.Email, "wrong wrong wrong", store.Client{Address: fmt.Sprintf("198.51.100.%d", i)})
			switch store.KindOf(err) {
			case store.Invalid:
				compared.Add(1)
			case store.Throttled:
			default:
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	if n := compared.Load(); n != 10 {
		t.Errorf("%d tries were compared, want 10", n)
	}
}

func TestS6_AddressesCountByNetwork(t *testing.T) {
	s := newSignIn(t)
	for i := range 101 {
		_, _, _ = identity.Login(context.Background(), s.db, nil, fmt.Sprintf("nobody-%d@smoothschedule.test", i), "wrong wrong wrong",
			store.Client{Address: fmt.Sprintf("2001:db8:1:2::%x", i+1)})
	}
	for address, want := range map[string]store.Kind{"2001:db8:1:2:ffff::1": store.Throttled, "2001:db8:1:3::1": store.Invalid, "192.0.2.77": store.Invalid} {
		_, _, err := identity.Login(context.Background(), s.db, nil, "nobody@smoothschedule.test", "wrong wrong wrong", store.Client{Address: address})
		if store.KindOf(err) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	s.clock.advance(16 * time.Minute)
	if _, _, err := s.login(password, store.Client{Address: "2001:db8:1:2::1"}); err != nil {
		t.Errorf("a quarter of an hour later: %v", err)
	}
}

func TestS6_CodesAndMailsAreThrottledToo(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	key, codes := s.app(who)
	s.clock.advance(time.Minute)
	stranger := store.Client{Address: "203.0.113.5"}
	for range 10 {
		if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(stranger), "000000", stranger); store.KindOf(err) != store.Invalid {
			t.Fatalf("a wrong code: %v", err)
		}
	}
	step := s.step(stranger)
	for _, code := range []string{s.code(key), codes[0]} {
		if _, _, err := identity.FinishLogin(ctx, s.db, nil, step, code, stranger); store.KindOf(err) != store.Throttled {
			t.Errorf("after ten wrong codes: %v", err)
		}
	}
	known := store.Client{Address: "192.0.2.1", Device: who.Device}
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(known), s.code(key), known); err != nil {
		t.Errorf("a known browser: %v", err)
	}
	for range 20 {
		if err := identity.RequestPasswordReset(ctx, s.db, nil, s.who.Email, stranger); err != nil {
			t.Fatal(err)
		}
	}
	var mails int
	if err := schema.Direct(s.db).QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'forgot_password'`).Scan(&mails); err != nil || mails != 5 {
		t.Errorf("%d mails for 20 requests, %v", mails, err)
	}
}
