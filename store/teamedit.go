package store

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

var (
	errLastOwner  = &Error{Kind: Conflict, Message: "This is the last owner. Make somebody else an owner first, or hand the ownership over."}
	errOwnersOnly = &Error{Kind: Forbidden, Message: "Only an owner can do this to owners."}
	errOwnership  = &Error{Kind: Forbidden, Message: "Ownership stays with the people of the business."}
)

// checkTeamRights says whether the principal may turn somebody of role before
// into role after: owners do everything, managers all but owners, and nobody who
// only appears as an owner touches ownership.
func (q *TenantTx) checkTeamRights(before, after access.Role) error {
	owners := before == access.TenantOwner || after == access.TenantOwner
	switch {
	case !isTeamRole(after):
		return invalid("role", "Choose a role.")
	case q.who == nil || !owners && q.who.Subject.Role == access.TenantManager:
		return nil
	case q.who.Subject.Role != access.TenantOwner:
		return errOwnersOnly
	case owners && q.who.Masquerade != nil:
		return errOwnership
	}
	return nil
}

func isTeamRole(r access.Role) bool {
	return r == access.TenantOwner || r == access.TenantManager || r == access.TenantStaff
}

// lockTeam makes changes to a team wait for each other, and reads one person.
func (q *TenantTx) lockTeam(id uuid.UUID) (TeamPerson, error) {
	if _, err := q.limits(q.Tenant.ID, true); err != nil {
		return TeamPerson{}, err
	}
	return q.TeamPerson(id)
}

// InvitePerson adds somebody to the team and mails an invitation. Whoever was
// invited before and not any more is invited anew.
func (q *TenantTx) InvitePerson(in NewPerson) (Person, error) {
	if err := q.checkTeamRights(in.Role, in.Role); err != nil {
		return Person{}, err
	}
	limit := q.checkPeopleLimit(q.Tenant.ID) // which makes two at once wait for each other
	id, made, err := q.formID("public.users")
	if err != nil {
		return Person{}, err
	}
	if made {
		p, err := q.TeamPerson(id)
		return p.Person, err
	}
	if limit != nil {
		return Person{}, limit
	}
	in.Business = uuid.NullUUID{UUID: q.Tenant.ID, Valid: true}
	return q.invite(id, in)
}

// invite writes the row of somebody who gets an invitation, or takes up that of
// an invitation that was withdrawn.
func (t *tx) invite(id uuid.UUID, in NewPerson) (Person, error) {
	p := Person{ID: id, BusinessID: in.Business, Email: in.Email, Name: in.Name, Role: in.Role, IsActive: true, CreatedAt: t.now}
	var withdrawn []uuid.UUID
	err := t.list(&withdrawn, `
		UPDATE public.users SET name = $3, role = $4, is_active = true, invited_at = $5
		WHERE business_id = $1 AND lower(email) = lower($2) AND NOT is_active AND invited_at IS NOT NULL RETURNING id`,
		in.Business, in.Email, in.Name, string(in.Role), t.now)
	if err != nil {
		return p, err
	}
	if len(withdrawn) > 0 {
		p.ID = withdrawn[0]
	} else if err := t.insertPerson(p); err != nil {
		return p, err
	}
	if p.Role != access.Customer {
		if err := t.recountPeople(in.Business.UUID); err != nil {
			return p, err
		}
	}
	if err := t.noteMaker(p); err != nil {
		return p, err
	}
	t.db.counts().forget()
	if err := t.auditPerson(p, "user.invited", map[string]any{"role": p.Role}); err != nil {
		return p, err
	}
	return p, t.enqueue(InviteArgs{UserID: p.ID, BusinessID: p.BusinessID, By: t.inviter()}, nil)
}

// inviter is the name of who of the team invites, for the mail.
func (t *tx) inviter() string {
	if t.who == nil || t.who.Masquerade != nil || !t.who.Actor.BusinessID.Valid {
		return ""
	}
	return t.who.Actor.Name
}

// ResendInvitation mails another link; the earlier one is taken back with it.
func (q *TenantTx) ResendInvitation(id uuid.UUID) (Person, error) {
	p, err := q.lockTeam(id)
	if err != nil {
		return p.Person, err
	}
	if err := q.checkTeamRights(p.Role, p.Role); err != nil {
		return p.Person, err
	}
	if p.State() != "invited" {
		return p.Person, &Error{Kind: Conflict, Message: p.Name + " has no open invitation."}
	}
	if _, err := q.exec(`UPDATE public.users SET invited_at = $2 WHERE id = $1`, id, q.now); err != nil {
		return p.Person, err
	}
	if err := q.auditPerson(p.Person, "user.invited_again", nil); err != nil {
		return p.Person, err
	}
	return p.Person, q.enqueue(InviteArgs{UserID: id, BusinessID: p.BusinessID, By: q.inviter()}, nil)
}

// WithdrawInvitation takes an invitation back: its link is dead at once. The
// row stays for the audit log and holds no seat.
func (q *TenantTx) WithdrawInvitation(id uuid.UUID) (Person, error) {
	p, err := q.lockTeam(id)
	if err != nil {
		return p.Person, err
	}
	if err := q.checkTeamRights(p.Role, p.Role); err != nil {
		return p.Person, err
	}
	if p.State() != "invited" {
		return p.Person, &Error{Kind: Conflict, Message: p.Name + " has no open invitation."}
	}
	if err := q.keepElders(id); err != nil {
		return p.Person, err
	}
	return p.Person, q.shutOut(p.Person, "user.invitation_withdrawn")
}

// shutOut keeps a person out, and ends all that lets one in.
func (t *tx) shutOut(p Person, action string) error {
	if _, err := t.exec(`UPDATE public.users SET is_active = false WHERE id = $1`, p.ID); err != nil {
		return err
	}
	if p.Role != access.Customer && p.BusinessID.Valid {
		if err := t.recountPeople(p.BusinessID.UUID); err != nil {
			return err
		}
	}
	t.db.counts().forget()
	if err := t.auditPerson(p, action, nil); err != nil {
		return err
	}
	if action == "user.disabled" {
		if err := t.tellLoss(p, NoticeDisabled); err != nil {
			return err
		}
	}
	return t.endBearers(p, shutOut)
}

// ChangeRole makes somebody of the team another role, from the next request on.
func (q *TenantTx) ChangeRole(id uuid.UUID, role access.Role) (Person, error) {
	p, err := q.lockTeam(id)
	if err != nil || p.Role == role {
		return p.Person, err
	}
	if err := q.unchanged(p.Role); err != nil {
		return p.Person, err
	}
	if err := q.checkTeamRights(p.Role, role); err != nil {
		return p.Person, err
	}
	if err := q.keepElders(id); err != nil {
		return p.Person, err
	}
	if p.Role == access.TenantOwner {
		if err := q.checkOtherOwner(id); err != nil {
			return p.Person, err
		}
	} else if q.isSelf(id) {
		return p.Person, &Error{Kind: Forbidden, Message: "You can't change your own role."}
	}
	return p.Person, q.setRole(p.Person, role)
}

func (q *TenantTx) isSelf(id uuid.UUID) bool { return q.who != nil && q.who.Subject.ID == id }

// setRole writes a new role and its trace.
func (t *tx) setRole(p Person, role access.Role) error {
	if _, err := t.exec(`UPDATE public.users SET role = $2 WHERE id = $1`, p.ID, string(role)); err != nil {
		return err
	}
	if p.BusinessID.Valid {
		if err := t.recountPeople(p.BusinessID.UUID); err != nil {
			return err
		}
	}
	if err := t.auditPerson(p, "user.role_changed", map[string]any{"before": p.Role, "after": role}); err != nil {
		return err
	}
	before := p
	p.Role = role
	var err error
	if before.Role == access.TenantOwner {
		err = t.tellLoss(p, NoticeOwnershipLost)
	} else {
		err = t.noteMaker(p)
	}
	if err != nil {
		return err
	}
	return t.endBearers(before, newRole)
}

// tellLoss mails somebody who lost the login or the ownership, whoever took it.
func (t *tx) tellLoss(p Person, what AccountNotice) error {
	by := ""
	if t.who != nil && t.who.Actor.ID != p.ID {
		if by = t.who.Actor.Name; t.who.Actor.Role.IsPlatform() {
			by += " of SmoothSchedule"
		}
	}
	return t.enqueue(AccountNoticeArgs{UserID: p.ID, BusinessID: p.BusinessID, What: what, By: by}, nil)
}

// checkOtherOwner sees that somebody else owns the business, with a login that
// works. The team must be locked.
func (t *tx) checkOtherOwner(id uuid.UUID) error {
	var others bool
	err := t.get(&others, `SELECT EXISTS (SELECT FROM public.users o JOIN public.users u ON u.business_id = o.business_id
		WHERE u.id = $1 AND o.id <> $1 AND o.role = 'TENANT_OWNER' AND o.is_active AND o.invited_at IS NULL)`, id)
	if err == nil && !others {
		err = errLastOwner
	}
	return err
}

// SetActive disables somebody's login, which ends all sessions at once, or
// enables it again.
func (q *TenantTx) SetActive(id uuid.UUID, active bool) (Person, error) {
	p, err := q.lockTeam(id)
	if err != nil || p.IsActive == active {
		return p.Person, err
	}
	if err := q.checkTeamRights(p.Role, p.Role); err != nil {
		return p.Person, err
	}
	if !active {
		if err := q.keepElders(id); err != nil {
			return p.Person, err
		}
		if p.Role == access.TenantOwner {
			err = q.checkOtherOwner(id)
		} else if q.isSelf(id) {
			err = &Error{Kind: Forbidden, Message: "You can't disable your own login."}
		}
		if err != nil {
			return p.Person, err
		}
		return p.Person, q.shutOut(p.Person, "user.disabled")
	}
	if err := q.checkPeopleLimit(q.Tenant.ID); err != nil {
		return p.Person, err
	}
	return p.Person, q.letBackIn(p.Person)
}

// letBackIn enables a login again.
func (t *tx) letBackIn(p Person) error {
	if _, err := t.exec(`UPDATE public.users SET is_active = true WHERE id = $1`, p.ID); err != nil {
		return err
	}
	if p.Role != access.Customer && p.BusinessID.Valid {
		if err := t.recountPeople(p.BusinessID.UUID); err != nil {
			return err
		}
	}
	if err := t.noteMaker(p); err != nil {
		return err
	}
	t.db.counts().forget()
	return t.auditPerson(p, "user.enabled", nil)
}

// ResetTeamFactors takes the second factors of somebody of the team who has lost
// them: another owner's word alone, and never one's own, which asks for a code.
func (q *TenantTx) ResetTeamFactors(id uuid.UUID) (Person, error) {
	p, err := q.lockTeam(id)
	switch {
	case err != nil:
		return p.Person, err
	case q.who == nil || q.who.Masquerade != nil:
		return p.Person, errOwnership
	case q.who.Subject.Role != access.TenantOwner:
		return p.Person, errOwnersOnly
	case q.isSelf(id):
		return p.Person, &Error{Kind: Conflict, Message: "Your own second factor is changed on the page of your account."}
	}
	if err := q.keepElders(id); err != nil {
		return p.Person, err
	}
	return p.Person, q.ResetFactors(id)
}

// HandOver makes somebody of the team an owner and the principal a manager, in
// one step.
func (q *TenantTx) HandOver(to uuid.UUID) (Person, error) {
	p, err := q.lockTeam(to)
	if err != nil {
		return p.Person, err
	}
	switch {
	case q.who == nil || q.who.Masquerade != nil:
		return p.Person, errOwnership
	case q.who.Subject.Role != access.TenantOwner:
		return p.Person, errOwnersOnly
	case q.isSelf(to) || p.State() != "active":
		return p.Person, invalid("to", "Choose somebody of the team who has accepted the invitation.")
	}
	if p.Role != access.TenantOwner {
		if err := q.setRole(p.Person, access.TenantOwner); err != nil {
			return p.Person, err
		}
	}
	self, err := q.TeamPerson(q.who.Subject.ID)
	if err != nil {
		return p.Person, err
	}
	if err := q.setRole(self.Person, access.TenantManager); err != nil {
		return p.Person, err
	}
	return p.Person, q.auditPerson(p.Person, "user.ownership_received", map[string]any{"from": self.Email})
}

// LinkResource gives somebody of the team the calendar of a resource, or none.
func (q *TenantTx) LinkResource(id uuid.UUID, resource uuid.NullUUID) error {
	p, err := q.lockTeam(id)
	if err != nil {
		return err
	}
	before, err := q.calendarOf(id)
	if err != nil {
		return err
	}
	if err := q.unchanged(before); err != nil {
		return err
	}
	var taken []uuid.UUID
	if err := q.list(&taken, `UPDATE resources SET user_id = NULL WHERE user_id = $1 AND id IS DISTINCT FROM $2 RETURNING id`, id, resource); err != nil {
		return err
	}
	for _, before := range taken {
		if err := q.endFeedsOf(id, before); err != nil {
			return err
		}
	}
	details := map[string]any{"resource": ""}
	if resource.Valid {
		r, err := q.lockResource(resource.UUID)
		if err != nil {
			return err
		}
		switch {
		case r.Kind != "STAFF":
			return invalid("resource", "Only a person's calendar can belong to a login.")
		case r.UserID.Valid && r.UserID.UUID != id:
			return invalid("resource", r.Name+" is somebody else's calendar already.")
		}
		if _, err := q.exec(`UPDATE resources SET user_id = $2 WHERE id = $1`, r.ID, id); err != nil {
			return err
		}
		details["resource"] = r.Name
	}
	return q.auditPerson(p.Person, "user.calendar_linked", details)
}

// calendarOf is the resource whose calendar somebody of the team has, or none.
func (q *TenantTx) calendarOf(id uuid.UUID) (uuid.NullUUID, error) {
	var own uuid.NullUUID
	err := q.get(&own, `SELECT (SELECT id FROM resources WHERE user_id = $1 ORDER BY id LIMIT 1)`, id)
	return own, err
}
