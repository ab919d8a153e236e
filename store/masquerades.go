package store

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/google/uuid"
)

// The bounds of a masquerade (CRITERIA M1, M3, M11).
const (
	MinReason      = 10 // characters
	MasqueradeIdle = 15 * time.Minute
	MasqueradeMax  = 60 * time.Minute
	codeFor        = 60 * time.Second
	// StepUpFor is how long an entered password lets one start masquerades.
	StepUpFor = 5 * time.Minute
)

// Masquerade is a platform person seeing a business as one of its people.
type Masquerade struct {
	ID          uuid.UUID  `db:"id"`
	BusinessID  uuid.UUID  `db:"business_id"`
	ActorID     uuid.UUID  `db:"actor_id"`
	ActorName   string     `db:"actor_name"`
	ActorRole   Role       `db:"actor_role"`
	SubjectID   uuid.UUID  `db:"subject_id"`
	SubjectName string     `db:"subject_name"`
	SubjectRole Role       `db:"subject_role"`
	Mode        string     `db:"mode"`
	Reason      string     `db:"reason"`
	Back        string     `db:"back"`
	StartedAt   *time.Time `db:"started_at"`
	EndsAt      time.Time  `db:"-"`
}

const masqueradeColumns = `m.id, m.business_id, m.actor_id, m.actor_name, m.actor_role, m.subject_id,
	m.subject_name, m.subject_role, m.mode, m.reason, m.back, m.started_at`

// NewMasquerade is what an operator states before one starts.
type NewMasquerade struct {
	Subject uuid.UUID
	Reason  string
	Ticket  string
	Back    string // local path on the platform to which Stop returns
}

// MasqueradeTarget returns a person that the principal may appear as, with the
// business, or an error that says why not.
func (q *PublicTx) MasqueradeTarget(subject uuid.UUID) (Person, Tenant, error) {
	p, err := q.Person(subject)
	if err != nil {
		return p, Tenant{}, err
	}
	refuse := func(why string) (Person, Tenant, error) {
		return p, Tenant{}, &Error{Kind: Forbidden, Message: why}
	}
	switch {
	case q.who == nil || q.who.Masquerade != nil:
		return refuse("End the present masquerade first.")
	case p.ID == q.who.Actor.ID:
		return refuse("You can't masquerade as yourself.")
	case !p.BusinessID.Valid:
		return refuse("Nobody masquerades as platform staff.")
	case !p.IsActive:
		return refuse("This person's login is disabled.")
	}
	var b Tenant
	err = q.get(&b, `SELECT id, name, subdomain, plan, status, status_reason, time_zone, accent_color, trial_ends_at
		FROM public.businesses WHERE id = $1`, p.BusinessID.UUID)
	if err == nil && b.Status == "archived" {
		return refuse("This business is archived.")
	}
	return p, b, err
}

// StartMasquerade records the reason and returns the business and the one-time
// code that opens its site, good for a minute on that host alone.
func (q *PublicTx) StartMasquerade(in NewMasquerade) (Tenant, string, error) {
	if utf8.RuneCountInString(in.Reason) < MinReason {
		return Tenant{}, "", invalid("reason", "Say in at least 10 characters why you need to see this.")
	}
	subject, business, err := q.MasqueradeTarget(in.Subject)
	if err != nil {
		return business, "", err
	}
	if q.now.Sub(q.who.AuthenticatedAt) > StepUpFor {
		return business, "", invalid("password", "Enter your password to confirm that it is you.")
	}
	code, id := newToken(), newID()
	_, err = q.exec(`
		INSERT INTO public.masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role,
			session_hash, mode, reason, ticket, back, code_hash, code_expires_at, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'view', $10, $11, $12, $13, $14, $15)`,
		id, business.ID, q.who.Actor.ID, q.who.Actor.Name, string(q.who.Actor.Role), subject.ID, subject.Name, string(subject.Role),
		q.who.sessionHash, in.Reason, in.Ticket, in.Back, hashToken(code), q.now.Add(codeFor), q.now)
	if err != nil {
		return business, "", err
	}
	var done bool
	if err := q.get(&done, `SELECT `+ticketDone+` FROM public.masquerades m WHERE m.id = $1`, id); err != nil {
		return business, "", err
	}
	if done {
		return business, "", invalid("ticket", "This ticket is closed already; reopen it or leave the field empty.")
	}
	return business, code, q.audit(Event{Action: "masquerade.requested", Business: uuid.NullUUID{UUID: business.ID, Valid: true},
		ObjectType: "user", ObjectID: subject.ID.String(), ObjectName: subject.Email,
		Masquerade: uuid.NullUUID{UUID: id, Valid: true},
		Details:    map[string]any{"reason": in.Reason, "ticket": in.Ticket, "mode": "view"}})
}

// MasqueradeByCode shows what a code would open on this host, without spending it.
func (db *DB) MasqueradeByCode(ctx context.Context, tenant Tenant, code string) (Masquerade, error) {
	var m Masquerade
	err := db.inHost(ctx, &tenant, func(t tx) error {
		return t.get(&m, `SELECT `+masqueradeColumns+` FROM public.masquerades m
			WHERE m.code_hash = $1 AND m.business_id = $2 AND m.code_expires_at > $3 AND m.started_at IS NULL AND m.ended_at IS NULL`,
			hashToken(code), tenant.ID, t.now)
	})
	return m, err
}

// EnterMasquerade spends a code: of any number of tries one wins. It starts a
// session on the business's host and tells its owners by mail.
func (db *DB) EnterMasquerade(ctx context.Context, tenant Tenant, code string, from Client) (string, error) {
	token := newToken()
	err := db.run(ctx, db.web, scope{platform: true}, func(t tx) error {
		var m Masquerade
		err := t.get(&m, `UPDATE public.masquerades m SET started_at = $3
			WHERE m.code_hash = $1 AND m.business_id = $2 AND m.code_expires_at > $3 AND m.started_at IS NULL AND m.ended_at IS NULL
			RETURNING `+masqueradeColumns, hashToken(code), tenant.ID, t.now)
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
			hashToken(token), tenant.ID, m.SubjectID, m.ID, t.now, int(MasqueradeIdle.Minutes()), t.now.Add(MasqueradeMax),
			from.Address, truncate(from.UserAgent, 300))
		if err != nil {
			return err
		}
		if err := t.auditMasquerade(m, "masquerade.started", from.Address, map[string]any{"reason": m.Reason, "mode": m.Mode}); err != nil {
			return err
		}
		return t.enqueue(MasqueradeNoticeArgs{MasqueradeID: m.ID, BusinessID: m.BusinessID}, nil)
	})
	return token, err
}

// continueMasquerade is the session check of a masquerade: it reads the rows of
// everybody concerned, records the page and only then lets the request go on, in
// a tenant that leads to the read-only login.
func (db *DB) continueMasquerade(ctx context.Context, p *Principal, id uuid.UUID, page string) (*Principal, error) {
	var m Masquerade
	why := ""
	err := db.run(ctx, db.web, scope{platform: true}, func(t tx) (err error) {
		if err = t.get(&m, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.id = $1 AND m.ended_at IS NULL`, id); err != nil {
			return err
		}
		if why, err = t.masqueradeFault(id, m); err != nil || why != "" {
			return err
		}
		if err = t.get(&p.Actor, `SELECT `+personColumns+` FROM public.users WHERE id = $1`, m.ActorID); err != nil {
			return err
		}
		if page == "" {
			return nil
		}
		if _, err = t.exec(`UPDATE public.sessions SET last_seen_at = $2 WHERE id_hash = $1`, p.sessionHash, t.now); err != nil {
			return err
		}
		if _, err = t.exec(`UPDATE public.masquerades SET pages = pages + 1 WHERE id = $1`, id); err != nil {
			return err
		}
		return t.auditMasquerade(m, "masquerade.page_viewed", p.Address, map[string]any{"page": page})
	})
	if KindOf(err) == NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if why != "" {
		return nil, db.run(ctx, db.web, scope{platform: true}, func(t tx) error { return t.endMasquerade(id, why) })
	}
	m.EndsAt = m.StartedAt.Add(MasqueradeMax)
	p.Masquerade = &m
	p.Tenant.viewOnly = m.Mode == "view"
	return p, nil
}

// masqueradeFault returns why a masquerade may not go on, or "". Ended, idle and
// too old ones are found by the session's own check.
func (t *tx) masqueradeFault(id uuid.UUID, m Masquerade) (string, error) {
	var now struct {
		ActorRole     Role `db:"actor_role"`
		ActorActive   bool `db:"actor_active"`
		SubjectRole   Role `db:"subject_role"`
		SubjectActive bool `db:"subject_active"`
		SessionLive   bool `db:"session_live"`
		Archived      bool `db:"archived"`
		TicketDone    bool `db:"ticket_done"`
	}
	err := t.get(&now, `
		SELECT a.role AS actor_role, a.is_active AS actor_active, u.role AS subject_role, u.is_active AS subject_active,
			b.status = 'archived' AS archived, `+ticketDone+` AS ticket_done,
			EXISTS (SELECT FROM public.sessions s WHERE s.id_hash = m.session_hash AND s.revoked_at IS NULL AND s.expires_at > $2) AS session_live
		FROM public.masquerades m JOIN public.users a ON a.id = m.actor_id JOIN public.users u ON u.id = m.subject_id
			JOIN public.businesses b ON b.id = m.business_id
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
	case !now.SessionLive:
		return "operator logged out", nil
	case now.Archived:
		return "business archived", nil
	case now.TicketDone:
		return "ticket closed", nil
	}
	return "", nil
}

// ticketDone is true of a masquerade m whose ticket is resolved or closed. What
// was typed for a ticket is text and may be no number.
const ticketDone = `EXISTS (SELECT FROM public.tickets t WHERE t.business_id = m.business_id AND t.status IN ('resolved', 'closed')
	AND t.number = CASE WHEN m.ticket ~ '^#?[0-9]{1,18}$' THEN CAST(ltrim(m.ticket, '#') AS bigint) END)`

// StopMasquerade ends the principal's masquerade.
func (db *DB) StopMasquerade(ctx context.Context, p *Principal) error {
	return db.run(ctx, db.web, scope{platform: true}, func(t tx) error { return t.endMasquerade(p.Masquerade.ID, "stopped") })
}

func (t *tx) endMasquerade(id uuid.UUID, why string) error {
	return t.endMasquerades(why, `id = $3`, id)
}

// endMasquerades ends those that match and their sessions; which is an SQL
// condition of this package over $3.
func (t *tx) endMasquerades(why, which string, arg any) error {
	var ended []Masquerade
	err := t.list(&ended, `UPDATE public.masquerades m SET ended_at = $1, end_reason = $2 WHERE ended_at IS NULL AND `+which+`
		RETURNING `+masqueradeColumns, t.now, why, arg)
	if err != nil {
		return err
	}
	for _, m := range ended {
		if _, err := t.exec(`UPDATE public.sessions SET revoked_at = $2 WHERE masquerade_id = $1 AND revoked_at IS NULL`, m.ID, t.now); err != nil {
			return err
		}
		if m.StartedAt == nil {
			continue // the code was never used
		}
		if err := t.auditMasquerade(m, "masquerade.ended", "", map[string]any{"why": why}); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) auditMasquerade(m Masquerade, action, address string, details map[string]any) error {
	return t.audit(Event{Action: action, Business: uuid.NullUUID{UUID: m.BusinessID, Valid: true},
		ObjectType: "user", ObjectID: m.SubjectID.String(), ObjectName: m.SubjectName,
		Details: details,
		By: &Principal{Actor: Person{ID: m.ActorID, Name: m.ActorName}, Subject: Person{ID: m.SubjectID, Name: m.SubjectName},
			Address: address, Masquerade: &m}})
}

// Masquerade returns one masquerade.
func (q *PublicTx) Masquerade(id uuid.UUID) (Masquerade, error) {
	var m Masquerade
	err := q.get(&m, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.id = $1`, id)
	return m, err
}
