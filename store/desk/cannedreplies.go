package desk

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// CannedReply is a prepared answer.
type CannedReply struct {
	ID        uuid.UUID `db:"id"`
	Title     string    `db:"title"`
	Body      string    `db:"body"`
	UpdatedAt time.Time `db:"updated_at"`
}

// CannedReplies lists the prepared answers by title.
func CannedReplies(q *db.PublicTx) ([]CannedReply, error) {
	var replies []CannedReply
	err := db.List(q, &replies, `SELECT id, title, body, updated_at FROM public.canned_replies ORDER BY title`+text.ByName+` LIMIT 500`)
	return replies, err
}

// ReadCannedReply returns one.
func ReadCannedReply(q *db.PublicTx, id uuid.UUID) (CannedReply, error) {
	var r CannedReply
	err := db.Get(q, &r, `SELECT id, title, body, updated_at FROM public.canned_replies WHERE id = $1`, id)
	return r, err
}

func (r *CannedReply) check() (err error) {
	r.Title = strings.TrimSpace(r.Title)
	if utf8.RuneCountInString(r.Title) > 80 || text.VisibleLen(r.Title) == 0 {
		return db.InvalidField("title", "Give it a title of at most 80 characters.")
	}
	r.Body, err = checkMessage("body", r.Body)
	return err
}

// SaveCannedReply adds a prepared answer, or with an ID changes it.
func SaveCannedReply(q *db.PublicTx, r CannedReply) error {
	if err := r.check(); err != nil {
		return err
	}
	action, details := "canned_reply.created", map[string]any{"after": r.Title}
	if r.ID == uuid.Nil {
		r.ID = db.NewID()
		if _, err := db.Exec(q, `INSERT INTO public.canned_replies (id, title, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)`, r.ID, r.Title, r.Body, q.Now()); err != nil {
			return err
		}
	} else {
		if _, err := db.Exec(q, `SELECT FROM public.canned_replies WHERE id = $1 FOR UPDATE`, r.ID); err != nil {
			return err
		}
		before, err := ReadCannedReply(q, r.ID)
		if err != nil {
			return err
		}
		if err := db.Unchanged(q, before); err != nil {
			return err
		}
		action, details = "canned_reply.changed", map[string]any{
			"before": map[string]any{"title": before.Title, "body": before.Body}, "after": map[string]any{"title": r.Title, "body": r.Body}}
		if _, err := db.Exec(q, `UPDATE public.canned_replies SET title = $2, body = $3, updated_at = $4 WHERE id = $1`, r.ID, r.Title, r.Body, q.Now()); err != nil {
			return err
		}
	}
	return db.Audit(q, db.Event{Action: action, ObjectType: "canned_reply", ObjectID: r.ID.String(), ObjectName: r.Title, Details: details})
}

// DeleteCannedReply removes a prepared answer; the audit log keeps its text.
func DeleteCannedReply(q *db.PublicTx, id uuid.UUID) error {
	r, err := ReadCannedReply(q, id)
	if err != nil {
		return err
	}
	if _, err := db.Exec(q, `DELETE FROM public.canned_replies WHERE id = $1`, id); err != nil {
		return err
	}
	return db.Audit(q, db.Event{Action: "canned_reply.deleted", ObjectType: "canned_reply", ObjectID: id.String(), ObjectName: r.Title, Details: map[string]any{"before": r.Body}})
}
