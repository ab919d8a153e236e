package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
)

// house is a business with an owner of long standing, and two of the platform who
// would like to be let in.
type house struct {
	*stage
	t     *testing.T
	staff []*store.Principal
	names int
}

func newHouse(t *testing.T) *house {
	s, _ := newWriteStage(t)
	h := &house{stage: s, t: t, staff: []*store.Principal{s.operator, s.login(t, store.Superuser)}}
	if err := h.sql(`UPDATE users SET last_login_at = $1, invited_at = NULL WHERE id = $2`, s.clock.now(), s.subject.ID); err != nil {
		t.Fatal(err)
	}
	h.pass(time.Hour)
	return h
}

// askFor is a request of the operator's to change things as somebody.
func (h *house) askFor(id uuid.UUID) uuid.UUID {
	h.t.Helper()
	started, err := h.request(store.NewMasquerade{Subject: id, Mode: store.ModeWrite, Reason: "to repair the hours", Back: "/"})
	if err != nil {
		h.t.Fatal(err)
	}
	return started.ID
}

func (h *house) sql(query string, args ...any) error {
	_, err := h.db.Direct().Exec(query, args...)
	return err
}

// sqlNow is sql at the time of the test's clock.
func (h *house) sqlNow(statement string) error {
	return h.sql(`SET LOCAL app.now = '` + h.clock.now().UTC().Format(time.RFC3339Nano) + `'; ` + statement)
}

// pass lets time go by; staff stay signed in and prove themselves again.
func (h *house) pass(d time.Duration) {
	h.clock.advance(d)
	if err := h.sql(`UPDATE sessions SET last_seen_at = $1, expires_at = $1::timestamptz + interval '12 hours' WHERE business_id IS NULL`, h.clock.now()); err != nil {
		h.t.Fatal(err)
	}
	for _, s := range h.staff {
		s.AuthenticatedAt = h.clock.now()
	}
}

func (h *house) as(who *store.Principal) context.Context {
	return store.WithPrincipal(context.Background(), who)
}

// invite is staff's invitation, accepted at once.
func (h *house) invite(by *store.Principal, role store.Role) (store.Person, error) {
	h.names++
	p, err := h.db.InvitePerson(h.as(by), store.NewPerson{Business: uuid.NullUUID{UUID: h.tenant.ID, Valid: true}, Name: "Invited Person",
		Email: fmt.Sprintf("p%d@example.test", h.names), Role: role}, true)
	if err == nil {
		err = h.accept(p.ID)
	}
	return p, err
}

func (h *house) accept(id uuid.UUID) error {
	return h.sql(`UPDATE users SET invited_at = NULL, last_login_at = $1 WHERE id = $2`, h.clock.now(), id)
}

// person is one as now.
func (h *house) person(id uuid.UUID) (p store.Person) {
	err := h.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) { p, err = q.Person(id); return err })
	if err != nil {
		h.t.Fatal(err)
	}
	return p
}

// inside runs something as one of the business.
func (h *house) inside(id uuid.UUID, work func(*store.TenantTx) error) error {
	p := h.person(id)
	if !p.IsActive {
		return errTest
	}
	return h.db.InTenant(h.as(&store.Principal{Actor: p, Subject: p, Tenant: &h.tenant}), h.tenant, work)
}

func (h *house) grant(id, request uuid.UUID) error {
	if h.person(id).Role != store.TenantOwner {
		return errTest // its route is the owners'
	}
	return h.inside(id, func(q *store.TenantTx) error { return q.DecideMasquerade(request, store.Grant) })
}

func (h *house) always(id uuid.UUID) error {
	if h.person(id).Role != store.TenantOwner {
		return errTest
	}
	return h.inside(id, func(q *store.TenantTx) error { return q.SetSupportConsent(store.ConsentAlways) })
}

func forbidden(t *testing.T, what string, err error) {
	t.Helper()
	if store.KindOf(err) != store.Forbidden {
		t.Errorf("%s: %v", what, err)
	}
}

// TestConsentIsJudgedByHistory: putting the older owner aside makes no new one old.
func TestConsentIsJudgedByHistory(t *testing.T) {
	for name, aside := range map[string]func(h *house, intruder uuid.UUID) error{
		"the staff member disables him": func(h *house, _ uuid.UUID) error { return h.db.DisablePerson(h.as(h.staff[0]), h.subject.ID, true) },
		"another staff member disables": func(h *house, _ uuid.UUID) error { return h.db.DisablePerson(h.as(h.staff[1]), h.subject.ID, true) },
		"another staff member demotes him": func(h *house, _ uuid.UUID) error {
			return h.db.ChangePersonRole(h.as(h.staff[1]), h.subject.ID, store.TenantStaff, true)
		},
		"the new owner demotes him": func(h *house, n uuid.UUID) error {
			return h.inside(n, func(q *store.TenantTx) error { _, err := q.ChangeRole(h.subject.ID, store.TenantStaff); return err })
		},
		"the new owner disables him": func(h *house, n uuid.UUID) error {
			return h.inside(n, func(q *store.TenantTx) error { _, err := q.SetActive(h.subject.ID, false); return err })
		},
		"the new owner resets his factors": func(h *house, n uuid.UUID) error {
			return h.inside(n, func(q *store.TenantTx) error { _, err := q.ResetTeamFactors(h.subject.ID); return err })
		},
		"he hands over himself": func(h *house, n uuid.UUID) error {
			return h.inside(h.subject.ID, func(q *store.TenantTx) error { _, err := q.HandOver(n); return err })
		},
		"past the program": func(h *house, _ uuid.UUID) error {
			return h.sqlNow(`UPDATE users SET role = 'TENANT_STAFF' WHERE id = '` + h.subject.ID.String() + `'`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			intruder, err := h.invite(h.staff[0], store.TenantOwner)
			if err != nil {
				t.Fatal(err)
			}
			h.pass(time.Minute)
			err = aside(h, intruder.ID)
			if refused := strings.HasPrefix(name, "the "); refused != (store.KindOf(err) == store.Forbidden) || !refused && err != nil {
				t.Errorf("%v", err)
			}
			request := h.askFor(intruder.ID)
			forbidden(t, "the new owner consents", h.grant(intruder.ID, request))
			forbidden(t, "the new owner allows it for ever", h.always(intruder.ID))
			if strings.HasPrefix(name, "the ") {
				return
			}
			// A day later the business is his.
			h.pass(24*time.Hour + time.Minute)
			h.operator = h.login(t, store.PlatformManager)
			if err := h.grant(intruder.ID, h.askFor(intruder.ID)); err != nil {
				t.Errorf("a day later: %v", err)
			}
		})
	}
}

// TestOneHandMakesNoOwner: making an owner and putting another aside takes two.
func TestOneHandMakesNoOwner(t *testing.T) {
	h := newHouse(t)
	second, err := h.invite(h.staff[1], store.TenantOwner)
	if err != nil {
		t.Fatal(err)
	}
	worker, err := h.invite(h.staff[1], store.TenantStaff)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(25 * time.Hour)
	one, other := h.as(h.staff[0]), h.as(h.staff[1])
	if err := h.db.DisablePerson(one, h.subject.ID, true); err != nil {
		t.Fatal(err)
	}
	_, err = h.invite(h.staff[0], store.TenantOwner)
	forbidden(t, "invites after disabling", err)
	forbidden(t, "promotes after disabling", h.db.ChangePersonRole(one, worker.ID, store.TenantOwner, true))
	if err := h.db.EnablePerson(one, h.subject.ID, true); err != nil {
		t.Errorf("takes back what he did: %v", err)
	}
	if err := h.db.ChangePersonRole(other, worker.ID, store.TenantOwner, true); err != nil {
		t.Errorf("somebody else promotes: %v", err)
	}
	for what, err := range map[string]error{
		"disables after promoting": h.db.DisablePerson(other, second.ID, true),
		"demotes":                  h.db.ChangePersonRole(other, second.ID, store.TenantManager, true),
		"resets factors":           h.db.ResetFactorsOf(other, h.subject.ID, true),
		"ends sessions":            h.db.EndSessionsOf(other, h.subject.ID, "", true),
	} {
		forbidden(t, what, err)
	}
	if err := h.db.DisablePerson(other, worker.ID, true); err != nil {
		t.Errorf("takes back whom he made: %v", err)
	}
	h.pass(25 * time.Hour)
	if err := h.db.DisablePerson(other, second.ID, true); err != nil {
		t.Errorf("a day later: %v", err)
	}
	var told string
	if err := h.db.Direct().QueryRow(`SELECT string_agg(DISTINCT args ->> 'what', ' ') FROM river_job WHERE kind = 'mail_account_notice' AND args ->> 'user_id' = $1`, second.ID.String()).Scan(&told); err != nil || told != "disabled" {
		t.Errorf("who lost the login is told %q, %v", told, err)
	}
}

// TestWhoLosesOwnershipIsTold, whoever took it.
func TestWhoLosesOwnershipIsTold(t *testing.T) {
	h := newHouse(t)
	second, err := h.invite(h.staff[0], store.TenantOwner)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(25 * time.Hour)
	if err := h.inside(second.ID, func(q *store.TenantTx) error { _, err := q.ChangeRole(h.subject.ID, store.TenantStaff); return err }); err != nil {
		t.Fatal(err)
	}
	var by string
	if err := h.db.Direct().QueryRow(`SELECT args ->> 'by' FROM river_job WHERE kind = 'mail_account_notice' AND args ->> 'what' = 'ownership_lost' AND args ->> 'user_id' = $1`, h.subject.ID.String()).Scan(&by); err != nil || by != second.Name {
		t.Errorf("told by %q, %v", by, err)
	}
}

// TestSecondPersonIsAnother: who approves is nobody whom the asker made, is not of
// today, and doesn't approve whom he made today.
func TestSecondPersonIsAnother(t *testing.T) {
	h := newHouse(t)
	made, err := h.db.InvitePerson(h.as(h.staff[0]), store.NewPerson{Email: "second.self@example.test", Name: "Second Self", Role: store.PlatformManager}, true)
	if err != nil {
		t.Fatal(err)
	}
	self := &store.Principal{Actor: made, Subject: made}
	approve := func(who *store.Principal) error {
		h.operator = h.login(t, store.PlatformManager)
		id := h.ask(t)
		h.pass(store.AskFor)
		who.AuthenticatedAt = h.clock.now()
		return h.approve(id, who)
	}
	forbidden(t, "a minute old", approve(self))
	h.pass(48 * time.Hour)
	forbidden(t, "made by the asker", approve(self))
	// Made anew by somebody whom the asker made.
	if err := h.db.DisablePerson(h.as(h.staff[1]), made.ID, true); err != nil {
		t.Fatal(err)
	}
	err = h.db.InPublic(h.as(h.staff[0]), func(q *store.PublicTx) error {
		_, err := q.CreatePerson(store.NewPerson{Email: "puppet@example.test", Name: "Puppet", Role: store.Superuser, Password: password})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := h.db.Login(context.Background(), nil, "puppet@example.test", password, here)
	if err != nil {
		t.Fatal(err)
	}
	puppet, err := h.db.Authenticate(context.Background(), nil, token, "", here)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.db.EnablePerson(h.as(puppet), made.ID, true); err != nil {
		t.Fatal(err)
	}
	forbidden(t, "enabled just now", approve(self))
	h.pass(48 * time.Hour)
	forbidden(t, "made by one whom the asker made", approve(self))
	if err := approve(h.staff[1]); err != nil {
		t.Errorf("somebody of long standing: %v", err)
	}
	// The other way round: the one of long standing made the asker.
	for _, c := range []struct {
		after time.Duration
		kind  store.Kind
	}{{time.Minute, store.Forbidden}, {48 * time.Hour, 0}} {
		email := fmt.Sprintf("asker%d@example.test", c.after)
		err := h.db.InPublic(h.as(h.staff[1]), func(q *store.PublicTx) error {
			_, err := q.CreatePerson(store.NewPerson{Email: email, Name: "Asker " + c.after.String(), Role: store.PlatformManager, Password: password})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.pass(c.after)
		token, _, err := h.db.Login(context.Background(), nil, email, password, here)
		if err != nil {
			t.Fatal(err)
		}
		if h.operator, err = h.db.Authenticate(context.Background(), nil, token, "", here); err != nil {
			t.Fatal(err)
		}
		id := h.ask(t)
		h.pass(store.AskFor)
		if err := h.approve(id, h.staff[1]); (c.kind == 0) != (err == nil) || err != nil && store.KindOf(err) != c.kind {
			t.Errorf("the maker of the asker after %s: %v", c.after, err)
		}
	}
}

// TestOwnersEndAnyVisit: one that only looks, and one that a second person forced.
func TestOwnersEndAnyVisit(t *testing.T) {
	h := newHouse(t)
	manager := h.operator
	h.operator = h.staff[1] // each makes one visit at a time
	looking := h.enter(t)
	h.operator = manager
	request := h.ask(t)
	h.pass(store.AskFor)
	if err := h.approve(request, h.staff[1]); err != nil {
		t.Fatal(err)
	}
	forced := h.enterWrite(t, request)
	var ids []uuid.UUID
	rows, err := h.db.Direct().Query(`SELECT id FROM masquerades WHERE ended_at IS NULL`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id uuid.UUID
		_ = rows.Scan(&id)
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || len(ids) == 0 {
		t.Fatal(ids, err)
	}
	for _, id := range ids {
		if err := h.decide(id, store.Withdraw); err != nil {
			t.Errorf("%v", err)
		}
	}
	for _, token := range []string{looking, forced} {
		if p, err := h.visit(token); p != nil || err != nil {
			t.Errorf("still inside: %v", err)
		}
	}
	if err := h.decide(ids[0], store.Withdraw); store.KindOf(err) != store.Conflict {
		t.Errorf("ended twice: %v", err)
	}
}

// TestRestoredOwnersWait: who restores a business makes its owners.
func TestRestoredOwnersWait(t *testing.T) {
	h := newHouse(t)
	var file strings.Builder
	if err := h.db.ExportBusiness(context.Background(), h.tenant.ID, &file); err != nil {
		t.Fatal(err)
	}
	ctx := h.as(h.staff[1])
	if err := h.db.DeleteBusiness(ctx, h.tenant.ID, h.tenant.Name); err != nil {
		t.Fatal(err)
	}
	if err := h.db.DestroyBusiness(ctx, h.tenant.ID, uuid.NullUUID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.db.ImportBusiness(ctx, strings.NewReader(file.String()), int64(file.Len()), ""); err != nil {
		t.Fatal(err)
	}
	tenant, err := h.db.TenantBySubdomain(ctx, h.tenant.Subdomain)
	if err != nil {
		t.Fatal(err)
	}
	h.tenant = tenant
	forbidden(t, "at once", h.always(h.subject.ID))
	h.pass(25 * time.Hour)
	if err := h.always(h.subject.ID); err != nil {
		t.Errorf("a day later: %v", err)
	}
}

// TestNobodyLetsHimselfIn tries random orders of what staff and a business's people
// do, and keeps a history of its own: whoever became an owner by a staff member's
// word, or by the word of such an owner, never lets that one in while somebody was
// an owner within the day who had been one before.
func TestNobodyLetsHimselfIn(t *testing.T) {
	h := newHouse(t)
	granted := 0
	for _, seed := range []uint64{1, 7, 42, 99, 2024, uint64(time.Now().UnixNano())} {
		granted += h.play(t, seed)
	}
	if granted < 10 {
		t.Errorf("only %d times somebody was let in", granted)
	}
}

// term is a time of ownership as the test saw it.
type term struct {
	person uuid.UUID
	since  time.Time
	until  *time.Time
	by     uuid.UUID // staff
}

func (h *house) play(t *testing.T, seed uint64) (granted int) {
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	h.pass(72 * time.Hour)
	people := []uuid.UUID{h.subject.ID}
	var done []string
	for range 2 {
		h.names++
		p := store.Person{}
		err := h.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
			p, err = q.CreatePerson(store.NewPerson{Business: uuid.NullUUID{UUID: h.tenant.ID, Valid: true}, Email: fmt.Sprintf("m%d@example.test", h.names), Name: "Member", Role: store.TenantManager, Password: password})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		people = append(people, p.ID)
	}
	if err := h.sql(`UPDATE businesses SET support_consent = 'ask', plan = 'enterprise'`); err != nil {
		t.Fatal(err)
	}
	requests := map[uuid.UUID]*store.Principal{}
	var terms []*term
	owns := func(id uuid.UUID) *term {
		for _, x := range terms {
			if x.person == id && x.until == nil {
				return x
			}
		}
		return nil
	}
	// see compares who owns the business with who did, after each step.
	see := func(by *store.Principal) {
		now := h.clock.now()
		for _, id := range people {
			p, x := h.person(id), owns(id)
			switch is := p.Role == store.TenantOwner && p.IsActive; {
			case is && x == nil:
				made := &term{person: id, since: now}
				switch {
				case by == nil:
				case by.Actor.Role.IsPlatform():
					made.by = by.Actor.ID
				default:
					for _, maker := range terms {
						if maker.person == by.Actor.ID && (maker.until == nil || maker.until.Equal(now)) {
							made.by = maker.by
						}
					}
				}
				terms = append(terms, made)
			case !is && x != nil:
				x.until = &now
			}
		}
	}
	elder := func(id uuid.UUID, staff uuid.UUID) bool {
		now := h.clock.now()
		first := func(person uuid.UUID) (since time.Time, by bool, found bool) {
			for _, x := range terms {
				if x.person == person && (x.until == nil || now.Sub(*x.until) < 24*time.Hour) {
					if !found || x.since.Before(since) {
						since = x.since
					}
					by, found = by || x.by == staff, true
				}
			}
			return since, by, found
		}
		mine, by, _ := first(id)
		for _, other := range people {
			if since, _, found := first(other); other != id && found && since.Before(mine) && by {
				return true
			}
		}
		return false
	}
	see(nil)
	h.pass(48 * time.Hour)
	for range 80 {
		h.pass(time.Second)
		staff := h.staff[random.IntN(2)]
		who, other := people[random.IntN(len(people))], people[random.IntN(len(people))]
		p := h.person(who)
		mine := &store.Principal{Actor: p, Subject: p}
		var err error
		by := staff
		step := []string{"invite", "promote", "demote", "disable", "enable", "ask", "grant", "grant", "always", "own promote", "own demote", "own disable", "own enable", "hand over", "wait"}[random.IntN(15)]
		switch step {
		case "invite":
			var invited store.Person
			if len(people) < 8 {
				if invited, err = h.invite(staff, store.TenantOwner); err == nil {
					people = append(people, invited.ID)
				}
			}
		case "promote":
			err = h.db.ChangePersonRole(h.as(staff), who, store.TenantOwner, true)
		case "demote":
			err = h.db.ChangePersonRole(h.as(staff), who, store.TenantManager, true)
		case "disable":
			err = h.db.DisablePerson(h.as(staff), who, true)
		case "enable":
			err = h.db.EnablePerson(h.as(staff), who, true)
		case "ask":
			var started store.StartedMasquerade
			h.operator = staff
			started, err = h.request(store.NewMasquerade{Subject: who, Mode: store.ModeWrite, Reason: "to repair the hours", Back: "/"})
			if err == nil {
				requests[started.ID] = staff
			}
		case "grant":
			for id, asker := range requests {
				if err = h.grant(who, id); err == nil {
					done = append(done, fmt.Sprint("granted by ", who))
					granted++
					if elder(who, asker.Actor.ID) {
						t.Fatalf("seed %d: %s lets in who made him an owner: %v", seed, who, done)
					}
				}
				delete(requests, id)
				break
			}
		case "always":
			if err = h.always(who); err == nil {
				granted++
				for _, s := range h.staff {
					if elder(who, s.Actor.ID) {
						t.Fatalf("seed %d: %s lets in for ever who made him an owner: %v", seed, who, done)
					}
				}
				err = h.sql(`UPDATE businesses SET support_consent = 'ask'`)
			}
		case "wait":
			h.pass(time.Duration(random.IntN(30)) * time.Hour)
		default:
			by = mine
			err = h.inside(who, func(q *store.TenantTx) (err error) {
				switch step {
				case "own promote":
					_, err = q.ChangeRole(other, store.TenantOwner)
				case "own demote":
					_, err = q.ChangeRole(other, store.TenantManager)
				case "own disable":
					_, err = q.SetActive(other, false)
				case "own enable":
					_, err = q.SetActive(other, true)
				case "hand over":
					_, err = q.HandOver(other)
				}
				return err
			})
		}
		if err == nil {
			done = append(done, step)
		}
		see(by)
	}
	for _, id := range people { // back to the beginning
		if err := h.sqlNow(fmt.Sprintf(`UPDATE users SET role = CASE WHEN %[1]t THEN 'TENANT_OWNER' ELSE 'TENANT_STAFF' END, is_active = %[1]t WHERE id = '%[2]s'`, id == h.subject.ID, id)); err != nil {
			t.Fatal(err)
		}
	}
	return granted
}
