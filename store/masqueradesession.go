package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// openable is true of a masquerade m that a code $1 opens at the business $2 now, $3.
const openable = `m.code_hash = $1 AND m.business_id = $2 AND m.code_expires_at > $3 AND m.started_at IS NULL AND m.ended_at IS NULL`

// MasqueradeByCode shows what a code would open on this host, without spending
// it, and the operator's masquerade that would have to end for it, if there is one.
func (db *DB) MasqueradeByCode(ctx context.Context, tenant Tenant, code, browser string) (m Masquerade, live *LiveMasquerade, err error) {
	err = db.run(ctx, db.web, scope{platform: true}, func(t *tx) (err error) {
		if m, err = t.codesMasquerade(tenant, code, browser); err != nil {
			return err
		}
		live, err = t.liveMasquerade(m.ActorID)
		return err
	})
	return m, live, err
}

// codesMasquerade is the one that a code opens, in the browser that asked for it.
func (t *tx) codesMasquerade(tenant Tenant, code, browser string) (Masquerade, error) {
	var row struct {
		Masquerade
		Same bool `db:"same"`
	}
	err := t.get(&row, `SELECT `+masqueradeColumns+`, COALESCE(m.browser_hash = $4, true) AS same FROM public.masquerades m WHERE `+openable,
		hashToken(code), tenant.ID, t.now, hashToken(browser))
	if err == nil && !row.Same {
		err = &Error{Kind: Forbidden, Message: "This link opens in the browser that asked for it and nowhere else. Start again on the platform."}
	}
	return row.Masquerade, err
}

// EnterMasquerade spends a code: of any number of tries one wins. It starts a
// session on the business's host and tells its owners by mail.
func (db *DB) EnterMasquerade(ctx context.Context, tenant Tenant, code string, from Client, how ...Beginning) (string, error) {
	in := beginning(how)
	token := newToken()
	bounds, err := db.MasqueradeBounds(ctx)
	if err != nil {
		return "", err
	}
	err = db.run(ctx, db.web, scope{platform: true}, func(t *tx) error {
		m, err := t.codesMasquerade(tenant, code, in.Browser)
		if err != nil {
			return err
		}
		if err := t.aloneAs(m.ActorID, uuid.Nil, false); err != nil { // one after the other
			return err
		}
		if m, err = t.codesMasquerade(tenant, code, in.Browser); err != nil {
			return err
		}
		if err := t.aloneAs(m.ActorID, in.Instead, true); err != nil {
			return err
		}
		err = t.get(&m, `UPDATE public.masquerades m SET started_at = $3 WHERE `+openable+` RETURNING `+masqueradeColumns, hashToken(code), tenant.ID, t.now)
		if err != nil {
			return err
		}
		if why, err := t.masqueradeFault(m.ID, m); err != nil || why != "" {
			if err == nil {
				err = notFound("masquerade")
			}
			return err
		}
		_, err = t.exec(`
			INSERT INTO public.sessions (id_hash, business_id, user_id, masquerade_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at, address, user_agent)
			VALUES ($1, $2, $3, $4, $5, $5, $5, $6, $7, $8, $9)`,
			hashToken(token), tenant.ID, m.SubjectID, m.ID, t.now, int(bounds.Idle.Minutes()), t.now.Add(bounds.Max),
			from.Address, truncate(from.UserAgent, 300))
		if err != nil {
			return err
		}
		if err := t.auditMasquerade(m, "masquerade.started", from.Address, map[string]any{"reason": m.Reason, "mode": m.Mode}); err != nil {
			return err
		}
		return t.mailOwners(m.BusinessID, func(owner uuid.UUID) error {
			return t.enqueue(MasqueradeNoticeArgs{MasqueradeID: m.ID, BusinessID: m.BusinessID, UserID: owner}, nil)
		})
	})
	return token, err
}

// MasqueradeBounds is how long a masquerade may last.
type MasqueradeBounds struct{ Idle, Max time.Duration }

// MasqueradeBounds are the present bounds: what the settings say, and never
// looser than the product's own, whatever is stored.
func (db *DB) MasqueradeBounds(ctx context.Context) (MasqueradeBounds, error) {
	s, err := db.Settings(ctx)
	return s.masqueradeBounds(), err
}

func (s Settings) masqueradeBounds() MasqueradeBounds {
	return MasqueradeBounds{Idle: min(s.Masquerade.Idle(), MasqueradeIdle), Max: min(s.Masquerade.Max(), MasqueradeMax)}
}

// continueMasquerade is the session check of a masquerade: it reads the rows of
// everybody concerned, records the page and only then lets the request go on; a
// view-only one in a tenant that leads to the read-only login.
func (db *DB) continueMasquerade(ctx context.Context, p *Principal, row sessionRow, page string, from Client) (*Principal, error) {
	id := row.MasqueradeID.UUID
	bounds, err := db.MasqueradeBounds(ctx)
	if err != nil {
		return nil, err
	}
	var found struct {
		Masquerade
		pageRate
	}
	m := &found.Masquerade
	why := ""
	err = db.run(ctx, db.web, scope{platform: true}, func(t *tx) (err error) {
		if err = t.get(&found, `SELECT `+masqueradeColumns+`, m.minute, m.minute_pages FROM public.masquerades m WHERE m.id = $1 AND m.ended_at IS NULL`, id); err != nil {
			return err
		}
		m.EndsAt, m.IdleEndsAt = m.StartedAt.Add(bounds.Max), row.LastSeenAt.Add(bounds.Idle)
		// The bounds may have become tighter since the session began.
		if !t.now.Before(m.EndsAt) || t.now.Sub(row.LastSeenAt) >= bounds.Idle {
			why = timedOut
			return nil
		}
		if why, err = t.masqueradeFault(id, *m); err != nil || why != "" {
			return err
		}
		if err = t.get(&p.Actor, `SELECT `+personColumns+` FROM public.users WHERE id = $1`, m.ActorID); err != nil {
			return err
		}
		// What the subject's role needs is not asked of somebody else.
		if err = t.get(&p.SecondFactor, `SELECT second_factor FROM public.users WHERE id = $1`, m.ActorID); err != nil {
			return err
		}
		if p.MustSetUp, err = t.mustSetUp(p.Actor.Role, p.SecondFactor); err != nil {
			return err
		}
		if p.TooFast = found.wait(t.now); p.TooFast > 0 || from.Background {
			return nil
		}
		m.IdleEndsAt = t.now.Add(bounds.Idle)
		// In the order in which all who end them lock them: the session in which it
		// began, the masquerade, its own session.
		if started := *m.StartedAt; t.now.Sub(started)/touchEvery != row.LastSeenAt.Sub(started)/touchEvery {
			// Who works in a masquerade is there, and uses that session too.
			if _, err = t.exec(`UPDATE public.sessions s SET last_seen_at = $2 FROM public.masquerades m
				WHERE m.id = $1 AND s.id_hash = m.session_hash AND s.last_seen_at < $2`, id, t.now); err != nil {
				return err
			}
		}
		if page != "" {
			if err = t.recordView(*m, p.Address, map[string]any{"page": page}); err != nil {
				return err
			}
		}
		_, err = t.exec(`UPDATE public.sessions SET last_seen_at = $2 WHERE id_hash = $1`, p.sessionHash, t.now)
		return err
	})
	if KindOf(err) == NotFound {
		return nil, VisitOver{id}
	}
	if err != nil {
		return nil, err
	}
	if why != "" {
		err := db.run(ctx, db.web, scope{platform: true}, func(t *tx) error {
			if why == timedOut {
				return t.endOverdue(bounds, `m.id = $5`, id)
			}
			return t.endMasquerade(id, why)
		})
		if err == nil {
			err = VisitOver{id}
		}
		return nil, err
	}
	p.Masquerade = m
	// Whatever else is written in the row: only this one word opens the writing login.
	setViewOnly(p.Tenant, m.Mode != access.ModeWrite)
	return p, nil
}

// RecordView writes down what is about to be sent to a masquerade: the page, and
// whether it answers a form.
func (db *DB) RecordView(ctx context.Context, p *Principal, page string, form bool) error {
	details := map[string]any{"page": page}
	if form {
		details["form"] = true
	}
	return db.run(ctx, db.web, scope{platform: true}, func(t *tx) error { return t.recordView(*p.Masquerade, p.Address, details) })
}

func (t *tx) recordView(m Masquerade, address string, details map[string]any) error {
	err := t.countPage(m.ID, details["form"] != nil)
	if err == nil {
		err = t.auditMasquerade(m, "masquerade.page_viewed", address, details)
	}
	if err != nil {
		return &Error{Kind: Unavailable, Message: "the page can't be recorded", cause: err}
	}
	return nil
}

// masqueradeFault returns why a masquerade may not go on, or "". Ended, idle and
// too old ones are found by the session's own check.
func (t *tx) masqueradeFault(id uuid.UUID, m Masquerade) (string, error) {
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
	err := t.get(&now, `
		SELECT a.role AS actor_role, a.is_active AS actor_active, u.role AS subject_role, u.is_active AS subject_active,
			b.status, `+ticketDone+` AS ticket_done, `+consented+` AS consented,
			COALESCE(s.revoked_at IS NOT NULL, true) AS logged_out,
			COALESCE(s.expires_at > $2 AND s.last_seen_at > CAST($2 AS timestamptz) - s.idle_minutes * interval '1 minute', false) AS session_live
		FROM public.masquerades m JOIN public.users a ON a.id = m.actor_id JOIN public.users u ON u.id = m.subject_id
			JOIN public.businesses b ON b.id = m.business_id LEFT JOIN public.sessions s ON s.id_hash = m.session_hash
		WHERE m.id = $1`, id, t.now)
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
		return loggedOut, nil
	case !now.SessionLive:
		return timedOut, nil
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

// ticketDone is true of a masquerade m whose ticket is resolved or closed. What
// was typed for a ticket is text and may be no number.
const ticketDone = `EXISTS (SELECT FROM public.tickets t WHERE t.business_id = m.business_id AND t.status IN ('resolved', 'closed')
	AND t.number = CASE WHEN m.ticket ~ '^#?[0-9]{1,18}$' THEN CAST(ltrim(m.ticket, '#') AS bigint) END)`

// consented is true of a masquerade m of a business b that may do what its mode says.
const consented = `CASE m.consent WHEN 'unneeded' THEN m.mode = 'view' WHEN 'approved' THEN true
	WHEN 'granted' THEN b.support_consent <> 'never' WHEN 'standing' THEN b.support_consent = 'always' ELSE false END`

// StopMasquerade ends the principal's masquerade.
func (db *DB) StopMasquerade(ctx context.Context, p *Principal) error {
	return db.run(ctx, db.web, scope{platform: true}, func(t *tx) error { return t.endMasquerade(p.Masquerade.ID, "stopped") })
}

func (t *tx) endMasquerade(id uuid.UUID, why string) error {
	return t.endMasquerades(why, `id = $3`, id)
}

// endMasquerades ends those that match and their sessions; which is an SQL
// condition of this package over $3.
func (t *tx) endMasquerades(why, which string, arg any) error {
	if err := t.holdNow(); err != nil {
		return err
	}
	var ended []Masquerade
	by, name := uuid.Nil, ""
	if t.who != nil {
		by, name = t.who.Actor.ID, t.who.Actor.Name
	}
	err := t.list(&ended, `UPDATE public.masquerades m SET ended_at = $1, end_reason = $2, ended_by = CASE WHEN actor_id = $4 THEN '' ELSE $5 END
		WHERE ended_at IS NULL AND `+which+` RETURNING `+masqueradeColumns, t.now, why, arg, by, name)
	if err != nil {
		return err
	}
	return t.recordEnds(ended, true)
}

// recordEnds ends the sessions of masquerades that ended, and puts each end on
// record at its own time. One that ends now ends when nobody can write in it any
// more: what had come first and was waited for lies before the end.
func (t *tx) recordEnds(ended []Masquerade, now bool) error {
	for _, m := range ended {
		var sessions [][]byte
		if err := t.list(&sessions, `UPDATE public.sessions SET revoked_at = $2 WHERE masquerade_id = $1 AND revoked_at IS NULL RETURNING id_hash`, m.ID, t.now); err != nil {
			return err
		}
		for _, hash := range sessions {
			t.noteOwn(hash)
		}
		if at := t.db.now(); now && len(sessions) > 0 {
			m.EndedAt = &at
			if _, err := t.exec(`UPDATE public.masquerades SET ended_at = $2 WHERE id = $1`, m.ID, at); err != nil {
				return err
			}
		}
		if m.StartedAt == nil && m.Mode == access.ModeView {
			continue // the code was never used
		}
		e := masqueradeEvent(m, "masquerade.ended", "", map[string]any{"why": m.EndReason})
		e.At = *m.EndedAt
		if err := t.audit(e); err != nil {
			return err
		}
	}
	return nil
}

// AddressesStay is said to support where mails would go elsewhere.
const AddressesStay = "Support can't change where mails go. This stays with the people of the business."

// keepAddress refuses to let mail go elsewhere during a masquerade.
func (q *TenantTx) keepAddress(before, after string) error {
	if q.who == nil || q.who.Masquerade == nil || strings.EqualFold(before, after) {
		return nil
	}
	return &Error{Kind: Forbidden, Message: AddressesStay}
}
