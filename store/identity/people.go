package identity

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

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

// InsertPerson adds somebody who counts as invited until a password is stored.
func InsertPerson(t db.Scope, p db.Person) error {
	if text.Unseen(p.Name) {
		return db.InvalidField("name", "Give a name with letters, digits or symbols.")
	}
	_, err := db.Exec(t, `INSERT INTO public.users (id, business_id, email, name, role, created_at, invited_at, staff_name_key) VALUES ($1, $2, $3, $4, $5, $6, $6, $7)`,
		p.ID, p.BusinessID, p.Email, p.Name, string(p.Role), p.CreatedAt, staffNameKey(p))
	return err
}

// Rename stores a person's new name, also where the business's line shows it.
func Rename(t db.Scope, p db.Person) error {
	if text.Unseen(p.Name) {
		return db.InvalidField("name", "Give a name with letters, digits or symbols.")
	}
	_, err := db.Exec(t, `UPDATE public.users SET name = $2, staff_name_key = $3 WHERE id = $1`, p.ID, p.Name, staffNameKey(p))
	if err != nil || !p.BusinessID.Valid {
		return err
	}
	return RecountPeople(t, p.BusinessID.UUID)
}

// RecountPeople keeps a business's line in the list true.
func RecountPeople(t db.Scope, business uuid.UUID) error {
	_, err := db.Exec(t, `
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
