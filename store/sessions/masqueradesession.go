package sessions

import (
	"context"
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// openable is true of a masquerade m that a code $1 opens at the business $2 now, $3.
const openable = `m.code_hash = $1 AND m.business_id = $2 AND m.code_expires_at > $3 AND m.started_at IS NULL AND m.ended_at IS NULL`

// MasqueradeByCode shows what a code would open on this host, without spending
// it, and the operator's masquerade that would have to end for it, if there is one.
func MasqueradeByCode(ctx context.Context, d *db.DB, tenant db.Tenant, code, browser string) (m db.Masquerade, live *db.LiveMasquerade, err error) {
	err = db.Run(ctx, d, db.Web(d), db.Rows{Platform: true}, func(t db.Scope) (err error) {
		if m, err = codesMasquerade(t, tenant, code, browser); err != nil {
			return err
		}
		live, err = liveMasquerade(t, m.ActorID)
		return err
	})
	return m, live, err
}

// codesMasquerade is the one that a code opens, in the browser that asked for it.
func codesMasquerade(t db.Scope, tenant db.Tenant, code, browser string) (db.Masquerade, error) {
	var row struct {
		db.Masquerade
		Same bool `db:"same"`
	}
	err := db.Get(t, &row, `SELECT `+db.MasqueradeColumns+`, COALESCE(m.browser_hash = $4, true) AS same FROM public.masquerades m WHERE `+openable,
		HashToken(code), tenant.ID, t.Now(), HashToken(browser))
	if err == nil && !row.Same {
		err = &db.Error{Kind: db.Forbidden, Message: "This link opens in the browser that asked for it and nowhere else. Start again on the platform."}
	}
	return row.Masquerade, err
}

// EnterMasquerade spends a code: of any number of tries one wins. It starts a
// session on the business's host and tells its owners by mail.
func EnterMasquerade(ctx context.Context, d *db.DB, tenant db.Tenant, code string, from db.Client, how ...Beginning) (string, error) {
	in := BeginningOf(how)
	token := NewToken()
	bounds, err := MasqueradeBounds(ctx, d)
	if err != nil {
		return "", err
	}
	err = db.Run(ctx, d, db.Web(d), db.Rows{Platform: true}, func(t db.Scope) error {
		m, err := codesMasquerade(t, tenant, code, in.Browser)
		if err != nil {
			return err
		}
		if err := aloneAs(t, m.ActorID, uuid.Nil, false); err != nil { // one after the other
			return err
		}
		if m, err = codesMasquerade(t, tenant, code, in.Browser); err != nil {
			return err
		}
		if err := aloneAs(t, m.ActorID, in.Instead, true); err != nil {
			return err
		}
		err = db.Get(t, &m, `UPDATE public.masquerades m SET started_at = $3 WHERE `+openable+` RETURNING `+db.MasqueradeColumns, HashToken(code), tenant.ID, t.Now())
		if err != nil {
			return err
		}
		if why, err := MasqueradeFault(t, m.ID, m); err != nil || why != "" {
			if err == nil {
				err = db.NoSuch("masquerade")
			}
			return err
		}
		_, err = db.Exec(t, `
			INSERT INTO public.sessions (id_hash, business_id, user_id, masquerade_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at, address, user_agent)
			VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8, $9)`,
			HashToken(token), tenant.ID, m.SubjectID, m.ID, t.Now(), int(bounds.Idle.Minutes()), t.Now().Add(bounds.Max),
			from.Address, text.Truncate(from.UserAgent, 300))
		if err != nil {
			return err
		}
		if err := AuditMasquerade(t, m, "masquerade.started", from.Address, map[string]any{"reason": m.Reason, "mode": m.Mode}); err != nil {
			return err
		}
		return MailOwners(t, m.BusinessID, func(owner uuid.UUID) error {
			return db.Enqueue(t, MasqueradeNoticeArgs{MasqueradeID: m.ID, BusinessID: m.BusinessID, UserID: owner}, nil)
		})
	})
	return token, err
}

// MasqueradeBounds are the present bounds: what the settings say, and never
// looser than the product's own, whatever is stored.
func MasqueradeBounds(ctx context.Context, d *db.DB) (settings.MasqueradeBounds, error) {
	s, err := settings.Current(ctx, d)
	return s.MasqueradeBounds(), err
}

// continueMasquerade is the session check of a masquerade: it reads the rows of
// everybody concerned, records the page and only then lets the request go on; a
// view-only one in a tenant that leads to the read-only login.
func continueMasquerade(ctx context.Context, d *db.DB, p *db.Principal, row sessionRow, page string, from db.Client) (*db.Principal, error) {
	id := row.MasqueradeID.UUID
	bounds, err := MasqueradeBounds(ctx, d)
	if err != nil {
		return nil, err
	}
	var found struct {
		db.Masquerade
		pageRate
	}
	m := &found.Masquerade
	why := ""
	err = db.Run(ctx, d, db.Web(d), db.Rows{Platform: true}, func(t db.Scope) (err error) {
		if err = db.Get(t, &found, `SELECT `+db.MasqueradeColumns+`, m.minute, m.minute_pages FROM public.masquerades m WHERE m.id = $1 AND m.ended_at IS NULL`, id); err != nil {
			return err
		}
		m.EndsAt, m.IdleEndsAt = m.StartedAt.Add(bounds.Max), row.LastSeenAt.Add(bounds.Idle)
		// The bounds may have become tighter since the session began.
		if !t.Now().Before(m.EndsAt) || t.Now().Sub(row.LastSeenAt) >= bounds.Idle {
			why = db.TimedOut
			return nil
		}
		if why, err = MasqueradeFault(t, id, *m); err != nil || why != "" {
			return err
		}
		if err = db.Get(t, &p.Actor, `SELECT `+db.PersonColumns+` FROM public.users WHERE id = $1`, m.ActorID); err != nil {
			return err
		}
		// What the subject's role needs is not asked of somebody else.
		if err = db.Get(t, &p.SecondFactor, `SELECT second_factor FROM public.users WHERE id = $1`, m.ActorID); err != nil {
			return err
		}
		if p.MustSetUp, err = MustSetUp(t, p.Actor.Role, p.SecondFactor); err != nil {
			return err
		}
		if p.TooFast = found.wait(t.Now()); p.TooFast > 0 || from.Background {
			return nil
		}
		m.IdleEndsAt = t.Now().Add(bounds.Idle)
		// In the order in which all who end them lock them: the session in which it
		// began, the masquerade, its own session.
		if started := *m.StartedAt; t.Now().Sub(started)/TouchEvery != row.LastSeenAt.Sub(started)/TouchEvery {
			// Who works in a masquerade is there, and uses that session too.
			if _, err = db.Exec(t, `UPDATE public.sessions s SET last_seen_at = $2 FROM public.masquerades m
				WHERE m.id = $1 AND s.id_hash = m.session_hash AND s.last_seen_at < $2`, id, t.Now()); err != nil {
				return err
			}
		}
		if page != "" {
			if err = recordView(t, *m, p.Address, map[string]any{"page": page}); err != nil {
				return err
			}
		}
		_, err = db.Exec(t, `UPDATE public.sessions SET last_seen_at = $2 WHERE id_hash = $1`, p.SessionHash, t.Now())
		return err
	})
	if db.KindOf(err) == db.NotFound {
		return nil, VisitOver{id}
	}
	if err != nil {
		return nil, err
	}
	if why != "" {
		err := db.Run(ctx, d, db.Web(d), db.Rows{Platform: true}, func(t db.Scope) error {
			if why == db.TimedOut {
				return EndOverdue(t, bounds, `m.id = $5`, id)
			}
			return EndMasquerade(t, id, why)
		})
		if err == nil {
			err = VisitOver{id}
		}
		return nil, err
	}
	p.Masquerade = m
	// Whatever else is written in the row: only this one word opens the writing login.
	db.SetViewOnly(p.Tenant, m.Mode != access.ModeWrite)
	return p, nil
}

// RecordView writes down what is about to be sent to a masquerade: the page, and
// whether it answers a form.
func RecordView(ctx context.Context, d *db.DB, p *db.Principal, page string, form bool) error {
	details := map[string]any{"page": page}
	if form {
		details["form"] = true
	}
	return db.Run(ctx, d, db.Web(d), db.Rows{Platform: true}, func(t db.Scope) error { return recordView(t, *p.Masquerade, p.Address, details) })
}

func recordView(t db.Scope, m db.Masquerade, address string, details map[string]any) error {
	err := countPage(t, m.ID, details["form"] != nil)
	if err == nil {
		err = AuditMasquerade(t, m, "masquerade.page_viewed", address, details)
	}
	if err != nil {
		return &db.Error{Kind: db.Unavailable, Message: "the page can't be recorded", Cause: err}
	}
	return nil
}

// MasqueradeFault returns why a masquerade may not go on, or "". Ended, idle and
// too old ones are found by the session's own check.
func MasqueradeFault(t db.Scope, id uuid.UUID, m db.Masquerade) (string, error) {
	var now struct {
		ActorRole     access.Role `db:"actor_role"`
		ActorActive   bool        `db:"actor_active"`
		SubjectRole   access.Role `db:"subject_role"`
		SubjectActive bool        `db:"subject_active"`
		LoggedOut     bool        `db:"logged_out"`
		SessionLive   bool        `db:"session_live"`
		Status        string      `db:"status"`
		TicketDone    bool        `db:"ticket_done"`
		Consented     bool        `db:"consented"`
	}
	err := db.Get(t, &now, `
		SELECT a.role AS actor_role, a.is_active AS actor_active, u.role AS subject_role, u.is_active AS subject_active,
			b.status, `+TicketDone+` AS ticket_done, `+consented+` AS consented,
			COALESCE(s.revoked_at IS NOT NULL, true) AS logged_out,
			COALESCE(s.expires_at > $2 AND s.last_seen_at > CAST($2 AS timestamptz) - s.idle_minutes * interval '1 minute', false) AS session_live
		FROM public.masquerades m JOIN public.users a ON a.id = m.actor_id JOIN public.users u ON u.id = m.subject_id
			JOIN public.businesses b ON b.id = m.business_id LEFT JOIN public.sessions s ON s.id_hash = m.session_hash
		WHERE m.id = $1`, id, t.Now())
	switch {
	case err != nil:
		return "", err
	case !now.ActorActive:
		return "operator disabled", nil
	case now.ActorRole != m.ActorRole:
		return "operator's role changed", nil
	case !now.SubjectActive:
		return "person disabled", nil
	case now.SubjectRole != m.SubjectRole:
		return "person's role changed", nil
	case now.LoggedOut:
		return LoggedOut, nil
	case !now.SessionLive:
		return db.TimedOut, nil
	case now.Status == "archived":
		return "business archived", nil
	case now.Status == "suspended" && m.Mode == access.ModeWrite:
		return "business suspended", nil
	case now.TicketDone:
		return "ticket closed", nil
	case !now.Consented:
		return "consent withdrawn", nil
	}
	return "", nil
}

// TicketDone is true of a masquerade m whose ticket is resolved or closed. What
// was typed for a ticket is text and may be no number.
const TicketDone = `EXISTS (SELECT FROM public.tickets t WHERE t.business_id = m.business_id AND t.status IN ('resolved', 'closed')
	AND t.number = CASE WHEN m.ticket ~ '^#?[0-9]{1,18}$' THEN CAST(ltrim(m.ticket, '#') AS bigint) END)`

// consented is true of a masquerade m of a business b that may do what its mode says.
const consented = `CASE m.consent WHEN 'unneeded' THEN m.mode = 'view' WHEN 'approved' THEN true
	WHEN 'granted' THEN b.support_consent <> 'never' WHEN 'standing' THEN b.support_consent = 'always' ELSE false END`

// StopMasquerade ends the principal's masquerade.
func StopMasquerade(ctx context.Context, d *db.DB, p *db.Principal) error {
	return db.Run(ctx, d, db.Web(d), db.Rows{Platform: true}, func(t db.Scope) error { return EndMasquerade(t, p.Masquerade.ID, "stopped") })
}

// EndMasquerade ends one that is live and says why.
func EndMasquerade(t db.Scope, id uuid.UUID, why string) error {
	return EndMasquerades(t, why, `id = $3`, id)
}

// EndMasquerades ends those that match and their sessions; which is an SQL
// condition of this package over $3.
func EndMasquerades(t db.Scope, why, which string, arg any) error {
	if err := db.HoldNow(t); err != nil {
		return err
	}
	var ended []db.Masquerade
	by, name := uuid.Nil, ""
	if db.Who(t) != nil {
		by, name = db.Who(t).Actor.ID, db.Who(t).Actor.Name
	}
	err := db.List(t, &ended, `UPDATE public.masquerades m SET ended_at = $1, end_reason = $2, ended_by = CASE WHEN actor_id = $4 THEN '' ELSE $5 END
		WHERE ended_at IS NULL AND `+which+` RETURNING `+db.MasqueradeColumns, t.Now(), why, arg, by, name)
	if err != nil {
		return err
	}
	return recordEnds(t, ended, true)
}

// recordEnds ends the sessions of masquerades that ended, and puts each end on
// record at its own time. One that ends now ends when nobody can write in it any
// more: what had come first and was waited for lies before the end.
func recordEnds(t db.Scope, ended []db.Masquerade, now bool) error {
	for _, m := range ended {
		var sessions [][]byte
		if err := db.List(t, &sessions, `UPDATE public.sessions SET revoked_at = $2 WHERE masquerade_id = $1 AND revoked_at IS NULL RETURNING id_hash`, m.ID, t.Now()); err != nil {
			return err
		}
		for _, hash := range sessions {
			db.NoteOwn(t, hash)
		}
		if at := db.Of(t).Now(); now && len(sessions) > 0 {
			m.EndedAt = &at
			if _, err := db.Exec(t, `UPDATE public.masquerades SET ended_at = $2 WHERE id = $1`, m.ID, at); err != nil {
				return err
			}
		}
		if m.StartedAt == nil && m.Mode == access.ModeView {
			continue // the code was never used
		}
		e := masqueradeEvent(m, "masquerade.ended", "", map[string]any{"why": m.EndReason})
		e.At = *m.EndedAt
		if err := db.Audit(t, e); err != nil {
			return err
		}
	}
	return nil
}

// AddressesStay is said to support where mails would go elsewhere.
const AddressesStay = "Support can't change where mails go. This stays with the people of the business."

// KeepAddress refuses to let mail go elsewhere during a masquerade.
func KeepAddress(q *db.TenantTx, before, after string) error {
	if db.Who(q) == nil || db.Who(q).Masquerade == nil || strings.EqualFold(before, after) {
		return nil
	}
	return &db.Error{Kind: db.Forbidden, Message: AddressesStay}
}
