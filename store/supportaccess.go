package store

import (
	"time"

	"github.com/google/uuid"
)

// SupportVisit is a masquerade as the owners of the business see it, with the
// beginning of its record.
type SupportVisit struct {
	Masquerade
	Live bool `db:"-"`
	VisitRecord
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

// PlatformChange is what platform staff did to the people of a business or with
// its data outside of visits; the same again is one line.
type PlatformChange struct {
	At     time.Time `db:"at"` // the last time
	Times  int       `db:"times"`
	Actor  string    `db:"actor_name"`
	Action string    `db:"action"`
	Object string    `db:"object_name"`
	Role   string    `db:"role"` // a code, where the change was about one
	Reason string    `db:"reason"`
	Total  int       `db:"total"` // lines in all
}

// SupportConsent is what the owners say to changes by support.
func (q *TenantTx) SupportConsent() (string, error) {
	var consent string
	err := q.get(&consent, `SELECT support_consent FROM public.businesses WHERE id = $1`, q.Tenant.ID)
	return consent, err
}

var visitSorts = map[string]sortKey[SupportVisit]{
	"since": {"m.created_at", "m.id", "timestamptz", func(v SupportVisit) string { return timeValue(v.CreatedAt) }},
}

// SupportVisits lists one page of who of the platform looked into this business,
// newest first. Requests that an owner can still answer are in SupportRequests.
func (q *TenantTx) SupportVisits(page Page) ([]SupportVisit, PageInfo, error) {
	list := sortedList[SupportVisit]{columns: masqueradeColumns, from: `public.masquerades m`, sorts: visitSorts, defaultSort: "since", exact: true,
		rowID: func(v SupportVisit) uuid.UUID { return v.ID }}
	list.filter(`m.business_id = ?`, q.Tenant.ID)
	list.filter(`(m.started_at IS NOT NULL OR m.consent <> 'unneeded')`)
	list.filter(`NOT (m.consent = 'asked' AND m.started_at IS NULL AND m.ended_at IS NULL AND m.created_at > ?)`, q.now.Add(-requestFor))
	visits, info, err := list.load(q.tx, "visits", "-since", page)
	if err != nil || len(visits) == 0 {
		return visits, info, err
	}
	return visits, info, q.recordOf(visits, listPages, listChanges)
}

// SupportRequests are those that wait for an owner's answer.
func (q *TenantTx) SupportRequests() ([]SupportVisit, error) {
	var asked []SupportVisit
	err := q.list(&asked, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.business_id = $1 AND m.consent = 'asked'
		AND m.started_at IS NULL AND m.ended_at IS NULL AND m.created_at > $2 ORDER BY m.created_at DESC, m.id`, q.Tenant.ID, q.now.Add(-requestFor))
	return asked, err
}

// supportNow is true of a masquerade m that waits for an owner, having been asked
// for after a parameter, or that could be used or begun at the moment of another one.
func supportNow(askedAfter, now string) string {
	// None runs a day after its request: the bound is for the index.
	return `m.ended_at IS NULL AND m.created_at > CAST(` + now + ` AS timestamptz) - interval '1 day' AND (m.consent = 'asked' AND m.started_at IS NULL AND m.created_at > CAST(` + askedAfter + ` AS timestamptz)
		OR m.consent IN ('granted', 'approved') AND m.started_at IS NULL AND m.decided_at > CAST(` + now + ` AS timestamptz) - interval '` + consentFor.String() + `'
		OR m.started_at IS NOT NULL AND EXISTS (SELECT FROM public.sessions v WHERE v.masquerade_id = m.id AND v.revoked_at IS NULL AND v.expires_at > ` + now + `
			AND v.last_seen_at > CAST(` + now + ` AS timestamptz) - v.idle_minutes * interval '1 minute'))`
}

// SupportNow are the requests that wait for an owner, those that were agreed to and can
// begin at any moment, and the visits that run,
// without their record, newest first.
func (q *TenantTx) SupportNow() ([]SupportVisit, error) {
	var visits []SupportVisit
	err := q.list(&visits, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.business_id = $1 AND `+supportNow("$2", "$3")+`
		ORDER BY m.created_at DESC, m.id`, q.Tenant.ID, q.now.Add(-requestFor), q.now)
	for i := range visits {
		visits[i].Live = visits[i].StartedAt != nil
	}
	return visits, err
}

// SupportVisit is one visit with a part of its record; pages count from 1.
func (q *TenantTx) SupportVisit(id uuid.UUID, pages, changes int) (SupportVisit, error) {
	var v SupportVisit
	err := q.get(&v, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.id = $1 AND m.business_id = $2
		AND (m.started_at IS NOT NULL OR m.consent <> 'unneeded')`, id, q.Tenant.ID)
	if err != nil {
		return v, err
	}
	live, err := q.liveVisits([]uuid.UUID{id})
	if err != nil {
		return v, err
	}
	v.Live = live[id]
	v.VisitRecord, err = q.visitRecord(v.Masquerade, pages, changes)
	return v, err
}

// recordOf fills in which visits are live and the beginning of each one's record.
func (q *TenantTx) recordOf(visits []SupportVisit, pages, changes int) error {
	ids, at := make([]uuid.UUID, len(visits)), make(map[uuid.UUID]*SupportVisit, len(visits))
	for i := range visits {
		ids[i], at[visits[i].ID] = visits[i].ID, &visits[i]
	}
	live, err := q.liveVisits(ids)
	if err != nil {
		return err
	}
	seen, err := q.visitPages(q.Tenant.ID, ids, 0, pages)
	if err != nil {
		return err
	}
	done, err := q.visitChanges(q.Tenant.ID, ids, 0, changes)
	for i := range visits {
		visits[i].Live = live[visits[i].ID]
	}
	for _, page := range seen {
		v := at[page.MasqueradeID]
		v.Pages = append(v.Pages, page)
	}
	for _, change := range done {
		v := at[change.MasqueradeID]
		v.Changes = append(v.Changes, change)
	}
	return err
}

// PlatformChanges lists one page of what platform staff did to the people of this
// business and with its data, latest first. In a business's scope its own people
// alone are in sight, so whoever else acted is of the platform.
func (q *TenantTx) PlatformChanges(page int) ([]PlatformChange, error) {
	var changes []PlatformChange
	err := q.list(&changes, `
		SELECT max(at) AS at, count(*) AS times, actor_name, action, object_name, role, reason, count(*) OVER () AS total FROM (
			SELECT l.at, l.actor_name, l.action, l.object_name, COALESCE(l.details ->> 'role', l.details #>> '{after,role}', '') AS role,
				CASE WHEN l.action LIKE '%exported' THEN COALESCE(l.details ->> 'reason', '') ELSE '' END AS reason
			FROM public.audit_log l
			WHERE l.business_id = $1 AND (l.action LIKE 'user.%' OR l.action LIKE '%exported') AND (l.actor_id IS NOT NULL OR l.action = 'business.exported') AND l.masquerade_id IS NULL
				AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = l.actor_id)) AS done
		GROUP BY actor_name, action, object_name, role, reason ORDER BY max(at) DESC, actor_name, action, object_name, role, reason LIMIT $2 OFFSET $3`,
		q.Tenant.ID, PageSize, (page-1)*PageSize)
	return changes, err
}

// NamesOf are the names, as they are now, of the things of this business and of
// its people that some ids belong to.
func (q *TenantTx) NamesOf(ids []uuid.UUID) (map[uuid.UUID]string, error) {
	var named []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	err := q.list(&named, `
		SELECT id, name FROM customers WHERE id = ANY(CAST($1 AS uuid[])) UNION ALL SELECT id, name FROM services WHERE id = ANY(CAST($1 AS uuid[]))
		UNION ALL SELECT id, name FROM resources WHERE id = ANY(CAST($1 AS uuid[]))
		UNION ALL SELECT id, name FROM public.users WHERE id = ANY(CAST($1 AS uuid[])) AND business_id = $2 AND role <> 'CUSTOMER'`, texts(ids), q.Tenant.ID)
	names := make(map[uuid.UUID]string, len(named))
	for _, n := range named {
		names[n.ID] = n.Name
	}
	return names, err
}
