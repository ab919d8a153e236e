package store_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// newBusiness opens a business named after its subdomain.
func newBusiness(t testing.TB, db *store.DB, subdomain string) (uuid.UUID, store.Tenant) {
	t.Helper()
	id, err := console.CreateBusiness(context.Background(), db, console.NewBusiness{
		Name: "Business " + subdomain, Subdomain: subdomain, Plan: "professional", TimeZone: "Europe/Zurich",
		OwnerName: "Owner of " + subdomain, OwnerEmail: "owner@" + subdomain + ".test"})
	if err != nil {
		t.Fatalf("create %s: %v", subdomain, err)
	}
	tenant, err := db.TenantBySubdomain(context.Background(), subdomain)
	if err != nil {
		t.Fatal(err)
	}
	return id, tenant
}

const password = "smooth-demo-2026"

// newStaff makes somebody of the platform with a password.
func newStaff(t testing.TB, db *store.DB, role access.Role) store.Person {
	t.Helper()
	var p store.Person
	err := db.InPublic(context.Background(), func(q *store.PublicTx) (err error) {
		p, err = people.CreatePerson(q, identity.NewPerson{Email: fmt.Sprintf("%s@smoothschedule.test", role), Name: "The " + string(role), Role: role, Password: password})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}
