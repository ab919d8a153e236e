package store_test

import (
	"context"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
)

// TestNothingIsWrittenWithAnEndedToken: what a token had under way when it was
// revoked is not written.
func TestNothingIsWrittenWithAnEndedToken(t *testing.T) {
	o := newOffice(t)
	ctx := context.Background()
	key, _, err := identity.CreateAPIToken(ctx, o.db, nil, identity.NewAPIToken{Email: o.manager.Email, Password: password}, here)
	if err != nil {
		t.Fatal(err)
	}
	write := func(meanwhile string) (written bool, err error) {
		o.exec(`UPDATE api_tokens SET revoked_at = NULL, expires_at = now() + interval '1 day'`)
		who, _, err := identity.AuthenticateToken(ctx, o.db, key, here)
		if err != nil || who == nil {
			t.Fatalf("the token: %v", err)
		}
		var link string
		before := o.count(`SELECT count(*) FROM user_tokens`)
		err = o.db.InPublic(store.WithPrincipal(ctx, who), func(q *store.PublicTx) (err error) {
			link, _, err = identity.NewLink(q, o.sales.ID, identity.PasswordReset)
			if meanwhile != "" {
				o.exec(meanwhile)
			}
			return err
		})
		return link != "" && o.count(`SELECT count(*) FROM user_tokens`) > before, err
	}
	if written, err := write(""); !written || err != nil {
		t.Fatalf("a token that holds: %v", err)
	}
	o.exec(`DELETE FROM user_tokens`)
	for _, end := range []string{`UPDATE api_tokens SET revoked_at = now()`, `UPDATE api_tokens SET expires_at = now() - interval '1 second'`} {
		if written, err := write(end); written || store.KindOf(err) != store.Ended {
			t.Errorf("%s: written %v, %v", end, written, err)
		}
	}
}

// TestWhoGivesWayComesAgain: of two that wait for each other one is told to come
// again, and when; the other is done.
func TestWhoGivesWayComesAgain(t *testing.T) {
	o := newOffice(t)
	rooms := make([]uuid.UUID, 2)
	within := func(work func(*store.TenantTx) error) error {
		return o.db.InTenant(context.Background(), o.business, work)
	}
	for i, name := range []string{"One", "Two"} {
		err := within(func(q *store.TenantTx) (err error) {
			rooms[i], err = catalog.CreateResource(q, catalog.Resource{Kind: "ROOM", Name: name, IsActive: true}, nil)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	var locked [2]chan struct{}
	locked[0], locked[1] = make(chan struct{}), make(chan struct{})
	ended := make(chan error)
	for i := range 2 {
		go func() {
			ended <- within(func(q *store.TenantTx) error {
				err := booking.LockResources(q, rooms[i])
				close(locked[i])
				<-locked[1-i]
				if err == nil {
					err = booking.LockResources(q, rooms[1-i])
				}
				return err
			})
		}()
	}
	gaveWay := 0
	for range 2 {
		switch err := <-ended; {
		case err == nil:
		case store.KindOf(err) == store.Unavailable && store.RetryAfter(err) > 0:
			gaveWay++
		default:
			t.Errorf("%v", err)
		}
	}
	if gaveWay != 1 {
		t.Errorf("%d were told to come again", gaveWay)
	}
}
