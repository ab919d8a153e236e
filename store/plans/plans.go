package plans

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Plan is what a business rents: a price a month, limits (nil: none) and words.
type Plan struct {
	Code                   string         `db:"code" json:"-"`
	Name                   string         `db:"name" json:"-"`
	Position               int            `db:"position" json:"position"`
	PriceCents             int            `db:"price_cents" json:"price_cents"`
	MaxPeople              *int           `db:"max_people" json:"max_people"`
	MaxResources           *int           `db:"max_resources" json:"max_resources"`
	MaxAppointmentsMonthly *int           `db:"max_appointments_per_month" json:"max_appointments_per_month"`
	Features               pq.StringArray `db:"features" json:"features"`
	Businesses             int            `db:"businesses" json:"-"` // on it, archived ones left out
}

const planColumns = `code, name, position, price_cents, max_people, max_resources, max_appointments_per_month, features`

// PlanList lists the plans in the order in which they are shown.
func PlanList(t db.Scope) ([]Plan, error) {
	var plans []Plan
	err := db.List(t, &plans, `SELECT `+planColumns+` FROM public.plans ORDER BY position, price_cents, code`)
	return plans, err
}

// InUse is PlanList with the number of businesses on each.
func InUse(q *db.PublicTx) ([]Plan, error) {
	var plans []Plan
	err := db.List(q, &plans, `SELECT `+planColumns+`,
		(SELECT count(*) FROM public.businesses b WHERE b.plan = plans.code AND b.status <> 'archived') AS businesses
		FROM public.plans ORDER BY position, price_cents, code`)
	return plans, err
}

// Bounds of a plan.
const (
	maxPrice    = 10_000_00 // cents
	maxLimit    = 1_000_000
	maxFeatures = 12
)

func (p *Plan) check() error {
	switch {
	case p.Position < 1 || p.Position > 99:
		return db.InvalidField("position", "Choose a place from 1 to 99.")
	case p.PriceCents < 0 || p.PriceCents > maxPrice:
		return db.InvalidField("price", "Choose a price of 0 to 10,000.")
	case len(p.Features) > maxFeatures:
		return db.InvalidField("features", "Name at most 12 features.")
	}
	for field, limit := range map[string]*int{"max_people": p.MaxPeople, "max_resources": p.MaxResources, "max_appointments": p.MaxAppointmentsMonthly} {
		if limit != nil && (*limit < 1 || *limit > maxLimit) {
			return db.InvalidField(field, "Choose 1 to 1,000,000, or leave it empty for no limit.")
		}
	}
	for _, feature := range p.Features {
		if utf8.RuneCountInString(feature) > 100 || text.Unseen(feature) {
			return db.InvalidField("features", "Use at most 100 characters for a feature, some of which can be seen.")
		}
	}
	return nil
}

// ChangePlanTerms changes price, limits and words of a plan. Businesses on it
// keep the price that they agreed to, and past revenue stays: plan_changes holds
// what each paid.
func ChangePlanTerms(ctx context.Context, d *db.DB, in Plan) error {
	features := pq.StringArray{} // never null
	for _, f := range in.Features {
		if f = strings.TrimSpace(f); f != "" {
			features = append(features, f)
		}
	}
	in.Features = features
	if err := in.check(); err != nil {
		return err
	}
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		var before Plan
		if err := db.Get(q, &before, `SELECT `+planColumns+` FROM public.plans WHERE code = $1 FOR UPDATE`, in.Code); err != nil {
			return err
		}
		if before.same(in) {
			return nil
		}
		if err := db.Unchanged(q, before); err != nil {
			return err
		}
		_, err := db.Exec(q, `UPDATE public.plans SET position = $2, price_cents = $3, max_people = $4, max_resources = $5,
			max_appointments_per_month = $6, features = $7 WHERE code = $1`,
			in.Code, in.Position, in.PriceCents, in.MaxPeople, in.MaxResources, in.MaxAppointmentsMonthly, in.Features)
		if err != nil {
			return err
		}
		return db.Audit(q, db.Event{Action: "plan.changed", ObjectType: "plan", ObjectID: in.Code, ObjectName: before.Name,
			Details: map[string]any{"before": before, "after": in}})
	})
}

func (p Plan) same(other Plan) bool {
	return p.Position == other.Position && p.PriceCents == other.PriceCents && sameLimit(p.MaxPeople, other.MaxPeople) &&
		sameLimit(p.MaxResources, other.MaxResources) && sameLimit(p.MaxAppointmentsMonthly, other.MaxAppointmentsMonthly) &&
		slices.Equal(p.Features, other.Features)
}

func sameLimit(a, b *int) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
