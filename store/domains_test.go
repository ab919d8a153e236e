package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/ops"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

func TestCheckDomainName(t *testing.T) {
	for name, want := range map[string]string{
		"WWW.Example.com": "www.example.com", " example.com. ": "example.com", "müller.de": "xn--mller-kva.de",
		"": "", "example": "", "a..b": "", "-a.com": "", "10.0.0.1": "", "[::1]": "", "a b.com": "", "ex_ample.com": "", "https://example.com": "",
		strings.Repeat("a.", 200) + "com": "", "x\x00.com": "",
	} {
		got, err := store.CheckDomainName(name)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%.30q: %q %v, want %q", name, got, err, want)
		}
	}
}

// TestDomains: a domain serves once it is proven, is found by the search, and is
// nobody else's.
func TestDomains(t *testing.T) {
	ctx, cfg, c := context.Background(), storetest.Config(t), newClock()
	cfg.Now = c.now
	db := storetest.Open(t, cfg)
	a, _ := newBusiness(t, db, "alpha")
	b, _ := newBusiness(t, db, "beta")
	const name = "www.alpha-garage.test"
	if err := console.AddDomain(ctx, db, a, name); err != nil {
		t.Fatal(err)
	}
	if err := console.AddDomain(ctx, db, b, name); store.FieldErrors(err)["domain"] == "" {
		t.Errorf("another business adds it: %v", err)
	}
	if _, err := db.TenantByDomain(ctx, name); store.KindOf(err) != store.NotFound {
		t.Errorf("before it is proven: %v", err)
	}
	if err := console.MakePrimary(ctx, db, a, name); store.KindOf(err) != store.Conflict {
		t.Errorf("primary before it is proven: %v", err)
	}
	var proof string
	err := db.InPublic(ctx, func(q *store.PublicTx) error {
		d, err := console.CustomDomain(q, a, name)
		proof = d.Proof()
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][]string{nil, {"v=spf1"}, {proof + "x"}} {
		if proven, err := console.DomainChecked(ctx, db, a, name, wrong, "no"); proven || err != nil {
			t.Errorf("%v proves it: %v", wrong, err)
		}
	}
	if proven, err := console.DomainChecked(ctx, db, a, name, []string{"v=spf1", proof}, ""); !proven || err != nil {
		t.Fatalf("the proof: %v %v", proven, err)
	}
	tenant, err := db.TenantByDomain(ctx, name)
	if err != nil || tenant.ID != a || tenant.CustomDomain != name {
		t.Errorf("the domain leads to %+v, %v", tenant, err)
	}
	if err := console.MakePrimary(ctx, db, a, name); err != nil || business(t, db, a).PrimaryDomain != name {
		t.Errorf("primary: %v", err)
	}
	var rows []console.Business
	_ = db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		rows, _, err = console.Businesses(q, console.BusinessFilter{Q: "alpha-garage"})
		return err
	})
	if len(rows) != 1 || rows[0].ID != a {
		t.Errorf("the search finds %d", len(rows))
	}
	if err := console.RemoveDomain(ctx, db, a, name); err != nil || business(t, db, a).PrimaryDomain != "" {
		t.Errorf("removed: %v", err)
	}
	if err := console.RenameSubdomain(ctx, db, a, "beta"); store.FieldErrors(err)["subdomain"] == "" {
		t.Errorf("a name that is taken: %v", err)
	}
	for _, to := range []string{"gamma", "alpha", "delta"} { // and back to its own former one
		if err := console.RenameSubdomain(ctx, db, a, to); err != nil {
			t.Fatalf("rename to %s: %v", to, err)
		}
	}
	if old, err := db.TenantBySubdomain(ctx, "gamma"); err != nil || old.MovedTo != "delta" {
		t.Errorf("the former name leads to %q, %v", old.MovedTo, err)
	}
	if err := console.RenameSubdomain(ctx, db, b, "gamma"); store.FieldErrors(err)["subdomain"] == "" {
		t.Errorf("a former name of another's: %v", err)
	}
	c.advance(366 * 24 * time.Hour)
	if _, err := db.TenantBySubdomain(ctx, "gamma"); store.KindOf(err) != store.NotFound {
		t.Errorf("a year later: %v", err)
	}
	if err := ops.CleanUp(ctx, db); err != nil {
		t.Fatal(err)
	}
	if err := console.RenameSubdomain(ctx, db, b, "gamma"); err != nil {
		t.Errorf("a year later it is free: %v", err)
	}
}

// TestDeleteBusiness: everything of it goes but what must stay, and nothing of
// another's.
func TestDeleteBusiness(t *testing.T) {
	ctx, db := context.Background(), storetest.DB(t)
	super := newStaff(t, db, access.Superuser)
	ctx = store.WithPrincipal(ctx, &store.Principal{Actor: super, Subject: super})
	gone, _ := newBusiness(t, db, "gone")
	stays, other := newBusiness(t, db, "stays")
	for _, id := range []uuid.UUID{gone, stays} {
		if err := console.ChangePlan(ctx, db, id, "business"); err != nil {
			t.Fatal(err)
		}
		err := db.InPublic(ctx, func(q *store.PublicTx) error { return console.AddNote(q, id, "Pays late.") })
		if err != nil {
			t.Fatal(err)
		}
		_, err = schema.Direct(db).Exec(`
			INSERT INTO tickets (id, business_id, opened_by, subject, status, priority, created_at, updated_at)
			SELECT gen_random_uuid(), $1, id, 'Help', 'open', 'low', now(), now() FROM users WHERE business_id = $1`, id)
		if err != nil {
			t.Fatal(err)
		}
		_, err = schema.Direct(db).Exec(`INSERT INTO ticket_notes (id, ticket_id, author_name, body, created_at) SELECT gen_random_uuid(), id, 'x', 'x', now() FROM tickets WHERE business_id = $1`, id)
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := console.AddDomain(ctx, db, gone, "gone.test"); err != nil {
		t.Fatal(err)
	}
	if err := console.DeleteBusiness(ctx, db, gone, "Business stays"); store.FieldErrors(err)["confirm"] == "" {
		t.Errorf("another's name: %v", err)
	}
	if err := console.DestroyBusiness(ctx, db, gone, uuid.NullUUID{}); err != nil || business(t, db, gone).ID != gone {
		t.Errorf("without a request nothing is destroyed: %v", err)
	}
	if err := console.DeleteBusiness(ctx, db, gone, " Business gone "); err != nil {
		t.Fatal(err)
	}
	if b := business(t, db, gone); b.Status != "archived" || b.MRRCents != 0 || b.DeletingSince == nil {
		t.Errorf("while it is deleted: %+v", b)
	}
	if err := console.ChangePlan(ctx, db, gone, "free"); store.KindOf(err) != store.Conflict {
		t.Errorf("a change while it is deleted: %v", err)
	}
	var inSchema string
	_ = schema.Direct(db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, gone).Scan(&inSchema)
	for range 2 { // a job may run twice
		if err := console.DestroyBusiness(ctx, db, gone, uuid.NullUUID{UUID: super.ID, Valid: true}); err != nil {
			t.Fatal(err)
		}
	}
	var left []string
	rows, err := schema.Direct(db).Query(`
		SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE a.attname = 'business_id' AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var table string
		_ = rows.Scan(&table)
		left = append(left, table)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	for _, table := range left {
		var own, others int
		if err := schema.Direct(db).QueryRow(`SELECT count(*) FILTER (WHERE business_id = $1), count(*) FILTER (WHERE business_id = $2) FROM `+table, gone, stays).Scan(&own, &others); err != nil {
			t.Fatal(err)
		}
		kept := slices.Contains([]string{"audit_log", "plan_changes"}, table)
		if kept != (own > 0) {
			t.Errorf("%s has %d rows of the deleted business", table, own)
		}
		if slices.Contains([]string{"users", "tickets", "business_notes", "business_totals", "domains"}, table) && others == 0 {
			t.Errorf("%s lost rows of another business", table)
		}
	}
	var schemas int
	_ = schema.Direct(db).QueryRow(`SELECT count(*) FROM pg_namespace WHERE nspname = $1`, inSchema).Scan(&schemas)
	if schemas != 0 {
		t.Error("the schema is still there")
	}
	if _, err := console.CreateBusiness(ctx, db, console.NewBusiness{Name: "New", Subdomain: "gone", Plan: "free", TimeZone: "UTC", OwnerName: "O", OwnerEmail: "o@new.test"}); store.FieldErrors(err)["subdomain"] == "" {
		t.Errorf("its address is given away: %v", err)
	}
	if err := db.InTenant(ctx, other, func(q *store.TenantTx) error { _, err := catalog.ReadOpeningHours(q); return err }); err != nil {
		t.Errorf("the other business: %v", err)
	}
}
