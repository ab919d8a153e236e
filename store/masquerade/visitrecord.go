package masquerade

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// VisitedPage is something that was shown during a visit. The record has a row
// for each time; here they are one line.
type VisitedPage struct {
	MasqueradeID uuid.UUID `db:"masquerade_id"`
	Page         string    `db:"page"` // with the ids of what it showed
	Form         bool      `db:"form"` // it was the answer to a form
	Times        int       `db:"times"`
	First        time.Time `db:"first_at"`
	At           time.Time `db:"at"`    // the last time
	Kinds        int       `db:"kinds"` // different ones of the visit in all
}

// VisitChange is something that was changed during a visit.
type VisitChange struct {
	MasqueradeID uuid.UUID `db:"masquerade_id"`
	At           time.Time `db:"at"`
	Action       string    `db:"action"`
	ObjectType   string    `db:"object_type"`
	ObjectID     string    `db:"object_id"`
	Object       string    `db:"object_name"`
	Total        int       `db:"total"` // changes of the visit in all
}

// How much of the record is shown at a time. Nothing is cut without a way to the
// rest: each visit has its own share, changes are read apart from pages, and the
// visit's own page leads on to all of both.
const (
	VisitPages   = 50 // lines of the visit's own page
	VisitChanges = 100
	listPages    = 10 // of each visit in the list
	listChanges  = 50
)

// visitPages are the lines from the nth on of each of the visits.
func visitPages(t db.Scope, business uuid.UUID, visits []uuid.UUID, from, limit int) ([]VisitedPage, error) {
	var pages []VisitedPage
	err := db.List(t, &pages, `
		SELECT masquerade_id, page, form, times, first_at, at, kinds FROM (
			SELECT masquerade_id, page, form, count(*) AS times, min(at) AS first_at, max(at) AS at,
				row_number() OVER (PARTITION BY masquerade_id ORDER BY min(at), page, form) AS place, count(*) OVER (PARTITION BY masquerade_id) AS kinds
			FROM (SELECT masquerade_id, at, COALESCE(details ->> 'page', '') AS page, COALESCE(details ->> 'form', '') <> '' AS form FROM public.audit_log
				WHERE masquerade_id = ANY(CAST($1 AS uuid[])) AND business_id = $2 AND action = 'masquerade.page_viewed') AS seen
			GROUP BY masquerade_id, page, form) AS lines
		WHERE place > $3 AND place <= CAST($3 AS bigint) + $4 ORDER BY masquerade_id, place`, calendar.Texts(visits), business, from, limit)
	return pages, err
}

// visitChanges are those from the nth on of each of the visits, in their order.
func visitChanges(t db.Scope, business uuid.UUID, visits []uuid.UUID, from, limit int) ([]VisitChange, error) {
	var changes []VisitChange
	err := db.List(t, &changes, `
		SELECT masquerade_id, at, action, object_type, object_id, object_name, total FROM (
			SELECT masquerade_id, at, action, object_type, object_id, object_name,
				row_number() OVER (PARTITION BY masquerade_id ORDER BY at, id) AS place, count(*) OVER (PARTITION BY masquerade_id) AS total
			FROM public.audit_log WHERE masquerade_id = ANY(CAST($1 AS uuid[])) AND business_id = $2 AND action NOT LIKE 'masquerade.%') AS lines
		WHERE place > $3 AND place <= CAST($3 AS bigint) + $4 ORDER BY masquerade_id, place`, calendar.Texts(visits), business, from, limit)
	return changes, err
}

// VisitRecord is a part of what happened during one visit.
type VisitRecord struct {
	Pages   []VisitedPage
	Changes []VisitChange
}

// visitRecord reads one page of each of the two lists; pages count from 1.
func visitRecord(t db.Scope, m db.Masquerade, pages, changes int) (r VisitRecord, err error) {
	if r.Pages, err = visitPages(t, m.BusinessID, []uuid.UUID{m.ID}, (pages-1)*VisitPages, VisitPages); err == nil {
		r.Changes, err = visitChanges(t, m.BusinessID, []uuid.UUID{m.ID}, (changes-1)*VisitChanges, VisitChanges)
	}
	return r, err
}

// ReadVisitRecord is what happened during a masquerade.
func ReadVisitRecord(q *db.PublicTx, m db.Masquerade, pages, changes int) (VisitRecord, error) {
	return visitRecord(q, m, pages, changes)
}

// liveVisits tells which of some masquerades could still be used.
func liveVisits(t db.Scope, visits []uuid.UUID) (map[uuid.UUID]bool, error) {
	var live []uuid.UUID
	err := db.List(t, &live, `
		SELECT s.masquerade_id FROM public.sessions s JOIN public.masquerades m ON m.id = s.masquerade_id
		WHERE s.masquerade_id = ANY(CAST($1 AS uuid[])) AND m.ended_at IS NULL AND s.revoked_at IS NULL AND s.expires_at > $2
			AND s.last_seen_at > CAST($2 AS timestamptz) - s.idle_minutes * interval '1 minute'`, calendar.Texts(visits), t.Now())
	is := make(map[uuid.UUID]bool, len(live))
	for _, id := range live {
		is[id] = true
	}
	return is, err
}
