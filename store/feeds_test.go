package store_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// TestFeedNeedsItsSecret: the present one of this resource opens its calendar,
// and nothing else does.
func TestFeedNeedsItsSecret(t *testing.T) {
	g := newGarage(t, storetest.DB(t), "garage")
	var owner store.Person
	err := g.db.InPublic(context.Background(), func(q *store.PublicTx) error {
		people, err := people.Of(q, g.tenant.ID)
		owner = people[0]
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := store.WithPrincipal(context.Background(), &store.Principal{Actor: owner, Subject: owner, Tenant: &g.tenant})
	secret := func(resource uuid.UUID) (s uuid.UUID) {
		t.Helper()
		if err := g.db.InTenant(ctx, g.tenant, func(q *store.TenantTx) (err error) { s, err = calendar.NewFeed(q, resource); return err }); err != nil {
			t.Fatal(err)
		}
		return s
	}
	former, others := secret(g.ann), secret(g.ben)
	for _, c := range []struct {
		name             string
		resource, secret uuid.UUID
		opens            bool
	}{
		{"its own", g.ann, secret(g.ann), true},
		{"none", g.ann, uuid.Nil, false},
		{"a guess", g.ann, uuid.New(), false},
		{"the one before", g.ann, former, false},
		{"another resource's", g.ann, others, false},
		{"none, where there is no feed", g.lift, uuid.Nil, false},
	} {
		err := g.try(func(q *store.TenantTx) error {
			_, err := calendar.ReadFeed(q, calendar.Handle{ID: c.resource, Secret: c.secret})
			return err
		})
		if c.opens && err != nil || !c.opens && store.KindOf(err) != store.NotFound {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
