package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

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

const personColumns = `id, business_id, email, name, role, is_active, last_login_at, created_at`

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
	sessionHash []byte
	generation  int
	tokenID     uuid.UUID
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

// Person returns one person: any on the platform, in a tenant scope its own.
func (t *tx) Person(id uuid.UUID) (Person, error) {
	var p Person
	err := t.get(&p, `SELECT `+personColumns+` FROM public.users WHERE id = $1`, id)
	return p, err
}

// PeopleOf lists the people of a business, owners first; customers are not
// among them.
func (q *PublicTx) PeopleOf(business uuid.UUID) ([]Person, error) {
	var people []Person
	err := q.list(&people, `
		SELECT `+personColumns+` FROM public.users
		WHERE business_id = $1 AND role <> 'CUSTOMER'
		ORDER BY array_position(ARRAY['TENANT_OWNER', 'TENANT_MANAGER', 'TENANT_STAFF'], role), name`+byName+`, id
		LIMIT 200`, business)
	return people, err
}

// NewPerson is what it takes to give somebody a login. Without a password the
// person gets an invitation by mail.
type NewPerson struct {
	Business uuid.NullUUID
	Email    string
	Name     string
	Role     access.Role
	Password string // plain; hashed by CreatePerson
	// Unmailed leaves the invitation to the caller, who hands a link over: a
	// mail would bring another link, which takes back the one handed over.
	Unmailed bool
}

// CreatePerson adds somebody, with a password or with an invitation.
func (q *PublicTx) CreatePerson(in NewPerson) (Person, error) {
	p := Person{ID: newID(), BusinessID: in.Business, Email: in.Email, Name: in.Name, Role: in.Role, IsActive: true, CreatedAt: q.now}
	if in.Role == access.TenantOwner {
		if err := q.mayMakeOwner(p); err != nil {
			return p, err
		}
	}
	if err := q.insertPerson(p); err != nil {
		return p, err
	}
	if err := q.noteMaker(p); err != nil {
		return p, err
	}
	if in.Business.Valid && in.Role != access.Customer {
		if err := q.recountPeople(in.Business.UUID); err != nil {
			return p, err
		}
	}
	if err := q.auditPerson(p, "user.created", map[string]any{"role": p.Role}); err != nil {
		return p, err
	}
	if in.Password == "" && in.Unmailed {
		return p, nil
	}
	if in.Password == "" {
		return p, q.enqueue(InviteArgs{UserID: p.ID, BusinessID: p.BusinessID}, nil)
	}
	return p, q.setPassword(p, in.Password)
}

// insertPerson adds somebody who counts as invited until a password is stored.
func (t *tx) insertPerson(p Person) error {
	if Unseen(p.Name) {
		return invalid("name", "Give a name with letters, digits or symbols.")
	}
	_, err := t.exec(`INSERT INTO public.users (id, business_id, email, name, role, created_at, invited_at, staff_name_key) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`,
		p.ID, p.BusinessID, p.Email, p.Name, string(p.Role), p.CreatedAt, p.staffNameKey())
	return err
}

// rename stores a person's new name, also where the business's line shows it.
func (t *tx) rename(p Person) error {
	if Unseen(p.Name) {
		return invalid("name", "Give a name with letters, digits or symbols.")
	}
	_, err := t.exec(`UPDATE public.users SET name = $2, staff_name_key = $3 WHERE id = $1`, p.ID, p.Name, p.staffNameKey())
	if err != nil || !p.BusinessID.Valid {
		return err
	}
	return t.recountPeople(p.BusinessID.UUID)
}

// recountPeople keeps a business's line in the list true.
func (t *tx) recountPeople(business uuid.UUID) error {
	_, err := t.exec(`
		UPDATE public.business_totals SET
			people_count = (SELECT count(*) FROM public.users WHERE business_id = $1 AND role <> 'CUSTOMER' AND is_active),
			owner_id = o.id, owner_name = COALESCE(o.name, ''), owner_email = COALESCE(o.email, ''),
			search_text = lower(concat_ws(' ', b.name, b.subdomain, o.name, o.email, NULLIF(b.contact_email, ''), NULLIF(public.phone_digits(b.phone), ''),
				(SELECT string_agg(d.name, ' ' ORDER BY d.name) FROM public.domains d WHERE d.business_id = b.id AND d.name <> b.subdomain)))
		FROM public.businesses b LEFT JOIN LATERAL (
			SELECT id, name, email FROM public.users
			WHERE business_id = b.id AND role = 'TENANT_OWNER' AND is_active ORDER BY created_at, id LIMIT 1) o ON true
		WHERE b.id = $1 AND business_totals.business_id = $1`, business)
	return err
}
