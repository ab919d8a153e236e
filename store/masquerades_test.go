package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// clock is a time that tests move.
type clock struct{ at atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.at.Store(time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).UnixNano())
	return c
}
func (c *clock) now() time.Time          { return time.Unix(0, c.at.Load()).UTC() }
func (c *clock) advance(d time.Duration) { c.at.Add(int64(d)) }

// stage is a business, an operator logged in on the platform, and a clock.
type stage struct {
	db       *store.DB
	clock    *clock
	tenant   store.Tenant
	operator *store.Principal
	subject  store.Person
}

var here = store.Client{Address: "192.0.2.1", UserAgent: "test"}

func newStage(t *testing.T) *stage { return newStageOf(t, access.PlatformSupport) }

// newStageOf is newStage with an operator of another role.
func newStageOf(t *testing.T, role access.Role) *stage {
	t.Helper()
	cfg, c := storetest.Config(t), newClock()
	cfg.Now = c.now
	s := &stage{db: storetest.Open(t, cfg), clock: c}
	id, tenant := newBusiness(t, s.db, "visited")
	s.tenant = tenant
	newStaff(t, s.db, role)
	s.operator = s.login(t, role)
	err := s.db.InPublic(context.Background(), func(q *store.PublicTx) error {
		people, err := people.Of(q, id)
		s.subject = people[0]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) login(t *testing.T, role access.Role) *store.Principal {
	t.Helper()
	token, _, err := identity.Login(context.Background(), s.db, nil, string(role)+"@smoothschedule.test", password, here)
	if err != nil {
		t.Fatal(err)
	}
	p, err := sessions.Authenticate(context.Background(), s.db, nil, token, "", here)
	if err != nil || p == nil {
		t.Fatalf("operator's session: %v %v", p, err)
	}
	return p
}

func (s *stage) start(reason string) (code string, err error) {
	started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Reason: reason, Back: "/businesses"})
	return started.Code, err
}

func (s *stage) request(in sessions.NewMasquerade) (started sessions.StartedMasquerade, err error) {
	err = s.db.InPublic(store.WithPrincipal(context.Background(), s.operator), func(q *store.PublicTx) (err error) {
		started, err = masquerade.StartMasquerade(q, in)
		return err
	})
	return started, err
}

// enter starts a masquerade and returns its session's token.
func (s *stage) enter(t *testing.T) string {
	t.Helper()
	code, err := s.start("to see what the owner sees")
	if err != nil {
		t.Fatal(err)
	}
	token, err := sessions.EnterMasquerade(context.Background(), s.db, s.tenant, code, here)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func (s *stage) visit(token string) (*store.Principal, error) {
	p, err := sessions.Authenticate(context.Background(), s.db, &s.tenant, token, "/customers", here)
	if errors.As(err, new(sessions.VisitOver)) {
		err = nil
	}
	return p, err
}

func TestM1_ReasonAndStepUp(t *testing.T) {
	s := newStage(t)
	if _, err := s.start("too short"); store.FieldErrors(err)["reason"] == "" {
		t.Errorf("nine characters: %v", err)
	}
	s.clock.advance(store.StepUpFor + time.Second)
	if _, err := s.start("long enough a reason"); store.FieldErrors(err)["password"] == "" {
		t.Errorf("password entered too long ago: %v", err)
	}
	if err := identity.ConfirmPassword(context.Background(), s.db, s.operator, "wrong password", here); store.FieldErrors(err)["password"] == "" {
		t.Errorf("wrong password: %v", err)
	}
	if err := identity.ConfirmPassword(context.Background(), s.db, s.operator, password, here); err != nil {
		t.Fatal(err)
	}
	if _, err := s.start("long enough a reason"); err != nil {
		t.Errorf("after entering it again: %v", err)
	}
}

func TestM3_IdleAndWhole(t *testing.T) {
	s := newStage(t)
	token := s.enter(t)
	s.clock.advance(settings.MasqueradeIdle - time.Minute)
	if p, err := s.visit(token); p == nil || err != nil {
		t.Fatalf("within the idle time: %v %v", p, err)
	}
	for range 4 { // stays busy until the whole is over
		s.clock.advance(11 * time.Minute)
		if p, _ := s.visit(token); p == nil {
			t.Fatal("ended before its time")
		}
	}
	s.clock.advance(3 * time.Minute)
	if p, _ := s.visit(token); p != nil {
		t.Error("longer than an hour")
	}
	s.operator = s.login(t, access.PlatformSupport)
	token = s.enter(t)
	s.clock.advance(settings.MasqueradeIdle + time.Second)
	if p, _ := s.visit(token); p != nil {
		t.Error("idle for longer than a quarter of an hour")
	}
}

// TestM3_TheEndIsOnRecord although nobody asks again: once, at the time when it
// was, and for the owners to see.
func TestM3_TheEndIsOnRecord(t *testing.T) {
	s, ctx := newStage(t), context.Background()
	token := s.enter(t)
	s.clock.advance(5 * time.Minute)
	if p, err := s.visit(token); p == nil || err != nil {
		t.Fatalf("%v %v", p, err)
	}
	ends := s.clock.now().Add(settings.MasqueradeIdle)
	for range 4 {
		if err := masquerade.SweepMasquerades(ctx, s.db); err != nil {
			t.Fatal(err)
		}
		s.clock.advance(10 * time.Minute)
	}
	var n int
	var at time.Time
	var why string
	err := schema.Direct(s.db).QueryRow(`SELECT count(*), max(at), max(details ->> 'why') FROM audit_log WHERE action = 'masquerade.ended' AND masquerade_id IS NOT NULL`).Scan(&n, &at, &why)
	if err != nil || n != 1 || !at.Equal(ends) || why != "timed out" {
		t.Errorf("%d rows, at %v instead of %v, %q, %v", n, at.UTC(), ends, why, err)
	}
	err = s.db.InTenant(ctx, s.tenant, func(q *store.TenantTx) error {
		visits, _, err := masquerade.SupportVisits(q, store.Page{Number: 1})
		if err == nil && (len(visits) != 1 || visits[0].EndedAt == nil || !visits[0].EndedAt.Equal(ends) || visits[0].Live) {
			t.Errorf("the owners see %+v", visits)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	s.operator = s.login(t, access.PlatformSupport)
	s.enter(t)
	if _, err := schema.Direct(s.db).Exec(`UPDATE users SET is_active = false WHERE id = $1`, s.subject.ID); err != nil {
		t.Fatal(err)
	}
	if err := masquerade.SweepMasquerades(ctx, s.db); err != nil {
		t.Fatal(err)
	}
	if err := schema.Direct(s.db).QueryRow(`SELECT end_reason FROM masquerades ORDER BY created_at DESC LIMIT 1`).Scan(&why); err != nil || why != "person disabled" {
		t.Errorf("a disabled person: %q, %v", why, err)
	}
}

func TestM4_EndsWithinOneRequest(t *testing.T) {
	ctx := context.Background()
	for name, end := range map[string]func(*stage, *store.Principal) error{
		"stop":               func(s *stage, p *store.Principal) error { return sessions.StopMasquerade(ctx, s.db, p) },
		"logout on the site": func(s *stage, p *store.Principal) error { return sessions.EndSession(ctx, s.db, p) },
		"logout on platform": func(s *stage, _ *store.Principal) error { return sessions.EndSession(ctx, s.db, s.operator) },
		"business suspended": func(s *stage, _ *store.Principal) error {
			return console.SuspendBusiness(ctx, s.db, s.tenant.ID, "unpaid bills", false)
		},
		"operator disabled":   sqlEnd(`UPDATE users SET is_active = false WHERE id = $1`, true),
		"operator's new role": sqlEnd(`UPDATE users SET role = 'PLATFORM_SALES' WHERE id = $1`, true),
		"person disabled":     sqlEnd(`UPDATE users SET is_active = false WHERE id = $1`, false),
		"person's new role":   sqlEnd(`UPDATE users SET role = 'TENANT_STAFF' WHERE id = $1`, false),
	} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			token := s.enter(t)
			p, err := s.visit(token)
			if err != nil || p == nil {
				t.Fatalf("before: %v %v", p, err)
			}
			if err := end(s, p); err != nil {
				t.Fatal(err)
			}
			if p, err := s.visit(token); p != nil || err != nil {
				t.Errorf("still inside: %v %v", p, err)
			}
		})
	}
}

func sqlEnd(statement string, operator bool) func(*stage, *store.Principal) error {
	return func(s *stage, _ *store.Principal) error {
		id := s.subject.ID
		if operator {
			id = s.operator.Actor.ID
		}
		_, err := schema.Direct(s.db).Exec(statement, id)
		return err
	}
}

func TestM5_Refused(t *testing.T) {
	s := newStage(t)
	inside, err := s.visit(s.enter(t))
	if err != nil {
		t.Fatal(err)
	}
	other := newStaff(t, s.db, access.PlatformManager)
	for name, c := range map[string]struct {
		who     *store.Principal
		subject store.Person
	}{
		"self":                 {s.operator, s.operator.Actor},
		"platform staff":       {s.operator, other},
		"from inside another":  {inside, s.subject},
		"nobody in particular": {nil, s.subject},
	} {
		err := s.db.InPublic(store.WithPrincipal(context.Background(), c.who), func(q *store.PublicTx) error {
			_, err := masquerade.StartMasquerade(q, sessions.NewMasquerade{Subject: c.subject.ID, Reason: "because I want to", Back: "/"})
			return err
		})
		if store.KindOf(err) != store.Forbidden {
			t.Errorf("%s: %v, want it refused", name, err)
		}
	}
	if _, err := schema.Direct(s.db).Exec(`UPDATE businesses SET status = 'archived'`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.start("long enough a reason"); store.KindOf(err) != store.Forbidden {
		t.Errorf("archived business: %v", err)
	}
}

// TestM6_DatabaseRefusesWrites: without any check of the program's own, the
// login of a view-only masquerade can't write.
func TestM6_DatabaseRefusesWrites(t *testing.T) {
	s := newStage(t)
	p, err := s.visit(s.enter(t))
	if err != nil || p == nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`INSERT INTO customers (id, name, created_at) VALUES (gen_random_uuid(), 'x', now())`,
		`UPDATE public.users SET name = 'x'`, `DELETE FROM appointments`, `CREATE TABLE x (y int)`,
		`SELECT * FROM public.credentials`, `SELECT * FROM public.sessions`,
		`SET LOCAL transaction_read_only = off; UPDATE public.users SET name = 'x'`,
	} {
		err := s.db.InTenant(context.Background(), *p.Tenant, func(q *store.TenantTx) error { _, err := core.SQL(q).Exec(statement); return err })
		if state := sqlState(err); state != "42501" && state != "25006" && state != "25001" {
			t.Errorf("%s: %v, want 42501 or 25006", statement, err)
		}
	}
}

func TestM8_M9_RecordedUnderBothNames(t *testing.T) {
	s := newStage(t)
	p, _ := s.visit(s.enter(t))
	if err := sessions.StopMasquerade(context.Background(), s.db, p); err != nil {
		t.Fatal(err)
	}
	var got []store.AuditEntry
	err := s.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
		got, _, err = console.AuditLog(q, console.AuditFilter{Business: uuid.NullUUID{UUID: s.tenant.ID, Valid: true}, Views: true})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	actions := map[string]store.AuditEntry{}
	for _, e := range got {
		actions[e.Action] = e
	}
	for _, action := range []string{"masquerade.started", "masquerade.page_viewed", "masquerade.ended"} {
		e, ok := actions[action]
		if !ok || e.ActorName != "The PLATFORM_SUPPORT (PLATFORM_SUPPORT@smoothschedule.test)" || e.SubjectName != "Owner of visited" {
			t.Errorf("%s: %+v (found %v)", action, e, ok)
		}
	}
}

func TestM11_CodeOpensOnce(t *testing.T) {
	s := newStage(t)
	code, err := s.start("to see what the owner sees")
	if err != nil {
		t.Fatal(err)
	}
	_, otherHost := newBusiness(t, s.db, "neighbour")
	if _, err := sessions.EnterMasquerade(context.Background(), s.db, otherHost, code, here); store.KindOf(err) != store.NotFound {
		t.Errorf("on another host: %v", err)
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if _, err := sessions.EnterMasquerade(context.Background(), s.db, s.tenant, code, here); err == nil {
				won.Add(1)
			} else if store.KindOf(err) != store.NotFound {
				t.Errorf("a lost try: %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of 50 tries won", won.Load())
	}
	started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Reason: "to see what the owner sees", Back: "/", Beginning: sessions.Beginning{Instead: s.liveID(t)}})
	if err != nil {
		t.Fatal(err)
	}
	code = started.Code
	s.clock.advance(61 * time.Second)
	if _, err := sessions.EnterMasquerade(context.Background(), s.db, s.tenant, code, here); store.KindOf(err) != store.NotFound {
		t.Errorf("after 61 seconds: %v", err)
	}
	var stored int
	row := schema.Direct(s.db).QueryRow(fmt.Sprintf(`SELECT count(*) FROM masquerades m WHERE m::text LIKE '%%%s%%'`, code))
	if err := row.Scan(&stored); err != nil || stored != 0 {
		t.Errorf("the code itself is stored: %d %v", stored, err)
	}
}

func TestCleanUp(t *testing.T) {
	s := newStage(t)
	ctx := context.Background()
	_, _, _ = identity.Login(ctx, s.db, nil, "nobody@example.com", "wrong password", here)
	count := func() (n int) {
		t.Helper()
		err := schema.Direct(s.db).QueryRow(`SELECT (SELECT count(*) FROM sessions) + (SELECT count(*) FROM login_failures)`).Scan(&n)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if err := ops.CleanUp(ctx, s.db); err != nil || count() != 3 {
		t.Errorf("removed what is still good: %d rows left, %v", count(), err)
	}
	s.clock.advance(60 * 24 * time.Hour)
	if err := ops.CleanUp(ctx, s.db); err != nil || count() != 0 {
		t.Errorf("%d rows left, %v", count(), err)
	}
}
