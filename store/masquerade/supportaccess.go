package masquerade

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// SupportVisit is a masquerade as the owners of the business see it, with the
// beginning of its record.
type SupportVisit struct {
	db.Masquerade
	Live bool `db:"-"`
	VisitRecord
}

// Asked says whether an owner can still answer.
func (v SupportVisit) Asked(now time.Time) bool { return v.Consent == "asked" && v.Open(now) }

// Withdrawable says whether an owner can take a consent back.
func (v SupportVisit) Withdrawable(now time.Time) bool {
	return v.EndedAt == nil && (v.Consent == "granted" || v.Consent == "standing") && (v.Live || v.Open(now))
}

// Endable says whether an owner can end a visit that rests on no word of an owner.
func (v SupportVisit) Endable(now time.Time) bool {
	return v.EndedAt == nil && !v.Withdrawable(now) && !v.Asked(now) && (v.Live || v.Consent == "approved" && v.Open(now))
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
func SupportConsent(q *db.TenantTx) (string, error) {
	var consent string
	err := db.Get(q, &consent, `SELECT support_consent FROM public.businesses WHERE id = $1`, q.Tenant.ID)
	return consent, err
}

var visitSorts = map[string]paging.SortKey[SupportVisit]{
	"since": {Expr: "m.created_at", ID: "m.id", Cast: "timestamptz", Value: func(v SupportVisit) string { return paging.TimeValue(v.CreatedAt) }},
}

// SupportVisits lists one page of who of the platform looked into this business,
// newest first. Requests that an owner can still answer are in SupportRequests.
func SupportVisits(q *db.TenantTx, page paging.Page) ([]SupportVisit, paging.PageInfo, error) {
	list := paging.SortedList[SupportVisit]{Columns: db.MasqueradeColumns, From: `public.masquerades m`, Sorts: visitSorts, DefaultSort: "since", Exact: true,
		RowID: func(v SupportVisit) uuid.UUID { return v.ID }}
	list.Filter(`m.business_id = ?`, q.Tenant.ID)
	list.Filter(`(m.started_at IS NOT NULL OR m.consent <> 'unneeded')`)
	list.Filter(`NOT (m.consent = 'asked' AND m.started_at IS NULL AND m.ended_at IS NULL AND m.created_at > ?)`, q.Now().Add(-db.RequestFor))
	visits, info, err := list.Load(q, "visits", "-since", page)
	if err != nil || len(visits) == 0 {
		return visits, info, err
	}
	return visits, info, recordOf(q, visits, listPages, listChanges)
}

// SupportRequests are those that wait for an owner's answer.
func SupportRequests(q *db.TenantTx) ([]SupportVisit, error) {
	var asked []SupportVisit
	err := db.List(q, &asked, `SELECT `+db.MasqueradeColumns+` FROM public.masquerades m WHERE m.business_id = $1 AND m.consent = 'asked'
		AND m.started_at IS NULL AND m.ended_at IS NULL AND m.created_at > $2 ORDER BY m.created_at DESC, m.id`, q.Tenant.ID, q.Now().Add(-db.RequestFor))
	return asked, err
}

// SupportNow are the requests that wait for an owner, those that were agreed to and can
// begin at any moment, and the visits that run,
// without their record, newest first.
func SupportNow(q *db.TenantTx) ([]SupportVisit, error) {
	var visits []SupportVisit
	err := db.List(q, &visits, `SELECT `+db.MasqueradeColumns+` FROM public.masquerades m WHERE m.business_id = $1 AND `+sessions.SupportNow("$2", "$3")+`
		ORDER BY m.created_at DESC, m.id`, q.Tenant.ID, q.Now().Add(-db.RequestFor), q.Now())
	for i := range visits {
		visits[i].Live = visits[i].StartedAt != nil
	}
	return visits, err
}

// ReadSupportVisit is one visit with a part of its record; pages count from 1.
func ReadSupportVisit(q *db.TenantTx, id uuid.UUID, pages, changes int) (SupportVisit, error) {
	var v SupportVisit
	err := db.Get(q, &v, `SELECT `+db.MasqueradeColumns+` FROM public.masquerades m WHERE m.id = $1 AND m.business_id = $2
		AND (m.started_at IS NOT NULL OR m.consent <> 'unneeded')`, id, q.Tenant.ID)
	if err != nil {
		return v, err
	}
	live, err := liveVisits(q, []uuid.UUID{id})
	if err != nil {
		return v, err
	}
	v.Live = live[id]
	v.VisitRecord, err = visitRecord(q, v.Masquerade, pages, changes)
	return v, err
}

// recordOf fills in which visits are live and the beginning of each one's record.
func recordOf(q *db.TenantTx, visits []SupportVisit, pages, changes int) error {
	ids, at := make([]uuid.UUID, len(visits)), make(map[uuid.UUID]*SupportVisit, len(visits))
	for i := range visits {
		ids[i], at[visits[i].ID] = visits[i].ID, &visits[i]
	}
	live, err := liveVisits(q, ids)
	if err != nil {
		return err
	}
	seen, err := visitPages(q, q.Tenant.ID, ids, 0, pages)
	if err != nil {
		return err
	}
	done, err := visitChanges(q, q.Tenant.ID, ids, 0, changes)
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
func PlatformChanges(q *db.TenantTx, page int) ([]PlatformChange, error) {
	var changes []PlatformChange
	err := db.List(q, &changes, `
		SELECT max(at) AS at, count(*) AS times, actor_name, action, object_name, role, reason, count(*) OVER () AS total FROM (
			SELECT l.at, l.actor_name, l.action, l.object_name, COALESCE(l.details ->> 'role', l.details #>> '{after,role}', '') AS role,
				CASE WHEN l.action LIKE '%exported' THEN COALESCE(l.details ->> 'reason', '') ELSE '' END AS reason
			FROM public.audit_log l
			WHERE l.business_id = $1 AND (l.action LIKE 'user.%' OR l.action LIKE '%exported') AND (l.actor_id IS NOT NULL OR l.action = 'business.exported') AND l.masquerade_id IS NULL
				AND NOT EXISTS (SELECT FROM public.users u WHERE u.id = l.actor_id)) AS done
		GROUP BY actor_name, action, object_name, role, reason ORDER BY max(at) DESC, actor_name, action, object_name, role, reason LIMIT $2 OFFSET $3`,
		q.Tenant.ID, paging.PageSize, (page-1)*paging.PageSize)
	return changes, err
}

// NamesOf are the names, as they are now, of the things of this business and of
// its people that some ids belong to.
func NamesOf(q *db.TenantTx, ids []uuid.UUID) (map[uuid.UUID]string, error) {
	var named []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	err := db.List(q, &named, `
		SELECT id, name FROM customers WHERE id = ANY(CAST($1 AS uuid[])) UNION ALL SELECT id, name FROM services WHERE id = ANY(CAST($1 AS uuid[]))
		UNION ALL SELECT id, name FROM resources WHERE id = ANY(CAST($1 AS uuid[]))
		UNION ALL SELECT id, name FROM public.users WHERE id = ANY(CAST($1 AS uuid[])) AND business_id = $2 AND role <> 'CUSTOMER'`, calendar.Texts(ids), q.Tenant.ID)
	names := make(map[uuid.UUID]string, len(named))
	for _, n := range named {
		names[n.ID] = n.Name
	}
	return names, err
}
