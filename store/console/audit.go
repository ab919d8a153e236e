package console

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
)

// AuditFilter narrows the audit log. The zero value is everything.
type AuditFilter struct {
	Q        string
	Views    bool   // each page view of visits; otherwise they are a number at the visit's beginning
	Noun     string // "business", "user", "session", "masquerade": the part of the action before the dot
	Business uuid.NullUUID
	Actor    uuid.NullUUID // who may see own entries only
	Person   uuid.NullUUID // entries by or about somebody
	Since    time.Time
	Page     paging.Page
	Exact    bool // count to the end
}

// AuditNouns are the kinds of things that events are about.
var AuditNouns = []string{"api_token", "appointment", "blocker", "business", "domain", "job", "masquerade", "plan", "resource", "service", "session", "settings", "ticket", "user"}

var auditSorts = map[string]paging.SortKey[db.AuditEntry]{
	"at": {Expr: "l.at", ID: "l.id", Cast: "timestamptz", Value: func(e db.AuditEntry) string { return paging.TimeValue(e.At) }},
}

// AuditLog lists one page of the audit log, newest first.
func AuditLog(q *db.PublicTx, f AuditFilter) ([]db.AuditEntry, paging.PageInfo, error) {
	list := paging.SortedList[db.AuditEntry]{
		Columns: `l.id, l.at, l.actor_name, l.subject_name, l.action, l.object_type, l.object_id, l.object_name, l.details, l.address, l.business_id, l.business_name, ` + db.FoldedViews,
		From:    `public.audit_lines l`,
		Sorts:   auditSorts, DefaultSort: "at", Long: true, Exact: f.Exact,
		RowID: func(e db.AuditEntry) uuid.UUID { return e.ID },
	}
	list.Find(f.Q, `public.search_form(l.actor_name || ' ' || l.subject_name || ' ' || l.object_name || ' ' || l.action)`, "")
	if !f.Views {
		list.Filter(db.NotAView)
	}
	if f.Noun != "" {
		list.Filter(`l.action LIKE ?`, f.Noun+".%")
	}
	if f.Business.Valid {
		list.Filter(`l.business_id = ?`, f.Business.UUID)
	}
	if f.Actor.Valid {
		list.Filter(`l.actor_id = ?`, f.Actor.UUID)
	}
	if f.Person.Valid {
		list.Filter(`(l.actor_id = ? OR l.object_id = ?)`, f.Person.UUID, f.Person.UUID.String())
		list.Planned = true
	}
	if !f.Since.IsZero() {
		list.Filter(`l.at >= ?`, f.Since)
	}
	return list.Load(q, "audit", "-at", f.Page)
}

// AuditOf lists the newest events of a business, or only those by one person; the
// page views of a visit are a number on its first line.
// Those of tickets name what they are about, and are left out for who may not see
// tickets.
func AuditOf(q *db.PublicTx, business uuid.UUID, by uuid.NullUUID, tickets bool, limit int) ([]db.AuditEntry, error) {
	var entries []db.AuditEntry
	err := db.List(q, &entries, `
		SELECT l.id, l.at, l.actor_name, l.subject_name, l.action, l.object_type, l.object_id, l.object_name, l.details, l.business_id, `+db.FoldedViews+`
		FROM public.audit_log l WHERE l.business_id = $1 AND `+db.NotAView+` AND ($2 OR l.object_type <> 'ticket') AND (CAST($4 AS uuid) IS NULL OR l.actor_id = $4)
		ORDER BY l.at DESC, l.id DESC LIMIT $3`, business, tickets, limit, by)
	return entries, err
}
