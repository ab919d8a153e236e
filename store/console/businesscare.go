package console

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// maxTrial is how far ahead of now a trial may end.
const maxTrial = 180 * 24 * time.Hour

// ExtendTrial moves the end of a trial by some days, from now if it is over.
func ExtendTrial(ctx context.Context, d *db.DB, id uuid.UUID, days int) error {
	if days < 1 || days > 90 {
		return db.InvalidField("days", "Give 1 to 90 days.")
	}
	return changing(ctx, d, func(q *db.PublicTx) error {
		b, _, err := lockedDomains(q, id)
		if err != nil {
			return err
		}
		if b.Status != "trial" || b.DeletingSince != nil {
			return &db.Error{Kind: db.Conflict, Message: "Only a business on trial has a trial to extend."}
		}
		if b.TrialEndsAt != nil {
			if err := db.Unchanged(q, db.TrialEnd(*b.TrialEndsAt)); err != nil {
				return err
			}
		}
		from := q.Now()
		if b.TrialEndsAt != nil && b.TrialEndsAt.After(from) {
			from = *b.TrialEndsAt
		}
		ends := from.AddDate(0, 0, days)
		if ends.After(q.Now().Add(maxTrial)) {
			return db.InvalidField("days", "A trial ends within 180 days from now.")
		}
		if _, err := db.Exec(q, `UPDATE public.businesses SET trial_ends_at = $2, updated_at = $3 WHERE id = $1`, id, ends, q.Now()); err != nil {
			return err
		}
		return AuditBusiness(q, b, "business.trial_extended", map[string]any{"days": days, "ends": ends.UTC().Format(time.RFC3339)})
	})
}

// ArchiveBusiness closes a business for all, its owners included; nothing is lost.
func ArchiveBusiness(ctx context.Context, d *db.DB, id uuid.UUID, reason string) error {
	reason = strings.TrimSpace(reason)
	if utf8.RuneCountInString(reason) > 500 {
		return db.InvalidField("archive_reason", "Use at most 500 characters.")
	}
	return changing(ctx, d, func(q *db.PublicTx) error {
		_, err := changeBusiness(q, id, "business.archived", map[string]any{"reason": reason}, func(b *Business) error {
			if b.Status == "archived" {
				return &db.Error{Kind: db.Conflict, Message: "This business is archived already."}
			}
			b.Status, b.StatusReason = "archived", reason
			return sessions.EndMasquerades(q, "business archived", `business_id = $3`, id)
		})
		return err
	})
}

// UnarchiveBusiness brings an archived business back as what it was before.
func UnarchiveBusiness(ctx context.Context, d *db.DB, id uuid.UUID) error {
	return changing(ctx, d, func(q *db.PublicTx) error {
		_, err := changeBusiness(q, id, "business.unarchived", nil, func(b *Business) error {
			if b.Status != "archived" {
				return &db.Error{Kind: db.Conflict, Message: "Only an archived business can be brought back; this one is " + b.Status + "."}
			}
			b.StatusReason = ""
			return db.Get(q, &b.Status, `SELECT COALESCE(status_before, 'active') FROM public.businesses WHERE id = $1`, b.ID)
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
func NotesOf(q *db.PublicTx, business uuid.UUID, page int) (notes []BusinessNote, older bool, err error) {
	return paging.ShortList[BusinessNote](q, page, paging.NotesShown, `SELECT id, author_id, author_name, body, created_at FROM public.business_notes
		WHERE business_id = $1 ORDER BY created_at DESC, id DESC`, business)
}

// AddNote writes a note of the principal's.
func AddNote(q *db.PublicTx, business uuid.UUID, body string) error {
	body = strings.TrimSpace(body)
	if utf8.RuneCountInString(body) > 2000 || text.VisibleLen(body) == 0 {
		return db.InvalidField("note", "Write 1 to 2,000 characters.")
	}
	b, err := ReadBusiness(q, business)
	if err != nil {
		return err
	}
	id, made, err := db.FormID(q, "public.business_notes")
	if err != nil || made {
		return err
	}
	added, err := db.Exec(q, `INSERT INTO public.business_notes (id, business_id, author_id, author_name, body, created_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (id) DO NOTHING`, id, business, db.Who(q).Actor.ID, db.Who(q).Actor.Name, body, q.Now())
	if err != nil || added == 0 {
		return err
	}
	return AuditBusiness(q, b, "business.noted", nil)
}

// DeleteNote removes a note of the principal's own.
func DeleteNote(q *db.PublicTx, business, id uuid.UUID) error {
	b, err := ReadBusiness(q, business)
	if err != nil {
		return err
	}
	gone, err := db.Exec(q, `DELETE FROM public.business_notes WHERE id = $1 AND business_id = $2 AND author_id = $3`, id, business, db.Who(q).Actor.ID)
	if err != nil {
		return err
	}
	if gone == 0 {
		return db.NoSuch("note")
	}
	return AuditBusiness(q, b, "business.note_deleted", nil)
}

// PlanLimits are the bounds of a plan; nil is none.
type PlanLimits struct {
	People       *int `db:"max_people"`
	Resources    *int `db:"max_resources"`
	Appointments *int `db:"max_appointments_per_month"`
}

// LimitsOf returns the bounds of a plan.
func LimitsOf(q *db.PublicTx, plan string) (PlanLimits, error) {
	var l PlanLimits
	err := db.Get(q, &l, `SELECT max_people, max_resources, max_appointments_per_month FROM public.plans WHERE code = $1`, plan)
	return l, err
}

// PlanPrices are the monthly prices of the plans in cents, by code.
func PlanPrices(q *db.PublicTx) (map[string]int, error) {
	var rows []struct {
		Code  string `db:"code"`
		Price int    `db:"price_cents"`
	}
	err := db.List(q, &rows, `SELECT code, price_cents FROM public.plans`)
	prices := make(map[string]int, len(rows))
	for _, r := range rows {
		prices[r.Code] = r.Price
	}
	return prices, err
}

// DailyAppointments is how many appointments a business had on each of its last
// days, today last; a day without any is there.
func DailyAppointments(q *db.PublicTx, business uuid.UUID, days int) ([]float64, error) {
	var counts []float64
	err := db.List(q, &counts, fmt.Sprintf(`
		SELECT COALESCE(d.appointments, 0) FROM generate_series(CAST($2 AS date) - %d, CAST($2 AS date), interval '1 day') AS s (day)
			LEFT JOIN public.business_daily d ON d.business_id = $1 AND d.day = CAST(s.day AS date)
		ORDER BY s.day`, days-1), business, q.Now().UTC().Format(time.DateOnly))
	return counts, err
}
