package store

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Business is a tenant as the platform sees it, with its roll-up.
type Business struct {
	ID              uuid.UUID     `db:"id"`
	Name            string        `db:"name"`
	Subdomain       string        `db:"subdomain"`
	Plan            string        `db:"plan"`
	Status          string        `db:"status"`
	StatusReason    string        `db:"status_reason"`
	TimeZone        string        `db:"time_zone"`
	TrialEndsAt     *time.Time    `db:"trial_ends_at"`
	CreatedAt       time.Time     `db:"created_at"`
	OwnerID         uuid.NullUUID `db:"owner_id"`
	OwnerName       string        `db:"owner_name"`
	OwnerEmail      string        `db:"owner_email"`
	OwnerSort       string        `db:"owner_sort"` // as the database lowers the name
	PeopleCount     int           `db:"people_count"`
	CustomersCount  int           `db:"customers_count"`
	Appointments30d int           `db:"appointments_30d"`
	MRRCents        int           `db:"mrr_cents"`
	LastActivityAt  time.Time     `db:"last_activity_at"`
}

// BusinessFilter narrows and orders the list. The zero value is everything by
// name; Sort is a key, with a leading "-" for descending.
type BusinessFilter struct {
	Q, Plan, Status, Sort string
	Page                  Page
	// Exact counts the matches of a search to their end.
	Exact bool
}

const (
	planRank   = `(CASE plan WHEN 'free' THEN 1 WHEN 'professional' THEN 2 WHEN 'business' THEN 3 ELSE 4 END)`
	statusRank = `(CASE status WHEN 'trial' THEN 1 WHEN 'active' THEN 2 WHEN 'suspended' THEN 3 ELSE 4 END)`

	businessColumns = `id, name, subdomain, plan, status, status_reason, time_zone, trial_ends_at, created_at, owner_id, owner_name, owner_email,
		owner_sort, people_count, customers_count, appointments_30d, mrr_cents, last_activity_at`
)

func rank(codes []string, code string) string {
	for i, c := range codes {
		if c == code {
			return strconv.Itoa(i + 1)
		}
	}
	return "4"
}

// businessSorts has an index for each key.
var businessSorts = map[string]sortKey[Business]{
	"name":         {`name COLLATE "und-x-icu"`, "id", "text", func(b Business) string { return b.Name }},
	"plan":         {planRank, "id", "int", func(b Business) string { return rank(Plans, b.Plan) }},
	"status":       {statusRank, "id", "int", func(b Business) string { return rank(Statuses, b.Status) }},
	"joined":       {"created_at", "id", "timestamptz", func(b Business) string { return timeValue(b.CreatedAt) }},
	"owner":        {"owner_sort", "business_id", "text", func(b Business) string { return b.OwnerSort }},
	"people":       {"people_count", "business_id", "int", func(b Business) string { return strconv.Itoa(b.PeopleCount) }},
	"appointments": {"appointments_30d", "business_id", "int", func(b Business) string { return strconv.Itoa(b.Appointments30d) }},
	"mrr":          {"mrr_cents", "business_id", "int", func(b Business) string { return strconv.Itoa(b.MRRCents) }},
	"activity":     {"last_activity_at", "business_id", "timestamptz", func(b Business) string { return timeValue(b.LastActivityAt) }},
}

// Businesses lists one page of businesses.
func (q *PublicTx) Businesses(f BusinessFilter) ([]Business, PageInfo, error) {
	list := sortedList[Business]{columns: businessColumns, from: "public.business_lines", sorts: businessSorts, defaultSort: "name", exact: f.Exact,
		rowID: func(b Business) uuid.UUID { return b.ID }}
	for _, word := range words(f.Q) {
		list.filter(`search_text LIKE ?`, likePattern(word))
		list.searched = true
	}
	if f.Plan != "" {
		list.filter(`plan = ?`, f.Plan)
	}
	if f.Status != "" {
		list.filter(`status = ?`, f.Status)
	}
	return list.load(&q.tx, "businesses", f.Sort, f.Page)
}

// Business returns one business.
func (q *PublicTx) Business(id uuid.UUID) (Business, error) {
	var b Business
	err := q.get(&b, `SELECT `+businessColumns+` FROM public.business_lines WHERE id = $1`, id)
	return b, err
}

// Domain is a name under which a business is reached.
type Domain struct {
	Name       string     `db:"name"`
	Kind       string     `db:"kind"`
	VerifiedAt *time.Time `db:"verified_at"`
}

// DomainsOf lists the names of a business, its present subdomain first.
func (q *PublicTx) DomainsOf(business uuid.UUID) ([]Domain, error) {
	var domains []Domain
	err := q.list(&domains, `SELECT name, kind, verified_at FROM public.domains WHERE business_id = $1
		ORDER BY array_position(ARRAY['subdomain', 'custom', 'former'], kind), name`, business)
	return domains, err
}

// SuspendBusiness closes a business's site to all but its owners, for a reason
// that those are shown, and ends masquerades inside it.
func (db *DB) SuspendBusiness(ctx context.Context, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	if n := len([]rune(reason)); n < 5 || n > 500 {
		return invalid("reason", "Give a reason of 5 to 500 characters; the owners see it.")
	}
	return db.changeBusiness(ctx, id, "business.suspended", map[string]any{"reason": reason}, func(q *PublicTx, b *Business) error {
		if b.Status != "trial" && b.Status != "active" {
			return &Error{Kind: Conflict, Message: "This business is " + b.Status + " already."}
		}
		b.Status, b.StatusReason = "suspended", reason
		return q.endMasquerades("business suspended", `business_id = $3`, id)
	})
}

// ReactivateBusiness opens a suspended business again, as what it was before.
func (db *DB) ReactivateBusiness(ctx context.Context, id uuid.UUID) error {
	return db.changeBusiness(ctx, id, "business.reactivated", nil, func(q *PublicTx, b *Business) error {
		if b.Status != "suspended" {
			return &Error{Kind: Conflict, Message: "Only a suspended business can be reactivated; this one is " + b.Status + "."}
		}
		b.StatusReason = ""
		return q.get(&b.Status, `SELECT COALESCE(status_before, 'active') FROM public.businesses WHERE id = $1`, id)
	})
}

// ChangePlan puts a business on another plan from now on. Choosing a plan ends a
// trial.
func (db *DB) ChangePlan(ctx context.Context, id uuid.UUID, plan string) error {
	if rank(Plans, plan) == "4" && plan != Plans[3] {
		return invalid("plan", "Choose one of the plans.")
	}
	return db.changeBusiness(ctx, id, "business.plan_changed", map[string]any{"plan": plan}, func(_ *PublicTx, b *Business) error {
		if b.Status == "archived" {
			return &Error{Kind: Conflict, Message: "An archived business has no plan to change."}
		}
		b.Plan = plan
		if b.Status == "trial" {
			b.Status = "active"
		}
		return nil
	})
}

// changeBusiness applies a change of plan or status under a row lock, with its
// step of MRR and its audit row.
func (db *DB) changeBusiness(ctx context.Context, id uuid.UUID, action string, details map[string]any, change func(*PublicTx, *Business) error) error {
	err := db.InPublic(ctx, func(q *PublicTx) error {
		if _, err := q.exec(`SELECT FROM public.businesses WHERE id = $1 FOR UPDATE`, id); err != nil {
			return err
		}
		before, err := q.Business(id)
		if err != nil {
			return err
		}
		after := before
		if err := change(q, &after); err != nil {
			return err
		}
		if err := q.saveBusiness(before, after); err != nil {
			return err
		}
		if details == nil {
			details = map[string]any{}
		}
		details["before"] = map[string]any{"plan": before.Plan, "status": before.Status}
		details["after"] = map[string]any{"plan": after.Plan, "status": after.Status}
		return q.audit(Event{Action: action, Business: uuid.NullUUID{UUID: id, Valid: true}, ObjectType: "business", ObjectID: id.String(),
			ObjectName: before.Name, Details: details})
	})
	db.tenants.forget()
	db.counts.forget()
	return err
}

func (q *PublicTx) saveBusiness(before, after Business) error {
	_, err := q.exec(`
		UPDATE public.businesses SET plan = $2, status = $3, status_reason = $4, updated_at = $5,
			trial_ends_at = CASE WHEN $3 = 'active' THEN NULL ELSE trial_ends_at END,
			status_before = CASE WHEN $3 <> 'suspended' THEN NULL WHEN $6 = 'suspended' THEN status_before ELSE $6 END
		WHERE id = $1`, after.ID, after.Plan, after.Status, after.StatusReason, q.now, before.Status)
	if err != nil {
		return err
	}
	var mrr int
	err = q.get(&mrr, `SELECT CASE WHEN $2 = 'active' THEN price_cents ELSE 0 END FROM public.plans WHERE code = $1`, after.Plan, after.Status)
	if err != nil {
		return err
	}
	// What it pays stays at the price of the day it was agreed.
	if after.Plan == before.Plan && after.Status == before.Status {
		mrr = before.MRRCents
	}
	if _, err := q.exec(`UPDATE public.business_totals SET mrr_cents = $2 WHERE business_id = $1`, after.ID, mrr); err != nil {
		return err
	}
	_, err = q.exec(`
		INSERT INTO public.plan_changes (id, business_id, at, actor_id, plan, status, mrr_before_cents, mrr_after_cents)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
		newID(), after.ID, q.now, actorID(q.who), after.Plan, after.Status, before.MRRCents, mrr)
	return err
}
