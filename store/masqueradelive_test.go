package store_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// lives counts the masquerades that run.
func (s *stage) lives(t *testing.T) (n int) {
	t.Helper()
	if err := schema.Direct(s.db).QueryRow(`SELECT count(*) FROM masquerades WHERE started_at IS NOT NULL AND ended_at IS NULL`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func (s *stage) liveID(t *testing.T) (id uuid.UUID) {
	t.Helper()
	if err := schema.Direct(s.db).QueryRow(`SELECT id FROM masquerades WHERE started_at IS NOT NULL AND ended_at IS NULL`).Scan(&id); err != nil {
		t.Fatal(err)
	}
	return id
}

// TestM5_OneVisitAtATime: a start while another runs is refused until it says
// that the other shall end, and so is a code that was made before.
func TestM5_OneVisitAtATime(t *testing.T) {
	s, ctx := newStage(t), context.Background()
	early, err := s.start("a code for later use")
	if err != nil {
		t.Fatal(err)
	}
	token := s.enter(t)
	if _, err := s.start("a second one meanwhile"); store.KindOf(err) != store.Conflict || store.FieldErrors(err)["instead"] == "" {
		t.Fatalf("a second start: %v", err)
	}
	if _, err := sessions.EnterMasquerade(ctx, s.db, s.tenant, early, here); store.KindOf(err) != store.Conflict {
		t.Fatalf("a code made before: %v", err)
	}
	if _, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Reason: "not that one", Back: "/", Beginning: sessions.Beginning{Instead: uuid.New()}}); store.KindOf(err) != store.Conflict {
		t.Errorf("instead of another: %v", err)
	}
	if p, err := s.visit(token); p == nil || err != nil {
		t.Fatalf("the first one was ended by refusals: %v", err)
	}
	if _, err := sessions.EnterMasquerade(ctx, s.db, s.tenant, early, here, sessions.Beginning{Instead: s.liveID(t)}); err != nil {
		t.Fatalf("instead of the first: %v", err)
	}
	if p, _ := s.visit(token); p != nil || s.lives(t) != 1 {
		t.Errorf("the first one goes on; %d run", s.lives(t))
	}
	started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Reason: "instead of that one", Back: "/", Beginning: sessions.Beginning{Instead: s.liveID(t)}})
	if err != nil || started.Code == "" || s.lives(t) != 0 {
		t.Errorf("a start instead: %v, %d run", err, s.lives(t))
	}
	s.enter(t)
	s.clock.advance(settings.MasqueradeIdle + time.Second) // nobody came across its end
	s.operator = s.login(t, access.PlatformSupport)
	if _, err := s.start("after one that ran out"); err != nil {
		t.Errorf("one that ran out is in the way: %v", err)
	}
}

// TestM5_OneVisitRaced: of many codes spent at once one opens, and none of the
// others afterwards.
func TestM5_OneVisitRaced(t *testing.T) {
	s := newStage(t)
	var codes [12]string
	for i := range codes {
		code, err := s.start("one of many at once")
		if err != nil {
			t.Fatal(err)
		}
		codes[i] = code
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for _, code := range codes {
		wg.Go(func() {
			if _, err := sessions.EnterMasquerade(context.Background(), s.db, s.tenant, code, here); err == nil {
				won.Add(1)
			} else if store.KindOf(err) != store.Conflict || store.FieldErrors(err)["instead"] == "" {
				t.Errorf("a lost one: %v", err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || s.lives(t) != 1 {
		t.Errorf("%d won, %d run", won.Load(), s.lives(t))
	}
	// The database alone refuses a second one.
	_, err := schema.Direct(s.db).Exec(`UPDATE masquerades SET started_at = now() WHERE started_at IS NULL`)
	if sqlState(err) != "23505" {
		t.Errorf("a second one by hand: %v", err)
	}
}

func TestM11_OpensInTheBrowserThatAsked(t *testing.T) {
	s, ctx := newStage(t), context.Background()
	started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Reason: "to see it for myself", Back: "/", Beginning: sessions.Beginning{Browser: "mine"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"", "another"} {
		if _, _, err := sessions.MasqueradeByCode(ctx, s.db, s.tenant, started.Code, other); store.KindOf(err) != store.Forbidden {
			t.Errorf("shown to the browser %q: %v", other, err)
		}
		if _, err := sessions.EnterMasquerade(ctx, s.db, s.tenant, started.Code, here, sessions.Beginning{Browser: other}); store.KindOf(err) != store.Forbidden {
			t.Errorf("opened by the browser %q: %v", other, err)
		}
	}
	token, err := sessions.EnterMasquerade(ctx, s.db, s.tenant, started.Code, here, sessions.Beginning{Browser: "mine"})
	if err != nil {
		t.Fatal(err)
	}
	moved := s.tenant
	moved.CustomDomain = "www.visited.example"
	if p, err := sessions.Authenticate(ctx, s.db, &moved, token, "/", here); p != nil || err != nil {
		t.Errorf("its cookie on the business's own domain: %v %v", p, err)
	}
}

// TestM9_Rates: neither mails nor lines of the record come without end.
func TestM9_Rates(t *testing.T) {
	s := newStage(t)
	token := s.enter(t)
	for i := range sessions.PagesPerMinute {
		if p, err := s.visit(token); err != nil || p == nil || p.TooFast > 0 {
			t.Fatalf("page %d: %v %v", i, p, err)
		}
	}
	p, err := s.visit(token)
	if err != nil || p == nil || p.TooFast <= 0 || p.TooFast > time.Minute {
		t.Fatalf("one page too many: %+v %v", p, err)
	}
	var pages, lines int
	if err := schema.Direct(s.db).QueryRow(`SELECT (SELECT max(pages) FROM masquerades), (SELECT count(*) FROM audit_log WHERE action = 'masquerade.page_viewed')`).Scan(&pages, &lines); err != nil {
		t.Fatal(err)
	}
	if pages != sessions.PagesPerMinute || lines != pages {
		t.Errorf("%d pages counted, %d written down", pages, lines)
	}
	s.clock.advance(p.TooFast + time.Second)
	if p, err := s.visit(token); err != nil || p == nil || p.TooFast > 0 {
		t.Errorf("after the wait: %+v %v", p, err)
	}
	if err := sessions.StopMasquerade(context.Background(), s.db, p); err != nil {
		t.Fatal(err)
	}
	for i := 1; i < sessions.StartsPerHour; i++ {
		if _, err := s.start("one of many starts"); err != nil {
			t.Fatalf("start %d: %v", i+1, err)
		}
	}
	_, err = s.start("one of many starts")
	if store.KindOf(err) != store.Throttled || store.RetryAfter(err) <= 0 || store.RetryAfter(err) > time.Hour {
		t.Fatalf("one start too many: %v, wait %v", err, store.RetryAfter(err))
	}
	s.clock.advance(store.RetryAfter(err))
	s.operator = s.login(t, access.PlatformSupport)
	if _, err := s.start("after the wait, again"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

// TestM1_TheTicketIsOne: a masquerade ends with its ticket, so it must be an open
// one of that business.
func TestM1_TheTicketIsOne(t *testing.T) {
	s := newStage(t)
	_, other := newBusiness(t, s.db, "neighbour")
	number := map[string]string{}
	for name, c := range map[string]struct {
		business uuid.UUID
		status   string
	}{"open": {s.tenant.ID, "open"}, "waiting": {s.tenant.ID, "waiting"}, "closed": {s.tenant.ID, "closed"}, "resolved": {s.tenant.ID, "resolved"}, "foreign": {other.ID, "open"}} {
		var n int
		if err := schema.Direct(s.db).QueryRow(`INSERT INTO tickets (id, business_id, subject, status, priority, created_at, updated_at)
			VALUES (gen_random_uuid(), $1, 'x', $2, 'low', now(), now()) RETURNING number`, c.business, c.status).Scan(&n); err != nil {
			t.Fatal(err)
		}
		number[name] = strconv.Itoa(n)
	}
	open := number["open"]
	for typed, good := range map[string]bool{
		"": true, open: true, "#" + open: true, " " + open + " ": true, number["waiting"]: true, number["closed"]: false, number["resolved"]: false, number["foreign"]: false,
		"999999": false, "no such ticket": false, "No. " + open: false, "１６": false, "-" + open: false, open + "\u200b": false, "99999999999999999999": false, "٣": false,
	} {
		started, err := s.request(sessions.NewMasquerade{Subject: s.subject.ID, Reason: "ticket as typed", Ticket: typed, Back: "/"})
		if good != (err == nil) || !good && store.FieldErrors(err)["ticket"] == "" {
			t.Errorf("%q: %v, want taken %v", typed, err, good)
		}
		if !good || typed == "" {
			continue
		}
		var kept string
		if err := schema.Direct(s.db).QueryRow(`SELECT ticket FROM masquerades WHERE id = $1`, started.ID).Scan(&kept); err != nil || kept != open && kept != number["waiting"] {
			t.Errorf("%q is kept as %q, %v", typed, kept, err)
		}
	}
}

// TestStaffNames: owners read who looked in, so no operator calls himself another,
// and no two are called alike.
func TestStaffNames(t *testing.T) {
	cfg, ctx := storetest.Config(t), context.Background()
	db := storetest.Open(t, cfg)
	add := func(name string, role access.Role) (p store.Person, err error) {
		err = db.InPublic(ctx, func(q *store.PublicTx) error {
			p, err = people.CreatePerson(q, identity.NewPerson{Email: uuid.NewString() + "@smoothschedule.test", Name: name, Role: role, Password: password})
			return err
		})
		return p, err
	}
	miriam, err := add("Miriam Okafor", access.PlatformManager)
	if err != nil {
		t.Fatal(err)
	}
	jonas, err := add("Jonas Bérg", access.PlatformSupport)
	if err != nil {
		t.Fatal(err)
	}
	boss, err := add("Robin Ström", access.Superuser)
	if err != nil {
		t.Fatal(err)
	}
	as := func(p store.Person) context.Context {
		return store.WithPrincipal(ctx, &store.Principal{Actor: p, Subject: p})
	}
	for _, same := range []string{"Miriam Okafor", "miriam  okafor", "MÍRIAM ÖKAFOR", "Miriam\u200b Okafor", "Ｍiriam Okafor", "Miriam O'kafor"} {
		if _, err := add(same, access.PlatformSales); store.FieldErrors(err)["name"] == "" {
			t.Errorf("a second %q: %v", same, err)
		}
		if err := people.RenamePerson(as(boss), db, jonas.ID, same, true); store.FieldErrors(err)["name"] == "" {
			t.Errorf("renamed %q: %v", same, err)
		}
	}
	if _, err := add("\u2800", access.PlatformSales); store.FieldErrors(err)["name"] == "" {
		t.Errorf("a name without anything to see: %v", err)
	}
	if err := identity.RenameOwn(as(jonas), db, &store.Principal{Actor: jonas, Subject: jonas}, "Somebody Else"); store.KindOf(err) != store.Forbidden {
		t.Errorf("an operator renames himself: %v", err)
	}
	if err := identity.RenameOwn(as(boss), db, &store.Principal{Actor: boss, Subject: boss}, "Robin Castellan"); err != nil {
		t.Errorf("the only superuser: %v", err)
	}
	second, err := add("Second Superuser", access.Superuser)
	if err != nil {
		t.Fatal(err)
	}
	if err := people.RenamePerson(as(second), db, second.ID, "Third Superuser", true); store.KindOf(err) != store.Forbidden {
		t.Errorf("a superuser renames himself beside another: %v", err)
	}
	if err := people.RenamePerson(as(second), db, miriam.ID, "Miriam Nwosu", true); err != nil {
		t.Errorf("a superuser renames another: %v", err)
	}
	if _, err := add("Miriam Okafor", access.PlatformSales); err != nil {
		t.Errorf("a name that is free again: %v", err)
	}
}

// TestVisitOver: the session of an ended masquerade says so; another one doesn't.
func TestVisitOver(t *testing.T) {
	s, ctx := newStage(t), context.Background()
	token := s.enter(t)
	id := s.liveID(t)
	if _, err := masquerade.EndMasquerade(store.WithPrincipal(ctx, &store.Principal{Actor: newStaff(t, s.db, access.PlatformManager)}), s.db, id, true); err != nil {
		t.Fatal(err)
	}
	var over sessions.VisitOver
	if _, err := sessions.Authenticate(ctx, s.db, &s.tenant, token, "/", here); !errors.As(err, &over) || over.ID != id {
		t.Errorf("%v, want the end of %s", err, id)
	}
	if p, err := sessions.Authenticate(ctx, s.db, &s.tenant, "nobody's", "/", here); p != nil || err != nil {
		t.Errorf("nobody's session: %v %v", p, err)
	}
	var by string
	if err := schema.Direct(s.db).QueryRow(`SELECT ended_by FROM masquerades WHERE id = $1`, id).Scan(&by); err != nil || by != "The PLATFORM_MANAGER" {
		t.Errorf("ended by %q, %v", by, err)
	}
}

// TestM12_SupportReleasesNothing: who is inside has no word about held mails,
// whichever way it is asked.
func TestM12_SupportReleasesNothing(t *testing.T) {
	s := newStage(t)
	p, err := s.visit(s.enter(t))
	if err != nil || p == nil {
		t.Fatal(p, err)
	}
	for _, send := range []bool{true, false} {
		err := s.db.InTenant(store.WithPrincipal(context.Background(), p), s.tenant, func(q *store.TenantTx) error { return notices.AnswerHeld(q, uuid.New(), send) })
		if store.KindOf(err) != store.Forbidden {
			t.Errorf("answered by support: %v", err)
		}
	}
}
