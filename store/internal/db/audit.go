package db

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// Change is what an event's details say of a value: as it was and as it is.
func (e AuditEntry) Change(name string) (before, after string) {
	var d struct{ Before, After map[string]any }
	if json.Unmarshal([]byte(e.Details), &d) != nil {
		return "", ""
	}
	before, _ = d.Before[name].(string)
	after, _ = d.After[name].(string)
	return before, after
}

// Event is a line for the audit log: what was done to which object.
type Event struct {
	Action     string // noun.verb, as "business.suspended"
	Business   uuid.NullUUID
	ObjectType string
	ObjectID   string
	ObjectName string
	Details    map[string]any
	// Masquerade and By are set where the scope has no principal that says so.
	Masquerade uuid.NullUUID
	By         *Principal
	// At is set where something is found out after it happened.
	At time.Time
}

// AuditEntry is a line of the audit log.
type AuditEntry struct {
	ID           uuid.UUID     `db:"id"`
	At           time.Time     `db:"at"`
	ActorName    string        `db:"actor_name"`
	SubjectName  string        `db:"subject_name"`
	Action       string        `db:"action"`
	ObjectType   string        `db:"object_type"`
	ObjectID     string        `db:"object_id"`
	ObjectName   string        `db:"object_name"`
	Details      string        `db:"details"` // JSON
	Address      string        `db:"address"`
	BusinessID   uuid.NullUUID `db:"business_id"`
	BusinessName string        `db:"business_name"`
	// Masquerade and Pages are read where page views are folded: of the beginning of
	// a visit, which it is and how many pages were viewed in it.
	Masquerade uuid.NullUUID `db:"masquerade_id"`
	Pages      int           `db:"pages"`
}

// FoldedViews are columns of audit_log AS l: how many pages were viewed in the
// visit that a line is the beginning of. The views themselves are left out, or a
// visit's would bury all else.
const FoldedViews = `l.masquerade_id, COALESCE((SELECT m.pages FROM public.masquerades m WHERE m.id = l.masquerade_id AND l.action = 'masquerade.started'), 0) AS pages`

// NotAView leaves the single page views of visits out of the audit log.
const NotAView = `l.action <> 'masquerade.page_viewed'`

// Audit records an event in the transaction of the change, under both names.
func Audit(t Scope, e Event) error {
	details := "{}"
	if len(e.Details) > 0 {
		text, err := json.Marshal(e.Details)
		if err != nil {
			return fmt.Errorf("audit %s: %w", e.Action, err)
		}
		details = string(text)
	}
	who := e.By
	if who == nil {
		who = t.core().who
	}
	var actor, subject uuid.NullUUID
	actorName, subjectName, address := "system", "system", ""
	if who != nil {
		// A visitor has no login.
		actor, actorName = uuid.NullUUID{UUID: who.Actor.ID, Valid: who.Actor.ID != uuid.Nil}, who.Actor.AuditName()
		subject, subjectName = uuid.NullUUID{UUID: who.Subject.ID, Valid: who.Subject.ID != uuid.Nil}, who.Subject.AuditName()
		address = who.Address
		if who.Masquerade != nil {
			actorName = who.Masquerade.ActorName // as it was at the start
			e.Masquerade = uuid.NullUUID{UUID: who.Masquerade.ID, Valid: true}
		}
	}
	if e.At.IsZero() {
		e.At = t.core().now
	}
	_, err := Exec(t, `
		INSERT INTO public.audit_log (id, at, business_id, actor_id, actor_name, subject_id, subject_name,
			masquerade_id, action, object_type, object_id, object_name, details, address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CAST($13 AS jsonb), $14)`,
		NewID(), e.At, e.Business, actor, actorName, subject, subjectName,
		e.Masquerade, e.Action, e.ObjectType, e.ObjectID, e.ObjectName, details, address)
	return err
}
