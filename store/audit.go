package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

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
}

// AuditEntry is a line of the audit log.
type AuditEntry struct {
	ID          uuid.UUID `db:"id"`
	At          time.Time `db:"at"`
	ActorName   string    `db:"actor_name"`
	SubjectName string    `db:"subject_name"`
	Action      string    `db:"action"`
	ObjectType  string    `db:"object_type"`
	ObjectName  string    `db:"object_name"`
	Details     string    `db:"details"`
}

// audit records an event in the transaction of the change, under both names.
func (t *tx) audit(e Event) error {
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
		who = t.who
	}
	var actor, subject uuid.NullUUID
	actorName, subjectName, address := "system", "system", ""
	if who != nil {
		actor, actorName = uuid.NullUUID{UUID: who.Actor.ID, Valid: true}, who.Actor.Name
		subject, subjectName = uuid.NullUUID{UUID: who.Subject.ID, Valid: true}, who.Subject.Name
		address = who.Address
		if who.Masquerade != nil {
			e.Masquerade = uuid.NullUUID{UUID: who.Masquerade.ID, Valid: true}
		}
	}
	_, err := t.exec(`
		INSERT INTO public.audit_log (id, at, business_id, actor_id, actor_name, subject_id, subject_name,
			masquerade_id, action, object_type, object_id, object_name, details, address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CAST($13 AS jsonb), $14)`,
		newID(), t.now, e.Business, actor, actorName, subject, subjectName,
		e.Masquerade, e.Action, e.ObjectType, e.ObjectID, e.ObjectName, details, address)
	return err
}

// AuditOf lists the newest events of a business.
func (q *PublicTx) AuditOf(business uuid.UUID, limit int) ([]AuditEntry, error) {
	var entries []AuditEntry
	err := q.list(&entries, `
		SELECT id, at, actor_name, subject_name, action, object_type, object_name, details
		FROM public.audit_log WHERE business_id = $1 ORDER BY at DESC, id DESC LIMIT $2`, business, limit)
	return entries, err
}
