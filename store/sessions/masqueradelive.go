package sessions

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// The rates of masquerades: more is no support but a flood, of mails to owners
// and of lines on their page.
const (
	StartsPerHour  = 30
	PagesPerMinute = 240
)

// LiveMasquerade is the one that the principal is in, or nil.
func LiveMasquerade(q *db.PublicTx) (*db.LiveMasquerade, error) {
	return liveMasquerade(q, db.Who(q).Actor.ID)
}

// liveMasquerade is the one that an operator is in, or nil; one that ran out, or
// may not go on, ends here.
func liveMasquerade(t db.Scope, actor uuid.UUID) (*db.LiveMasquerade, error) {
	s, err := settings.Read(t)
	if err != nil {
		return nil, err
	}
	if err := EndOverdue(t, s.MasqueradeBounds(), `m.actor_id = $5`, actor); err != nil {
		return nil, err
	}
	var rows []struct {
		db.LiveMasquerade
		ActorRole   access.Role `db:"actor_role"`
		SubjectRole access.Role `db:"subject_role"`
	}
	err = db.List(t, &rows, `
		SELECT m.id, m.subject_name, m.mode, m.started_at, m.actor_role, m.subject_role, b.name AS business_name, b.subdomain
		FROM public.masquerades m JOIN public.businesses b ON b.id = m.business_id
		WHERE m.actor_id = $1 AND m.ended_at IS NULL AND m.started_at IS NOT NULL`, actor)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	live := rows[0].LiveMasquerade
	why, err := MasqueradeFault(t, live.ID, db.Masquerade{Mode: live.Mode, ActorRole: rows[0].ActorRole, SubjectRole: rows[0].SubjectRole})
	if err == nil && why != "" {
		return nil, EndMasquerade(t, live.ID, why)
	}
	return &live, err
}

func (r sessionRow) inside() *db.LiveMasquerade {
	if !r.Inside.Valid {
		return nil
	}
	return &db.LiveMasquerade{ID: r.Inside.UUID, BusinessName: r.InsideName, Subdomain: r.InsideSubdomain, SubjectName: r.InsideAs}
}

// VisitOver says that a session belonged to a masquerade which has ended; its
// page on the console tells why.
type VisitOver struct{ ID uuid.UUID }

func (VisitOver) Error() string { return "this visit has ended" }

// visitOver is a VisitOver for the session of an ended masquerade, or nil.
func visitOver(t db.Scope, session []byte, tenant *db.Tenant) error {
	if tenant == nil || tenant.CustomDomain != "" {
		return nil
	}
	var ids []uuid.UUID
	err := db.List(t, &ids, `SELECT masquerade_id FROM public.sessions WHERE id_hash = $1 AND business_id = $2 AND masquerade_id IS NOT NULL`, session, tenant.ID)
	if err != nil || len(ids) == 0 {
		return db.Wrap(err)
	}
	return VisitOver{ids[0]}
}

// SettledMasquerade is MasqueradeRequest after the end of one that ran out is
// written down.
func SettledMasquerade(q *db.PublicTx, id uuid.UUID, all bool) (MasqueradeRequest, error) {
	r, err := ReadMasqueradeRequest(q, id, all)
	if err != nil || r.EndedAt != nil || r.StartedAt == nil {
		return r, err
	}
	if _, err := liveMasquerade(q, r.ActorID); err != nil {
		return r, err
	}
	return ReadMasqueradeRequest(q, id, all)
}

// Alone is aloneAs for the principal.
func Alone(q *db.PublicTx, instead uuid.UUID, begins bool) error {
	return aloneAs(q, db.Who(q).Actor.ID, instead, begins)
}

// aloneAs lets an operator begin only while in no other masquerade: what runs
// is named in the refusal, and ends when its id comes back as instead. Beginnings
// of one operator wait for each other; begins is false of what only asks for one.
func aloneAs(t db.Scope, actor, instead uuid.UUID, begins bool) error {
	if _, err := db.Exec(t, `SELECT FROM public.users WHERE id = $1 FOR NO KEY UPDATE`, actor); err != nil || !begins {
		return err
	}
	live, err := liveMasquerade(t, actor)
	switch {
	case err != nil || live == nil:
		return err
	case live.ID == instead:
		return EndMasquerade(t, live.ID, "another visit began")
	}
	return &db.Error{Kind: db.Conflict, Field: "instead", Message: "You are inside " + live.BusinessName + " as " + live.SubjectName + ". One visit at a time: end that one first."}
}

// StartRate refuses more beginnings than support can need.
func StartRate(q *db.PublicTx) error {
	var hour struct {
		Count int        `db:"count"`
		First *time.Time `db:"first"`
	}
	err := db.Get(q, &hour, `SELECT count(*) AS count, min(created_at) AS first FROM public.masquerades WHERE actor_id = $1 AND created_at > $2`,
		db.Who(q).Actor.ID, q.Now().Add(-time.Hour))
	if err != nil || hour.Count < StartsPerHour {
		return err
	}
	return &db.Error{Kind: db.Throttled, RetryAfter: hour.First.Add(time.Hour).Sub(q.Now()),
		Message: "You began " + strconv.Itoa(hour.Count) + " visits within an hour, and owners get a mail about each. Go on at " +
			hour.First.Add(time.Hour).UTC().Format("15:04") + " UTC."}
}

// countPage counts what was sent to a masquerade, in all and in the running minute.
// Answers to forms have no rate: what may be sent is bounded by what one may do.
func countPage(t db.Scope, id uuid.UUID, form bool) error {
	if form {
		_, err := db.Exec(t, `UPDATE public.masquerades SET pages = pages + 1 WHERE id = $1`, id)
		return err
	}
	_, err := db.Exec(t, `
		UPDATE public.masquerades SET pages = pages + 1, minute_pages = CASE WHEN minute > $2 THEN minute_pages + 1 ELSE 1 END,
			minute = CASE WHEN minute > $2 THEN minute ELSE $3 END WHERE id = $1`, id, t.Now().Add(-time.Minute), t.Now())
	return err
}

// pageRate is how many pages a masquerade had in the running minute.
type pageRate struct {
	Minute      *time.Time `db:"minute"`
	MinutePages int        `db:"minute_pages"`
}

// wait is how long to wait when pages come faster than anybody reads.
func (r pageRate) wait(now time.Time) time.Duration {
	if r.Minute == nil || r.MinutePages < PagesPerMinute || now.Sub(*r.Minute) >= time.Minute {
		return 0
	}
	return r.Minute.Add(time.Minute).Sub(now)
}

// OpenTicket reads what was typed for a ticket: the number of an open one of this
// business, or nothing. The masquerade ends with it, so it must be that one.
func OpenTicket(q *db.PublicTx, business db.Tenant, typed string) (string, error) {
	typed = strings.TrimPrefix(strings.TrimSpace(typed), "#")
	if typed == "" {
		return "", nil
	}
	for _, r := range typed {
		if r < '0' || r > '9' {
			return "", db.InvalidField("ticket", "Give the ticket's number, like 16.")
		}
	}
	number, err := strconv.ParseInt(typed, 10, 64)
	if err != nil {
		return "", db.InvalidField("ticket", "There is no ticket with this number.")
	}
	var states []string
	err = db.List(q, &states, `SELECT status FROM public.tickets WHERE number = $1 AND business_id = $2 FOR SHARE`, number, business.ID)
	switch {
	case err != nil:
		return "", err
	case len(states) == 0:
		return "", db.InvalidField("ticket", business.Name+" has no ticket "+strconv.FormatInt(number, 10)+".")
	case states[0] == "resolved" || states[0] == "closed":
		return "", db.InvalidField("ticket", "This ticket is closed already; reopen it or leave the field empty.")
	}
	return strconv.FormatInt(number, 10), nil
}
