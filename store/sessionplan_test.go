package store_test

import (
	"context"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	core "github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestSessionIsPlannedOnce: a connection plans the question with which each page
// of a business begins once, whichever business it serves, and what comes after it
// sees the tables of its own business.
func TestSessionIsPlannedOnce(t *testing.T) {
	t.Parallel()
	cfg := storetest.Config(t)
	cfg.PoolSize = 1
	db := storetest.Open(t, cfg)
	crews := []*crew{newCrewIn(t, db, "one"), newCrewIn(t, db, "two")}
	tokens := []string{crews[0].token(), crews[1].token()}
	seen := make([]map[string]bool, 2)
	planned := 0
	for range 8 {
		for i, c := range crews {
			ctx, finish := store.WithHandover(context.Background())
			p, err := sessions.Authenticate(ctx, db, &c.tenant, tokens[i], "", store.Client{})
			if err != nil || p == nil {
				t.Fatalf("%v, %v", p, err)
			}
			var schema string
			err = db.InTenant(ctx, c.tenant, func(q *store.TenantTx) error {
				return core.SQL(q).QueryRow(`SELECT current_schema(), (SELECT COALESCE(sum(generic_plans), 0) FROM pg_prepared_statements WHERE statement LIKE '%public.sessions%')`).
					Scan(&schema, &planned)
			})
			finish()
			if err != nil {
				t.Fatal(err)
			}
			if seen[i] == nil {
				seen[i] = map[string]bool{}
			}
			seen[i][schema] = true
			if len(seen[i]) != 1 || seen[1-i][schema] {
				t.Fatalf("the tables in sight: %v", seen)
			}
		}
	}
	if planned == 0 {
		t.Error("the session's question is planned anew each time")
	}
}

// token is the owner's session.
func (c *crew) token() string {
	c.t.Helper()
	token, _, err := identity.Login(context.Background(), c.db, &c.tenant, c.owner.Email, password, store.Client{})
	if err != nil {
		c.t.Fatal(err)
	}
	return token
}
