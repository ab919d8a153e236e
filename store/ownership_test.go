package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/transfer"
)

// TestConsentIsJudgedByHistory: putting the older owner aside makes no new one old.
func TestConsentIsJudgedByHistory(t *testing.T) {
	for name, aside := range map[string]func(h *house, intruder uuid.UUID) error{
		"the staff member disables him": func(h *house, _ uuid.UUID) error {
			return people.DisablePerson(h.as(h.staff[0]), h.db, h.subject.ID, true)
		},
		"another staff member disables": func(h *house, _ uuid.UUID) error {
			return people.DisablePerson(h.as(h.staff[1]), h.db, h.subject.ID, true)
		},
		"another staff member demotes him": func(h *house, _ uuid.UUID) error {
			return people.ChangePersonRole(h.as(h.staff[1]), h.db, h.subject.ID, access.TenantStaff, true)
		},
		"the new owner demotes him": func(h *house, n uuid.UUID) error {
			return h.inside(n, func(q *store.TenantTx) error {
				_, err := people.ChangeRole(q, h.subject.ID, access.TenantStaff)
				return err
			})
		},
		"the new owner disables him": func(h *house, n uuid.UUID) error {
			return h.inside(n, func(q *store.TenantTx) error { _, err := people.SetActive(q, h.subject.ID, false); return err })
		},
		"the new owner resets his factors": func(h *house, n uuid.UUID) error {
			return h.inside(n, func(q *store.TenantTx) error { _, err := people.ResetTeamFactors(q, h.subject.ID); return err })
		},
		"he hands over himself": func(h *house, n uuid.UUID) error {
			return h.inside(h.subject.ID, func(q *store.TenantTx) error { _, err := people.HandOver(q, n); return err })
		},
		"past the program": func(h *house, _ uuid.UUID) error {
			return h.sqlNow(`UPDATE users SET role = 'TENANT_STAFF' WHERE id = '` + h.subject.ID.String() + `'`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			intruder, err := h.invite(h.staff[0], access.TenantOwner)
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
			h.operator = h.login(t, access.PlatformManager)
			if err := h.grant(intruder.ID, h.askFor(intruder.ID)); err != nil {
				t.Errorf("a day later: %v", err)
			}
		})
	}
}

// TestOneHandMakesNoOwner: making an owner and putting another aside takes two.
func TestOneHandMakesNoOwner(t *testing.T) {
	h := newHouse(t)
	second, err := h.invite(h.staff[1], access.TenantOwner)
	if err != nil {
		t.Fatal(err)
	}
	worker, err := h.invite(h.staff[1], access.TenantStaff)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(25 * time.Hour)
	one, other := h.as(h.staff[0]), h.as(h.staff[1])
	if err := people.DisablePerson(one, h.db, h.subject.ID, true); err != nil {
		t.Fatal(err)
	}
	_, err = h.invite(h.staff[0], access.TenantOwner)
	forbidden(t, "invites after disabling", err)
	forbidden(t, "promotes after disabling", people.ChangePersonRole(one, h.db, worker.ID, access.TenantOwner, true))
	if err := people.EnablePerson(one, h.db, h.subject.ID, true); err != nil {
		t.Errorf("takes back what he did: %v", err)
	}
	if err := people.ChangePersonRole(other, h.db, worker.ID, access.TenantOwner, true); err != nil {
		t.Errorf("somebody else promotes: %v", err)
	}
	for what, err := range map[string]error{
		"disables after promoting": people.DisablePerson(other, h.db, second.ID, true),
		"demotes":                  people.ChangePersonRole(other, h.db, second.ID, access.TenantManager, true),
		"resets factors":           people.ResetFactorsOf(other, h.db, h.subject.ID, true),
		"ends sessions":            people.EndSessionsOf(other, h.db, h.subject.ID, "", true),
	} {
		forbidden(t, what, err)
	}
	if err := people.DisablePerson(other, h.db, worker.ID, true); err != nil {
		t.Errorf("takes back whom he made: %v", err)
	}
	h.pass(25 * time.Hour)
	if err := people.DisablePerson(other, h.db, second.ID, true); err != nil {
		t.Errorf("a day later: %v", err)
	}
	var told string
	if err := schema.Direct(h.db).QueryRow(`SELECT string_agg(DISTINCT args ->> 'what', ' ') FROM river_job WHERE kind = 'mail_account_notice' AND args ->> 'user_id' = $1`, second.ID.String()).Scan(&told); err != nil || told != "disabled" {
		t.Errorf("who lost the login is told %q, %v", told, err)
	}
}

// TestWhoLosesOwnershipIsTold, whoever took it.
func TestWhoLosesOwnershipIsTold(t *testing.T) {
	h := newHouse(t)
	second, err := h.invite(h.staff[0], access.TenantOwner)
	if err != nil {
		t.Fatal(err)
	}
	h.pass(25 * time.Hour)
	if err := h.inside(second.ID, func(q *store.TenantTx) error {
		_, err := people.ChangeRole(q, h.subject.ID, access.TenantStaff)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var by string
	if err := schema.Direct(h.db).QueryRow(`SELECT args ->> 'by' FROM river_job WHERE kind = 'mail_account_notice' AND args ->> 'what' = 'ownership_lost' AND args ->> 'user_id' = $1`, h.subject.ID.String()).Scan(&by); err != nil || by != second.Name {
		t.Errorf("told by %q, %v", by, err)
	}
}

// TestSecondPersonIsAnother: who approves is nobody whom the asker made, is not of
// today, and doesn't approve whom he made today.
func TestSecondPersonIsAnother(t *testing.T) {
	h := newHouse(t)
	made, err := console.InvitePerson(h.as(h.staff[0]), h.db, identity.NewPerson{Email: "second.self@example.test", Name: "Second Self", Role: access.PlatformManager}, true)
	if err != nil {
		t.Fatal(err)
	}
	self := &store.Principal{Actor: made, Subject: made}
	approve := func(who *store.Principal) error {
		h.operator = h.login(t, access.PlatformManager)
		id := h.ask(t)
		h.pass(sessions.AskFor)
		who.AuthenticatedAt = h.clock.now()
		return h.approve(id, who)
	}
	forbidden(t, "a minute old", approve(self))
	h.pass(48 * time.Hour)
	forbidden(t, "made by the asker", approve(self))
	// Made anew by somebody whom the asker made.
	if err := people.DisablePerson(h.as(h.staff[1]), h.db, made.ID, true); err != nil {
		t.Fatal(err)
	}
	err = h.db.InPublic(h.as(h.staff[0]), func(q *store.PublicTx) error {
		_, err := people.CreatePerson(q, identity.NewPerson{Email: "puppet@example.test", Name: "Puppet", Role: access.Superuser, Password: password})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	token, _, err := identity.Login(context.Background(), h.db, nil, "puppet@example.test", password, here)
	if err != nil {
		t.Fatal(err)
	}
	puppet, err := sessions.Authenticate(context.Background(), h.db, nil, token, "", here)
	if err != nil {
		t.Fatal(err)
	}
	if err := people.EnablePerson(h.as(puppet), h.db, made.ID, true); err != nil {
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
			_, err := people.CreatePerson(q, identity.NewPerson{Email: email, Name: "Asker " + c.after.String(), Role: access.PlatformManager, Password: password})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		h.pass(c.after)
		token, _, err := identity.Login(context.Background(), h.db, nil, email, password, here)
		if err != nil {
			t.Fatal(err)
		}
		if h.operator, err = sessions.Authenticate(context.Background(), h.db, nil, token, "", here); err != nil {
			t.Fatal(err)
		}
		id := h.ask(t)
		h.pass(sessions.AskFor)
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
	h.pass(sessions.AskFor)
	if err := h.approve(request, h.staff[1]); err != nil {
		t.Fatal(err)
	}
	forced := h.enterWrite(t, request)
	var ids []uuid.UUID
	rows, err := schema.Direct(h.db).Query(`SELECT id FROM masquerades WHERE ended_at IS NULL`)
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
		if err := h.decide(id, masquerade.Withdraw); err != nil {
			t.Errorf("%v", err)
		}
	}
	for _, token := range []string{looking, forced} {
		if p, err := h.visit(token); p != nil || err != nil {
			t.Errorf("still inside: %v", err)
		}
	}
	if err := h.decide(ids[0], masquerade.Withdraw); store.KindOf(err) != store.Conflict {
		t.Errorf("ended twice: %v", err)
	}
}

// TestRestoredOwnersWait: who restores a business makes its owners.
func TestRestoredOwnersWait(t *testing.T) {
	h := newHouse(t)
	var file strings.Builder
	if err := transfer.ExportBusiness(context.Background(), h.db, h.tenant.ID, &file); err != nil {
		t.Fatal(err)
	}
	ctx := h.as(h.staff[1])
	if err := console.DeleteBusiness(ctx, h.db, h.tenant.ID, h.tenant.Name); err != nil {
		t.Fatal(err)
	}
	if err := console.DestroyBusiness(ctx, h.db, h.tenant.ID, uuid.NullUUID{}); err != nil {
		t.Fatal(err)
	}
	if _, err := transfer.ImportBusiness(ctx, h.db, strings.NewReader(file.String()), int64(file.Len()), ""); err != nil {
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
