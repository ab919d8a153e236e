package people

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// TeamPerson is somebody of a business's team, as its own pages show one.
type TeamPerson struct {
	db.Person
	InvitedAt *time.Time `db:"invited_at"` // of an invitation that is still open
	// SecondFactor says whether there is one.
	SecondFactor bool      `db:"second_factor"`
	SeenSort     time.Time `db:"seen_sort"`
	RoleSort     int       `db:"role_sort"`
}

// State is "active", "invited" or "disabled".
func (p TeamPerson) State() string {
	switch {
	case !p.IsActive:
		return "disabled"
	case p.InvitedAt != nil:
		return "invited"
	}
	return "active"
}

// TeamRoles are the roles of a team, highest first.
var TeamRoles = []access.Role{access.TenantOwner, access.TenantManager, access.TenantStaff}

// TeamStates are the values of TeamPerson.State.
var TeamStates = []string{"active", "invited", "disabled"}

// TeamFilter narrows and orders the list of the team.
type TeamFilter struct {
	Q, Sort, State string
	Role           access.Role
	Page           paging.Page
}

// What the people of a team are read from.
const (
	teamRank    = `(CASE u.role WHEN 'TENANT_OWNER' THEN 1 WHEN 'TENANT_MANAGER' THEN 2 ELSE 3 END)`
	TeamColumns = `u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at, u.invited_at, u.second_factor,
		` + lastLogin + ` AS seen_sort, ` + teamRank + ` AS role_sort`
	// A withdrawn invitation leaves a row that never was anybody.
	inTeam = `u.business_id = $1 AND u.role <> 'CUSTOMER' AND (u.is_active OR u.invited_at IS NULL)`
)

var teamSorts = map[string]paging.SortKey[TeamPerson]{
	"role":       {Expr: teamRank, ID: "u.id", Cast: "int", Value: func(p TeamPerson) string { return string(rune('0' + p.RoleSort)) }},
	"name":       {Expr: "u.name" + text.ByName, ID: "u.id", Cast: "text", Value: func(p TeamPerson) string { return p.Name }},
	"last_login": {Expr: lastLogin, ID: "u.id", Cast: "timestamptz", Value: func(p TeamPerson) string { return paging.TimeValue(p.SeenSort) }},
}

// Team lists one page of the people of the business.
func Team(q *db.TenantTx, f TeamFilter) ([]TeamPerson, paging.PageInfo, error) {
	list := paging.SortedList[TeamPerson]{Columns: TeamColumns, From: `public.users u`, Sorts: teamSorts, DefaultSort: "role", Exact: true,
		RowID: func(p TeamPerson) uuid.UUID { return p.ID }}
	list.Filter(`u.business_id = ?`, q.Tenant.ID)
	list.Filter(`u.role <> 'CUSTOMER' AND (u.is_active OR u.invited_at IS NULL)`)
	list.Find(f.Q, `u.search_form`, "")
	if f.Role != "" {
		list.Filter(`u.role = ?`, string(f.Role))
	}
	switch f.State {
	case "active":
		list.Filter(`u.is_active AND u.invited_at IS NULL`)
	case "invited":
		list.Filter(`u.is_active AND u.invited_at IS NOT NULL`)
	case "disabled":
		list.Filter(`NOT u.is_active`)
	}
	return list.Load(q, "team", f.Sort, f.Page)
}

// ReadTeamPerson returns one of the team.
func ReadTeamPerson(q *db.TenantTx, id uuid.UUID) (TeamPerson, error) {
	var p TeamPerson
	err := db.Get(q, &p, `SELECT `+TeamColumns+` FROM public.users u WHERE `+inTeam+` AND u.id = $2`, q.Tenant.ID, id)
	return p, err
}

// LoginsOf names the team's people by id, for rows that belong to one.
func LoginsOf(q *db.TenantTx, people []TeamPerson) (resources map[uuid.UUID]catalog.Resource, err error) {
	ids := make([]string, len(people))
	for i, p := range people {
		ids[i] = p.ID.String()
	}
	var rows []catalog.Resource
	err = db.List(q, &rows, `SELECT `+catalog.ResourceColumns+` FROM resources r WHERE r.user_id = ANY(CAST($1 AS uuid[]))`, ids)
	resources = make(map[uuid.UUID]catalog.Resource, len(rows))
	for _, r := range rows {
		resources[r.UserID.UUID] = r
	}
	return resources, err
}
