package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestCreateBusiness(t *testing.T) {
	db := storetest.DB(t)
	ctx := context.Background()
	id, tenant := newBusiness(t, db, "garage")
	if tenant.ID != id || tenant.Status != "trial" {
		t.Errorf("got %+v", tenant)
	}
	err := db.InPublic(ctx, func(q *store.PublicTx) error {
		b, err := console.ReadBusiness(q, id)
		if err != nil {
			return err
		}
		if b.TrialEndsAt == nil || b.TrialEndsAt.Sub(b.CreatedAt).Round(24*time.Hour) != 14*24*time.Hour {
			t.Errorf("the trial of the settings is 14 days, this one ends %v", b.TrialEndsAt)
		}
		if b.OwnerEmail != "owner@garage.test" || b.PeopleCount != 1 {
			t.Errorf("totals: %+v", b)
		}
		events, err := console.AuditOf(q, id, uuid.NullUUID{}, true, 10)
		if len(events) != 1 || events[0].Action != "business.created" {
			t.Errorf("audit: %+v", events)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Run("taken subdomain", func(t *testing.T) {
		_, err := console.CreateBusiness(ctx, db, console.NewBusiness{Name: "Second", Subdomain: "garage", Plan: "free", TimeZone: "UTC",
			OwnerName: "O", OwnerEmail: "o@example.com"})
		if store.FieldErrors(err)["subdomain"] == "" {
			t.Errorf("want an error on the subdomain, got %v", err)
		}
	})
}

func TestTwoHundredBusinessesAtOnce(t *testing.T) {
	db := storetest.DB(t)
	const clients, each = 20, 10
	var wg sync.WaitGroup
	errs := make(chan error, clients*each)
	for client := range clients {
		wg.Go(func() {
			for i := range each {
				name := fmt.Sprintf("shop-%02d-%02d", client, i)
				_, err := console.CreateBusiness(context.Background(), db, console.NewBusiness{Name: name, Subdomain: name, Plan: "free", TimeZone: "UTC",
					OwnerName: "Owner", OwnerEmail: "owner@example.com"})
				errs <- err
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	var businesses, schemas, registered int
	row := schema.Direct(db).QueryRow(`
		SELECT (SELECT count(*) FROM businesses), (SELECT count(DISTINCT schema_name) FROM businesses),
			(SELECT count(*) FROM tenant_schemas s JOIN businesses b ON b.id = s.business_id AND b.schema_name = s.schema_name)`)
	if err := row.Scan(&businesses, &schemas, &registered); err != nil {
		t.Fatal(err)
	}
	if businesses != 200 || schemas != 200 || registered != 200 {
		t.Errorf("businesses %d, schemas %d, registered %d; want 200 of each", businesses, schemas, registered)
	}
}
