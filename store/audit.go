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

// foldedViews are columns of audit_log AS l: how many pages were viewed in the
// visit that a line is the beginning of. The views themselves are left out, or a
// visit's would bury all else.
const foldedViews = `l.masquerade_id, COALESCE((SELECT m.pages FROM public.masquerades m WHERE m.id = l.masquerade_id AND l.action = 'masquerade.started'), 0) AS pages`

const notAView = `l.action <> 'masquerade.page_viewed'`

// AuditFilter narrows the audit log. The zero value is everything.
type AuditFilter struct {
	Q        string
	Views    bool   // each page view of visits; otherwise they are a number at the visit's beginning
	Noun     string // "business", "user", "session", "masquerade": the part of the action before the dot
	Business uuid.NullUUID
	Actor    uuid.NullUUID // who may see own entries only
	Person   uuid.NullUUID // entries by or about somebody
	Since    time.Time
	Page     Page
	Exact    bool // count to the end
}

// AuditNouns are the kinds of things that events are about.
var AuditNouns = []string{"api_token", "appointment", "blocker", "business", "domain", "job", "masquerade", "plan", "resource", "service", "session", "settings", "ticket", "user"}

var auditSorts = map[string]sortKey[AuditEntry]{
	"at": {"l.at", "l.id", "timestamptz", func(e AuditEntry) string { return timeValue(e.At) }},
}

// Audit lists one page of the audit log, newest first.
func (q *PublicTx) Audit(f AuditFilter) ([]AuditEntry, PageInfo, error) {
	list := sortedList[AuditEntry]{
		columns: `l.id, l.at, l.actor_name, l.subject_name, l.action, l.object_type, l.object_id, l.object_name, l.details, l.address, l.business_id, l.business_name, ` + foldedViews,
		from:    `public.audit_lines l`,
		sorts:   auditSorts, defaultSort: "at", long: true, exact: f.Exact,
		rowID: func(e AuditEntry) uuid.UUID { return e.ID },
	}
	list.find(f.Q, `public.search_form(l.actor_name || ' ' || l.subject_name || ' ' || l.object_name || ' ' || l.action)`, "")
	if !f.Views {
		list.filter(notAView)
	}
	if f.Noun != "" {
		list.filter(`l.action LIKE ?`, f.Noun+".%")
	}
	if f.Business.Valid {
		list.filter(`l.business_id = ?`, f.Business.UUID)
	}
	if f.Actor.Valid {
		list.filter(`l.actor_id = ?`, f.Actor.UUID)
	}
	if f.Person.Valid {
		list.filter(`(l.actor_id = ? OR l.object_id = ?)`, f.Person.UUID, f.Person.UUID.String())
		list.planned = true
	}
	if !f.Since.IsZero() {
		list.filter(`l.at >= ?`, f.Since)
	}
	return list.load(q.tx, "audit", "-at", f.Page)
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
		// A visitor has no login.
		actor, actorName = uuid.NullUUID{UUID: who.Actor.ID, Valid: who.Actor.ID != uuid.Nil}, who.Actor.auditName()
		subject, subjectName = uuid.NullUUID{UUID: who.Subject.ID, Valid: who.Subject.ID != uuid.Nil}, who.Subject.auditName()
		address = who.Address
		if who.Masquerade != nil {
			actorName = who.Masquerade.ActorName // as it was at the start
			e.Masquerade = uuid.NullUUID{UUID: who.Masquerade.ID, Valid: true}
		}
	}
	if e.At.IsZero() {
		e.At = t.now
	}
	_, err := t.exec(`
		INSERT INTO public.audit_log (id, at, business_id, actor_id, actor_name, subject_id, subject_name,
			masquerade_id, action, object_type, object_id, object_name, details, address)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, CAST($13 AS jsonb), $14)`,
		newID(), e.At, e.Business, actor, actorName, subject, subjectName,
		e.Masquerade, e.Action, e.ObjectType, e.ObjectID, e.ObjectName, details, address)
	return err
}

// AuditOf lists the newest events of a business, or only those by one person; the
// page views of a visit are a number on its first line.
// Those of tickets name what they are about, and are left out for who may not see
// tickets.
func (q *PublicTx) AuditOf(business uuid.UUID, by uuid.NullUUID, tickets bool, limit int) ([]AuditEntry, error) {
	var entries []AuditEntry
	err := q.list(&entries, `
		SELECT l.id, l.at, l.actor_name, l.subject_name, l.action, l.object_type, l.object_id, l.object_name, l.details, l.business_id, `+foldedViews+`
		FROM public.audit_log l WHERE l.business_id = $1 AND `+notAView+` AND ($2 OR l.object_type <> 'ticket') AND (CAST($4 AS uuid) IS NULL OR l.actor_id = $4)
		ORDER BY l.at DESC, l.id DESC LIMIT $3`, business, tickets, limit, by)
	return entries, err
}
