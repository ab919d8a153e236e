package store

import (
	"time"

	"github.com/google/uuid"
)

// SupportVisit is a masquerade as the owners of the business see it.
type SupportVisit struct {
	ID          uuid.UUID  `db:"id"`
	ActorName   string     `db:"actor_name"`
	SubjectName string     `db:"subject_name"`
	Reason      string     `db:"reason"`
	Ticket      string     `db:"ticket"`
	StartedAt   time.Time  `db:"started_at"`
	EndedAt     *time.Time `db:"ended_at"`
	EndReason   string     `db:"end_reason"`
	Live        bool       `db:"live"`
	Pages       []VisitedPage
}

// VisitedPage is a page that support looked at.
type VisitedPage struct {
	MasqueradeID uuid.UUID `db:"masquerade_id"`
	At           time.Time `db:"at"`
	Page         string    `db:"page"`
}

// The newest visits are shown, and of each the first pages.
const (
	maxVisits     = 50
	maxVisitPages = 2000
)

// SupportVisits lists who of the platform looked into this business, newest first.
func (q *TenantTx) SupportVisits() ([]SupportVisit, error) {
	var visits []SupportVisit
	err := q.list(&visits, `
		SELECT m.id, m.actor_name, m.subject_name, m.reason, m.ticket, m.started_at, m.ended_at, m.end_reason,
			m.ended_at IS NULL AND EXISTS (SELECT FROM public.sessions s WHERE s.masquerade_id = m.id AND s.business_id = $1 AND s.revoked_at IS NULL
				AND s.expires_at > $2 AND s.last_seen_at > CAST($2 AS timestamptz) - s.idle_minutes * interval '1 minute') AS live
		FROM public.masquerades m WHERE m.business_id = $1 AND m.started_at IS NOT NULL ORDER BY m.created_at DESC LIMIT $3`,
		q.Tenant.ID, q.now, maxVisits)
	if err != nil || len(visits) == 0 {
		return visits, err
	}
	ids, at := make([]string, len(visits)), make(map[uuid.UUID]int, len(visits))
	for i, v := range visits {
		ids[i], at[v.ID] = v.ID.String(), i
	}
	var pages []VisitedPage
	err = q.list(&pages, `
		SELECT masquerade_id, at, details ->> 'page' AS page FROM public.audit_log
		WHERE masquerade_id = ANY(CAST($1 AS uuid[])) AND business_id = $2 AND action = 'masquerade.page_viewed' ORDER BY at LIMIT $3`,
		ids, q.Tenant.ID, maxVisitPages)
	for _, p := range pages {
		i := at[p.MasqueradeID]
		visits[i].Pages = append(visits[i].Pages, p)
	}
	return visits, err
}
