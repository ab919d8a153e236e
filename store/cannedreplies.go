package store

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// CannedReply is a prepared answer.
type CannedReply struct {
	ID        uuid.UUID `db:"id"`
	Title     string    `db:"title"`
	Body      string    `db:"body"`
	UpdatedAt time.Time `db:"updated_at"`
}

// CannedReplies lists the prepared answers by title.
func (q *PublicTx) CannedReplies() ([]CannedReply, error) {
	var replies []CannedReply
	err := q.list(&replies, `SELECT id, title, body, updated_at FROM public.canned_replies ORDER BY title`+byName+` LIMIT 500`)
	return replies, err
}

// CannedReply returns one.
func (q *PublicTx) CannedReply(id uuid.UUID) (CannedReply, error) {
	var r CannedReply
	err := q.get(&r, `SELECT id, title, body, updated_at FROM public.canned_replies WHERE id = $1`, id)
	return r, err
}

func (r *CannedReply) check() (err error) {
	r.Title = strings.TrimSpace(r.Title)
	if utf8.RuneCountInString(r.Title) > 80 || VisibleLen(r.Title) == 0 {
		return invalid("title", "Give it a title of at most 80 characters.")
	}
	r.Body, err = checkMessage("body", r.Body)
	return err
}

// SaveCannedReply adds a prepared answer, or with an ID changes it.
func (q *PublicTx) SaveCannedReply(r CannedReply) error {
	if err := r.check(); err != nil {
		return err
	}
	action, details := "canned_reply.created", map[string]any{"after": r.Title}
	if r.ID == uuid.Nil {
		r.ID = newID()
		if _, err := q.exec(`INSERT INTO public.canned_replies (id, title, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $4)`, r.ID, r.Title, r.Body, q.now); err != nil {
			return err
		}
	} else {
		if _, err := q.exec(`SELECT FROM public.canned_replies WHERE id = $1 FOR UPDATE`, r.ID); err != nil {
			return err
		}
		before, err := q.CannedReply(r.ID)
		if err != nil {
			return err
		}
		if err := q.unchanged(before); err != nil {
			return err
		}
		action, details = "canned_reply.changed", map[string]any{
			"before": map[string]any{"title": before.Title, "body": before.Body}, "after": map[string]any{"title": r.Title, "body": r.Body}}
		if _, err := q.exec(`UPDATE public.canned_replies SET title = $2, body = $3, updated_at = $4 WHERE id = $1`, r.ID, r.Title, r.Body, q.now); err != nil {
			return err
		}
	}
	return q.audit(Event{Action: action, ObjectType: "canned_reply", ObjectID: r.ID.String(), ObjectName: r.Title, Details: details})
}

// DeleteCannedReply removes a prepared answer; the audit log keeps its text.
func (q *PublicTx) DeleteCannedReply(id uuid.UUID) error {
	r, err := q.CannedReply(id)
	if err != nil {
		return err
	}
	if _, err := q.exec(`DELETE FROM public.canned_replies WHERE id = $1`, id); err != nil {
		return err
	}
	return q.audit(Event{Action: "canned_reply.deleted", ObjectType: "canned_reply", ObjectID: id.String(), ObjectName: r.Title, Details: map[string]any{"before": r.Body}})
}
