package console

import (
	"context"
	"slices"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

// InvitePerson gives somebody a login and mails an invitation: to a business, or
// without one to the platform, which only a superuser may (staff). The owners of
// the business are told of new owners and managers.
func InvitePerson(ctx context.Context, d *db.DB, in identity.NewPerson, staff bool) (db.Person, error) {
	var p db.Person
	err := d.InPublic(ctx, func(q *db.PublicTx) (err error) {
		id, made, err := db.FormID(q, "public.users")
		if err != nil || made {
			return err
		}
		roles := people.TeamRoles
		if !in.Business.Valid {
			if roles = people.StaffRoles; !staff {
				return people.ErrStaffOnly
			}
		}
		if !slices.Contains(roles, in.Role) {
			return db.InvalidField("role", "Choose a role.")
		}
		if in.Business.Valid {
			b, err := ReadBusiness(q, in.Business.UUID)
			if err != nil {
				return err
			}
			if b.Status == "archived" {
				return &db.Error{Kind: db.Conflict, Message: "This business is archived."}
			}
			if err := plans.CheckPeopleLimit(q, in.Business.UUID); err != nil {
				return err
			}
		}
		if in.Role == access.TenantOwner {
			if err := people.MayMakeOwner(q, db.Person{BusinessID: in.Business}); err != nil {
				return err
			}
		}
		if err := people.TellOwners(q, db.Person{BusinessID: in.Business, Name: in.Name, Email: in.Email, Role: in.Role}, in.Role, "was invited as "+people.RoleWord(in.Role)); err != nil {
			return err
		}
		p, err = people.Invite(q, id, in)
		return err
	})
	if err != nil {
		if _, made := db.MadeBy(ctx, d, "public.users"); made {
			return p, nil
		}
	}
	return p, err
}
