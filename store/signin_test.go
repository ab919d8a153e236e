package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// signIn is a platform with one manager and a clock.
type signIn struct {
	t     *testing.T
	db    *store.DB
	clock *clock
	who   store.Person
}

func newSignIn(t *testing.T) *signIn {
	cfg, c := storetest.Config(t), newClock()
	cfg.Now, cfg.PasswordCost = c.now, nil // the cost of production
	db := storetest.Open(t, cfg)
	return &signIn{t, db, c, newStaff(t, db, store.PlatformManager)}
}

var somewhere = store.Client{Address: "192.0.2.1", UserAgent: "test"}

func (s *signIn) login(password string, from store.Client) (string, *store.Principal, error) {
	s.t.Helper()
	return s.db.Login(context.Background(), nil, s.who.Email, password, from)
}

func (s *signIn) mustLogin(from store.Client) (string, *store.Principal) {
	s.t.Helper()
	token, who, err := s.login(password, from)
	if err != nil {
		s.t.Fatal(err)
	}
	return token, who
}

// app sets up an authenticator and returns its key and the recovery codes.
func (s *signIn) app(who *store.Principal) (key string, codes []string) {
	s.t.Helper()
	ctx := context.Background()
	if err := s.db.BeginAuthenticator(ctx, who); err != nil {
		s.t.Fatal(err)
	}
	key, address, err := s.db.WaitingAuthenticator(ctx, who, "Here: there")
	if err != nil || address == "" {
		s.t.Fatal(address, err)
	}
	codes, err = s.db.ConfirmAuthenticator(ctx, who, s.code(key), somewhere)
	if err != nil || len(codes) != store.RecoveryCodes {
		s.t.Fatal(codes, err)
	}
	return key, codes
}

func (s *signIn) code(key string) string {
	s.t.Helper()
	code, err := totp.GenerateCode(key, s.clock.now())
	if err != nil {
		s.t.Fatal(err)
	}
	return code
}

// step logs in up to the second factor.
func (s *signIn) step(from store.Client) string {
	s.t.Helper()
	_, _, err := s.login(password, from)
	var needed *store.FactorNeeded
	if !errors.As(err, &needed) {
		s.t.Fatalf("a right password without the factor: %v", err)
	}
	return needed.Step
}

// TestS5_OneCheckForEachTry: unknown user, disabled user, wrong and right
// password each cost exactly one comparison, and the failures are one error.
func TestS5_OneCheckForEachTry(t *testing.T) {
	s := newSignIn(t)
	said := map[string]bool{}
	for name, try := range map[string]struct {
		email, password string
		fails           bool
	}{
		"unknown":  {"nobody@smoothschedule.test", password, true},
		"no text":  {"a\x00b", password, true},
		"wrong":    {s.who.Email, "wrong wrong wrong", true},
		"right":    {s.who.Email, password, false},
		"too long": {s.who.Email, fmt.Sprintf("%5000d", 1), true},
	} {
		before := s.db.ComparedForTest()
		_, _, err := s.db.Login(context.Background(), nil, try.email, try.password, somewhere)
		if n := s.db.ComparedForTest() - before; n != 1 {
			t.Errorf("%s: %d comparisons", name, n)
		}
		if (err != nil) != try.fails {
			t.Errorf("%s: %v", name, err)
		}
		if err != nil {
			said[err.Error()] = true
		}
	}
	if len(said) != 1 {
		t.Errorf("failures can be told apart: %v", said)
	}
}

// TestS5_OldHashesAreMadeAnew at the next login, at the present cost.
func TestS5_OldHashesAreMadeAnew(t *testing.T) {
	s := newSignIn(t)
	weak, err := store.HashForTest(password, 8*1024, 1)
	if err != nil {
		t.Fatal(err)
	}
	hash := func() (h string) {
		if err := s.db.Direct().QueryRow(`SELECT password_hash FROM credentials WHERE user_id = $1`, s.who.ID).Scan(&h); err != nil {
			t.Fatal(err)
		}
		return h
	}
	strong := hash()
	if want := "$argon2id$v=19$m=19456,t=2,p=1$"; len(strong) < len(want) || strong[:len(want)] != want {
		t.Errorf("a new hash is %.40s", strong)
	}
	if _, err := s.db.Direct().Exec(`UPDATE credentials SET password_hash = $1`, weak); err != nil {
		t.Fatal(err)
	}
	_, _, _ = s.login("wrong wrong wrong", somewhere)
	if hash() != weak {
		t.Error("a wrong password changed the hash")
	}
	s.mustLogin(somewhere)
	if h := hash(); h == weak || h[:31] != strong[:31] {
		t.Errorf("the hash stayed %.40s", h)
	}
	s.mustLogin(somewhere)
}

// TestS6_FailuresSlowDownAndNeverLock: a stranger's failures hold up strangers,
// by a pause that ends; a browser that is known goes its own way.
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
		if _, err := s.db.Direct().Exec(`INSERT INTO login_failures (key, at)
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

// TestS6_ManyProcessesShareTheCount: tries at the same moment on several
// processes are not compared more often than the throttle allows.
func TestS6_ManyProcessesShareTheCount(t *testing.T) {
	cfg := storetest.Config(t)
	processes := []*store.DB{storetest.Open(t, cfg), storetest.Open(t, cfg), storetest.Open(t, cfg)}
	p := newStaff(t, processes[0], store.PlatformManager)
	var compared atomic.Int64
	var wg sync.WaitGroup
	for i := range 45 {
		wg.Go(func() {
			_, _, err := processes[i%3].Login(context.Background(), nil, p.Email, "wrong wrong wrong", store.Client{Address: fmt.Sprintf("198.51.100.%d", i)})
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

// TestS6_AddressesCountByNetwork: an IPv6 subscriber has a whole /64.
func TestS6_AddressesCountByNetwork(t *testing.T) {
	s := newSignIn(t)
	for i := range 101 {
		_, _, _ = s.db.Login(context.Background(), nil, fmt.Sprintf("nobody-%d@smoothschedule.test", i), "wrong wrong wrong",
			store.Client{Address: fmt.Sprintf("2001:db8:1:2::%x", i+1)})
	}
	for address, want := range map[string]store.Kind{"2001:db8:1:2:ffff::1": store.Throttled, "2001:db8:1:3::1": store.Invalid, "192.0.2.77": store.Invalid} {
		_, _, err := s.db.Login(context.Background(), nil, "nobody@smoothschedule.test", "wrong wrong wrong", store.Client{Address: address})
		if store.KindOf(err) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	s.clock.advance(16 * time.Minute)
	if _, _, err := s.login(password, store.Client{Address: "2001:db8:1:2::1"}); err != nil {
		t.Errorf("a quarter of an hour later: %v", err)
	}
}

// TestS6_CodesAndMailsAreThrottledToo: the second factor, and links by mail.
func TestS6_CodesAndMailsAreThrottledToo(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	key, codes := s.app(who)
	s.clock.advance(time.Minute)
	stranger := store.Client{Address: "203.0.113.5"}
	for range 10 {
		if _, _, err := s.db.FinishLogin(ctx, nil, s.step(stranger), "000000", stranger); store.KindOf(err) != store.Invalid {
			t.Fatalf("a wrong code: %v", err)
		}
	}
	step := s.step(stranger)
	for _, code := range []string{s.code(key), codes[0]} {
		if _, _, err := s.db.FinishLogin(ctx, nil, step, code, stranger); store.KindOf(err) != store.Throttled {
			t.Errorf("after ten wrong codes: %v", err)
		}
	}
	known := store.Client{Address: "192.0.2.1", Device: who.Device}
	if _, _, err := s.db.FinishLogin(ctx, nil, s.step(known), s.code(key), known); err != nil {
		t.Errorf("a known browser: %v", err)
	}
	for range 20 {
		if err := s.db.RequestPasswordReset(ctx, nil, s.who.Email, stranger); err != nil {
			t.Fatal(err)
		}
	}
	var mails int
	if err := s.db.Direct().QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'mail_password_reset'`).Scan(&mails); err != nil || mails != 5 {
		t.Errorf("%d mails for 20 requests, %v", mails, err)
	}
}

// TestS7_CodesOfTheAppWorkOnce, also when many come at the same time, and not
// before or long after their time.
func TestS7_CodesOfTheAppWorkOnce(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	key, _ := s.app(who)
	if _, _, err := s.db.FinishLogin(ctx, nil, s.step(somewhere), s.code(key), somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("the code that ended the set-up, again: %v", err)
	}
	s.clock.advance(time.Minute)
	code := s.code(key)
	if n := s.parallel(50, func(step string, from store.Client) error {
		_, _, err := s.db.FinishLogin(ctx, nil, step, code, from)
		return err
	}); n != 1 {
		t.Errorf("one code let %d in", n)
	}
	s.clock.advance(time.Hour) // the failures are old
	if _, _, err := s.db.FinishLogin(ctx, nil, s.step(somewhere), code, somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("an hour later: %v", err)
	}
	late := s.code(key)
	s.clock.advance(30 * time.Second)
	if _, _, err := s.db.FinishLogin(ctx, nil, s.step(somewhere), late, somewhere); err != nil {
		t.Errorf("half a minute late: %v", err)
	}
}

// parallel lets n browsers end a login at the same time and counts who got in.
func (s *signIn) parallel(n int, finish func(step string, from store.Client) error) int {
	s.t.Helper()
	steps, clients := make([]string, n), make([]store.Client, n)
	for i := range n {
		// Each is a browser of its own, known already: the throttle holds none up.
		_, who, err := s.db.LoginAs(context.Background(), nil, s.who.Email, store.Client{Address: fmt.Sprintf("198.51.100.%d", i)})
		if err != nil {
			s.t.Fatal(err)
		}
		clients[i] = store.Client{Address: fmt.Sprintf("198.51.100.%d", i), Device: who.Device}
		steps[i] = s.db.FactorStepForTest(s.who)
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

// TestS7_RecoveryCodesWorkOnce: 50 tries at the same time let one in, and only
// hashes are kept.
func TestS7_RecoveryCodesWorkOnce(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	_, codes := s.app(who)
	s.clock.advance(time.Minute)
	if n := s.parallel(50, func(step string, from store.Client) error {
		_, _, err := s.db.FinishLogin(ctx, nil, step, codes[0], from)
		return err
	}); n != 1 {
		t.Errorf("one code let %d in", n)
	}
	var plain int
	if err := s.db.Direct().QueryRow(`SELECT count(*) FROM recovery_codes WHERE encode(code_hash, 'escape') LIKE '%' || $1 || '%'`, codes[1][:6]).Scan(&plain); err != nil || plain != 0 {
		t.Errorf("%d codes lie in plain text, %v", plain, err)
	}
	f, err := s.db.OwnFactors(ctx, who)
	if err != nil || f.Codes != store.RecoveryCodes-1 || f.AppSince == nil {
		t.Errorf("%+v %v", f, err)
	}
	again, err := s.db.RenewRecoveryCodes(ctx, who, somewhere)
	if err != nil || len(again) != store.RecoveryCodes {
		t.Fatal(again, err)
	}
	if _, _, err := s.db.FinishLogin(ctx, nil, s.step(somewhere), codes[1], somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("an old code after new ones: %v", err)
	}
	if _, _, err := s.db.FinishLogin(ctx, nil, s.step(somewhere), " "+again[0]+" ", somewhere); err != nil {
		t.Errorf("a new one: %v", err)
	}
}

// TestS7_NoWayAroundTheFactor: not by a link of a mail, not by the API, and what
// waits for a code has no rights.
func TestS7_NoWayAroundTheFactor(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	_, who := s.mustLogin(somewhere)
	key, codes := s.app(who)
	step := s.step(somewhere)
	if p, err := s.db.Authenticate(ctx, nil, step, "/", somewhere); err != nil || p != nil {
		t.Errorf("a step is taken for a session: %v %v", p, err)
	}
	in := store.NewAPIToken{Email: s.who.Email, Password: password, Name: "x"}
	if _, _, err := s.db.CreateAPIToken(ctx, nil, in, somewhere); !errors.Is(err, store.ErrCodeNeeded) {
		t.Errorf("a token without a code: %v", err)
	}
	in.Code = "000000"
	if _, _, err := s.db.CreateAPIToken(ctx, nil, in, somewhere); store.KindOf(err) != store.Invalid {
		t.Errorf("a token with a wrong code: %v", err)
	}
	s.clock.advance(time.Minute)
	in.Code = s.code(key)
	if _, _, err := s.db.CreateAPIToken(ctx, nil, in, somewhere); err != nil {
		t.Errorf("a token with the code: %v", err)
	}
	var link string
	err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		link, _, err = q.NewLink(s.who.ID, store.PasswordReset)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var needed *store.FactorNeeded
	if _, _, err := s.db.SpendLink(ctx, nil, link, store.PasswordReset, "", "another-password-2026", somewhere); !errors.As(err, &needed) {
		t.Fatalf("a reset lets in without the factor: %v", err)
	}
	if _, _, err := s.db.FinishLogin(ctx, nil, step, codes[0], somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("a step from before the new password: %v", err)
	}
	if _, _, err := s.db.FinishLogin(ctx, nil, needed.Step, codes[0], somewhere); err != nil {
		t.Errorf("with a code: %v", err)
	}
	s.clock.advance(11 * time.Minute)
	stale := s.db.FactorStepForTest(s.who)
	s.clock.advance(11 * time.Minute)
	if _, _, err := s.db.FinishLogin(ctx, nil, stale, codes[1], somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("a step that is eleven minutes old: %v", err)
	}
}

// TestS3_SessionsAreHashesAndNewEachTime: the row holds a hash, a login ends the
// browser's session before, a new password all of them.
func TestS3_SessionsAreHashesAndNewEachTime(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	holds := func(token string) bool {
		p, err := s.db.Authenticate(ctx, nil, token, "/", somewhere)
		if err != nil {
			t.Fatal(err)
		}
		return p != nil
	}
	first, who := s.mustLogin(somewhere)
	var rows int
	if err := s.db.Direct().QueryRow(`SELECT count(*) FROM sessions WHERE octet_length(id_hash) = 32 AND encode(id_hash, 'escape') <> $1`, first).Scan(&rows); err != nil || rows != 1 {
		t.Fatalf("%d rows with a hash, %v", rows, err)
	}
	if len(first) < 22 { // 128 bits in 6-bit characters
		t.Errorf("an id of %d characters", len(first))
	}
	again, _ := s.mustLogin(store.Client{Address: "192.0.2.1", Session: first, Device: who.Device})
	if again == first || holds(first) || !holds(again) {
		t.Error("the session before the login goes on")
	}
	other, _ := s.mustLogin(store.Client{Address: "192.0.2.2"})
	_, who = s.mustLogin(store.Client{Address: "192.0.2.3"})
	if err := s.db.EndOtherSessions(ctx, who); err != nil || holds(other) || holds(again) {
		t.Errorf("others go on: %v", err)
	}
	other, _ = s.mustLogin(store.Client{Address: "192.0.2.2"})
	if _, _, err := s.db.ChangePassword(ctx, who, "wrong wrong wrong", "another-password-2026", somewhere); store.FieldErrors(err)["current"] == "" {
		t.Errorf("a wrong present password: %v", err)
	}
	fresh, _, err := s.db.ChangePassword(ctx, who, password, "another-password-2026", somewhere)
	if err != nil || holds(other) || !holds(fresh) {
		t.Errorf("after a new password: %v", err)
	}
	var told int
	if err := s.db.Direct().QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'mail_account_notice' AND args ->> 'what' = 'password_changed'`).Scan(&told); err != nil || told != 1 {
		t.Errorf("%d mails, %v", told, err)
	}
}

// TestEmailChange: only both mailboxes together change an address.
func TestEmailChange(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	taken := newStaff(t, s.db, store.PlatformSupport)
	_, who := s.mustLogin(somewhere)
	link := func(purpose store.Purpose) (token string) {
		err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
			token, _, err = q.NewLink(who.Actor.ID, purpose)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	ask := func(email string) {
		t.Helper()
		if err := s.db.RequestEmailChange(ctx, who, email, somewhere); err != nil {
			t.Fatal(err)
		}
	}
	email := func() (is string) {
		if err := s.db.Direct().QueryRow(`SELECT email FROM users WHERE id = $1`, who.Actor.ID).Scan(&is); err != nil {
			t.Fatal(err)
		}
		return is
	}
	ask("new@example.test")
	older := link(store.EmailNew)
	ask("newer@example.test")
	if _, err := s.db.ConfirmEmail(ctx, nil, older, somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("the link of an earlier request: %v", err)
	}
	reset := link(store.PasswordReset)
	newLink, oldLink := link(store.EmailNew), link(store.EmailOld)
	if changed, err := s.db.ConfirmEmail(ctx, nil, newLink, somewhere); err != nil || changed || email() != s.who.Email {
		t.Fatalf("after one link: %v %v", changed, err)
	}
	if _, err := s.db.ConfirmEmail(ctx, nil, newLink, somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("a link twice: %v", err)
	}
	if changed, err := s.db.ConfirmEmail(ctx, nil, oldLink, somewhere); err != nil || !changed || email() != "newer@example.test" {
		t.Fatalf("after both: %v %v, %s", changed, err, email())
	}
	if _, err := s.db.LinkOwner(ctx, nil, reset, store.PasswordReset); store.KindOf(err) != store.NotFound {
		t.Errorf("a link that lies in the old mailbox: %v", err)
	}
	t.Run("an address of somebody else", func(t *testing.T) {
		ask(taken.Email)
		newLink, oldLink := link(store.EmailNew), link(store.EmailOld)
		if _, err := s.db.ConfirmEmail(ctx, nil, newLink, somewhere); err != nil {
			t.Fatal(err)
		}
		if _, err := s.db.ConfirmEmail(ctx, nil, oldLink, somewhere); store.KindOf(err) != store.Conflict || email() != "newer@example.test" {
			t.Errorf("%v, %s", err, email())
		}
	})
}
