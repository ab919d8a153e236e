package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Plans are codes of the table plans.
var Plans = []string{"free", "professional", "business", "enterprise"}

// Statuses are the states of a business.
var Statuses = []string{"trial", "active", "suspended", "archived"}

// NewBusiness is what it takes to open a business. The owner gets an invitation.
type NewBusiness struct {
	Name, Subdomain, Plan, TimeZone string
	OwnerName, OwnerEmail           string
	AccentColor                     string // "#rrggbb"; empty: the platform's
}

// errPoolEmpty says that no schema stood ready.
var errPoolEmpty = errors.New("no tenant schema stands ready")

// CreateBusiness opens a business in one short transaction: it claims a schema
// that stands ready and adds business, name, owner, totals, plan and audit row.
// Either all of it is there afterwards or nothing. An empty pool is filled on
// the spot.
func (db *DB) CreateBusiness(ctx context.Context, in NewBusiness) (id uuid.UUID, err error) {
	err = db.withPool(ctx, func() error {
		id, err = db.claimBusiness(ctx, in)
		return err
	})
	if err != nil {
		if id, made := db.madeBy(ctx, "public.businesses"); made {
			return id, nil
		}
	}
	return id, err
}

func (db *DB) claimBusiness(ctx context.Context, in NewBusiness) (uuid.UUID, error) {
	id, owner := newID(), newID()
	err := db.InPublic(ctx, func(q *PublicTx) error {
		var made bool
		var err error
		if id, made, err = q.formID("public.businesses"); err != nil || made {
			return err
		}
		if err := q.CheckSubdomain(in.Subdomain); err != nil {
			return err
		}
		if err := q.claim(id, owner, in, "console"); err != nil {
			return err
		}
		return q.enqueue(InviteArgs{UserID: owner, BusinessID: uuid.NullUUID{UUID: id, Valid: true}}, nil)
	})
	if err != nil {
		return uuid.Nil, err
	}
	db.claimed()
	return id, nil
}

// claimed is called when a schema of the pool was taken.
func (db *DB) claimed() {
	db.counts().forget()
	db.tenants.forget()
	db.PoolLow()
}

// claim gives a business its schema and puts it on record; by is the way it came.
func (q *PublicTx) claim(id, owner uuid.UUID, in NewBusiness, by string) error {
	if in.AccentColor == "" {
		in.AccentColor = "#4f46e5"
	}
	settings, err := q.Settings()
	if err != nil {
		return err
	}
	var schema string
	err = q.get(&schema, claimSQL, id, in.Name, in.Subdomain, in.Plan, in.TimeZone, in.AccentColor, q.now,
		owner, in.OwnerEmail, in.OwnerName, newID(), latestTenantVersion(), actorID(q.who), settings.TrialDays)
	if errors.Is(err, sql.ErrNoRows) {
		return errPoolEmpty
	}
	if err != nil {
		return err
	}
	return q.audit(Event{Action: "business.created", Business: uuid.NullUUID{UUID: id, Valid: true}, ObjectType: "business", ObjectID: id.String(),
		ObjectName: in.Name, Details: map[string]any{"subdomain": in.Subdomain, "plan": in.Plan, "owner": in.OwnerEmail, "by": by}})
}

// claimSQL is the whole claim in one statement: one round trip, and the row lock
// on the schema is held for that long only.
const claimSQL = `
WITH claimed AS (
	UPDATE public.tenant_schemas SET business_id = $1 WHERE schema_name = (
		SELECT schema_name FROM public.tenant_schemas
		WHERE business_id IS NULL AND state = 'ready' AND version = $12
		ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED)
	RETURNING schema_name
), business AS (
	INSERT INTO public.businesses (id, name, subdomain, schema_name, plan, status, time_zone, accent_color, trial_ends_at, created_at, updated_at)
	SELECT $1, $2, $3, schema_name, $4, 'trial', $5, $6,
		CAST($7 AS timestamptz) + CAST($14 AS int) * interval '1 day', $7, $7 FROM claimed RETURNING id
), domain AS (
	INSERT INTO public.domains (name, business_id, kind, verified_at, created_at)
	SELECT $3, id, 'subdomain', $7, $7 FROM business
), person AS (
	INSERT INTO public.users (id, business_id, email, name, role, created_at, invited_at)
	SELECT $8, id, $9, $10, 'TENANT_OWNER', $7, $7 FROM business
), totals AS (
	INSERT INTO public.business_totals (business_id, plan, status, owner_id, owner_name, owner_email, people_count, search_text, last_activity_at)
	SELECT id, $4, 'trial', $8, $10, $9, 1, lower(concat_ws(' ', $2, $3, $10, $9)), $7 FROM business
), change AS (
	INSERT INTO public.plan_changes (id, business_id, at, actor_id, plan, status, mrr_before_cents, mrr_after_cents)
	SELECT $11, id, $7, $13, $4, 'trial', 0, 0 FROM business
)
SELECT schema_name FROM claimed`

func actorID(p *Principal) uuid.NullUUID {
	if p == nil {
		return uuid.NullUUID{}
	}
	return uuid.NullUUID{UUID: p.Actor.ID, Valid: true}
}

// poolAsked is where the keeper of the schema pool hears that one was taken.
type poolAsked struct{ low chan struct{} }

func (db *DB) asked() *poolAsked {
	return keep(db, func() *poolAsked { return &poolAsked{make(chan struct{}, 1)} })
}

// PoolLow asks the keeper of the schema pool to look.
func (db *DB) PoolLow() {
	select {
	case db.asked().low <- struct{}{}:
	default:
	}
}

// KeepPool holds size schemas ready until ctx ends. It fills after each claim
// and looks every few seconds for those of other processes; report is told of
// failures.
func (db *DB) KeepPool(ctx context.Context, size int, report func(error)) {
	every := time.NewTicker(10 * time.Second)
	defer every.Stop()
	low := db.asked().low
	for {
		if err := db.FillPool(ctx, size); err != nil && ctx.Err() == nil {
			report(fmt.Errorf("fill the schema pool: %w", err))
		}
		select {
		case <-ctx.Done():
			return
		case <-low:
		case <-every.C:
		}
	}
}
