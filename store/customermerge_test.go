package store_test

import (
	"context"
	"fmt"
	"slices"
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

// twins are two records of a business: each with something in every table that
// says whose it is.
type twins struct {
	*crew
	schema     string
	kept, gone uuid.UUID
	service    uuid.UUID
}

func newTwins(t *testing.T) *twins {
	t.Helper()
	w := &twins{crew: newCrew(t, "crew")}
	if err := schema.Direct(w.db).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, w.tenant.ID).Scan(&w.schema); err != nil {
		t.Fatal(err)
	}
	w.do(func(q *store.TenantTx) (err error) {
		w.service, err = catalog.CreateService(q, catalog.Service{Name: "Wash", DurationMinutes: 30, PriceCents: 4500, IsActive: true})
		return err
	})
	w.again()
	return w
}

// again makes two new ones.
func (w *twins) again() {
	w.t.Helper()
	w.kept = w.customer(booking.CustomerInput{Name: "Jordan Meyer", Email: "jordan@example.test", Phone: "+1 212 555 2667", Tags: []string{"fleet", "vip"}}, 2)
	w.gone = w.customer(booking.CustomerInput{Name: "J. Meyer", Email: "jm@example.test", Phone: "030 1234567", Tags: []string{"vip", "wheels"}}, 3)
}

func (w *twins) do(fn func(*store.TenantTx) error) {
	w.t.Helper()
	if err := w.as(w.staff, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *twins) exec(query string, args ...any) {
	w.t.Helper()
	if _, err := schema.Direct(w.db).Exec(strings.ReplaceAll(query, "SCHEMA", w.schema), args...); err != nil {
		w.t.Fatal(err)
	}
}

func (w *twins) customer(in booking.CustomerInput, bookings int) (id uuid.UUID) {
	w.t.Helper()
	in.SamePhone = true
	w.do(func(q *store.TenantTx) (err error) {
		if id, err = booking.CreateCustomer(q, in); err != nil {
			return err
		}
		return booking.AddCustomerNote(q, id, "note of "+in.Name)
	})
	for i := range bookings {
		w.exec(`INSERT INTO SCHEMA.appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at, link_secret, late_fee_cents)
			VALUES (gen_random_uuid(), $1, $2, 'confirmed', $3, $4, 4500, now(), now(), gen_random_uuid(), 500)`, id, w.service, time.Now().Add(time.Duration(i+48)*time.Hour), time.Now().Add(time.Duration(i+49)*time.Hour))
	}
	w.exec(`INSERT INTO notices (id, business_id, appointment_id, customer_id, kind, to_name, to_email, state, starts_at, due_at, created_at, changed_at)
		SELECT gen_random_uuid(), $1, gen_random_uuid(), $2, 'moved', $3, $4, state, now(), now(), now(), now() FROM unnest(ARRAY['queued', 'sent']) AS s (state)`, w.tenant.ID, id, in.Name, in.Email)
	return id
}

// login gives a customer a login that is used.
func (w *twins) login(customer uuid.UUID, name string) (p store.Person, session string) {
	w.t.Helper()
	p = w.add(access.Customer, name)
	w.exec(`UPDATE SCHEMA.customers SET user_id = $2, email = $3 WHERE id = $1`, customer, p.ID, p.Email)
	session, _, err := identity.Login(context.Background(), w.db, &w.tenant, p.Email, password, store.Client{})
	if err != nil {
		w.t.Fatal(err)
	}
	return p, session
}

func (w *twins) merge(in booking.MergeChoice) error {
	return w.as(w.staff, func(q *store.TenantTx) error {
		_, err := booking.MergeCustomers(q, w.kept, w.gone, in)
		return err
	})
}

func (w *twins) file(id uuid.UUID) (c booking.CustomerFile) {
	w.t.Helper()
	w.do(func(q *store.TenantTx) (err error) { c, err = booking.Customer(q, id); return err })
	return c
}

// TestMergeForgetsNothing reads from the database which columns say whose something
// is: each is moved, and none of its rows is lost. A new one fails here until a
// merge moves it, and until newTwins fills it.
func TestMergeForgetsNothing(t *testing.T) {
	w := newTwins(t)
	var columns []string
	err := sqlx.NewDb(schema.Direct(w.db), "postgres").Select(&columns, `
		SELECT CASE n.nspname WHEN 'public' THEN 'public.' ELSE '' END || c.relname || '.' || a.attname
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p') JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ($1, 'public') AND NOT a.attisdropped AND (a.attname LIKE '%customer_id' OR EXISTS (SELECT FROM pg_constraint k
			WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY(k.conkey) AND k.confrelid = CAST($1 || '.customers' AS regclass)))
		ORDER BY 1`, w.schema)
	if err != nil {
		t.Fatal(err)
	}
	var moved []string
	for _, table := range booking.MergedTables {
		moved = append(moved, table+".customer_id")
	}
	if !slices.Equal(columns, moved) {
		t.Errorf("the database has %v, a merge moves %v", columns, moved)
	}
	rows := func(column string, id uuid.UUID) int {
		if !strings.HasPrefix(column, "public.") {
			column = w.schema + "." + column
		}
		at := strings.LastIndexByte(column, '.')
		return w.count(fmt.Sprintf(`SELECT count(*) FROM %s WHERE %s = $1`, column[:at], column[at+1:]), id)
	}
	before := map[string][2]int{}
	for _, column := range columns {
		before[column] = [2]int{rows(column, w.kept), rows(column, w.gone)}
		if before[column][1] == 0 {
			t.Errorf("%s has nothing to move: the test is blind there", column)
		}
	}
	if err := w.merge(booking.MergeChoice{Name: w.gone, Email: w.kept, Phone: w.kept}); err != nil {
		t.Fatal(err)
	}
	for _, column := range columns {
		want := before[column][0] + before[column][1]
		switch column {
		case "customer_tags.customer_id":
			want-- // both are a vip
		case "customer_notes.customer_id":
			want++ // on what does not stay
		}
		if kept, gone := rows(column, w.kept), rows(column, w.gone); kept != want || gone != 0 {
			t.Errorf("%s: %d rows are there and %d left behind, want %d and 0", column, kept, gone, want)
		}
	}
	c := w.file(w.kept)
	if c.Name != "J. Meyer" || c.Email != "jordan@example.test" || c.Phone != "+1 212 555 2667" || strings.Join(c.Tags, " ") != "fleet vip wheels" || c.Coming != 5 || c.FeesCents != 2500 {
		t.Errorf("the one customer: %+v", c)
	}
	if n := w.count(`SELECT count(*) FROM notices WHERE customer_id = $1 AND state = 'queued' AND to_email = 'jordan@example.test' AND to_name = 'J. Meyer'`, w.kept); n != 2 {
		t.Errorf("%d of 2 planned mails go to who it is now", n)
	}
	if n := w.count(`SELECT count(*) FROM notices WHERE customer_id = $1 AND state = 'sent' AND to_email = 'jm@example.test'`, w.kept); n != 1 {
		t.Error("the log says that a mail went elsewhere than it did")
	}
	if n := w.count(`SELECT count(*) FROM ` + w.schema + `.customer_notes WHERE body LIKE '%jm@example.test%' AND body LIKE '%030 1234567%'`); n != 1 {
		t.Error("the address and number that went are written down nowhere")
	}
	if n := w.count(`SELECT count(*) FROM audit_log WHERE action IN ('customer.merged', 'customer.merged_away') AND actor_id = $1 AND CAST(details AS text) || object_name NOT LIKE '%Meyer%'`, w.staff.ID); n != 2 {
		t.Errorf("%d lines on record", n)
	}
	// Who knows the old number is led on, over a second merge, too.
	first, old := w.kept, w.gone
	w.exec(`UPDATE SCHEMA.customers SET email = NULL WHERE id = $1`, first)
	w.again()
	w.gone = first
	if err := w.merge(booking.MergeChoice{Name: w.kept, Email: w.kept, Phone: w.kept}); err != nil {
		t.Fatal(err)
	}
	w.do(func(q *store.TenantTx) error {
		if now, err := booking.MergedInto(q, old); err != nil || now != w.kept {
			t.Errorf("the first record leads to %v, %v", now, err)
		}
		if _, err := booking.MergedInto(q, w.kept); store.KindOf(err) != store.NotFound {
			t.Errorf("who was never merged leads on: %v", err)
		}
		return nil
	})
}

// TestMergedLogins: an address goes on only with the login that proved it.
func TestMergedLogins(t *testing.T) {
	w := newTwins(t)
	lives := func(session string) bool {
		p, err := sessions.Authenticate(context.Background(), w.db, &w.tenant, session, "", store.Client{})
		return err == nil && p != nil
	}

	// One has a login: it stays with its address, whatever is chosen.
	p, session := w.login(w.gone, "carla")
	if err := w.merge(booking.MergeChoice{Name: w.kept, Email: w.kept, Phone: w.kept}); err != nil {
		t.Fatal(err)
	}
	if c := w.file(w.kept); c.UserID.UUID != p.ID || c.Email != p.Email || !lives(session) {
		t.Errorf("the login that there was: %+v, lives %v", c, lives(session))
	}

	// Both have: the other ends with all that lets in, and its address is nobody's.
	w.again()
	mine, mySession := w.login(w.kept, "mine")
	other, otherSession := w.login(w.gone, "other")
	w.exec(`INSERT INTO masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role, session_hash, mode, consent, reason, ticket, back, created_at, ended_at)
		VALUES (gen_random_uuid(), $1, $3, 'Sue', 'SUPERUSER', $2, 'Other Secret', 'CUSTOMER', '', 'view', 'unneeded', 'to look at it', '', '/', now(), now())`, w.tenant.ID, other.ID, w.owner.ID)
	if err := w.merge(booking.MergeChoice{Name: w.kept, Email: uuid.New(), Phone: w.kept}); store.FieldErrors(err)["email"] == "" {
		t.Errorf("an address of neither: %v", err)
	}
	if err := w.merge(booking.MergeChoice{Name: w.kept, Email: w.kept, Phone: w.kept}); err != nil {
		t.Fatal(err)
	}
	if c := w.file(w.kept); c.UserID.UUID != mine.ID || c.Email != mine.Email || !lives(mySession) || lives(otherSession) {
		t.Errorf("of two logins: %+v, lives %v and %v", c, lives(mySession), lives(otherSession))
	}
	if n := w.count(`SELECT count(*) FROM users WHERE email = $1 OR id = $2 AND is_active`, other.Email, other.ID); n != 0 {
		t.Error("the address of the login that ended is still somebody's")
	}
	w.exec(`DELETE FROM SCHEMA.appointments WHERE customer_id = $1`, w.kept)
	if err := w.as(w.owner, func(q *store.TenantTx) error { return booking.EraseCustomer(q, w.kept) }); err != nil {
		t.Fatal(err)
	}
	if n := w.count(`SELECT (SELECT count(*) FROM masquerades WHERE subject_name LIKE '%Secret%') + (SELECT count(*) FROM users WHERE name = 'other' OR email LIKE 'other@%')`); n != 0 {
		t.Errorf("the erasure left %d rows of the merged login", n)
	}

	// What can't be one stays two.
	w.again()
	if err := w.as(w.staff, func(q *store.TenantTx) error {
		_, err := booking.MergeCustomers(q, w.kept, w.kept, booking.MergeChoice{Name: w.kept, Email: w.kept, Phone: w.kept})
		return err
	}); store.KindOf(err) != store.Conflict {
		t.Errorf("with oneself: %v", err)
	}
	w.login(w.kept, "third")
	shut, _ := w.login(w.gone, "fourth")
	w.exec(`UPDATE users SET is_active = false WHERE id = $1`, shut.ID)
	if err := w.merge(booking.MergeChoice{Name: w.kept, Email: w.kept, Phone: w.kept}); store.KindOf(err) != store.Conflict {
		t.Errorf("a login that somebody shut: %v", err)
	}
}
