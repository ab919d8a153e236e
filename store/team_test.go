package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// crew is a business with an owner, a manager and somebody of the staff, all of
// whom have come in.
type crew struct {
	t                     *testing.T
	db                    *store.DB
	tenant                store.Tenant
	owner, manager, staff store.Person
}

func newCrew(t *testing.T, subdomain string) *crew {
	t.Helper()
	return newCrewIn(t, storetest.DB(t), subdomain)
}

func newCrewIn(t *testing.T, db *store.DB, subdomain string) *crew {
	t.Helper()
	c := &crew{t: t, db: db}
	_, c.tenant = newBusiness(t, c.db, subdomain)
	c.owner, c.manager, c.staff = c.add(access.TenantOwner, "boss"), c.add(access.TenantManager, "manager"), c.add(access.TenantStaff, "staff")
	return c
}

// add makes somebody with a password.
func (c *crew) add(role access.Role, name string) (p store.Person) {
	c.t.Helper()
	err := c.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
		p, err = people.CreatePerson(q, identity.NewPerson{Business: valid(c.tenant.ID), Email: name + "@" + c.tenant.Subdomain + ".test", Name: name, Role: role, Password: password})
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

// as runs fn as somebody of the business.
func (c *crew) as(who store.Person, fn func(*store.TenantTx) error) error {
	tenant := c.tenant
	ctx := store.WithPrincipal(context.Background(), &store.Principal{Actor: who, Subject: who, Tenant: &tenant})
	return c.db.InTenant(ctx, tenant, fn)
}

func (c *crew) person(id uuid.UUID) (p people.TeamPerson) {
	c.t.Helper()
	if err := c.as(c.owner, func(q *store.TenantTx) (err error) { p, err = people.ReadTeamPerson(q, id); return err }); err != nil {
		c.t.Fatal(err)
	}
	return p
}

func (c *crew) plan(code string) {
	c.t.Helper()
	if _, err := schema.Direct(c.db).Exec(`UPDATE businesses SET plan = $2 WHERE id = $1`, c.tenant.ID, code); err != nil {
		c.t.Fatal(err)
	}
}

func (c *crew) count(query string, args ...any) (n int) {
	c.t.Helper()
	if err := schema.Direct(c.db).QueryRow(query, args...).Scan(&n); err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestTeamRights(t *testing.T) {
	c := newCrew(t, "crew")
	c.plan("enterprise")
	n := 0
	invite := func(role access.Role) func(*store.TenantTx) error {
		return func(q *store.TenantTx) error {
			n++
			_, err := people.InvitePerson(q, identity.NewPerson{Email: fmt.Sprintf("p%d@crew.test", n), Name: "P", Role: role})
			return err
		}
	}
	role := func(id uuid.UUID, r access.Role) func(*store.TenantTx) error {
		return func(q *store.TenantTx) error { _, err := people.ChangeRole(q, id, r); return err }
	}
	disable := func(id uuid.UUID) func(*store.TenantTx) error {
		return func(q *store.TenantTx) error { _, err := people.SetActive(q, id, false); return err }
	}
	for _, k := range []struct {
		name string
		who  store.Person
		do   func(*store.TenantTx) error
		want store.Kind
	}{
		{"a manager invites staff", c.manager, invite(access.TenantStaff), 0},
		{"a manager invites a manager", c.manager, invite(access.TenantManager), 0},
		{"a manager invites an owner", c.manager, invite(access.TenantOwner), store.Forbidden},
		{"an owner invites an owner", c.owner, invite(access.TenantOwner), 0},
		{"staff invites", c.staff, invite(access.TenantStaff), store.Forbidden},
		{"nobody becomes a customer", c.owner, role(c.staff.ID, access.Customer), store.Invalid},
		{"nobody becomes a superuser", c.owner, role(c.staff.ID, access.Superuser), store.Invalid},
		{"a manager makes an owner", c.manager, role(c.staff.ID, access.TenantOwner), store.Forbidden},
		{"a manager demotes an owner", c.manager, role(c.owner.ID, access.TenantStaff), store.Forbidden},
		{"a manager disables an owner", c.manager, disable(c.owner.ID), store.Forbidden},
		{"a manager changes the own role", c.manager, role(c.manager.ID, access.TenantStaff), store.Forbidden},
		{"a manager disables itself", c.manager, disable(c.manager.ID), store.Forbidden},
		{"a manager promotes staff", c.manager, role(c.staff.ID, access.TenantManager), 0},
		{"the last owner who came in steps down", c.owner, role(c.owner.ID, access.TenantManager), store.Conflict},
		{"the last owner who came in leaves", c.owner, disable(c.owner.ID), store.Conflict},
	} {
		if err := c.as(k.who, k.do); store.KindOf(err) != k.want || k.want == 0 && err != nil {
			t.Errorf("%s: %v, want kind %d", k.name, err, k.want)
		}
	}
	t.Run("another business's people are not found", func(t *testing.T) {
		other := newCrewIn(t, c.db, "other")
		for _, do := range []func(*store.TenantTx) error{role(c.staff.ID, access.TenantStaff), disable(c.staff.ID),
			func(q *store.TenantTx) error { _, err := people.ReadTeamPerson(q, c.staff.ID); return err },
			func(q *store.TenantTx) error { _, err := people.HandOver(q, c.staff.ID); return err }} {
			if err := other.as(other.owner, do); store.KindOf(err) != store.NotFound {
				t.Errorf("%v, want not found", err)
			}
		}
	})
}

// TestTwoOwnersCantBothLeave: whoever is second is the last.
func TestTwoOwnersCantBothLeave(t *testing.T) {
	c := newCrew(t, "crew")
	second := c.add(access.TenantOwner, "second")
	var left atomic.Int32
	var wg sync.WaitGroup
	for _, p := range []store.Person{c.owner, second} {
		wg.Go(func() {
			if c.as(p, func(q *store.TenantTx) error { _, err := people.ChangeRole(q, p.ID, access.TenantStaff); return err }) == nil {
				left.Add(1)
			}
		})
	}
	wg.Wait()
	if n := c.count(`SELECT count(*) FROM users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND invited_at IS NULL`, c.tenant.ID); n != 1 || left.Load() != 1 {
		t.Errorf("%d owners are there, %d left", n, left.Load())
	}
}

func TestInvitations(t *testing.T) {
	c := newCrew(t, "crew")
	c.plan("enterprise")
	invite := func() (p store.Person) {
		t.Helper()
		err := c.as(c.owner, func(q *store.TenantTx) (err error) {
			p, err = people.InvitePerson(q, identity.NewPerson{Email: "new@crew.test", Name: "New", Role: access.TenantStaff})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := invite()
	if got := c.person(p.ID).State(); got != "invited" {
		t.Errorf("after the invitation: %s", got)
	}
	if err := c.as(c.manager, func(q *store.TenantTx) error { _, err := people.ResendInvitation(q, p.ID); return err }); err != nil {
		t.Error(err)
	}
	if n := c.count(`SELECT count(*) FROM river_job WHERE kind = 'mail_invitation' AND args ->> 'user_id' = $1`, p.ID.String()); n != 2 {
		t.Errorf("%d mails, want 2", n)
	}
	var token string
	link := func() {
		t.Helper()
		if err := c.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
			token, _, err = identity.NewLink(q, p.ID, identity.Invitation)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	link()
	if err := c.as(c.owner, func(q *store.TenantTx) error { _, err := people.WithdrawInvitation(q, p.ID); return err }); err != nil {
		t.Fatal(err)
	}
	if _, err := identity.LinkOwner(context.Background(), c.db, &c.tenant, token, identity.Invitation); store.KindOf(err) != store.NotFound {
		t.Errorf("a withdrawn link: %v", err)
	}
	if again := invite(); again.ID != p.ID {
		t.Error("the row of the withdrawn invitation was not taken up")
	}
	link()
	if _, _, err := identity.SpendLink(context.Background(), c.db, &c.tenant, token, identity.Invitation, "Newer", password, store.Client{}); err != nil {
		t.Fatal(err)
	}
	if got := c.person(p.ID); got.State() != "active" || got.Name != "Newer" {
		t.Errorf("after coming in: %s %s", got.State(), got.Name)
	}
	if err := c.as(c.owner, func(q *store.TenantTx) error { _, err := people.WithdrawInvitation(q, p.ID); return err }); store.KindOf(err) != store.Conflict {
		t.Errorf("withdrawn after coming in: %v", err)
	}
}

func TestHandOver(t *testing.T) {
	c := newCrew(t, "crew")
	if err := c.as(c.owner, func(q *store.TenantTx) error { _, err := people.HandOver(q, c.staff.ID); return err }); err != nil {
		t.Fatal(err)
	}
	if a, b := c.person(c.owner.ID).Role, c.person(c.staff.ID).Role; a != access.TenantManager || b != access.TenantOwner {
		t.Errorf("%s and %s", a, b)
	}
	tenant := c.tenant
	p := &store.Principal{Actor: newStaff(t, c.db, access.Superuser), Subject: c.staff, Tenant: &tenant, Masquerade: &store.Masquerade{Mode: "write"}}
	p.Subject.Role = access.TenantOwner
	ctx := store.WithPrincipal(context.Background(), p)
	for name, do := range map[string]func(*store.TenantTx) error{
		"hands over": func(q *store.TenantTx) error { _, err := people.HandOver(q, c.manager.ID); return err },
		"makes an owner": func(q *store.TenantTx) error {
			_, err := people.ChangeRole(q, c.manager.ID, access.TenantOwner)
			return err
		},
		"invites an owner": func(q *store.TenantTx) error {
			_, err := people.InvitePerson(q, identity.NewPerson{Email: "x@x.test", Name: "X", Role: access.TenantOwner})
			return err
		},
		"disables an owner": func(q *store.TenantTx) error { _, err := people.SetActive(q, c.staff.ID, false); return err },
	} {
		if err := c.db.InTenant(ctx, tenant, do); store.KindOf(err) != store.Forbidden {
			t.Errorf("somebody who appears as the owner %s: %v", name, err)
		}
	}
}

// TestDisablingEndsSessions: the next request finds nobody.
func TestDisablingEndsSessions(t *testing.T) {
	c := newCrew(t, "crew")
	token, _, err := identity.Login(context.Background(), c.db, &c.tenant, c.staff.Email, password, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	set := func(active bool) {
		t.Helper()
		if err := c.as(c.manager, func(q *store.TenantTx) error { _, err := people.SetActive(q, c.staff.ID, active); return err }); err != nil {
			t.Fatal(err)
		}
	}
	set(false)
	if p, err := sessions.Authenticate(context.Background(), c.db, &c.tenant, token, "", store.Client{}); err != nil || p != nil {
		t.Errorf("after disabling: %v %v", p, err)
	}
	set(true)
	if p, err := sessions.Authenticate(context.Background(), c.db, &c.tenant, token, "", store.Client{}); err != nil || p != nil {
		t.Error("an ended session came back with the login")
	}
}

// TestPlanLimits: what a plan holds is held when many try at a time.
func TestPlanLimits(t *testing.T) {
	c := newCrew(t, "crew") // with the first owner four people
	c.plan("professional")  // five people, ten resources
	try := func(n int, do func(q *store.TenantTx, i int) error) (ok int32, messages string) {
		var done atomic.Int32
		var text sync.Map
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				err := c.as(c.owner, func(q *store.TenantTx) error { return do(q, i) })
				var known *store.Error
				switch {
				case err == nil:
					done.Add(1)
				case errors.As(err, &known) && known.Kind == store.Conflict && known.Field == plans.PlanLimit:
					text.Store("text", known.Message)
				default:
					t.Errorf("%v", err)
				}
			})
		}
		wg.Wait()
		said, _ := text.Load("text")
		messages, _ = said.(string)
		return done.Load(), messages
	}
	added, said := try(6, func(q *store.TenantTx, i int) error {
		_, err := people.InvitePerson(q, identity.NewPerson{Email: fmt.Sprintf("n%d@crew.test", i), Name: "N", Role: access.TenantStaff})
		return err
	})
	if added != 1 || !strings.Contains(said, "Professional holds 5 people") {
		t.Errorf("%d people were added: %s", added, said)
	}
	added, said = try(14, func(q *store.TenantTx, i int) error {
		_, err := catalog.CreateResource(q, catalog.Resource{Name: fmt.Sprint("R", i), Kind: "ROOM", IsActive: true}, nil)
		return err
	})
	if added != 10 || !strings.Contains(said, "10 resources") {
		t.Errorf("%d resources were added: %s", added, said)
	}
	var disabled uuid.UUID
	if err := c.as(c.owner, func(q *store.TenantTx) (err error) {
		disabled, err = catalog.CreateResource(q, catalog.Resource{Name: "Spare", Kind: "ROOM"}, nil)
		return err
	}); err != nil {
		t.Errorf("a disabled resource takes no place: %v", err)
	}
	if added, _ = try(1, func(q *store.TenantTx, _ int) error {
		return catalog.UpdateResource(q, catalog.Resource{ID: disabled, Name: "Spare", IsActive: true}, nil)
	}); added != 0 {
		t.Error("enabled beyond the limit")
	}
}
