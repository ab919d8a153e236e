package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestTokenHolds: until its time is over, while its person may come in, and as
// what the person is now.
func TestTokenHolds(t *testing.T) {
	ctx := context.Background()
	cfg, c := storetest.Config(t), newClock()
	cfg.Now = c.now
	db := storetest.Open(t, cfg)
	p := newStaff(t, db, access.PlatformManager)
	in := identity.NewAPIToken{Email: p.Email, Password: password, Name: "export", Days: 2}
	text, token, err := identity.CreateAPIToken(ctx, db, nil, in, store.Client{Address: "192.0.2.1"})
	if err != nil {
		t.Fatal(err)
	}
	holder := func() *store.Principal {
		t.Helper()
		who, found, err := identity.AuthenticateToken(ctx, db, text, store.Client{})
		if err != nil || (who == nil) != (found == nil) || (found != nil && found.ID != token.ID) {
			t.Fatalf("%v %v: %v", who, found, err)
		}
		return who
	}
	if who := holder(); who == nil || who.Actor.ID != p.ID || who.Subject.ID != p.ID || who.Tenant != nil {
		t.Fatalf("the token is %v's", who)
	}
	for _, step := range []struct {
		name, change, undo string
		want               access.Role
	}{
		{"role changed", `UPDATE users SET role = 'PLATFORM_SALES'`, `UPDATE users SET role = 'PLATFORM_MANAGER'`, access.PlatformSales},
		{"login disabled", `UPDATE users SET is_active = false`, `UPDATE users SET is_active = true`, ""},
		{"revoked", `UPDATE api_tokens SET revoked_at = now()`, `UPDATE api_tokens SET revoked_at = NULL`, ""},
	} {
		if _, err := schema.Direct(db).Exec(step.change); err != nil {
			t.Fatal(err)
		}
		var role access.Role
		if who := holder(); who != nil {
			role = who.Subject.Role
		}
		if role != step.want {
			t.Errorf("%s: %q", step.name, role)
		}
		if _, err := schema.Direct(db).Exec(step.undo); err != nil {
			t.Fatal(err)
		}
	}
	c.advance(48*time.Hour - 2*time.Second)
	if holder() == nil {
		t.Error("it ends before its time")
	}
	c.advance(3 * time.Second)
	if holder() != nil {
		t.Error("it never ends")
	}
	in.Days = 366
	if _, _, err := identity.CreateAPIToken(ctx, db, nil, in, store.Client{}); store.FieldErrors(err)["expires_days"] == "" {
		t.Errorf("a token for more than a year: %v", err)
	}
}

// TestTokenIsTouchedOnce: many requests at once write when it was used once.
func TestTokenIsTouchedOnce(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	p := newStaff(t, db, access.Superuser)
	text, _, err := identity.CreateAPIToken(ctx, db, nil, identity.NewAPIToken{Email: p.Email, Password: password, Name: "export"}, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	version := func() (xmin string) {
		if err := schema.Direct(db).QueryRow(`SELECT xmin::text FROM api_tokens WHERE last_used_at IS NOT NULL`).Scan(&xmin); err != nil {
			t.Fatal(err)
		}
		return xmin
	}
	ask := func() {
		if who, _, err := identity.AuthenticateToken(ctx, db, text, store.Client{}); err != nil || who == nil {
			t.Errorf("%v, %v", who, err)
		}
	}
	ask()
	first := version()
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(ask)
	}
	wg.Wait()
	if version() != first {
		t.Error("it is written again within the minute")
	}
}

// TestT2_TokensOfOthersAreOutOfSight: in a business's scope there are only its own.
func TestT2_TokensOfOthersAreOutOfSight(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	_, alpha := newBusiness(t, db, "alpha")
	_, beta := newBusiness(t, db, "beta")
	err := db.InPublic(ctx, func(q *store.PublicTx) error {
		in := identity.NewPerson{Email: "staff@alpha.test", Name: "Staff", Role: access.TenantStaff, Password: password}
		in.Business.UUID, in.Business.Valid = alpha.ID, true
		_, err := people.CreatePerson(q, in)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	in := identity.NewAPIToken{Email: "staff@alpha.test", Password: password, Name: "till"}
	for _, elsewhere := range []*store.Tenant{nil, &beta} {
		if _, _, err := identity.CreateAPIToken(ctx, db, elsewhere, in, store.Client{}); store.KindOf(err) != store.Invalid {
			t.Errorf("on another host: %v", err)
		}
	}
	if _, _, err := identity.CreateAPIToken(ctx, db, &alpha, in, store.Client{}); err != nil {
		t.Fatal(err)
	}
	for tenant, want := range map[*store.Tenant]int{&alpha: 1, &beta: 0} {
		var n int
		err := db.InTenant(ctx, *tenant, func(q *store.TenantTx) error {
			return core.SQL(q).QueryRow(`SELECT count(*) FROM public.api_tokens`).Scan(&n)
		})
		if err != nil || n != want {
			t.Errorf("%s sees %d tokens: %v", tenant.Subdomain, n, err)
		}
	}
}

// TestUsersAreCountedToTheEnd where a program asks, and up to the cap elsewhere.
func TestUsersAreCountedToTheEnd(t *testing.T) {
	db := storetest.DB(t)
	_, err := schema.Direct(db).Exec(`INSERT INTO users (id, email, name, role, created_at)
		SELECT gen_random_uuid(), 'p' || i || '@example.test', 'Person ' || lpad(i::text, 4, '0'), 'PLATFORM_SALES', now() FROM generate_series(1, 1300) AS i`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		filter people.UserFilter
		total  int
		capped bool
		first  string
	}{
		{people.UserFilter{Q: "person", Exact: true}, 1300, false, "Person 0001"},
		{people.UserFilter{Q: "person"}, 1000, true, "Person 0001"},
		{people.UserFilter{Q: "PERSON p7@", Exact: true}, 1, false, "Person 0007"},
		{people.UserFilter{Q: "person", Exact: true, Sort: "-name", Page: store.Page{Number: 13, Size: 100}}, 1300, false, "Person 0100"},
		{people.UserFilter{Role: access.PlatformSales, Sort: "-email", Page: store.Page{Number: 1, Size: 1}}, 1300, false, "Person 0009"},
		{people.UserFilter{Role: access.Superuser}, 0, false, ""},
	} {
		t.Run(fmt.Sprintf("%+v", c.filter), func(t *testing.T) {
			if c.filter.Page.Number == 0 {
				c.filter.Page.Number = 1
			}
			err := db.InPublic(context.Background(), func(q *store.PublicTx) error {
				rows, info, err := people.Users(q, c.filter)
				first := ""
				if len(rows) > 0 {
					first = rows[0].Name
				}
				if info.Total != c.total || info.Capped != c.capped || first != c.first {
					t.Errorf("%d (capped %v) from %q", info.Total, info.Capped, first)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// TestNewPasswordEndsTokens: who got one with a lost password can't keep it.
func TestNewPasswordEndsTokens(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	p := newStaff(t, db, access.Superuser)
	text, _, err := identity.CreateAPIToken(ctx, db, nil, identity.NewAPIToken{Email: p.Email, Password: password, Name: "export"}, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	var link string
	err = db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		link, _, err = identity.NewLink(q, p.ID, identity.PasswordReset)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := identity.SpendLink(ctx, db, nil, link, identity.PasswordReset, "", "another-password-2026", store.Client{}); err != nil {
		t.Fatal(err)
	}
	if who, _, err := identity.AuthenticateToken(ctx, db, text, store.Client{}); who != nil || err != nil {
		t.Errorf("the token still opens: %v, %v", who, err)
	}
}

// TestOwnTokensAreOwn: nobody revokes or reads what is somebody else's.
func TestOwnTokensAreOwn(t *testing.T) {
	ctx := context.Background()
	db := storetest.DB(t)
	principal := func(role access.Role) *store.Principal {
		p := newStaff(t, db, role)
		return &store.Principal{Actor: p, Subject: p}
	}
	own, other := principal(access.PlatformManager), principal(access.Superuser)
	text, token, err := identity.CreateOwnToken(ctx, db, own, identity.NewAPIToken{Name: "export"})
	if err != nil {
		t.Fatal(err)
	}
	if err := identity.RevokeOwnToken(ctx, db, other, token.ID); store.KindOf(err) != store.NotFound {
		t.Errorf("somebody else revokes it: %v", err)
	}
	if seen, err := identity.OwnTokens(ctx, db, other); err != nil || len(seen) != 0 {
		t.Errorf("somebody else reads %v: %v", seen, err)
	}
	if who, _, err := identity.AuthenticateToken(ctx, db, text, store.Client{}); err != nil || who == nil {
		t.Errorf("it no longer opens: %v", err)
	}
	if err := identity.RevokeOwnToken(ctx, db, own, token.ID); err != nil {
		t.Errorf("its own person: %v", err)
	}
	if who, _, err := identity.AuthenticateToken(ctx, db, text, store.Client{}); err != nil || who != nil {
		t.Errorf("revoked, it opens: %v", err)
	}
}
