package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/pquerna/otp/totp"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
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
	return &signIn{t, db, c, newStaff(t, db, access.PlatformManager)}
}

var somewhere = store.Client{Address: "192.0.2.1", UserAgent: "test"}

func (s *signIn) login(password string, from store.Client) (string, *store.Principal, error) {
	s.t.Helper()
	return identity.Login(context.Background(), s.db, nil, s.who.Email, password, from)
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
	if err := identity.BeginAuthenticator(ctx, s.db, who); err != nil {
		s.t.Fatal(err)
	}
	key, address, err := identity.WaitingAuthenticator(ctx, s.db, who, "Here: there")
	if err != nil || address == "" {
		s.t.Fatal(address, err)
	}
	codes, err = identity.ConfirmAuthenticator(ctx, s.db, who, s.code(key), somewhere)
	if err != nil || len(codes) != identity.RecoveryCodes {
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
	var needed *identity.FactorNeeded
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
		before := identity.Compared(s.db)
		_, _, err := identity.Login(context.Background(), s.db, nil, try.email, try.password, somewhere)
		if n := identity.Compared(s.db) - before; n != 1 {
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
	weak, err := identity.HashAt(password, 8*1024, 1)
	if err != nil {
		t.Fatal(err)
	}
	hash := func() (h string) {
		if err := schema.Direct(s.db).QueryRow(`SELECT password_hash FROM credentials WHERE user_id = $1`, s.who.ID).Scan(&h); err != nil {
			t.Fatal(err)
		}
		return h
	}
	strong := hash()
	if want := "$argon2id$v=19$m=19456,t=2,p=1$"; len(strong) < len(want) || strong[:len(want)] != want {
		t.Errorf("a new hash is %.40s", strong)
	}
	if _, err := schema.Direct(s.db).Exec(`UPDATE credentials SET password_hash = $1`, weak); err != nil {
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
// TestS6_ManyProcessesShareTheCount: tries at the same moment on several
// processes are not compared more often than the throttle allows.
// TestS6_AddressesCountByNetwork: an IPv6 subscriber has a whole /64.
// TestS6_CodesAndMailsAreThrottledToo: the second factor, and links by mail.
// TestS7_CodesOfTheAppWorkOnce, also when many come at the same time, and not
// before or long after their time.
// parallel lets n browsers end a login at the same time and counts who got in.
// TestS7_RecoveryCodesWorkOnce: 50 tries at the same time let one in, and only
// hashes are kept.
// TestS7_NoWayAroundTheFactor: not by a link of a mail, not by the API, and what
// waits for a code has no rights.
// TestS3_SessionsAreHashesAndNewEachTime: the row holds a hash, a login ends the
// browser's session before, a new password all of them.
func TestS3_SessionsAreHashesAndNewEachTime(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	holds := func(token string) bool {
		p, err := sessions.Authenticate(ctx, s.db, nil, token, "/", somewhere)
		if err != nil {
			t.Fatal(err)
		}
		return p != nil
	}
	first, who := s.mustLogin(somewhere)
	var rows int
	if err := schema.Direct(s.db).QueryRow(`SELECT count(*) FROM sessions WHERE octet_length(id_hash) = 32 AND encode(id_hash, 'escape') <> $1`, first).Scan(&rows); err != nil || rows != 1 {
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
	if err := identity.EndOtherSessions(ctx, s.db, who); err != nil || holds(other) || holds(again) {
		t.Errorf("others go on: %v", err)
	}
	other, _ = s.mustLogin(store.Client{Address: "192.0.2.2"})
	if _, _, err := identity.ChangePassword(ctx, s.db, who, "wrong wrong wrong", "another-password-2026", somewhere); store.FieldErrors(err)["current"] == "" {
		t.Errorf("a wrong present password: %v", err)
	}
	fresh, _, err := identity.ChangePassword(ctx, s.db, who, password, "another-password-2026", somewhere)
	if err != nil || holds(other) || !holds(fresh) {
		t.Errorf("after a new password: %v", err)
	}
	var told int
	if err := schema.Direct(s.db).QueryRow(`SELECT count(*) FROM river_job WHERE kind = 'mail_account_notice' AND args ->> 'what' = 'password_changed'`).Scan(&told); err != nil || told != 1 {
		t.Errorf("%d mails, %v", told, err)
	}
}

// TestEmailChange: only both mailboxes together change an address.
func TestEmailChange(t *testing.T) {
	s := newSignIn(t)
	ctx := context.Background()
	taken := newStaff(t, s.db, access.PlatformSupport)
	_, who := s.mustLogin(somewhere)
	link := func(purpose identity.Purpose) (token string) {
		err := s.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
			token, _, err = identity.NewLink(q, who.Actor.ID, purpose)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	ask := func(email string) {
		t.Helper()
		if err := booking.RequestEmailChange(ctx, s.db, who, email, somewhere); err != nil {
			t.Fatal(err)
		}
	}
	email := func() (is string) {
		if err := schema.Direct(s.db).QueryRow(`SELECT email FROM users WHERE id = $1`, who.Actor.ID).Scan(&is); err != nil {
			t.Fatal(err)
		}
		return is
	}
	ask("new@example.test")
	older := link(identity.EmailNew)
	ask("newer@example.test")
	if _, err := booking.ConfirmEmail(ctx, s.db, nil, older, somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("the link of an earlier request: %v", err)
	}
	reset := link(identity.PasswordReset)
	newLink, oldLink := link(identity.EmailNew), link(identity.EmailOld)
	if changed, err := booking.ConfirmEmail(ctx, s.db, nil, newLink, somewhere); err != nil || changed || email() != s.who.Email {
		t.Fatalf("after one link: %v %v", changed, err)
	}
	if _, err := booking.ConfirmEmail(ctx, s.db, nil, newLink, somewhere); store.KindOf(err) != store.NotFound {
		t.Errorf("a link twice: %v", err)
	}
	if changed, err := booking.ConfirmEmail(ctx, s.db, nil, oldLink, somewhere); err != nil || !changed || email() != "newer@example.test" {
		t.Fatalf("after both: %v %v, %s", changed, err, email())
	}
	if _, err := identity.LinkOwner(ctx, s.db, nil, reset, identity.PasswordReset); store.KindOf(err) != store.NotFound {
		t.Errorf("a link that lies in the old mailbox: %v", err)
	}
	t.Run("an address of somebody else", func(t *testing.T) {
		ask(taken.Email)
		newLink, oldLink := link(identity.EmailNew), link(identity.EmailOld)
		if _, err := booking.ConfirmEmail(ctx, s.db, nil, newLink, somewhere); err != nil {
			t.Fatal(err)
		}
		if _, err := booking.ConfirmEmail(ctx, s.db, nil, oldLink, somewhere); store.KindOf(err) != store.Conflict || email() != "newer@example.test" {
			t.Errorf("%v, %s", err, email())
		}
	})
}
