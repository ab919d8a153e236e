package store_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// TestEraseCustomer: the figures stay, everything that names the person goes, and
// with it the way in.
func TestEraseCustomer(t *testing.T) {
	c := newCrew(t, "crew")
	login := c.add(access.Customer, "carla")
	token, _, err := identity.Login(context.Background(), c.db, &c.tenant, login.Email, password, store.Client{})
	if err != nil {
		t.Fatal(err)
	}
	var inSchema string
	if err := schema.Direct(c.db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, c.tenant.ID).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := schema.Direct(c.db).Exec(strings.ReplaceAll(query, "SCHEMA", inSchema), args...); err != nil {
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
		if id, err = booking.CreateCustomer(q, booking.CustomerInput{Name: "Carla Secret", Email: login.Email, Phone: "+41 44 000", Tags: []string{"secret tag"}}); err != nil {
			return err
		}
		if _, err = booking.InviteCustomer(q, id); err != nil { // joins the login that there is
			return err
		}
		if err = booking.AddCustomerNote(q, id, "secret note"); err != nil {
			return err
		}
		service, err = catalog.CreateService(q, catalog.Service{Name: "Wash", DurationMinutes: 30, PriceCents: 4500, IsActive: true})
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
	var file booking.CustomerFile
	do(func(q *store.TenantTx) (err error) { file, err = booking.Customer(q, id); return err })
	if file.Login != "active" || file.Completed != 1 || file.NoShows != 1 || file.SpentCents != 4500 || file.Coming != 1 {
		t.Errorf("%+v", file)
	}
	erase := func(q *store.TenantTx) error { return booking.EraseCustomer(q, id) }
	if err := c.as(c.owner, erase); store.KindOf(err) != store.Conflict {
		t.Errorf("with an appointment ahead: %v", err)
	}
	exec(`UPDATE SCHEMA.appointments SET status = 'cancelled' WHERE status = 'confirmed'`)
	for _, state := range []string{"sent", "queued"} {
		exec(`INSERT INTO notices (id, business_id, appointment_id, customer_id, kind, to_name, to_email, state, starts_at, due_at, created_at, changed_at, error)
			VALUES (gen_random_uuid(), $1, gen_random_uuid(), $2, 'reminder', 'Carla Secret', $3, $4, now(), now(), now(), now(), 'no mailbox carla')`, c.tenant.ID, id, login.Email, state)
	}
	exec(`INSERT INTO email_changes (user_id, business_id, email, asked_at, expires_at) VALUES ($1, $2, 'carla.new@example.test', now(), now())`, login.ID, c.tenant.ID)
	var appointment uuid.UUID
	if err := schema.Direct(c.db).QueryRow(`SELECT id FROM ` + inSchema + `.appointments WHERE status = 'completed'`).Scan(&appointment); err != nil {
		t.Fatal(err)
	}
	exec(`INSERT INTO masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role, session_hash, mode, consent, reason, ticket, back, created_at)
		VALUES (gen_random_uuid(), $1, $3, 'Sue', 'SUPERUSER', $2, 'Carla Secret', 'CUSTOMER', '', 'view', 'unneeded', 'to look at it', '', '/', now())`, c.tenant.ID, login.ID, c.owner.ID)
	do(func(q *store.TenantTx) error {
		if err := booking.UpdateCustomer(q, id, booking.CustomerInput{Name: "Carla Gomez-Secret", Email: login.Email}); err != nil {
			return err
		}
		return booking.SetAppointmentNotes(q, appointment, booking.AppointmentNotes{StaffNote: "Carla's secret", PriceCents: 4500})
	})
	if err := c.as(login, func(q *store.TenantTx) error { return booking.SaveOwnProfile(q, "Carla Secretary", "+41 44 111") }); err != nil {
		t.Fatal(err)
	}
	do(erase)
	for _, table := range c.tables(inSchema) {
		var n int
		if err := schema.Direct(c.db).QueryRow(`SELECT count(*) FROM ` + table + ` t WHERE CAST(t AS text) ILIKE '%carla%' OR CAST(t AS text) ILIKE '%secret%' OR CAST(t AS text) LIKE '%+41 44%'`).Scan(&n); err != nil || n > 0 {
			t.Errorf("%d rows of %s still tell of the customer, %v", n, table, err)
		}
	}
	if n := c.count(`SELECT count(*) FROM notices WHERE state = 'queued'`); n != 0 {
		t.Errorf("%d mails would still leave", n)
	}
	do(func(q *store.TenantTx) (err error) { file, err = booking.Customer(q, id); return err })
	if file.Completed != 1 || file.SpentCents != 4500 || file.Name != "Erased customer" || file.Email != "" || len(file.Tags) > 0 || file.UserID.Valid {
		t.Errorf("after the erasure: %+v", file)
	}
	if p, err := sessions.Authenticate(context.Background(), c.db, &c.tenant, token, "", store.Client{}); err != nil || p != nil {
		t.Errorf("the session lives on: %v %v", p, err)
	}
	if _, _, err := identity.Login(context.Background(), c.db, &c.tenant, login.Email, password, store.Client{}); store.KindOf(err) != store.Invalid {
		t.Errorf("the login lives on: %v", err)
	}
}

// tables are all that can tell of somebody, of the platform and of a business;
// jobs say whom they are about by number.
func (c *crew) tables(inSchema string) (list []string) {
	c.t.Helper()
	err := sqlx.NewDb(schema.Direct(c.db), "postgres").Select(&list, `SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', $1)`, inSchema)
	if err != nil {
		c.t.Fatal(err)
	}
	return list
}
