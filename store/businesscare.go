package store

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// maxTrial is how far ahead of now a trial may end.
const maxTrial = 180 * 24 * time.Hour

// ExtendTrial moves the end of a trial by some days, from now if it is over.
func (db *DB) ExtendTrial(ctx context.Context, id uuid.UUID, days int) error {
	if days < 1 || days > 90 {
		return invalid("days", "Give 1 to 90 days.")
	}
	return db.changing(ctx, func(q *PublicTx) error {
		b, _, err := q.lockedDomains(id)
		if err != nil {
			return err
		}
		if b.Status != "trial" || b.DeletingSince != nil {
			return &Error{Kind: Conflict, Message: "Only a business on trial has a trial to extend."}
		}
		if b.TrialEndsAt != nil {
			if err := q.unchanged(TrialEnd(*b.TrialEndsAt)); err != nil {
				return err
			}
		}
		from := q.now
		if b.TrialEndsAt != nil && b.TrialEndsAt.After(from) {
			from = *b.TrialEndsAt
		}
		ends := from.AddDate(0, 0, days)
		if ends.After(q.now.Add(maxTrial)) {
			return invalid("days", "A trial ends within 180 days from now.")
		}
		if _, err := q.exec(`UPDATE public.businesses SET trial_ends_at = $2, updated_at = $3 WHERE id = $1`, id, ends, q.now); err != nil {
			return err
		}
		return q.auditBusiness(b, "business.trial_extended", map[string]any{"days": days, "ends": ends.UTC().Format(time.RFC3339)})
	})
}

// ArchiveBusiness closes a business for all, its owners included; nothing is lost.
func (db *DB) ArchiveBusiness(ctx context.Context, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > 500 {
		return invalid("archive_reason", "Use at most 500 characters.")
	}
	return db.changing(ctx, func(q *PublicTx) error {
		_, err := q.changeBusiness(id, "business.archived", map[string]any{"reason": reason}, func(b *Business) error {
			if b.Status == "archived" {
				return &Error{Kind: Conflict, Message: "This business is archived already."}
			}
			b.Status, b.StatusReason = "archived", reason
			return q.endMasquerades("business archived", `business_id = $3`, id)
		})
		return err
	})
}

// UnarchiveBusiness brings an archived business back as what it was before.
func (db *DB) UnarchiveBusiness(ctx context.Context, id uuid.UUID) error {
	return db.changing(ctx, func(q *PublicTx) error {
		_, err := q.changeBusiness(id, "business.unarchived", nil, func(b *Business) error {
			if b.Status != "archived" {
				return &Error{Kind: Conflict, Message: "Only an archived business can be brought back; this one is " + b.Status + "."}
			}
			b.StatusReason = ""
			return q.get(&b.Status, `SELECT COALESCE(status_before, 'active') FROM public.businesses WHERE id = $1`, b.ID)
		})
		return err
	})
}

// BusinessNote is what staff wrote down about a business.
type BusinessNote struct {
	ID         uuid.UUID `db:"id"`
	AuthorID   uuid.UUID `db:"author_id"`
	AuthorName string    `db:"author_name"`
	Body       string    `db:"body"`
	CreatedAt  time.Time `db:"created_at"`
}

// NotesOf is a page of a business's notes, newest first.
func (q *PublicTx) NotesOf(business uuid.UUID, page int) (notes []BusinessNote, older bool, err error) {
	return shortList[BusinessNote](q.tx, page, NotesShown, `SELECT id, author_id, author_name, body, created_at FROM public.business_notes
		WHERE business_id = $1 ORDER BY created_at DESC, id DESC`, business)
}

// AddNote writes a note of the principal's.
func (q *PublicTx) AddNote(business uuid.UUID, body string) error {
	body = strings.TrimSpace(body)
	if utf8.RuneCountInString(body) > 2000 || VisibleLen(body) == 0 {
		return invalid("note", "Write 1 to 2,000 characters.")
	}
	b, err := q.Business(business)
	if err != nil {
		return err
	}
	id, made, err := q.formID("public.business_notes")
	if err != nil || made {
		return err
	}
	added, err := q.exec(`INSERT INTO public.business_notes (id, business_id, author_id, author_name, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`, id, business, q.who.Actor.ID, q.who.Actor.Name, body, q.now)
	if err != nil || added == 0 {
		return err
	}
	return q.auditBusiness(b, "business.noted", nil)
}

// DeleteNote removes a note of the principal's own.
func (q *PublicTx) DeleteNote(business, id uuid.UUID) error {
	b, err := q.Business(business)
	if err != nil {
		return err
	}
	gone, err := q.exec(`DELETE FROM public.business_notes WHERE id = $1 AND business_id = $2 AND author_id = $3`, id, business, q.who.Actor.ID)
	if err != nil {
		return err
	}
	if gone == 0 {
		return notFound("note")
	}
	return q.auditBusiness(b, "business.note_deleted", nil)
}

// PlanLimits are the bounds of a plan; nil is none.
type PlanLimits struct {
	People       *int `db:"max_people"`
	Resources    *int `db:"max_resources"`
	Appointments *int `db:"max_appointments_per_month"`
}

// LimitsOf returns the bounds of a plan.
func (q *PublicTx) LimitsOf(plan string) (PlanLimits, error) {
	var l PlanLimits
	err := q.get(&l, `SELECT max_people, max_resources, max_appointments_per_month FROM public.plans WHERE code = $1`, plan)
	return l, err
}

// PlanPrices are the monthly prices of the plans in cents, by code.
func (q *PublicTx) PlanPrices() (map[string]int, error) {
	var rows []struct {
		Code  string `db:"code"`
		Price int    `db:"price_cents"`
	}
	err := q.list(&rows, `SELECT code, price_cents FROM public.plans`)
	prices := make(map[string]int, len(rows))
	for _, r := range rows {
		prices[r.Code] = r.Price
	}
	return prices, err
}

// DailyAppointments is how many appointments a business had on each of its last
// days, today last; a day without any is there.
func (q *PublicTx) DailyAppointments(business uuid.UUID, days int) ([]float64, error) {
	var counts []float64
	err := q.list(&counts, fmt.Sprintf(`
		SELECT COALESCE(d.appointments, 0) FROM generate_series(CAST($2 AS date) - %d, CAST($2 AS date), interval '1 day') AS s (day)
			LEFT JOIN public.business_daily d ON d.business_id = $1 AND d.day = CAST(s.day AS date)
		ORDER BY s.day`, days-1), business, q.now.UTC().Format(time.DateOnly))
	return counts, err
}
