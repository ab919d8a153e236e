package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// TeamRow is one person of the team.
type TeamRow struct {
	ID, Name, Email, Role string // Role in words
	State                 string // code
	Calendar              string // the resource's name
	LastSeen              ui.Time
	Self                  bool
}

// TeamProps is the list; sort keys are role, name and last_login.
type TeamProps struct {
	List        ui.ListState
	Rows        []TeamRow
	Roles       []ui.Option
	Seats       string // "4 of 5 people of the plan Professional"
	CanManage   bool
	CanHandOver bool
}

// RoleChoice is a role with what it may do.
type RoleChoice struct{ Value, Label, Hint string }

// TeamInviteProps is the form of an invitation; Errors are keyed by field name.
type TeamInviteProps struct {
	Name, Email, Role string
	Roles             []RoleChoice
	Errors            map[string]string
	PlanFull          string // why nobody can be added
	CanSeePlan        bool
}

// TeamPersonProps is the page of one person.
type TeamPersonProps struct {
	RoleChosen             string // code, of a form that is shown again
	RoleSeen, CalendarSeen ui.Seen
	ID, Name, Email, Role  string // Role is a code
	RoleName, State        string
	Self                   bool
	Joined, LastSeen       ui.Time
	Invited                ui.Time
	Roles                  []RoleChoice
	Calendar               string
	Calendars              []ui.Option
	Errors                 map[string]string
	Refused                string // why the last press did nothing
	PlanFull               bool   // … and whether that is the plan's limit
	CanSeePlan             bool
	CanManage              bool // somebody like this
	CanReset               bool // the second factor that somebody has
}

// HandOverProps is the form; Errors are keyed by field name.
type HandOverProps struct {
	To     string
	People []ui.Option
	Errors map[string]string
}

// otherRoles are those that the person doesn't have.
func (p TeamPersonProps) otherRoles() []RoleChoice {
	var others []RoleChoice
	for _, r := range p.Roles {
		if r.Value != p.Role {
			others = append(others, r)
		}
	}
	return others
}
