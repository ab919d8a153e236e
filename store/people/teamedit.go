package people

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/plans"
)

var (
	errLastOwner  = &db.Error{Kind: db.Conflict, Message: "This is the last owner. Make somebody else an owner first, or hand the ownership over."}
	errOwnersOnly = &db.Error{Kind: db.Forbidden, Message: "Only an owner can do this to owners."}
	errOwnership  = &db.Error{Kind: db.Forbidden, Message: "Ownership stays with the people of the business."}
)

// checkTeamRights says whether the principal may turn somebody of role before
// into role after: owners do everything, managers all but owners, and nobody who
// only appears as an owner touches ownership.
func checkTeamRights(q *db.TenantTx, before, after access.Role) error {
	owners := before == access.TenantOwner || after == access.TenantOwner
	switch {
	case !isTeamRole(after):
		return db.InvalidField("role", "Choose a role.")
	case db.Who(q) == nil || !owners && db.Who(q).Subject.Role == access.TenantManager:
		return nil
	case db.Who(q).Subject.Role != access.TenantOwner:
		return errOwnersOnly
	case owners && db.Who(q).Masquerade != nil:
		return errOwnership
	}
	return nil
}

func isTeamRole(r access.Role) bool {
	return r == access.TenantOwner || r == access.TenantManager || r == access.TenantStaff
}

// lockTeam makes changes to a team wait for each other, and reads one person.
func lockTeam(q *db.TenantTx, id uuid.UUID) (TeamPerson, error) {
	if _, err := plans.LimitsOf(q, q.Tenant.ID, true); err != nil {
		return TeamPerson{}, err
	}
	return ReadTeamPerson(q, id)
}

// InvitePerson adds somebody to the team and mails an invitation. Whoever was
// invited before and not any more is invited anew.
func InvitePerson(q *db.TenantTx, in identity.NewPerson) (db.Person, error) {
	if err := checkTeamRights(q, in.Role, in.Role); err != nil {
		return db.Person{}, err
	}
	limit := plans.CheckPeopleLimit(q, q.Tenant.ID) // which makes two at once wait for each other
	id, made, err := db.FormID(q, "public.users")
	if err != nil {
		return db.Person{}, err
	}
	if made {
		p, err := ReadTeamPerson(q, id)
		return p.Person, err
	}
	if limit != nil {
		return db.Person{}, limit
	}
	in.Business = uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}
	return Invite(q, id, in)
}

// Invite writes the row of somebody who gets an invitation, or takes up that of
// an invitation that was withdrawn.
func Invite(t db.Scope, id uuid.UUID, in identity.NewPerson) (db.Person, error) {
	p := db.Person{ID: id, BusinessID: in.Business, Email: in.Email, Name: in.Name, Role: in.Role, IsActive: true, CreatedAt: t.Now()}
	var withdrawn []uuid.UUID
	err := db.List(t, &withdrawn, `
		UPDATE public.users SET name = $3, role = $4, is_active = true, invited_at = $5
		WHERE business_id = $1 AND lower(email) = lower($2) AND NOT is_active AND invited_at IS NOT NULL RETURNING id`,
		in.Business, in.Email, in.Name, string(in.Role), t.Now())
	if err != nil {
		return p, err
	}
	if len(withdrawn) > 0 {
		p.ID = withdrawn[0]
	} else if err := identity.InsertPerson(t, p); err != nil {
		return p, err
	}
	if p.Role != access.Customer {
		if err := identity.RecountPeople(t, in.Business.UUID); err != nil {
			return p, err
		}
	}
	if err := noteMaker(t, p); err != nil {
		return p, err
	}
	paging.Counts(db.Of(t)).Forget()
	if err := db.AuditPerson(t, p, "user.invited", map[string]any{"role": p.Role}); err != nil {
		return p, err
	}
	return p, db.Enqueue(t, identity.InviteArgs{UserID: p.ID, BusinessID: p.BusinessID, By: inviter(t)}, nil)
}

// inviter is the name of who of the team invites, for the mail.
func inviter(t db.Scope) string {
	if db.Who(t) == nil || db.Who(t).Masquerade != nil || !db.Who(t).Actor.BusinessID.Valid {
		return ""
	}
	return db.Who(t).Actor.Name
}

// ResendInvitation mails another link; the earlier one is taken back with it.
func ResendInvitation(q *db.TenantTx, id uuid.UUID) (db.Person, error) {
	p, err := lockTeam(q, id)
	if err != nil {
		return p.Person, err
	}
	if err := checkTeamRights(q, p.Role, p.Role); err != nil {
		return p.Person, err
	}
	if p.State() != "invited" {
		return p.Person, &db.Error{Kind: db.Conflict, Message: p.Name + " has no open invitation."}
	}
	if _, err := db.Exec(q, `UPDATE public.users SET invited_at = $2 WHERE id = $1`, id, q.Now()); err != nil {
		return p.Person, err
	}
	if err := db.AuditPerson(q, p.Person, "user.invited_again", nil); err != nil {
		return p.Person, err
	}
	return p.Person, db.Enqueue(q, identity.InviteArgs{UserID: id, BusinessID: p.BusinessID, By: inviter(q)}, nil)
}

// WithdrawInvitation takes an invitation back: its link is dead at once. The
// row stays for the audit log and holds no seat.
func WithdrawInvitation(q *db.TenantTx, id uuid.UUID) (db.Person, error) {
	p, err := lockTeam(q, id)
	if err != nil {
		return p.Person, err
	}
	if err := checkTeamRights(q, p.Role, p.Role); err != nil {
		return p.Person, err
	}
	if p.State() != "invited" {
		return p.Person, &db.Error{Kind: db.Conflict, Message: p.Name + " has no open invitation."}
	}
	if err := keepElders(q, id); err != nil {
		return p.Person, err
	}
	return p.Person, ShutOut(q, p.Person, "user.invitation_withdrawn")
}

// ShutOut keeps a person out, and ends all that lets one in.
func ShutOut(t db.Scope, p db.Person, action string) error {
	if _, err := db.Exec(t, `UPDATE public.users SET is_active = false WHERE id = $1`, p.ID); err != nil {
		return err
	}
	if p.Role != access.Customer && p.BusinessID.Valid {
		if err := identity.RecountPeople(t, p.BusinessID.UUID); err != nil {
			return err
		}
	}
	paging.Counts(db.Of(t)).Forget()
	if err := db.AuditPerson(t, p, action, nil); err != nil {
		return err
	}
	if action == "user.disabled" {
		if err := tellLoss(t, p, identity.NoticeDisabled); err != nil {
			return err
		}
	}
	return identity.EndBearers(t, p, identity.ShutOut)
}

// ChangeRole makes somebody of the team another role, from the next request on.
func ChangeRole(q *db.TenantTx, id uuid.UUID, role access.Role) (db.Person, error) {
	p, err := lockTeam(q, id)
	if err != nil || p.Role == role {
		return p.Person, err
	}
	if err := db.Unchanged(q, p.Role); err != nil {
		return p.Person, err
	}
	if err := checkTeamRights(q, p.Role, role); err != nil {
		return p.Person, err
	}
	if err := keepElders(q, id); err != nil {
		return p.Person, err
	}
	if p.Role == access.TenantOwner {
		if err := checkOtherOwner(q, id); err != nil {
			return p.Person, err
		}
	} else if isSelfHere(q, id) {
		return p.Person, &db.Error{Kind: db.Forbidden, Message: "You can't change your own role."}
	}
	return p.Person, setRole(q, p.Person, role)
}

func isSelfHere(q *db.TenantTx, id uuid.UUID) bool {
	return db.Who(q) != nil && db.Who(q).Subject.ID == id
}

// setRole writes a new role and its trace.
func setRole(t db.Scope, p db.Person, role access.Role) error {
	if _, err := db.Exec(t, `UPDATE public.users SET role = $2 WHERE id = $1`, p.ID, string(role)); err != nil {
		return err
	}
	if p.BusinessID.Valid {
		if err := identity.RecountPeople(t, p.BusinessID.UUID); err != nil {
			return err
		}
	}
	if err := db.AuditPerson(t, p, "user.role_changed", map[string]any{"before": p.Role, "after": role}); err != nil {
		return err
	}
	before := p
	p.Role = role
	var err error
	if before.Role == access.TenantOwner {
		err = tellLoss(t, p, identity.NoticeOwnershipLost)
	} else {
		err = noteMaker(t, p)
	}
	if err != nil {
		return err
	}
	return identity.EndBearers(t, before, identity.NewRole)
}

// tellLoss mails somebody who lost the login or the ownership, whoever took it.
func tellLoss(t db.Scope, p db.Person, what identity.AccountNotice) error {
	by := ""
	if db.Who(t) != nil && db.Who(t).Actor.ID != p.ID {
		if by = db.Who(t).Actor.Name; db.Who(t).Actor.Role.IsPlatform() {
			by += " of SmoothSchedule"
		}
	}
	return db.Enqueue(t, identity.AccountNoticeArgs{UserID: p.ID, BusinessID: p.BusinessID, What: what, By: by}, nil)
}

// checkOtherOwner sees that somebody else owns the business, with a login that
// works. The team must be locked.
func checkOtherOwner(t db.Scope, id uuid.UUID) error {
	var others bool
	err := db.Get(t, &others, `SELECT EXISTS (SELECT FROM public.users o JOIN public.users u ON u.business_id = o.business_id
		WHERE u.id = $1 AND o.id <> $1 AND o.role = 'TENANT_OWNER' AND o.is_active AND o.invited_at IS NULL)`, id)
	if err == nil && !others {
		err = errLastOwner
	}
	return err
}

// SetActive disables somebody's login, which ends all sessions at once, or
// enables it again.
func SetActive(q *db.TenantTx, id uuid.UUID, active bool) (db.Person, error) {
	p, err := lockTeam(q, id)
	if err != nil || p.IsActive == active {
		return p.Person, err
	}
	if err := checkTeamRights(q, p.Role, p.Role); err != nil {
		return p.Person, err
	}
	if !active {
		if err := keepElders(q, id); err != nil {
			return p.Person, err
		}
		if p.Role == access.TenantOwner {
			err = checkOtherOwner(q, id)
		} else if isSelfHere(q, id) {
			err = &db.Error{Kind: db.Forbidden, Message: "You can't disable your own login."}
		}
		if err != nil {
			return p.Person, err
		}
		return p.Person, ShutOut(q, p.Person, "user.disabled")
	}
	if err := plans.CheckPeopleLimit(q, q.Tenant.ID); err != nil {
		return p.Person, err
	}
	return p.Person, letBackIn(q, p.Person)
}

// letBackIn enables a login again.
func letBackIn(t db.Scope, p db.Person) error {
	if _, err := db.Exec(t, `UPDATE public.users SET is_active = true WHERE id = $1`, p.ID); err != nil {
		return err
	}
	if p.Role != access.Customer && p.BusinessID.Valid {
		if err := identity.RecountPeople(t, p.BusinessID.UUID); err != nil {
			return err
		}
	}
	if err := noteMaker(t, p); err != nil {
		return err
	}
	paging.Counts(db.Of(t)).Forget()
	return db.AuditPerson(t, p, "user.enabled", nil)
}

// ResetTeamFactors takes the second factors of somebody of the team who has lost
// them: another owner's word alone, and never one's own, which asks for a code.
func ResetTeamFactors(q *db.TenantTx, id uuid.UUID) (db.Person, error) {
	p, err := lockTeam(q, id)
	switch {
	case err != nil:
		return p.Person, err
	case db.Who(q) == nil || db.Who(q).Masquerade != nil:
		return p.Person, errOwnership
	case db.Who(q).Subject.Role != access.TenantOwner:
		return p.Person, errOwnersOnly
	case isSelfHere(q, id):
		return p.Person, &db.Error{Kind: db.Conflict, Message: "Your own second factor is changed on the page of your account."}
	}
	if err := keepElders(q, id); err != nil {
		return p.Person, err
	}
	return p.Person, identity.ResetFactors(q, id)
}

// HandOver makes somebody of the team an owner and the principal a manager, in
// one step.
func HandOver(q *db.TenantTx, to uuid.UUID) (db.Person, error) {
	p, err := lockTeam(q, to)
	if err != nil {
		return p.Person, err
	}
	switch {
	case db.Who(q) == nil || db.Who(q).Masquerade != nil:
		return p.Person, errOwnership
	case db.Who(q).Subject.Role != access.TenantOwner:
		return p.Person, errOwnersOnly
	case isSelfHere(q, to) || p.State() != "active":
		return p.Person, db.InvalidField("to", "Choose somebody of the team who has accepted the invitation.")
	}
	if p.Role != access.TenantOwner {
		if err := setRole(q, p.Person, access.TenantOwner); err != nil {
			return p.Person, err
		}
	}
	self, err := ReadTeamPerson(q, db.Who(q).Subject.ID)
	if err != nil {
		return p.Person, err
	}
	if err := setRole(q, self.Person, access.TenantManager); err != nil {
		return p.Person, err
	}
	return p.Person, db.AuditPerson(q, p.Person, "user.ownership_received", map[string]any{"from": self.Email})
}

// LinkResource gives somebody of the team the calendar of a resource, or none.
func LinkResource(q *db.TenantTx, id uuid.UUID, resource uuid.NullUUID) error {
	p, err := lockTeam(q, id)
	if err != nil {
		return err
	}
	before, err := calendarOf(q, id)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, before); err != nil {
		return err
	}
	var taken []uuid.UUID
	if err := db.List(q, &taken, `UPDATE resources SET user_id = NULL WHERE user_id = $1 AND id IS DISTINCT FROM $2 RETURNING id`, id, resource); err != nil {
		return err
	}
	for _, before := range taken {
		if err := identity.EndFeedsOf(q, id, before); err != nil {
			return err
		}
	}
	details := map[string]any{"resource": ""}
	if resource.Valid {
		r, err := catalog.LockResource(q, resource.UUID)
		if err != nil {
			return err
		}
		switch {
		case r.Kind != "STAFF":
			return db.InvalidField("resource", "Only a person's calendar can belong to a login.")
		case r.UserID.Valid && r.UserID.UUID != id:
			return db.InvalidField("resource", r.Name+" is somebody else's calendar already.")
		}
		if _, err := db.Exec(q, `UPDATE resources SET user_id = $2 WHERE id = $1`, r.ID, id); err != nil {
			return err
		}
		details["resource"] = r.Name
	}
	return db.AuditPerson(q, p.Person, "user.calendar_linked", details)
}

// calendarOf is the resource whose calendar somebody of the team has, or none.
func calendarOf(q *db.TenantTx, id uuid.UUID) (uuid.NullUUID, error) {
	var own uuid.NullUUID
	err := db.Get(q, &own, `SELECT (SELECT id FROM resources WHERE user_id = $1 ORDER BY id LIMIT 1)`, id)
	return own, err
}
