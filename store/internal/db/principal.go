package db

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// RequestFor is how long a request stays open, and its mailed links good.
const RequestFor = 12 * time.Hour

// Open says whether a request still waits for somebody.
func (m Masquerade) Open(now time.Time) bool {
	return m.EndedAt == nil && m.StartedAt == nil && now.Before(m.CreatedAt.Add(RequestFor))
}

// Home is the host whose people the actor is among.
func (p *Principal) Home() *Tenant {
	if !p.Actor.BusinessID.Valid {
		return nil
	}
	return p.Tenant
}

// Fresh says whether the principal has proved a short while ago who it is.
func (p *Principal) Fresh(now time.Time) bool { return now.Sub(p.AuthenticatedAt) <= StepUpFor }

// LiveMasquerade is where an operator is at the moment.
type LiveMasquerade struct {
	ID           uuid.UUID `db:"id"`
	BusinessName string    `db:"business_name"`
	Subdomain    string    `db:"subdomain"`
	SubjectName  string    `db:"subject_name"`
	Mode         string    `db:"mode"`
	StartedAt    time.Time `db:"started_at"`
}

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

// ActorName is who came in: names of the platform's people can be like those of a
// business, so the address stands beside it.
const ActorName = `CASE WHEN m.actor_email = '' THEN m.actor_name ELSE m.actor_name || ' (' || m.actor_email || ')' END`

// MasqueradeColumns are what a Masquerade is read from, of masquerades AS m.
const MasqueradeColumns = `m.id, m.business_id, m.actor_id, ` + ActorName + ` AS actor_name, m.actor_role, m.subject_id, m.subject_name, m.subject_role,
	m.mode, m.consent, m.decided_name, m.decided_at, m.reason, m.ticket, m.back, m.created_at, m.started_at, m.ended_at, m.end_reason, m.ended_by`

// TimedOut is why a masquerade ended that nobody ended.
const TimedOut = "timed out"

// Around are the words that belong to a person.
func (p Person) Around(tenant *Tenant) []string {
	words := []string{p.Email, p.Name}
	if tenant != nil {
		words = append(words, tenant.Name, tenant.Subdomain)
	}
	return words
}

// Person is somebody with a login. Platform staff have no business.
type Person struct {
	ID         uuid.UUID     `db:"id"`
	BusinessID uuid.NullUUID `db:"business_id"`
	Email      string        `db:"email"`
	Name       string        `db:"name"`
	Role       access.Role   `db:"role"`
	IsActive   bool          `db:"is_active"`
	LastLogin  *time.Time    `db:"last_login_at"`
	CreatedAt  time.Time     `db:"created_at"`
}

// PersonColumns are what a Person is read from, of users.
const PersonColumns = `id, business_id, email, name, role, is_active, last_login_at, created_at`

// Principal is who a request comes from: Actor is really there, Subject is whose
// pages are shown. They differ during a masquerade only.
type Principal struct {
	Actor, Subject  Person
	Tenant          *Tenant // nil on the platform
	AuthenticatedAt time.Time
	Address         string
	Masquerade      *Masquerade
	Unread          int // notifications, of platform staff
	Support         int // requests and live visits of support, of owners
	// SecondFactor says whether the actor has one, MustSetUp that the role needs
	// one and it is missing.
	SecondFactor, MustSetUp bool
	// Inside is the masquerade that one of the platform is in, seen from the console.
	Inside *LiveMasquerade
	// TooFast is how long a masquerade must wait whose pages come faster than
	// anybody reads: nothing is shown until then.
	TooFast time.Duration
	// Device is the id that the browser shall keep after a login.
	Device string
	// What let the request in; nil and zero for who acts without one, like a job.
	SessionHash []byte
	Generation  int
	TokenID     uuid.UUID
	released    bool // the request itself ended its session
}

// Can says whether the pages shown to the subject include this. Without a
// principal it is what everybody may.
func (p *Principal) Can(permission access.Permission) bool {
	if p == nil {
		return permission == access.Public
	}
	if p.Masquerade != nil && access.NeverMasqueraded(permission) {
		return false
	}
	return access.Can(p.Subject.Role, permission)
}

// ViewOnly says whether nothing may be changed.
func (p *Principal) ViewOnly() bool {
	return p != nil && p.Masquerade != nil && p.Masquerade.Mode == access.ModeView
}

type principalKey struct{}

// WithPrincipal makes p the author of what the scopes of ctx record.
func WithPrincipal(ctx context.Context, p *Principal) context.Context {
	return context.WithValue(ctx, principalKey{}, p)
}

func principalFrom(ctx context.Context) *Principal {
	p, _ := ctx.Value(principalKey{}).(*Principal)
	return p
}

// ActorID is who is really there, if anybody.
func ActorID(p *Principal) uuid.NullUUID {
	if p == nil {
		return uuid.NullUUID{}
	}
	return uuid.NullUUID{UUID: p.Actor.ID, Valid: true}
}

// Client is where a request comes from.
type Client struct {
	Address, UserAgent string
	// Background marks what an open page asks by itself, again and again: that
	// is no use of the session and must not keep it alive.
	Background bool
	// Device is the id that the browser keeps after a login, Session the token of
	// the session that a new one replaces.
	Device, Session string
}

// Enter notes that a statement has put the tables of a business in sight.
func Enter(t Scope, schema string) error {
	t.core().scope.Schema = schema
	return t.core().conn.Raw(func(c any) error {
		c.(*conn).inPublic = false
		return nil
	})
}

// RoleNames are roles as an array's parameter wants them.
func RoleNames(roles []access.Role) []string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return names
}
