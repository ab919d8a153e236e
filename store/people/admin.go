package people

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// ResetFactorsOf is ResetFactors on the console; staff says whether platform staff
// may be touched.
func ResetFactorsOf(ctx context.Context, d *db.DB, person uuid.UUID, staff bool) error {
	return changePerson(ctx, d, person, staff, func(q *db.PublicTx, p db.Person) error {
		if err := maySetAside(q, p); err != nil {
			return err
		}
		return identity.ResetFactors(q, p.ID)
	})
}

// Of lists the people of a business, owners first; customers are not
// among them.
func Of(q *db.PublicTx, business uuid.UUID) ([]db.Person, error) {
	var people []db.Person
	err := db.List(q, &people, `
		SELECT `+db.PersonColumns+` FROM public.users
		WHERE business_id = $1 AND role <> 'CUSTOMER'
		ORDER BY array_position(ARRAY['TENANT_OWNER', 'TENANT_MANAGER', 'TENANT_STAFF'], role), name`+text.ByName+`, id
		LIMIT 200`, business)
	return people, err
}

// CreatePerson adds somebody, with a password or with an invitation.
func CreatePerson(q *db.PublicTx, in identity.NewPerson) (db.Person, error) {
	p := db.Person{ID: db.NewID(), BusinessID: in.Business, Email: in.Email, Name: in.Name, Role: in.Role, IsActive: true, CreatedAt: q.Now()}
	if in.Role == access.TenantOwner {
		if err := MayMakeOwner(q, p); err != nil {
			return p, err
		}
	}
	if err := identity.InsertPerson(q, p); err != nil {
		return p, err
	}
	if err := noteMaker(q, p); err != nil {
		return p, err
	}
	if in.Business.Valid && in.Role != access.Customer {
		if err := identity.RecountPeople(q, in.Business.UUID); err != nil {
			return p, err
		}
	}
	if err := db.AuditPerson(q, p, "user.created", map[string]any{"role": p.Role}); err != nil {
		return p, err
	}
	if in.Password == "" && in.Unmailed {
		return p, nil
	}
	if in.Password == "" {
		return p, db.Enqueue(q, identity.InviteArgs{UserID: p.ID, BusinessID: p.BusinessID}, nil)
	}
	return p, identity.SetPassword(q, p, in.Password)
}

// ErrStaffOnly is told to who may not change people of the platform.
var ErrStaffOnly = &db.Error{Kind: db.Forbidden, Message: "Only a superuser changes the platform's own people."}

var (
	errLastSuperuser  = &db.Error{Kind: db.Conflict, Message: "This is the last superuser. Make somebody else a superuser first."}
	errOwnRole        = &db.Error{Kind: db.Forbidden, Message: "You can't change your own role."}
	errOwnLogin       = &db.Error{Kind: db.Forbidden, Message: "You can't disable your own login."}
	errNoInvitation   = &db.Error{Kind: db.Conflict, Message: "This person has no open invitation."}
	errNoPassword     = &db.Error{Kind: db.Conflict, Message: "This person has not come in yet. Send the invitation again instead."}
	errDisabledPerson = &db.Error{Kind: db.Conflict, Message: "This login is disabled. Enable it first."}
)

// StaffRoles are those that an administrator can give to people of the platform.
var StaffRoles = []access.Role{access.Superuser, access.PlatformManager, access.PlatformSupport, access.PlatformSales}

// RolesFor are the roles that somebody can be given. A customer stays one: the
// role belongs to the bookings.
func RolesFor(p db.Person) []access.Role {
	switch {
	case !p.BusinessID.Valid:
		return StaffRoles
	case p.Role == access.Customer:
		return nil
	}
	return TeamRoles
}

// changePerson runs a change to one person by the platform's staff. Changes to
// the people of one business wait for each other, and so do those to staff.
func changePerson(ctx context.Context, d *db.DB, id uuid.UUID, staff bool, change func(*db.PublicTx, db.Person) error) error {
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		p, err := LockPerson(q, id, staff)
		if err != nil {
			return err
		}
		return change(q, p)
	})
	paging.Counts(d).Forget()
	return err
}

// LockPerson reads somebody to change; staff says that people of the platform may
// be.
func LockPerson(q *db.PublicTx, id uuid.UUID, staff bool) (db.Person, error) {
	p, err := sessions.Person(q, id)
	if err != nil {
		return p, err
	}
	switch {
	case p.BusinessID.Valid:
		_, err = plans.LimitsOf(q, p.BusinessID.UUID, true)
	case !staff:
		err = ErrStaffOnly
	default:
		_, err = db.Exec(q, `SELECT FROM public.users WHERE business_id IS NULL ORDER BY id FOR UPDATE`)
	}
	if err != nil {
		return p, err
	}
	// As it is now that nobody else changes it.
	return sessions.Person(q, id)
}

func isSelf(q *db.PublicTx, id uuid.UUID) bool { return db.Who(q) != nil && db.Who(q).Actor.ID == id }

// checkNotLast keeps the platform and each business in somebody's hands.
func checkNotLast(q *db.PublicTx, p db.Person) error {
	switch p.Role {
	case access.TenantOwner:
		return checkOtherOwner(q, p.ID)
	case access.Superuser:
		var others bool
		err := db.Get(q, &others, `SELECT EXISTS (SELECT FROM public.users
			WHERE business_id IS NULL AND role = 'SUPERUSER' AND is_active AND invited_at IS NULL AND id <> $1)`, p.ID)
		if err == nil && !others {
			err = errLastSuperuser
		}
		return err
	}
	return nil
}

// RoleWord is a role of a business in a sentence.
func RoleWord(r access.Role) string {
	return strings.ToLower(strings.TrimPrefix(string(r), "TENANT_"))
}

// RenamePerson changes a name; the e-mail address is changed by the person alone.
func RenamePerson(ctx context.Context, d *db.DB, id uuid.UUID, name string, staff bool) error {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > 120 || text.VisibleLen(name) == 0 {
		return db.InvalidField("name", "Give a name of at most 120 characters.")
	}
	return changePerson(ctx, d, id, staff, func(q *db.PublicTx, p db.Person) error {
		before := p.Name
		if before == name {
			return nil
		}
		if err := db.Unchanged(q, db.PersonName(before)); err != nil {
			return err
		}
		if err := identity.MayRename(q, db.Who(q), p); err != nil {
			return err
		}
		if err := TellOwners(q, p, p.Role, "was renamed to "+name); err != nil {
			return err
		}
		p.Name = name
		if err := identity.Rename(q, p); err != nil {
			return err
		}
		return db.AuditPerson(q, p, "user.renamed", map[string]any{"before": before, "after": name})
	})
}

// ChangePersonRole gives somebody another role, from the next request on.
func ChangePersonRole(ctx context.Context, d *db.DB, id uuid.UUID, role access.Role, staff bool) error {
	return changePerson(ctx, d, id, staff, func(q *db.PublicTx, p db.Person) error {
		switch {
		case !slices.Contains(RolesFor(p), role):
			return db.InvalidField("role", "Choose a role.")
		case p.Role == role:
			return nil
		case isSelf(q, id):
			return errOwnRole
		}
		if err := db.Unchanged(q, p.Role); err != nil {
			return err
		}
		if err := checkNotLast(q, p); err != nil {
			return err
		}
		if err := maySetAside(q, p); err != nil {
			return err
		}
		if role == access.TenantOwner {
			if err := MayMakeOwner(q, p); err != nil {
				return err
			}
		}
		if err := TellOwners(q, p, role, "was made "+RoleWord(role)+", from "+RoleWord(p.Role)); err != nil {
			return err
		}
		return setRole(q, p, role)
	})
}

// DisablePerson shuts somebody out at once: sessions, masquerades, API tokens
// and mailed links end with it.
func DisablePerson(ctx context.Context, d *db.DB, id uuid.UUID, staff bool) error {
	return changePerson(ctx, d, id, staff, Disable)
}

// Disable shuts somebody out.
func Disable(q *db.PublicTx, p db.Person) error {
	if !p.IsActive {
		return nil
	}
	if isSelf(q, p.ID) {
		return errOwnLogin
	}
	if err := checkNotLast(q, p); err != nil {
		return err
	}
	if err := maySetAside(q, p); err != nil {
		return err
	}
	if err := TellOwners(q, p, p.Role, "was shut out: the login is disabled"); err != nil {
		return err
	}
	return ShutOut(q, p, "user.disabled")
}

// EnablePerson lets somebody in again.
func EnablePerson(ctx context.Context, d *db.DB, id uuid.UUID, staff bool) error {
	return changePerson(ctx, d, id, staff, Enable)
}

// Enable lets somebody in again.
func Enable(q *db.PublicTx, p db.Person) error {
	if p.IsActive {
		return nil
	}
	if p.BusinessID.Valid && p.Role != access.Customer {
		if err := plans.CheckPeopleLimit(q, p.BusinessID.UUID); err != nil {
			return err
		}
	}
	if mine, err := disabledByMe(q, p); err != nil {
		return err
	} else if p.Role == access.TenantOwner && !mine { // an own mistake can be taken back
		if err := MayMakeOwner(q, p); err != nil {
			return err
		}
	}
	if err := TellOwners(q, p, p.Role, "was let in again: the login is enabled"); err != nil {
		return err
	}
	return letBackIn(q, p)
}

// MailReset mails somebody a link for a new password; nobody else sets one.
func MailReset(ctx context.Context, d *db.DB, id uuid.UUID, staff bool) error {
	return changePerson(ctx, d, id, staff, func(q *db.PublicTx, p db.Person) error {
		invited, err := isInvited(q, p)
		switch {
		case err != nil:
			return err
		case !p.IsActive:
			return errDisabledPerson
		case invited:
			return errNoPassword
		}
		if err := db.AuditPerson(q, p, "user.reset_mailed", nil); err != nil {
			return err
		}
		return db.Enqueue(q, identity.PasswordResetArgs{UserID: p.ID, BusinessID: p.BusinessID}, nil)
	})
}

// MailInvitation mails an open invitation again, with another link.
func MailInvitation(ctx context.Context, d *db.DB, id uuid.UUID, staff bool) error {
	return changePerson(ctx, d, id, staff, func(q *db.PublicTx, p db.Person) error {
		invited, err := isInvited(q, p)
		switch {
		case err != nil:
			return err
		case !p.IsActive:
			return errDisabledPerson
		case !invited:
			return errNoInvitation
		}
		if _, err := db.Exec(q, `UPDATE public.users SET invited_at = $2 WHERE id = $1`, id, q.Now()); err != nil {
			return err
		}
		if err := db.AuditPerson(q, p, "user.invited_again", nil); err != nil {
			return err
		}
		return db.Enqueue(q, identity.InviteArgs{UserID: p.ID, BusinessID: p.BusinessID}, nil)
	})
}

func isInvited(q *db.PublicTx, p db.Person) (invited bool, err error) {
	err = db.Get(q, &invited, `SELECT invited_at IS NOT NULL FROM public.users WHERE id = $1`, p.ID)
	return invited, err
}
