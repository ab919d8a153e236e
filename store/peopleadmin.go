package store

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

var (
	errStaffOnly      = &Error{Kind: Forbidden, Message: "Only a superuser changes the platform's own people."}
	errLastSuperuser  = &Error{Kind: Conflict, Message: "This is the last superuser. Make somebody else a superuser first."}
	errOwnRole        = &Error{Kind: Forbidden, Message: "You can't change your own role."}
	errOwnLogin       = &Error{Kind: Forbidden, Message: "You can't disable your own login."}
	errNoInvitation   = &Error{Kind: Conflict, Message: "This person has no open invitation."}
	errNoPassword     = &Error{Kind: Conflict, Message: "This person has not come in yet. Send the invitation again instead."}
	errDisabledPerson = &Error{Kind: Conflict, Message: "This login is disabled. Enable it first."}
)

// StaffRoles are those that an administrator can give to people of the platform.
var StaffRoles = []access.Role{access.Superuser, access.PlatformManager, access.PlatformSupport, access.PlatformSales}

// RolesFor are the roles that somebody can be given. A customer stays one: the
// role belongs to the bookings.
func RolesFor(p Person) []access.Role {
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
func (db *DB) changePerson(ctx context.Context, id uuid.UUID, staff bool, change func(*PublicTx, Person) error) error {
	err := db.InPublic(ctx, func(q *PublicTx) error {
		p, err := q.lockPerson(id, staff)
		if err != nil {
			return err
		}
		return change(q, p)
	})
	db.counts().forget()
	return err
}

func (q *PublicTx) lockPerson(id uuid.UUID, staff bool) (Person, error) {
	p, err := q.Person(id)
	if err != nil {
		return p, err
	}
	switch {
	case p.BusinessID.Valid:
		_, err = q.limits(p.BusinessID.UUID, true)
	case !staff:
		err = errStaffOnly
	default:
		_, err = q.exec(`SELECT FROM public.users WHERE business_id IS NULL ORDER BY id FOR UPDATE`)
	}
	if err != nil {
		return p, err
	}
	// As it is now that nobody else changes it.
	return q.Person(id)
}

func (q *PublicTx) isSelf(id uuid.UUID) bool { return q.who != nil && q.who.Actor.ID == id }

// checkNotLast keeps the platform and each business in somebody's hands.
func (q *PublicTx) checkNotLast(p Person) error {
	switch p.Role {
	case access.TenantOwner:
		return q.checkOtherOwner(p.ID)
	case access.Superuser:
		var others bool
		err := q.get(&others, `SELECT EXISTS (SELECT FROM public.users
			WHERE business_id IS NULL AND role = 'SUPERUSER' AND is_active AND invited_at IS NULL AND id <> $1)`, p.ID)
		if err == nil && !others {
			err = errLastSuperuser
		}
		return err
	}
	return nil
}

// InvitePerson gives somebody a login and mails an invitation: to a business, or
// without one to the platform, which only a superuser may (staff). The owners of
// the business are told of new owners and managers.
func (db *DB) InvitePerson(ctx context.Context, in NewPerson, staff bool) (Person, error) {
	var p Person
	err := db.InPublic(ctx, func(q *PublicTx) (err error) {
		id, made, err := q.formID("public.users")
		if err != nil || made {
			return err
		}
		roles := TeamRoles
		if !in.Business.Valid {
			if roles = StaffRoles; !staff {
				return errStaffOnly
			}
		}
		if !slices.Contains(roles, in.Role) {
			return invalid("role", "Choose a role.")
		}
		if in.Business.Valid {
			b, err := q.Business(in.Business.UUID)
			if err != nil {
				return err
			}
			if b.Status == "archived" {
				return &Error{Kind: Conflict, Message: "This business is archived."}
			}
			if err := q.checkPeopleLimit(in.Business.UUID); err != nil {
				return err
			}
		}
		if in.Role == access.TenantOwner {
			if err := q.mayMakeOwner(Person{BusinessID: in.Business}); err != nil {
				return err
			}
		}
		if err := q.tellOwners(Person{BusinessID: in.Business, Name: in.Name, Email: in.Email, Role: in.Role}, in.Role, "was invited as "+roleWord(in.Role)); err != nil {
			return err
		}
		p, err = q.invite(id, in)
		return err
	})
	if err != nil {
		if _, made := db.madeBy(ctx, "public.users"); made {
			return p, nil
		}
	}
	return p, err
}

// roleWord is a role of a business in a sentence.
func roleWord(r access.Role) string {
	return strings.ToLower(strings.TrimPrefix(string(r), "TENANT_"))
}

// RenamePerson changes a name; the e-mail address is changed by the person alone.
func (db *DB) RenamePerson(ctx context.Context, id uuid.UUID, name string, staff bool) error {
	name = strings.TrimSpace(name)
	if utf8.RuneCountInString(name) > 120 || VisibleLen(name) == 0 {
		return invalid("name", "Give a name of at most 120 characters.")
	}
	return db.changePerson(ctx, id, staff, func(q *PublicTx, p Person) error {
		before := p.Name
		if before == name {
			return nil
		}
		if err := q.unchanged(PersonName(before)); err != nil {
			return err
		}
		if err := q.mayRename(q.who, p); err != nil {
			return err
		}
		if err := q.tellOwners(p, p.Role, "was renamed to "+name); err != nil {
			return err
		}
		p.Name = name
		if err := q.rename(p); err != nil {
			return err
		}
		return q.auditPerson(p, "user.renamed", map[string]any{"before": before, "after": name})
	})
}

// ChangePersonRole gives somebody another role, from the next request on.
func (db *DB) ChangePersonRole(ctx context.Context, id uuid.UUID, role access.Role, staff bool) error {
	return db.changePerson(ctx, id, staff, func(q *PublicTx, p Person) error {
		switch {
		case !slices.Contains(RolesFor(p), role):
			return invalid("role", "Choose a role.")
		case p.Role == role:
			return nil
		case q.isSelf(id):
			return errOwnRole
		}
		if err := q.unchanged(p.Role); err != nil {
			return err
		}
		if err := q.checkNotLast(p); err != nil {
			return err
		}
		if err := q.maySetAside(p); err != nil {
			return err
		}
		if role == access.TenantOwner {
			if err := q.mayMakeOwner(p); err != nil {
				return err
			}
		}
		if err := q.tellOwners(p, role, "was made "+roleWord(role)+", from "+roleWord(p.Role)); err != nil {
			return err
		}
		return q.setRole(p, role)
	})
}

// DisablePerson shuts somebody out at once: sessions, masquerades, API tokens
// and mailed links end with it.
func (db *DB) DisablePerson(ctx context.Context, id uuid.UUID, staff bool) error {
	return db.changePerson(ctx, id, staff, (*PublicTx).disable)
}

func (q *PublicTx) disable(p Person) error {
	if !p.IsActive {
		return nil
	}
	if q.isSelf(p.ID) {
		return errOwnLogin
	}
	if err := q.checkNotLast(p); err != nil {
		return err
	}
	if err := q.maySetAside(p); err != nil {
		return err
	}
	if err := q.tellOwners(p, p.Role, "was shut out: the login is disabled"); err != nil {
		return err
	}
	return q.shutOut(p, "user.disabled")
}

// EnablePerson lets somebody in again.
func (db *DB) EnablePerson(ctx context.Context, id uuid.UUID, staff bool) error {
	return db.changePerson(ctx, id, staff, (*PublicTx).enable)
}

func (q *PublicTx) enable(p Person) error {
	if p.IsActive {
		return nil
	}
	if p.BusinessID.Valid && p.Role != access.Customer {
		if err := q.checkPeopleLimit(p.BusinessID.UUID); err != nil {
			return err
		}
	}
	if mine, err := q.disabledByMe(p); err != nil {
		return err
	} else if p.Role == access.TenantOwner && !mine { // an own mistake can be taken back
		if err := q.mayMakeOwner(p); err != nil {
			return err
		}
	}
	if err := q.tellOwners(p, p.Role, "was let in again: the login is enabled"); err != nil {
		return err
	}
	return q.letBackIn(p)
}

// MailReset mails somebody a link for a new password; nobody else sets one.
func (db *DB) MailReset(ctx context.Context, id uuid.UUID, staff bool) error {
	return db.changePerson(ctx, id, staff, func(q *PublicTx, p Person) error {
		invited, err := q.isInvited(p)
		switch {
		case err != nil:
			return err
		case !p.IsActive:
			return errDisabledPerson
		case invited:
			return errNoPassword
		}
		if err := q.auditPerson(p, "user.reset_mailed", nil); err != nil {
			return err
		}
		return q.enqueue(PasswordResetArgs{UserID: p.ID, BusinessID: p.BusinessID}, nil)
	})
}

// MailInvitation mails an open invitation again, with another link.
func (db *DB) MailInvitation(ctx context.Context, id uuid.UUID, staff bool) error {
	return db.changePerson(ctx, id, staff, func(q *PublicTx, p Person) error {
		invited, err := q.isInvited(p)
		switch {
		case err != nil:
			return err
		case !p.IsActive:
			return errDisabledPerson
		case !invited:
			return errNoInvitation
		}
		if _, err := q.exec(`UPDATE public.users SET invited_at = $2 WHERE id = $1`, id, q.now); err != nil {
			return err
		}
		if err := q.auditPerson(p, "user.invited_again", nil); err != nil {
			return err
		}
		return q.enqueue(InviteArgs{UserID: p.ID, BusinessID: p.BusinessID}, nil)
	})
}

func (q *PublicTx) isInvited(p Person) (invited bool, err error) {
	err = q.get(&invited, `SELECT invited_at IS NOT NULL FROM public.users WHERE id = $1`, p.ID)
	return invited, err
}
