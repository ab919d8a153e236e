package sessions

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// What a business's owners say to changes by support.
const (
	ConsentAlways = "always"
	ConsentAsk    = "ask"
	ConsentNever  = "never"
)

// AskFor is how long the owners have before a second person of the platform
// may answer for them.
const AskFor = 10 * time.Minute

// consentFor is how long a consent given can be used for a start.
const consentFor = time.Hour

// MailOwners makes a mail job for each owner of its own: a retry tells nobody twice.
func MailOwners(t db.Scope, business uuid.UUID, enqueue func(owner uuid.UUID) error) error {
	var owners []uuid.UUID
	err := db.List(t, &owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY created_at, id LIMIT 100`, business)
	for _, owner := range owners {
		if err == nil {
			err = enqueue(owner)
		}
	}
	return err
}

// MasqueradeNoticeArgs tells one owner of a business that support came in.
type MasqueradeNoticeArgs struct {
	db.TeamMail
	db.MailJob
	MasqueradeID uuid.UUID `json:"masquerade_id"`
	BusinessID   uuid.UUID `json:"business_id"`
	UserID       uuid.UUID `json:"user_id"`
}

// Kind names the job.
func (MasqueradeNoticeArgs) Kind() string { return "mail_masquerade_notice" }

// MasqueradeRequest is a masquerade, one with changes also on its way from the
// request to its start, as the platform sees it.
type MasqueradeRequest struct {
	db.Masquerade
	BusinessName   string `db:"business_name"`
	Subdomain      string `db:"subdomain"`
	SupportConsent string `db:"support_consent"`
	// SecondFrom is when a second person may answer instead of the owners.
	SecondFrom time.Time `db:"-"`
	// State is asked, granted, approved, started or over.
	State string `db:"-"`
	now   time.Time
}

// MayApprove says whether a second person may open it now.
func (r MasqueradeRequest) MayApprove() bool {
	return r.State == "asked" && !r.now.Before(r.SecondFrom)
}

// ReadMasqueradeRequest returns one that its actor, or with all anybody's, wants to see.
func ReadMasqueradeRequest(q *db.PublicTx, id uuid.UUID, all bool) (MasqueradeRequest, error) {
	var r MasqueradeRequest
	err := db.Get(q, &r, `SELECT `+db.MasqueradeColumns+`, b.name AS business_name, b.subdomain, b.support_consent
		FROM public.masquerades m JOIN public.businesses b ON b.id = m.business_id WHERE m.id = $1 AND (m.actor_id = $2 OR $3)`, id, db.Who(q).Actor.ID, all)
	if err != nil {
		return r, err
	}
	r.now = q.Now()
	r.SecondFrom = SecondFrom(r.Masquerade, r.SupportConsent)
	switch {
	case r.StartedAt != nil && r.EndedAt == nil:
		r.State = "started"
	case !r.Open(q.Now()), r.DecidedAt != nil && q.Now().After(r.DecidedAt.Add(consentFor)):
		r.State = "over"
	default:
		r.State = r.Consent
	}
	return r, nil
}

// SecondFrom is when a second person may answer a request instead of the owners.
func SecondFrom(m db.Masquerade, consent string) time.Time {
	if consent == ConsentNever {
		return m.CreatedAt
	}
	return m.CreatedAt.Add(AskFor)
}

// MinReason is how many characters a reason has at least (CRITERIA M1).
const MinReason = 10

// codeFor is how long the link into a business holds (CRITERIA M11).
const codeFor = 60 * time.Second

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

// BeginningOf is the one beginning that was given, or the zero value.
func BeginningOf(how []Beginning) Beginning {
	if len(how) == 0 {
		return Beginning{}
	}
	return how[0]
}

// StartedMasquerade has a code, or has to wait for consent first.
type StartedMasquerade struct {
	ID       uuid.UUID
	Business db.Tenant
	Code     string // good for a minute on the business's host; "" while waiting
}

// MasqueradeTarget returns a person that the principal may appear as, with the
// business, or an error that says why not.
func MasqueradeTarget(q *db.PublicTx, subject uuid.UUID) (db.Person, db.Tenant, error) {
	p, err := Person(q, subject)
	if err != nil {
		return p, db.Tenant{}, err
	}
	refuse := func(why string) (db.Person, db.Tenant, error) {
		return p, db.Tenant{}, &db.Error{Kind: db.Forbidden, Message: why}
	}
	switch {
	case db.Who(q) == nil || db.Who(q).Masquerade != nil:
		return refuse("End the present masquerade first.")
	case p.ID == db.Who(q).Actor.ID:
		return refuse("You can't masquerade as yourself.")
	case !p.BusinessID.Valid:
		return refuse("Nobody masquerades as platform staff.")
	case !p.IsActive:
		return refuse("This person's login is disabled.")
	}
	var b db.Tenant
	err = db.Get(q, &b, `SELECT id, name, subdomain, plan, status, status_reason, time_zone, accent_color, trial_ends_at, support_consent
		FROM public.businesses WHERE id = $1`, p.BusinessID.UUID)
	if err == nil && b.Status == "archived" {
		return refuse("This business is archived.")
	}
	return p, b, err
}

// SteppedUp refuses those who proved themselves too long ago.
func SteppedUp(q *db.PublicTx) error {
	if db.Who(q) == nil || q.Now().Sub(db.Who(q).AuthenticatedAt) > db.StepUpFor {
		return db.InvalidField("password", "Enter your password to confirm that it is you.")
	}
	return nil
}

// NewMasqueradeCode makes the one-time code of a masquerade that may begin; an
// earlier one of it is good no longer.
func NewMasqueradeCode(q *db.PublicTx, id uuid.UUID, browser string) (string, error) {
	code := NewToken()
	_, err := db.Exec(q, `UPDATE public.masquerades SET code_hash = $2, code_expires_at = $3, session_hash = $4, browser_hash = $5 WHERE id = $1`,
		id, HashToken(code), q.Now().Add(codeFor), db.Who(q).SessionHash, HashToken(browser))
	return code, err
}

// Masquerade returns one masquerade.
func Masquerade(q *db.PublicTx, id uuid.UUID) (db.Masquerade, error) {
	var m db.Masquerade
	err := db.Get(q, &m, `SELECT `+db.MasqueradeColumns+` FROM public.masquerades m WHERE m.id = $1`, id)
	return m, err
}

// AuditMasquerade records what was done in or to a masquerade.
func AuditMasquerade(t db.Scope, m db.Masquerade, action, address string, details map[string]any) error {
	return db.Audit(t, masqueradeEvent(m, action, address, details))
}

func masqueradeEvent(m db.Masquerade, action, address string, details map[string]any) db.Event {
	actor, subject := db.Person{ID: m.ActorID, Name: m.ActorName, Role: m.ActorRole}, db.Person{ID: m.SubjectID, Name: m.SubjectName, Role: m.SubjectRole}
	return db.Event{Action: action, Business: uuid.NullUUID{UUID: m.BusinessID, Valid: true},
		ObjectType: "user", ObjectID: m.SubjectID.String(), ObjectName: subject.AuditName(),
		Details: details, By: &db.Principal{Actor: actor, Subject: subject, Address: address, Masquerade: &m}}
}

// EndOverdue ends those that ran out, alone or with the session in which they began,
// at the moment when they did; which is an SQL condition of this package over $5.
func EndOverdue(t db.Scope, bounds settings.MasqueradeBounds, which string, arg any) error {
	var ended []db.Masquerade
	err := db.List(t, &ended, `
		UPDATE public.masquerades m SET ended_at = o.at, end_reason = $4
		FROM (SELECT m.id, LEAST(m.started_at + $2 * interval '1 minute',
				COALESCE(s.last_seen_at, m.started_at) + LEAST(s.idle_minutes, CAST($3 AS integer)) * interval '1 minute',
				begun.expires_at, begun.last_seen_at + begun.idle_minutes * interval '1 minute') AS at
			FROM public.masquerades m LEFT JOIN public.sessions s ON s.masquerade_id = m.id LEFT JOIN public.sessions begun ON begun.id_hash = m.session_hash
			WHERE m.ended_at IS NULL AND m.started_at IS NOT NULL AND `+which+`) o
		WHERE m.id = o.id AND m.ended_at IS NULL AND o.at <= $1 RETURNING `+db.MasqueradeColumns,
		t.Now(), int(bounds.Max/time.Minute), int(bounds.Idle/time.Minute), db.TimedOut, arg)
	if err != nil {
		return err
	}
	return recordEnds(t, ended, false)
}

// SupportNow is true of a masquerade m that waits for an owner, having been asked
// for after a parameter, or that could be used or begun at the moment of another one.
func SupportNow(askedAfter, now string) string {
	// None runs a day after its request: the bound is for the index.
	return `m.ended_at IS NULL AND m.created_at > CAST(` + now + ` AS timestamptz) - interval '1 day' AND (m.consent = 'asked' AND m.started_at IS NULL AND m.created_at > CAST(` + askedAfter + ` AS timestamptz)
		OR m.consent IN ('granted', 'approved') AND m.started_at IS NULL AND m.decided_at > CAST(` + now + ` AS timestamptz) - interval '` + consentFor.String() + `'
		OR m.started_at IS NOT NULL AND EXISTS (SELECT FROM public.sessions v WHERE v.masquerade_id = m.id AND v.revoked_at IS NULL AND v.expires_at > ` + now + `
			AND v.last_seen_at > CAST(` + now + ` AS timestamptz) - v.idle_minutes * interval '1 minute'))`
}
