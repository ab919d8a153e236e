package store

import (
	"context"
	"strconv"
	"time"

	"github.com/google/uuid"
)

// MasqueradeRow is a masquerade as the list shows it.
type MasqueradeRow struct {
	Masquerade
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

// MasqueradeFilter narrows the list of masquerades.
type MasqueradeFilter struct {
	Q     string
	Sort  string
	Exact bool          // count to the end
	State string        // "live", "waiting", "ended" or "" for all
	Actor uuid.NullUUID // who may see own ones only
	Page  Page
}

// live is true while a masquerade's session could still be used.
const live = `(m.ended_at IS NULL AND m.started_at IS NOT NULL AND EXISTS (
	SELECT FROM public.sessions s WHERE s.masquerade_id = m.id AND s.revoked_at IS NULL AND s.expires_at > ?
		AND s.last_seen_at > CAST(? AS timestamptz) - s.idle_minutes * interval '1 minute'))`

// waiting is true of a request that somebody may still answer or use.
const waiting = `(m.ended_at IS NULL AND m.started_at IS NULL AND m.consent IN ('asked', 'granted', 'approved') AND m.created_at > ?)`

var masqueradeSorts = map[string]sortKey[MasqueradeRow]{
	"since": {"m.created_at", "m.id", "timestamptz", func(m MasqueradeRow) string { return timeValue(m.CreatedAt) }},
	"who":   {"m.actor_name", "m.id", "text", func(m MasqueradeRow) string { return m.ActorName }},
	"as":    {"m.subject_name", "m.id", "text", func(m MasqueradeRow) string { return m.SubjectName }},
	"pages": {"m.pages", "m.id", "int", func(m MasqueradeRow) string { return strconv.Itoa(m.Pages) }},
}

// Masquerades lists one page of the masquerades that were entered or wait for
// consent, newest first.
func (q *PublicTx) Masquerades(f MasqueradeFilter) ([]MasqueradeRow, PageInfo, error) {
	list := sortedList[MasqueradeRow]{
		columns: masqueradeColumns + `, m.pages, b.name AS business_name, b.subdomain, b.support_consent`,
		from:    `public.masquerades m JOIN public.businesses b ON b.id = m.business_id`,
		sorts:   masqueradeSorts, defaultSort: "since", long: true, exact: f.Exact,
		rowID: func(m MasqueradeRow) uuid.UUID { return m.ID },
	}
	// A code that was never used is nothing that happened.
	list.filter(`(m.started_at IS NOT NULL OR m.consent <> 'unneeded')`)
	list.find(f.Q, `public.search_form(concat_ws(' ', m.actor_name, m.subject_name, m.reason, m.ticket, b.name, b.subdomain))`, "")
	switch f.State {
	case "live":
		list.filter(live, q.now, q.now)
	case "waiting":
		list.filter(waiting, q.now.Add(-requestFor))
	case "ended":
		list.filter(`NOT `+live+` AND NOT `+waiting, q.now, q.now, q.now.Add(-requestFor))
	}
	if f.Actor.Valid {
		list.filter(`m.actor_id = ?`, f.Actor.UUID)
	}
	sort := f.Sort
	if sort == "" {
		sort = "-since"
	}
	rows, info, err := list.load(q.tx, "masquerades", sort, f.Page)
	if err != nil {
		return nil, info, err
	}
	return rows, info, q.markLive(rows)
}

// markLive tells which rows of a page are live, in one query.
func (q *PublicTx) markLive(rows []MasqueradeRow) error {
	ids := make([]uuid.UUID, len(rows))
	for i, row := range rows {
		ids[i] = row.ID
	}
	is, err := q.liveVisits(ids)
	if err != nil {
		return err
	}
	for i := range rows {
		rows[i].Live = is[rows[i].ID]
		c := rows[i].Consent
		rows[i].Waiting = rows[i].open(q.now) && (c == "asked" || c == "granted" || c == "approved")
		rows[i].Approvable = rows[i].Waiting && c == "asked" && !q.now.Before(secondFrom(rows[i].Masquerade, rows[i].SupportConsent))
	}
	return nil
}

// secondFrom is when a second person may answer a request instead of the owners.
func secondFrom(m Masquerade, consent string) time.Time {
	if consent == ConsentNever {
		return m.CreatedAt
	}
	return m.CreatedAt.Add(AskFor)
}

// EndMasquerade ends somebody's masquerade; without all only an own one. It gives
// back what was ended, as it was before.
func (db *DB) EndMasquerade(ctx context.Context, id uuid.UUID, all bool) (ended Masquerade, err error) {
	err = db.InPublic(ctx, func(q *PublicTx) error {
		m, err := q.Masquerade(id)
		ended = m
		if err != nil {
			return err
		}
		own := q.who != nil && m.ActorID == q.who.Actor.ID
		if !own && !all {
			return notFound("masquerade")
		}
		why := "ended by an administrator"
		if own {
			why = "stopped"
		} else if m.StartedAt == nil {
			why = "refused by a second person"
		}
		if err := q.endMasquerade(id, why); err != nil || own {
			return err
		}
		return q.audit(Event{Action: "masquerade.ended_by_other", Business: uuid.NullUUID{UUID: m.BusinessID, Valid: true}, ObjectType: "user",
			ObjectID: m.ActorID.String(), ObjectName: m.ActorName, Masquerade: uuid.NullUUID{UUID: id, Valid: true}})
	})
	return ended, err
}
