package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

func TestS7_CodesOfTheAppWorkOnce(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	key, _ := s.app(who)
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(somewhere), s.code(key), somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("the code that ended the set-up, again: %v", err)
	}
	s.clock.advance(time.Minute)
	code := s.code(key)
	if n := s.parallel(50, func(step string, from store.Client) error {
		_, _, err := identity.FinishLogin(ctx, s.db, nil, step, code, from)
		return err
	}); n != 1 {
		t.Errorf("one code let %d in", n)
	}
	s.clock.advance(time.Hour) // the failures are old
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(somewhere), code, somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("an hour later: %v", err)
	}
	late := s.code(key)
	s.clock.advance(30 * time.Second)
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(somewhere), late, somewhere); err != nil {
		t.Errorf("half a minute late: %v", err)
	}
}

func (s *signIn) parallel(n int, finish func(step string, from store.Client) error) int {
	s.t.Helper()
	steps, clients := make([]string, n), make([]store.Client, n)
	for i := range n {
		// Each is a browser of its own, known already: the throttle holds none up.
		_, who, err := identity.LoginAs(context.Background(), s.db, nil, s.who.Email, store.Client{Address: fmt.Sprintf("198.51.100.%d", i)})
		if err != nil {
			s.t.Fatal(err)
		}
		clients[i] = store.Client{Address: fmt.Sprintf("198.51.100.%d", i), Device: who.Device}
		steps[i] = identity.FactorStepOf(s.db, s.who)
	}
	var in atomic.Int64
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			switch err := finish(steps[i], clients[i]); {
			case err == nil:
				in.Add(1)
			case store.KindOf(err) != store.Invalid:
				s.t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	return int(in.Load())
}

func TestS7_RecoveryCodesWorkOnce(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	_, codes := s.app(who)
	s.clock.advance(time.Minute)
	if n := s.parallel(50, func(step string, from store.Client) error {
		_, _, err := identity.FinishLogin(ctx, s.db, nil, step, codes[0], from)
		return err
	}); n != 1 {
		t.Errorf("one code let %d in", n)
	}
	var plain int
	if err := schema.Direct(s.db).QueryRow(`SELECT count(*) FROM recovery_codes WHERE encode(code_hash, 'escape') LIKE '%' || $1 || '%'`, codes[1][:6]).Scan(&plain); err != nil || plain != 0 {
		t.Errorf("%d codes lie in plain text, %v", plain, err)
	}
	f, err := identity.OwnFactors(ctx, s.db, who)
	if err != nil || f.Codes != identity.RecoveryCodes-1 || f.AppSince == nil {
		t.Errorf("%+v %v", f, err)
	}
	again, err := identity.RenewRecoveryCodes(ctx, s.db, who, somewhere)
	if err != nil || len(again) != identity.RecoveryCodes {
		t.Fatal(again, err)
	}
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(somewhere), codes[1], somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("an old code after new ones: %v", err)
	}
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, s.step(somewhere), " "+again[0]+" ", somewhere); err != nil {
		t.Errorf("a new one: %v", err)
	}
}

func TestS7_NoWayAroundTheFactor(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	key, codes := s.app(who)
	step := s.step(somewhere)
	if p, err := sessions.Authenticate(ctx, s.db, nil, step, "/", somewhere); err != nil || p != nil {
		t.Errorf("a step is taken for a session: %v %v", p, err)
	}
	in := identity.NewAPIToken{Email: s.who.Email, Password: password, Name: "x"}
	if _, _, err := identity.CreateAPIToken(ctx, s.db, nil, in, somewhere); !errors.Is(err, identity.ErrCodeNeeded) {
		t.Errorf("a token without a code: %v", err)
	}
	in.Code = "000000"
	if _, _, err := identity.CreateAPIToken(ctx, s.db, nil, in, somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("a token with a wrong code: %v", err)
	}
	s.clock.advance(time.Minute)
	in.Code = s.code(key)
	if _, _, err := identity.CreateAPIToken(ctx, s.db, nil, in, somewhere); err != nil {
		t.Errorf("a token with the code: %v", err)
	}
	var link string
	err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		link, _, err = identity.NewLink(q, s.who.ID, identity.PasswordReset)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var needed *identity.FactorNeeded
	if _, _, err := identity.SpendLink(ctx, s.db, nil, link, identity.PasswordReset, "", "another-password-2026", somewhere); !errors.As(err, &needed) {
		t.Fatalf("a reset lets in without the factor: %v", err)
	}
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, step, codes[0], somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("a step from before the new password: %v", err)
	}
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, needed.Step, codes[0], somewhere); err != nil {
		t.Errorf("with a code: %v", err)
	}
	s.clock.advance(11 * time.Minute)
	stale := identity.FactorStepOf(s.db, s.who)
	s.clock.advance(11 * time.Minute)
	if _, _, err := identity.FinishLogin(ctx, s.db, nil, stale, codes[1], somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("a step that is eleven minutes old: %v", err)
	}
}
