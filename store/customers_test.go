package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/smoothschedule/smoothschedule/store"
)

// TestEraseCustomer: the figures stay, everything that names the person goes, and
// with it the way in.
func TestEraseCustomer(t *testing.T) {
	c := newCrew(t, "crew")
	login := c.add(store.Customer, "carla")
	token, _, err := c.db.Login(context.Background(), &c.tenant, login.Email, password, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	var schema string
	if err := c.db.Direct().QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, c.tenant.ID).Scan(&schema); err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := c.db.Direct().Exec(strings.ReplaceAll(query, "SCHEMA", schema), args...); err != nil {
			t.Fatal(err)
		}
	}
	do := func(fn func(*store.TenantTx) error) {
		t.Helper()
		if err := c.as(c.owner, fn); err != nil {
			t.Fatal(err)
		}
	}
	var id, service uuid.UUID
	do(func(q *store.TenantTx) (err error) {
		if id, err = q.CreateCustomer(store.CustomerInput{Name: "Carla Secret", Email: login.Email, Phone: "+41 44 000", Tags: []string{"secret tag"}}); err != nil {
			return err
		}
		if _, err = q.InviteCustomer(id); err != nil { // joins the login that there is
			return err
		}
		if err = q.AddCustomerNote(id, "secret note"); err != nil {
			return err
		}
		service, err = q.CreateService(store.Service{Name: "Wash", DurationMinutes: 30, PriceCents: 4500, IsActive: true})
		return err
	})
	book := func(status string, at time.Time) {
		exec(`INSERT INTO SCHEMA.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, note)
			VALUES (gen_random_uuid(), $1, $2, $3, $4, $4, 4500, now(), now(), 'secret wish')`, id, service, status, at)
	}
	exec(`ALTER TABLE SCHEMA.appointments DROP CONSTRAINT appointments_check`)
	book("completed", time.Now().Add(-48*time.Hour))
	book("no_show", time.Now().Add(-24*time.Hour))
	book("confirmed", time.Now().Add(24*time.Hour))
	var file store.CustomerFile
	do(func(q *store.TenantTx) (err error) { file, err = q.Customer(id); return err })
	if file.Login != "active" || file.Completed != 1 || file.NoShows != 1 || file.SpentCents != 4500 || file.Coming != 1 {
		t.Errorf("%+v", file)
	}
	erase := func(q *store.TenantTx) error { return q.EraseCustomer(id) }
	if err := c.as(c.owner, erase); store.KindOf(err) != store.Conflict {
		t.Errorf("with an appointment ahead: %v", err)
	}
	exec(`UPDATE SCHEMA.appointments SET status = 'cancelled' WHERE status = 'confirmed'`)
	for _, state := range []string{"sent", "queued"} {
		exec(`INSERT INTO notices (id, business_id, appointment_id, customer_id, kind, to_name, to_email, state, starts_at, due_at, created_at, changed_at, error)
			VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, 'reminder', 'Carla Secret', $3, $4, now(), now(), now(), now(), 'no mailbox carla')`, c.tenant.ID, id, login.Email, state)
	}
	exec(`INSERT INTO email_changes (user_id, business_id, email, asked_at, expires_at) VALUES ($1, $2, 'carla.new@example.test', now(), now())`, login.ID, c.tenant.ID)
	do(erase)
	for _, table := range c.publicTables() {
		var n int
		if err := c.db.Direct().QueryRow(`SELECT count(*) FROM public.` + table + ` t WHERE CAST(t AS text) ILIKE '%carla%'`).Scan(&n); err != nil || n > 0 {
			t.Errorf("%d rows of %s still name the customer, %v", n, table, err)
		}
	}
	do(func(q *store.TenantTx) (err error) { file, err = q.Customer(id); return err })
	if file.Completed != 1 || file.SpentCents != 4500 || file.Name != "Erased customer" || file.Email != "" || len(file.Tags) > 0 || file.UserID.Valid {
		t.Errorf("after the erasure: %+v", file)
	}
	var left int
	if err := c.db.Direct().QueryRow(strings.ReplaceAll(`SELECT
		(SELECT count(*) FROM SCHEMA.appointments WHERE note LIKE '%secret%') + (SELECT count(*) FROM SCHEMA.customer_notes) + (SELECT count(*) FROM SCHEMA.customer_tags)
		+ (SELECT count(*) FROM notices WHERE state = 'queued')
		+ (SELECT count(*) FROM audit_log WHERE action LIKE 'customer.%' AND lower(object_name || details) LIKE '%secret%')`, "SCHEMA", schema)).Scan(&left); err != nil || left != 0 {
		t.Errorf("%d traces are left, %v", left, err)
	}
	if p, err := c.db.Authenticate(context.Background(), &c.tenant, token, "", store.Client{}); err != nil || p != nil {
		t.Errorf("the session lives on: %v %v", p, err)
	}
	if _, _, err := c.db.Login(context.Background(), &c.tenant, login.Email, password, store.Client{}); store.KindOf(err) != store.Invalid {
		t.Errorf("the login lives on: %v", err)
	}
}

// publicTables are those that can name somebody: all but the log that nobody
// changes, and the jobs.
func (c *crew) publicTables() (list []string) {
	c.t.Helper()
	err := sqlx.NewDb(c.db.Direct(), "postgres").Select(&list, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'audit_log' AND tablename NOT LIKE 'river%'`)
	if err != nil {
		c.t.Fatal(err)
	}
	return list
}
