package store

import (
	"time"

	"github.com/google/uuid"
)

// SupportVisit is a masquerade as the owners of the business see it.
type SupportVisit struct {
	Masquerade
	Live    bool `db:"live"`
	Pages   []VisitedPage
	Changes []VisitedPage
}

// Asked says whether an owner can still answer.
func (v SupportVisit) Asked(now time.Time) bool { return v.Consent == "asked" && v.open(now) }

// Withdrawable says whether an owner can take a consent back.
func (v SupportVisit) Withdrawable(now time.Time) bool {
	return v.EndedAt == nil && (v.Consent == "granted" || v.Consent == "standing") && (v.Live || v.open(now))
}

// Endable says whether an owner can end a visit that rests on no word of an owner.
func (v SupportVisit) Endable(now time.Time) bool {
	return v.EndedAt == nil && !v.Withdrawable(now) && !v.Asked(now) && (v.Live || v.Consent == "approved" && v.open(now))
}

// VisitedPage is a page that support looked at, or something that it changed.
type VisitedPage struct {
	MasqueradeID uuid.UUID `db:"masquerade_id"`
	At           time.Time `db:"at"`
	Page         string    `db:"page"`   // of a view
	Action       string    `db:"action"` // of a change
	Object       string    `db:"object_name"`
}

// PlatformChange is what platform staff did to the people of a business.
type PlatformChange struct {
	At     time.Time `db:"at"`
	Actor  string    `db:"actor_name"`
	Action string    `db:"action"`
	Object string    `db:"object_name"`
	Role   string    `db:"role"` // a code, where the change was about one
}

// The newest visits are shown, and of each the first pages.
const (
	maxVisits          = 50
	maxVisitPages      = 2000
	maxPlatformChanges = 20
	platformChangesFor = 90 * 24 * time.Hour
)

// SupportConsent is what the owners say to changes by support.
func (q *TenantTx) SupportConsent() (string, error) {
	var consent string
	err := q.get(&consent, `SELECT support_consent FROM public.businesses WHERE id = $1`, q.Tenant.ID)
	return consent, err
}

// SupportVisits lists who of the platform looked into this business or asks to
// change it, newest first.
func (q *TenantTx) SupportVisits() ([]SupportVisit, error) {
	var visits []SupportVisit
	err := q.list(&visits, `
		SELECT `+masqueradeColumns+`,
			m.ended_at IS NULL AND EXISTS (SELECT FROM public.sessions s WHERE s.masquerade_id = m.id AND s.business_id = $1 AND s.revoked_at IS NULL
				AND s.expires_at > $2 AND s.last_seen_at > CAST($2 AS timestamptz) - s.idle_minutes * interval '1 minute') AS live
		FROM public.masquerades m WHERE m.business_id = $1 AND (m.started_at IS NOT NULL OR m.consent <> 'unneeded')
		ORDER BY m.created_at DESC LIMIT $3`, q.Tenant.ID, q.now, maxVisits)
	if err != nil || len(visits) == 0 {
		return visits, err
	}
	ids, at := make([]string, len(visits)), make(map[uuid.UUID]int, len(visits))
	for i, v := range visits {
		ids[i], at[v.ID] = v.ID.String(), i
	}
	var lines []VisitedPage
	err = q.list(&lines, `
		SELECT masquerade_id, at, COALESCE(details ->> 'page', '') AS page, action, object_name FROM public.audit_log
		WHERE masquerade_id = ANY(CAST($1 AS uuid[])) AND business_id = $2
			AND (action = 'masquerade.page_viewed' OR action NOT LIKE 'masquerade.%') ORDER BY at, id LIMIT $3`,
		ids, q.Tenant.ID, maxVisitPages)
	for _, line := range lines {
		v := &visits[at[line.MasqueradeID]]
		if line.Action == "masquerade.page_viewed" {
			v.Pages = append(v.Pages, line)
		} else {
			v.Changes = append(v.Changes, line)
		}
	}
	return visits, err
}

// PlatformChanges lists what platform staff did lately to the people of this
// business. In a business's scope its own people alone are in sight, so whoever
// else acted is of the platform.
func (q *TenantTx) PlatformChanges() ([]PlatformChange, error) {
	var changes []PlatformChange
	err := q.list(&changes, `
		SELECT l.at, l.actor_name, l.action, l.object_name, COALESCE(l.details ->> 'role', l.details #>> '{after,role}', '') AS role
		FROM public.audit_log l
		WHERE l.business_id = $1 AND l.at > $2 AND l.action LIKE 'user.%' AND l.actor_id IS NOT NULL AND l.masquerade_id IS NULL
			AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = l.actor_id)
		ORDER BY l.at DESC, l.id DESC LIMIT $3`, q.Tenant.ID, q.now.Add(-platformChangesFor), maxPlatformChanges)
	return changes, err
}
