package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

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
	everybody := []uuid.UUID{h.subject.ID}
	var done []string
	for range 2 {
		h.names++
		p := store.Person{}
		err := h.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
			p, err = people.CreatePerson(q, identity.NewPerson{Business: uuid.NullUUID{UUID: h.tenant.ID, Valid: true}, Email: fmt.Sprintf("m%d@example.test", h.names), Name: "Member", Role: access.TenantManager, Password: password})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		everybody = append(everybody, p.ID)
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
		for _, id := range everybody {
			p, x := h.person(id), owns(id)
			switch is := p.Role == access.TenantOwner && p.IsActive; {
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
		for _, other := range everybody {
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
		who, other := everybody[random.IntN(len(everybody))], everybody[random.IntN(len(everybody))]
		p := h.person(who)
		mine := &store.Principal{Actor: p, Subject: p}
		var err error
		by := staff
		step := []string{"invite", "promote", "demote", "disable", "enable", "ask", "grant", "grant", "always", "own promote", "own demote", "own disable", "own enable", "hand over", "wait"}[random.IntN(15)]
		switch step {
		case "invite":
			var invited store.Person
			if len(everybody) < 8 {
				if invited, err = h.invite(staff, access.TenantOwner); err == nil {
					everybody = append(everybody, invited.ID)
				}
			}
		case "promote":
			err = people.ChangePersonRole(h.as(staff), h.db, who, access.TenantOwner, true)
		case "demote":
			err = people.ChangePersonRole(h.as(staff), h.db, who, access.TenantManager, true)
		case "disable":
			err = people.DisablePerson(h.as(staff), h.db, who, true)
		case "enable":
			err = people.EnablePerson(h.as(staff), h.db, who, true)
		case "ask":
			var started sessions.StartedMasquerade
			h.operator = staff
			started, err = h.request(sessions.NewMasquerade{Subject: who, Mode: access.ModeWrite, Reason: "to repair the hours", Back: "/"})
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
					_, err = people.ChangeRole(q, other, access.TenantOwner)
				case "own demote":
					_, err = people.ChangeRole(q, other, access.TenantManager)
				case "own disable":
					_, err = people.SetActive(q, other, false)
				case "own enable":
					_, err = people.SetActive(q, other, true)
				case "hand over":
					_, err = people.HandOver(q, other)
				}
				return err
			})
		}
		if err == nil {
			done = append(done, step)
		}
		see(by)
	}
	for _, id := range everybody { // back to the beginning
		if err := h.sqlNow(fmt.Sprintf(`UPDATE users SET role = CASE WHEN %[1]t THEN 'TENANT_OWNER' ELSE 'TENANT_STAFF' END, is_active = %[1]t WHERE id = '%[2]s'`, id == h.subject.ID, id)); err != nil {
			t.Fatal(err)
		}
	}
	return granted
}
