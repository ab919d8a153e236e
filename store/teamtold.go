package store

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// TeamChangeArgs tells the owners of a business that the platform's staff
// changed something about an owner or a manager.
type TeamChangeArgs struct {
	teamMail
	BusinessID uuid.UUID   `json:"business_id"`
	To         []uuid.UUID `json:"to"`     // who were owners at the time
	Actor      string      `json:"actor"`  // name
	Person     string      `json:"person"` // "Ann Lee (ann@example.com)"
	Change     string      `json:"change"` // "was invited as owner"
}

// Kind names the job.
func (TeamChangeArgs) Kind() string { return "mail_team_change" }

// tellOwners mails the owners of a business when platform staff change one of
// its owners or managers: p as before the change, role as after it, and what was
// done in words that follow the person's name ("was invited as owner"). Called
// BEFORE the change, so that it reaches who owned the business until then. Other
// actors and other roles tell nobody.
func (t *tx) tellOwners(p Person, role access.Role, change string) error {
	if t.who == nil || !t.who.Actor.Role.IsPlatform() || !p.BusinessID.Valid {
		return nil
	}
	if p.Role != access.TenantOwner && p.Role != access.TenantManager && role != access.TenantOwner && role != access.TenantManager {
		return nil
	}
	var owners []uuid.UUID
	err := t.list(&owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY id LIMIT 50`, p.BusinessID)
	if err != nil || len(owners) == 0 {
		return err
	}
	return t.enqueue(TeamChangeArgs{BusinessID: p.BusinessID.UUID, To: owners, Actor: t.who.Actor.Name, Person: p.Name + " (" + p.Email + ")", Change: change}, nil)
}
