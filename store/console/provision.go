package console

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/settings"
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
func CreateBusiness(ctx context.Context, d *db.DB, in NewBusiness) (id uuid.UUID, err error) {
	err = withPool(ctx, d, func() error {
		id, err = claimBusiness(ctx, d, in)
		return err
	})
	if err != nil {
		if id, made := db.MadeBy(ctx, d, "public.businesses"); made {
			return id, nil
		}
	}
	return id, err
}

func claimBusiness(ctx context.Context, d *db.DB, in NewBusiness) (uuid.UUID, error) {
	id, owner := db.NewID(), db.NewID()
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		var made bool
		var err error
		if id, made, err = db.FormID(q, "public.businesses"); err != nil || made {
			return err
		}
		if err := settings.CheckAllowedSubdomain(q, in.Subdomain); err != nil {
			return err
		}
		if err := claim(q, id, owner, in, "console"); err != nil {
			return err
		}
		return db.Enqueue(q, identity.InviteArgs{UserID: owner, BusinessID: uuid.NullUUID{UUID: id, Valid: true}}, nil)
	})
	if err != nil {
		return uuid.Nil, err
	}
	claimed(d)
	return id, nil
}

// claimed is called when a schema of the pool was taken.
func claimed(d *db.DB) {
	paging.Counts(d).Forget()
	db.Tenants(d).Forget()
	PoolLow(d)
}

// claim gives a business its schema and puts it on record; by is the way it came.
func claim(q *db.PublicTx, id, owner uuid.UUID, in NewBusiness, by string) error {
	if in.AccentColor == "" {
		in.AccentColor = "#4f46e5"
	}
	settings, err := settings.Read(q)
	if err != nil {
		return err
	}
	var inSchema string
	err = db.Get(q, &inSchema, claimSQL, id, in.Name, in.Subdomain, in.Plan, in.TimeZone, in.AccentColor, q.Now(),
		owner, in.OwnerEmail, in.OwnerName, db.NewID(), schema.LatestTenantVersion(), db.ActorID(db.Who(q)), settings.TrialDays)
	if errors.Is(err, sql.ErrNoRows) {
		return errPoolEmpty
	}
	if err != nil {
		return err
	}
	return db.Audit(q, db.Event{Action: "business.created", Business: uuid.NullUUID{UUID: id, Valid: true}, ObjectType: "business", ObjectID: id.String(),
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

// poolAsked is where the keeper of the schema pool hears that one was taken.
type poolAsked struct{ low chan struct{} }

func asked(d *db.DB) *poolAsked {
	return db.Keep(d, func() *poolAsked { return &poolAsked{make(chan struct{}, 1)} })
}

// PoolLow asks the keeper of the schema pool to look.
func PoolLow(d *db.DB) {
	select {
	case asked(d).low <- struct{}{}:
	default:
	}
}

// KeepPool holds size schemas ready until ctx ends. It fills after each claim
// and looks every few seconds for those of other processes; report is told of
// failures.
func KeepPool(ctx context.Context, d *db.DB, size int, report func(error)) {
	every := time.NewTicker(10 * time.Second)
	defer every.Stop()
	low := asked(d).low
	for {
		if err := schema.FillPool(ctx, d, size); err != nil && ctx.Err() == nil {
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
