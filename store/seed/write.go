package seed

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/migrations"
	"github.com/smoothschedule/smoothschedule/store/access"
)

// claim takes up to n schemas that stand ready; other processes pass them by.
func claim(ctx context.Context, tx *sql.Tx, n int) ([]string, error) {
	rows, err := tx.QueryContext(ctx, `
		SELECT schema_name FROM public.tenant_schemas
		WHERE business_id IS NULL AND state = 'ready' AND version = $1
		ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED`, len(migrations.Tenants()), n)
	if err != nil {
		return nil, fmt.Errorf("claim schemas: %w", err)
	}
	defer rows.Close()
	var names []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		names = append(names, name)
	}
	return names, rows.Err()
}

// write adds businesses whole: they must hold claimed schemas.
func write(ctx context.Context, tx *sql.Tx, list []*business, hash string) error {
	ids, schemas := make([]string, len(list)), make([]string, len(list))
	businesses := newTable("businesses", "id", "name", "subdomain", "schema_name", "plan", "status", "status_reason", "status_before",
		"time_zone", "accent_color", "trial_ends_at", "created_at", "updated_at", "about", "address", "phone", "contact_email")
	domains := newTable("domains", "name", "business_id", "kind", "verified_at", "created_at")
	figures := newTable("business_totals", "business_id", "plan", "status", "owner_id", "owner_name", "owner_email", "people_count", "search_text",
		"customers_count", "appointments_30d", "appointments_90d", "appointments_365d", "mrr_cents", "last_activity_at", "rolled_up_at")
	days := newTable("business_daily", "business_id", "day", "appointments", "revenue_cents", "new_customers")
	steps := newTable("plan_changes", "id", "business_id", "at", "plan", "status", "mrr_before_cents", "mrr_after_cents", "actor_id")
	oldest := list[0].created
	for i, b := range list {
		for _, first := range []time.Time{b.created, b.steps[0].at, b.firstDay()} {
			if first.Before(oldest) {
				oldest = first
			}
		}
		ids[i], schemas[i] = b.id.String(), b.schema
		businesses.add(b.id, b.name, b.subdomain, b.schema, b.plan, b.status, b.reason, b.statusBefore(),
			b.zone.String(), b.accent, moment(b.trialEnds), b.created, b.updated(), b.about, b.address, b.phone, b.email)
		domains.add(b.subdomain, b.id, "subdomain", b.created, b.created)
		owner := b.owner()
		figures.add(b.id, b.plan, b.status, owner.id, owner.name, owner.email, b.peopleCount(), b.searchText(),
			b.totals.customers, b.totals.appointments[0], b.totals.appointments[1], b.totals.appointments[2], b.mrr(), b.totals.lastActivity, moment(b.totals.rolledUp))
		for _, d := range b.totals.daily {
			days.add(b.id, d.day, d.appointments, d.revenue, d.customers)
		}
		for _, s := range b.steps {
			steps.add(s.id, b.id, s.at, s.plan, s.status, s.before, s.mrr, s.actor)
		}
	}
	if err := copyAll(ctx, tx, businesses); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `
		UPDATE public.tenant_schemas s SET business_id = c.id
		FROM unnest(CAST($1 AS text[]), CAST($2 AS uuid[])) AS c (schema_name, id) WHERE s.schema_name = c.schema_name`, schemas, ids)
	if err != nil {
		return fmt.Errorf("register schemas: %w", err)
	}
	if err := copyAll(ctx, tx, domains, figures, days, steps); err != nil {
		return err
	}
	// A program that runs beside has summed up those days already.
	if _, err := tx.ExecContext(ctx, `INSERT INTO public.platform_stale_days (day) VALUES ($1)`, oldest.UTC().Format(time.DateOnly)); err != nil {
		return fmt.Errorf("mark the days: %w", err)
	}
	for _, b := range list {
		business := uuid.NullUUID{UUID: b.id, Valid: true}
		if err := writePeople(ctx, tx, business, b.people, hash); err != nil {
			return err
		}
		if err := writeEvents(ctx, tx, business, b.events); err != nil {
			return err
		}
	}
	return writeTenants(ctx, tx, list)
}

func peopleTables() (users, credentials *table) {
	return newTable("users", "id", "business_id", "email", "name", "role", "is_active", "last_login_at", "created_at"),
		newTable("credentials", "user_id", "business_id", "password_hash", "changed_at")
}

func writePeople(ctx context.Context, tx *sql.Tx, business uuid.NullUUID, people []person, hash string) error {
	users, credentials := peopleTables()
	for _, p := range people {
		users.add(p.id, business, p.email, p.name, string(p.role), !p.disabled, moment(p.lastLogin), p.created)
		credentials.add(p.id, business, hash, p.created)
	}
	return copyAll(ctx, tx, users, credentials)
}

func writeEvents(ctx context.Context, tx *sql.Tx, business uuid.NullUUID, events []event) error {
	log := newTable("audit_log", "id", "at", "business_id", "actor_id", "actor_name", "subject_id", "subject_name",
		"action", "object_type", "object_id", "object_name", "details")
	for _, e := range events {
		details, err := e.json()
		if err != nil {
			return err
		}
		log.add(e.id, e.at, business, e.actor, e.actorName, e.actor, e.actorName,
			e.action, e.objectType, e.objectID, e.objectName, details)
	}
	return copyAll(ctx, tx, log)
}

// table gathers rows for one COPY.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

func newTable(name string, columns ...string) *table { return &table{name: name, columns: columns} }

func (t *table) add(values ...any) { t.rows = append(t.rows, values) }

// moment is a time, or NULL when it is not set.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t
}

func copyAll(ctx context.Context, tx *sql.Tx, tables ...*table) error {
	for _, t := range tables {
		if len(t.rows) == 0 {
			continue
		}
		if err := t.copy(ctx, tx); err != nil {
			return fmt.Errorf("copy into %s: %w", t.name, err)
		}
	}
	return nil
}

func (t *table) copy(ctx context.Context, tx *sql.Tx) error {
	stmt, err := tx.PrepareContext(ctx, fmt.Sprintf("COPY public.%s (%s) FROM STDIN", t.name, strings.Join(t.columns, ", ")))
	if err != nil {
		return err
	}
	defer func() { _ = stmt.Close() }()
	for _, row := range t.rows {
		if _, err := stmt.ExecContext(ctx, row...); err != nil {
			return err
		}
	}
	// Without arguments it ends the COPY and reports what the server refused.
	_, err = stmt.ExecContext(ctx)
	return err
}

// noBusiness is what platform staff have: they are people without a business.
var noBusiness = uuid.NullUUID{}

// isTenant says whether a role belongs to a business's own people.
func isTenant(r access.Role) bool { return !r.IsPlatform() && r != access.Customer }
