package masquerade

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// Row is a masquerade as the list shows it.
type Row struct {
	db.Masquerade
	BusinessName string `db:"business_name"`
	Subdomain    string `db:"subdomain"`
	Pages        int    `db:"pages"`
	Live         bool   `db:"-"`
	Waiting      bool   `db:"-"` // for consent, or with it for its start
	// SupportConsent is what the owners say, Approvable that a second person may
	// answer now.
	SupportConsent string `db:"support_consent"`
	Approvable     bool   `db:"-"`
}

// Filter narrows the list of masquerades.
type Filter struct {
	Q     string
	Sort  string
	Exact bool          // count to the end
	State string        // "live", "waiting", "ended" or "" for all
	Actor uuid.NullUUID // who may see own ones only
	Page  paging.Page
}

// live is true while a masquerade's session could still be used.
const live = `(m.ended_at IS NULL AND m.started_at IS NOT NULL AND EXISTS (
	SELECT FROM public.sessions s WHERE s.masquerade_id = m.id AND s.revoked_at IS NULL AND s.expires_at > ?
		AND s.last_seen_at > CAST(? AS timestamptz) - s.idle_minutes * interval '1 minute'))`

// waiting is true of a request that somebody may still answer or use.
const waiting = `(m.ended_at IS NULL AND m.started_at IS NULL AND m.consent IN ('asked', 'granted', 'approved') AND m.created_at > ?)`

var masqueradeSorts = map[string]paging.SortKey[Row]{
	"since": {Expr: "m.created_at", ID: "m.id", Cast: "timestamptz", Value: func(m Row) string { return paging.TimeValue(m.CreatedAt) }},
	"who":   {Expr: "m.actor_name", ID: "m.id", Cast: "text", Value: func(m Row) string { return m.ActorName }},
	"as":    {Expr: "m.subject_name", ID: "m.id", Cast: "text", Value: func(m Row) string { return m.SubjectName }},
	"pages": {Expr: "m.pages", ID: "m.id", Cast: "int", Value: func(m Row) string { return strconv.Itoa(m.Pages) }},
}

// Masquerades lists one page of the masquerades that were entered or wait for
// consent, newest first.
func Masquerades(q *db.PublicTx, f Filter) ([]Row, paging.PageInfo, error) {
	list := paging.SortedList[Row]{
		Columns: db.MasqueradeColumns + `, m.pages, b.name AS business_name, b.subdomain, b.support_consent`,
		From:    `public.masquerades m JOIN public.businesses b ON b.id = m.business_id`,
		Sorts:   masqueradeSorts, DefaultSort: "since", Long: true, Exact: f.Exact,
		RowID: func(m Row) uuid.UUID { return m.ID },
	}
	// A code that was never used is nothing that happened.
	list.Filter(`(m.started_at IS NOT NULL OR m.consent <> 'unneeded')`)
	list.Find(f.Q, `public.search_form(concat_ws(' ', m.actor_name, m.subject_name, m.reason, m.ticket, b.name, b.subdomain))`, "")
	switch f.State {
	case "live":
		list.Filter(live, q.Now(), q.Now())
	case "waiting":
		list.Filter(waiting, q.Now().Add(-db.RequestFor))
	case "ended":
		list.Filter(`NOT `+live+` AND NOT `+waiting, q.Now(), q.Now(), q.Now().Add(-db.RequestFor))
	}
	if f.Actor.Valid {
		list.Filter(`m.actor_id = ?`, f.Actor.UUID)
	}
	sort := f.Sort
	if sort == "" {
		sort = "-since"
	}
	rows, info, err := list.Load(q, "masquerades", sort, f.Page)
	if err != nil {
		return nil, info, err
	}
	return rows, info, markLive(q, rows)
}

// markLive tells which rows of a page are live, in one query.
func markLive(q *db.PublicTx, rows []Row) error {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	is, err := liveVisits(q, ids)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Live = is[rows[i].ID]
		c := rows[i].Consent
		rows[i].Waiting = rows[i].Open(q.Now()) && (c == "asked" || c == "granted" || c == "approved")
		rows[i].Approvable = rows[i].Waiting && c == "asked" && !q.Now().Before(sessions.SecondFrom(rows[i].Masquerade, rows[i].SupportConsent))
	}
	return nil
}

// EndMasquerade ends somebody's masquerade; without all only an own one. It gives
// back what was ended, as it was before.
func EndMasquerade(ctx context.Context, d *db.DB, id uuid.UUID, all bool) (ended db.Masquerade, err error) {
	err = d.InPublic(ctx, func(q *db.PublicTx) error {
		m, err := sessions.Masquerade(q, id)
		ended = m
		if err != nil {
			return err
		}
		own := db.Who(q) != nil && m.ActorID == db.Who(q).Actor.ID
		if !own && !all {
			return db.NoSuch("masquerade")
		}
		why := "ended by an administrator"
		if own {
			why = "stopped"
		} else if m.StartedAt == nil {
			why = "refused by a second person"
		}
		if err := sessions.EndMasquerade(q, id, why); err != nil || own {
			return err
		}
		return db.Audit(q, db.Event{Action: "masquerade.ended_by_other", Business: uuid.NullUUID{UUID: m.BusinessID, Valid: true}, ObjectType: "user",
			ObjectID: m.ActorID.String(), ObjectName: m.ActorName, Masquerade: uuid.NullUUID{UUID: id, Valid: true}})
	})
	return ended, err
}
