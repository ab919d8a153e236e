package store_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// office is a platform with people in its four roles and a business.
type office struct {
	t                           *testing.T
	db                          *store.DB
	root, manager, desk, sales  store.Person
	business                    store.Tenant
	owner, deputy, hand, client store.Person
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, db: storetest.DB(t)}
	o.root, o.manager = newStaff(t, o.db, access.Superuser), newStaff(t, o.db, access.PlatformManager)
	o.desk, o.sales = newStaff(t, o.db, access.PlatformSupport), newStaff(t, o.db, access.PlatformSales)
	_, o.business = newBusiness(t, o.db, "garage")
	o.exec(`UPDATE businesses SET plan = 'enterprise'`)
	for role, p := range map[access.Role]*store.Person{access.TenantOwner: &o.owner, access.TenantManager: &o.deputy, access.TenantStaff: &o.hand, access.Customer: &o.client} {
		err := o.db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
			*p, err = people.CreatePerson(q, identity.NewPerson{Business: valid(o.business.ID), Email: string(role) + "@garage.test", Name: "The " + string(role), Role: role, Password: password})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func (o *office) exec(query string, args ...any) {
	o.t.Helper()
	if _, err := schema.Direct(o.db).Exec(query, args...); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) count(query string, args ...any) (n int) {
	o.t.Helper()
	if err := schema.Direct(o.db).QueryRow(query, args...).Scan(&n); err != nil {
		o.t.Fatal(err)
	}
	return n
}

// by is a request of somebody of the platform.
func by(p store.Person) context.Context {
	return store.WithPrincipal(context.Background(), &store.Principal{Actor: p, Subject: p})
}

// told counts the mails to the owners that wait.
func (o *office) told() int {
	return o.count(`SELECT count(*) FROM river_job WHERE kind = 'mail_team_change'`)
}

func TestPeopleAdmin(t *testing.T) {
	o := newOffice(t)
	invite := func(business uuid.NullUUID, role access.Role, email string) func(context.Context, bool) error {
		return func(ctx context.Context, staff bool) error {
			_, err := console.InvitePerson(ctx, o.db, identity.NewPerson{Business: business, Name: "New", Email: email, Role: role}, staff)
			return err
		}
	}
	role := func(id uuid.UUID, r access.Role) func(context.Context, bool) error {
		return func(ctx context.Context, staff bool) error { return people.ChangePersonRole(ctx, o.db, id, r, staff) }
	}
	disable := func(id uuid.UUID) func(context.Context, bool) error {
		return func(ctx context.Context, staff bool) error { return people.DisablePerson(ctx, o.db, id, staff) }
	}
	enable := func(id uuid.UUID) func(context.Context, bool) error {
		return func(ctx context.Context, staff bool) error { return people.EnablePerson(ctx, o.db, id, staff) }
	}
	garage := valid(o.business.ID)
	for _, k := range []struct {
		name  string
		who   store.Person
		do    func(context.Context, bool) error
		want  store.Kind
		mails int // to the owners
	}{
		{"a manager invites staff of a business", o.manager, invite(garage, access.TenantStaff, "a@garage.test"), 0, 0},
		{"a manager invites an owner", o.manager, invite(garage, access.TenantOwner, "b@garage.test"), 0, 1},
		{"a manager invites a manager", o.manager, invite(garage, access.TenantManager, "c@garage.test"), 0, 1},
		{"the same address again", o.manager, invite(garage, access.TenantStaff, "A@garage.test"), store.Conflict, 0},
		{"a platform role in a business", o.root, invite(garage, access.Superuser, "d@garage.test"), store.Invalid, 0},
		{"a manager invites to the platform", o.manager, invite(uuid.NullUUID{}, access.PlatformSupport, "e@garage.test"), store.Forbidden, 0},
		{"a superuser invites to the platform", o.root, invite(uuid.NullUUID{}, access.PlatformSupport, "e@garage.test"), 0, 0},
		{"a tenant's role on the platform", o.root, invite(uuid.NullUUID{}, access.TenantOwner, "f@garage.test"), store.Invalid, 0},
		{"no such business", o.root, invite(valid(uuid.New()), access.TenantOwner, "f@garage.test"), store.NotFound, 0},
		{"staff becomes an owner", o.manager, role(o.hand.ID, access.TenantOwner), 0, 1},
		{"and staff again, by somebody else", o.root, role(o.hand.ID, access.TenantStaff), 0, 1},
		{"a customer becomes staff", o.manager, role(o.client.ID, access.TenantStaff), store.Invalid, 0},
		{"staff becomes a superuser", o.root, role(o.hand.ID, access.Superuser), store.Invalid, 0},
		{"a manager changes a colleague", o.manager, role(o.desk.ID, access.PlatformSales), store.Forbidden, 0},
		{"a superuser does", o.root, role(o.desk.ID, access.PlatformSales), 0, 0},
		{"the last owner", o.root, role(o.owner.ID, access.TenantStaff), store.Conflict, 0},
		{"the last owner, disabled", o.root, disable(o.owner.ID), store.Conflict, 0},
		{"a manager is disabled", o.manager, disable(o.deputy.ID), 0, 1},
		{"and enabled", o.manager, enable(o.deputy.ID), 0, 1},
		{"a customer is disabled", o.manager, disable(o.client.ID), 0, 0},
		{"the own login", o.root, disable(o.root.ID), store.Forbidden, 0},
		{"the own role", o.root, role(o.root.ID, access.PlatformSales), store.Forbidden, 0},
		{"a reset for an owner", o.manager, func(ctx context.Context, staff bool) error { return people.MailReset(ctx, o.db, o.owner.ID, staff) }, 0, 0},
		{"a reset for a disabled login", o.manager, func(ctx context.Context, staff bool) error { return people.MailReset(ctx, o.db, o.client.ID, staff) }, store.Conflict, 0},
		{"an invitation for who is in", o.manager, func(ctx context.Context, staff bool) error {
			return people.MailInvitation(ctx, o.db, o.owner.ID, staff)
		}, store.Conflict, 0},
		{"another name for an owner", o.manager, func(ctx context.Context, staff bool) error {
			return people.RenamePerson(ctx, o.db, o.owner.ID, "Zoë", staff)
		}, 0, 1},
		{"no name", o.manager, func(ctx context.Context, staff bool) error {
			return people.RenamePerson(ctx, o.db, o.owner.ID, " ", staff)
		}, store.Invalid, 0},
	} {
		before := o.told()
		err := k.do(by(k.who), k.who.Role == access.Superuser)
		if store.KindOf(err) != k.want || k.want == 0 && err != nil {
			t.Errorf("%s: %v, want kind %d", k.name, err, k.want)
		}
		if got := o.told() - before; got != k.mails {
			t.Errorf("%s: the owners get %d mails, want %d", k.name, got, k.mails)
		}
	}
}

// TestPlatformManagerInvitesHimselfAsOwner: the owners get a mail, and see it
// before he can do anything with it.
func TestPlatformManagerInvitesHimselfAsOwner(t *testing.T) {
	o := newOffice(t)
	if _, err := console.InvitePerson(by(o.manager), o.db, identity.NewPerson{Business: valid(o.business.ID), Name: o.manager.Name, Email: o.manager.Email, Role: access.TenantOwner}, false); err != nil {
		t.Fatal(err)
	}
	if n := o.count(`SELECT count(*) FROM river_job WHERE kind = 'mail_team_change' AND args ->> 'actor' = $1 AND args -> 'to' ? CAST($2 AS text)`, o.manager.Name, o.owner.ID); n != 1 {
		t.Errorf("%d mails to the owner", n)
	}
	err := o.db.InTenant(context.Background(), o.business, func(q *store.TenantTx) error {
		seen, err := masquerade.PlatformChanges(q, 1)
		if err == nil && (len(seen) == 0 || seen[0].Actor != o.manager.Name || seen[0].Object != o.manager.Email) {
			t.Errorf("under Support access: %+v", seen)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDisablingStaffEndsEverything: sessions, masquerades, API tokens and mailed
// links end with the login.
func TestDisablingStaffEndsEverything(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	token, who, err := identity.Login(ctx, o.db, nil, o.manager.Email, password, store.Client{Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	key, _, err := identity.CreateAPIToken(ctx, o.db, nil, identity.NewAPIToken{Email: o.manager.Email, Password: password}, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	if err := people.MailReset(by(o.root), o.db, o.manager.ID, true); err != nil {
		t.Fatal(err)
	}
	var started sessions.StartedMasquerade
	err = o.db.InPublic(store.WithPrincipal(ctx, who), func(q *store.PublicTx) (err error) {
		if _, _, err = identity.NewLink(q, o.manager.ID, identity.PasswordReset); err != nil {
			return err
		}
		started, err = masquerade.StartMasquerade(q, sessions.NewMasquerade{Subject: o.owner.ID, Reason: "Looking at the bays", Back: "/"})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	inside, err := sessions.EnterMasquerade(ctx, o.db, o.business, started.Code, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	if err := people.DisablePerson(by(o.root), o.db, o.manager.ID, true); err != nil {
		t.Fatal(err)
	}
	if p, err := sessions.Authenticate(ctx, o.db, nil, token, "", store.Client{}); p != nil || err != nil {
		t.Errorf("the session holds: %v", err)
	}
	if p, err := sessions.Authenticate(ctx, o.db, &o.business, inside, "", store.Client{}); p != nil || !errors.As(err, new(sessions.VisitOver)) {
		t.Errorf("the masquerade holds: %v", err)
	}
	if p, _, err := identity.AuthenticateToken(ctx, o.db, key, store.Client{}); p != nil || err != nil {
		t.Errorf("the API token holds: %v", err)
	}
	if n := o.count(`SELECT (SELECT count(*) FROM user_tokens WHERE user_id = $1 AND used_at IS NULL) + (SELECT count(*) FROM masquerades WHERE actor_id = $1 AND ended_at IS NULL)`, o.manager.ID); n != 0 {
		t.Errorf("%d links or masquerades are left", n)
	}
}

// TestLastSuperuserStays: of two who take away each other's role at once, one
// is refused, many times over.
func TestLastSuperuserStays(t *testing.T) {
	o := newOffice(t)
	if err := people.ChangePersonRole(by(o.root), o.db, o.manager.ID, access.Superuser, true); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		o.exec(`UPDATE users SET role = 'SUPERUSER', is_active = true WHERE id IN ($1, $2)`, o.root.ID, o.manager.ID)
		var both sync.WaitGroup
		both.Go(func() { _ = people.ChangePersonRole(by(o.root), o.db, o.manager.ID, access.PlatformSales, true) })
		both.Go(func() { _ = people.DisablePerson(by(o.manager), o.db, o.root.ID, true) })
		both.Wait()
		if n := o.count(`SELECT count(*) FROM users WHERE role = 'SUPERUSER' AND is_active`); n != 1 {
			t.Fatalf("%d superusers are left", n)
		}
	}
}

func TestSessionsOfPeople(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	login := func() string {
		t.Helper()
		token, _, err := identity.Login(ctx, o.db, &o.business, o.owner.Email, password, store.Client{Address: "192.0.2.7", UserAgent: "Firefox/1 Windows"})
		if err != nil {
			t.Fatal(err)
		}
		return token
	}
	first, second := login(), login()
	var logins []people.OpenSession
	var signIns, trail []store.AuditEntry
	read := func() {
		t.Helper()
		err := o.db.InPublic(ctx, func(q *store.PublicTx) (err error) {
			if logins, _, err = people.SessionsOf(q, o.owner.ID, 1); err != nil {
				return err
			}
			if signIns, _, err = people.SignIns(q, o.owner.ID, 1); err != nil {
				return err
			}
			trail, err = people.AuditOfPerson(q, o.owner.ID, uuid.NullUUID{}, 10)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	read()
	if len(logins) != 2 || logins[0].Address != "192.0.2.7" || len(signIns) != 2 || len(trail) != 1 {
		t.Fatalf("%+v %d %d", logins, len(signIns), len(trail))
	}
	if err := people.EndSessionsOf(by(o.manager), o.db, o.owner.ID, logins[0].Ref, false); err != nil {
		t.Fatal(err)
	}
	if err := people.EndSessionsOf(by(o.manager), o.db, o.owner.ID, logins[0].Ref, false); store.KindOf(err) != store.NotFound {
		t.Errorf("ended twice: %v", err)
	}
	live := 0
	for _, token := range []string{first, second} {
		if p, err := sessions.Authenticate(ctx, o.db, &o.business, token, "", store.Client{}); err == nil && p != nil {
			live++
		}
	}
	if live != 1 {
		t.Errorf("%d sessions hold, want one", live)
	}
	if err := people.EndSessionsOf(by(o.manager), o.db, o.owner.ID, "", false); err != nil {
		t.Fatal(err)
	}
	if read(); len(logins) != 0 {
		t.Errorf("%+v", logins)
	}
	if err := people.EndSessionsOf(by(o.manager), o.db, o.root.ID, "", false); store.KindOf(err) != store.Forbidden {
		t.Errorf("a manager ends a superuser's sessions: %v", err)
	}
}

func TestUserDirectory(t *testing.T) {
	o := newOffice(t)
	o.exec(`UPDATE users SET last_login_at = now() - interval '2 days' WHERE id = $1`, o.owner.ID)
	o.exec(`UPDATE users SET last_login_at = now() - interval '100 days' WHERE id = $1`, o.hand.ID)
	o.exec(`UPDATE users SET is_active = false WHERE id = $1`, o.client.ID)
	for name, k := range map[string]struct {
		filter people.UserFilter
		want   int
	}{
		"everybody":       {people.UserFilter{}, 9},
		"of the business": {people.UserFilter{Business: valid(o.business.ID)}, 5},
		"superusers":      {people.UserFilter{Role: access.Superuser}, 1},
		"disabled":        {people.UserFilter{Status: "disabled"}, 1},
		"of late":         {people.UserFilter{Seen: "7d"}, 1},
		"long ago":        {people.UserFilter{Seen: people.SeenLongAgo}, 1},
		"never":           {people.UserFilter{Seen: people.SeenNever}, 7},
		"search":          {people.UserFilter{Q: "GARAGE the_tenant"}, 0},
		"search, found":   {people.UserFilter{Q: "the garage.test", Sort: "-last_login"}, 4},
	} {
		err := o.db.InPublic(context.Background(), func(q *store.PublicTx) error {
			users, info, err := people.Users(q, k.filter)
			if err == nil && (len(users) != k.want || info.Total != k.want) {
				t.Errorf("%s: %d of %d, want %d", name, len(users), info.Total, k.want)
			}
			for _, u := range users {
				if u.BusinessID.Valid != (u.BusinessName == "Business garage") {
					t.Errorf("%s: %s is of %q", name, u.Email, u.BusinessName)
				}
			}
			return err
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
