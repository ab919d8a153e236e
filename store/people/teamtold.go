package people

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// TeamChangeArgs tells the owners of a business that the platform's staff
// changed something about an owner or a manager.
type TeamChangeArgs struct {
	db.TeamMail
	BusinessID uuid.UUID   `json:"business_id"`
	To         []uuid.UUID `json:"to"`     // who were owners at the time
	Actor      string      `json:"actor"`  // name
	Person     string      `json:"person"` // "Ann Lee (ann@example.com)"
	Change     string      `json:"change"` // "was invited as owner"
}

// Kind names the job.
func (TeamChangeArgs) Kind() string { return "mail_team_change" }

// TellOwners mails the owners of a business when platform staff change one of
// its owners or managers: p as before the change, role as after it, and what was
// done in words that follow the person's name ("was invited as owner"). Called
// BEFORE the change, so that it reaches who owned the business until then. Other
// actors and other roles tell nobody.
func TellOwners(t db.Scope, p db.Person, role access.Role, change string) error {
	if db.Who(t) == nil || !db.Who(t).Actor.Role.IsPlatform() || !p.BusinessID.Valid {
		return nil
	}
	if p.Role != access.TenantOwner && p.Role != access.TenantManager && role != access.TenantOwner && role != access.TenantManager {
		return nil
	}
	var owners []uuid.UUID
	err := db.List(t, &owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY id LIMIT 50`, p.BusinessID)
	if err != nil || len(owners) == 0 {
		return err
	}
	return db.Enqueue(t, TeamChangeArgs{BusinessID: p.BusinessID.UUID, To: owners, Actor: db.Who(t).Actor.Name, Person: p.Name + " (" + p.Email + ")", Change: change}, nil)
}
