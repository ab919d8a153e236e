package store

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// MinReason is how many characters a reason has at least (CRITERIA M1).
const MinReason = 10

// The longest that a masquerade is idle and lasts (CRITERIA M3).
const (
	MasqueradeIdle = 15 * time.Minute
	MasqueradeMax  = 60 * time.Minute
)

// codeFor is how long the link into a business holds (CRITERIA M11).
const codeFor = 60 * time.Second

// StepUpFor is how long an entered password lets one start masquerades.
const StepUpFor = 5 * time.Minute

// Masquerade is a platform person seeing a business as one of its people.
type Masquerade struct {
	ID          uuid.UUID   `db:"id"`
	BusinessID  uuid.UUID   `db:"business_id"`
	ActorID     uuid.UUID   `db:"actor_id"`
	ActorName   string      `db:"actor_name"` // with the e-mail address, both as at the start
	ActorRole   access.Role `db:"actor_role"`
	SubjectID   uuid.UUID   `db:"subject_id"`
	SubjectName string      `db:"subject_name"`
	SubjectRole access.Role `db:"subject_role"`
	Mode        string      `db:"mode"`
	Consent     string      `db:"consent"`
	DecidedName string      `db:"decided_name"`
	DecidedAt   *time.Time  `db:"decided_at"`
	Reason      string      `db:"reason"`
	Ticket      string      `db:"ticket"`
	Back        string      `db:"back"`
	CreatedAt   time.Time   `db:"created_at"`
	StartedAt   *time.Time  `db:"started_at"`
	EndedAt     *time.Time  `db:"ended_at"`
	EndReason   string      `db:"end_reason"`
	EndedBy     string      `db:"ended_by"` // where somebody else did
	EndsAt      time.Time   `db:"-"`
	IdleEndsAt  time.Time   `db:"-"` // unless something is clicked before
}

// actorName is who came in: names of the platform's people can be like those of a
// business, so the address stands beside it.
const actorName = `CASE WHEN m.actor_email = '' THEN m.actor_name ELSE m.actor_name || ' (' || m.actor_email || ')' END`

const masqueradeColumns = `m.id, m.business_id, m.actor_id, ` + actorName + ` AS actor_name, m.actor_role, m.subject_id, m.subject_name, m.subject_role,
	m.mode, m.consent, m.decided_name, m.decided_at, m.reason, m.ticket, m.back, m.created_at, m.started_at, m.ended_at, m.end_reason, m.ended_by`

// NewMasquerade is what an operator states before one starts.
type NewMasquerade struct {
	Subject uuid.UUID
	Mode    string // ModeView when empty
	Reason  string
	Ticket  string
	Back    string // local path on the platform to which Stop returns
	Beginning
}

// Beginning is what a start, an opening and the entrance bring with them.
type Beginning struct {
	// Instead is the live masquerade of the operator that ends for this one.
	Instead uuid.UUID
	// Browser is what marks the browser that asks; the code opens in no other.
	Browser string
}

func beginning(how []Beginning) Beginning {
	if len(how) == 0 {
		return Beginning{}
	}
	return how[0]
}

// StartedMasquerade has a code, or has to wait for consent first.
type StartedMasquerade struct {
	ID       uuid.UUID
	Business Tenant
	Code     string // good for a minute on the business's host; "" while waiting
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
	err = q.get(&b, `SELECT id, name, subdomain, plan, status, status_reason, time_zone, accent_color, trial_ends_at, support_consent
		FROM public.businesses WHERE id = $1`, p.BusinessID.UUID)
	if err == nil && b.Status == "archived" {
		return refuse("This business is archived.")
	}
	return p, b, err
}

// StartMasquerade records the reason. The answer has the one-time code that
// opens the business's site, good for a minute on that host alone; or, where
// changes need somebody's consent first, no code yet.
func (q *PublicTx) StartMasquerade(in NewMasquerade) (StartedMasquerade, error) {
	var started StartedMasquerade
	if in.Mode == "" {
		in.Mode = access.ModeView
	}
	if !SaysWhy(in.Reason, MinReason) {
		return started, invalid("reason", "Say in at least 10 characters, in words, why you need to see this.")
	}
	subject, business, err := q.MasqueradeTarget(in.Subject)
	if err != nil {
		return started, err
	}
	if err := q.steppedUp(); err != nil {
		return started, err
	}
	if in.Ticket, err = q.openTicket(business, in.Ticket); err != nil {
		return started, err
	}
	consent := "unneeded"
	if in.Mode == access.ModeWrite {
		if business.Status == "suspended" {
			return started, invalid("mode", "A suspended business can only be viewed.")
		}
		if consent = "asked"; business.SupportConsent == ConsentAlways {
			consent = "standing"
		}
	}
	if err := q.alone(in.Instead, consent != "asked"); err != nil {
		return started, err
	}
	if err := q.startRate(); err != nil {
		return started, err
	}
	started = StartedMasquerade{ID: newID(), Business: business}
	_, err = q.exec(`
		INSERT INTO public.masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role,
			session_hash, mode, consent, reason, ticket, back, created_at, actor_email)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		started.ID, business.ID, q.who.Actor.ID, q.who.Actor.Name, string(q.who.Actor.Role), subject.ID, subject.Name, string(subject.Role),
		q.who.sessionHash, in.Mode, consent, in.Reason, in.Ticket, in.Back, q.now, q.who.Actor.Email)
	if err != nil {
		return started, err
	}
	requested := aboutPerson(subject, "masquerade.requested", map[string]any{"reason": in.Reason, "ticket": in.Ticket, "mode": in.Mode})
	requested.Masquerade = uuid.NullUUID{UUID: started.ID, Valid: true}
	err = q.audit(requested)
	if err != nil {
		return started, err
	}
	if consent == "asked" {
		return started, q.askConsent(started.ID, business)
	}
	started.Code, err = q.newMasqueradeCode(started.ID, in.Browser)
	return started, err
}

// steppedUp refuses those who proved themselves too long ago.
func (q *PublicTx) steppedUp() error {
	if q.who == nil || q.now.Sub(q.who.AuthenticatedAt) > StepUpFor {
		return invalid("password", "Enter your password to confirm that it is you.")
	}
	return nil
}

// newMasqueradeCode makes the one-time code of a masquerade that may begin; an
// earlier one of it is good no longer.
func (q *PublicTx) newMasqueradeCode(id uuid.UUID, browser string) (string, error) {
	code := newToken()
	_, err := q.exec(`UPDATE public.masquerades SET code_hash = $2, code_expires_at = $3, session_hash = $4, browser_hash = $5 WHERE id = $1`,
		id, hashToken(code), q.now.Add(codeFor), q.who.sessionHash, hashToken(browser))
	return code, err
}

// Masquerade returns one masquerade.
func (q *PublicTx) Masquerade(id uuid.UUID) (Masquerade, error) {
	var m Masquerade
	err := q.get(&m, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.id = $1`, id)
	return m, err
}

func (t *tx) auditMasquerade(m Masquerade, action, address string, details map[string]any) error {
	return t.audit(masqueradeEvent(m, action, address, details))
}

func masqueradeEvent(m Masquerade, action, address string, details map[string]any) Event {
	actor, subject := Person{ID: m.ActorID, Name: m.ActorName, Role: m.ActorRole}, Person{ID: m.SubjectID, Name: m.SubjectName, Role: m.SubjectRole}
	return Event{Action: action, Business: uuid.NullUUID{UUID: m.BusinessID, Valid: true},
		ObjectType: "user", ObjectID: m.SubjectID.String(), ObjectName: subject.auditName(),
		Details: details, By: &Principal{Actor: actor, Subject: subject, Address: address, Masquerade: &m}}
}
