package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// UserRow is one line of the directory of everyone.
type UserRow struct {
	ID, Name, Email, Role  string
	Business, BusinessHref string // empty for platform staff
	Active                 bool
	LastLogin, Joined      ui.Time
	CanMasquerade          bool
}

// UsersProps is the directory; BusinessName is that of the business filtered by.
type UsersProps struct {
	List         ui.ListState
	Rows         []UserRow
	Roles        []ui.Option
	BusinessName string
	CanInvite    bool
}

// PersonInput is who is to be invited, as typed.
type PersonInput struct{ Name, Email, Role string }

// RoleChoice is a role with what it may do.
type RoleChoice struct{ Code, Label, Text string }

// UserNewProps is the form that invites somebody to a business.
type UserNewProps struct {
	BusinessID, BusinessName string
	In                       PersonInput
	Errors                   map[string]string
	Roles                    []RoleChoice
}

// PersonForms are the forms of a person's page after a bad answer.
type PersonForms struct {
	Name   string
	Named  bool // Name holds what was typed
	Errors map[string]string
}

// SessionRow is a login that holds.
type SessionRow struct {
	Ref, Device, Address string
	Began, Seen          ui.Time
}

// SignIn is a line of the sign-in history.
type SignIn struct {
	At            ui.Time
	Text, Address string
}

// UserProps is the page of one person. Roles are empty when it can't be changed.
type UserProps struct {
	NameSeen, RoleSeen              ui.Seen
	ID, Name, Email, Role, RoleText string
	RoleCode, RoleChosen            string // held, and chosen instead
	Business, BusinessHref, Host    string
	Active, Invited, SecondFactor   bool
	Self                            bool
	Joined, LastLogin               ui.Time
	Roles                           []RoleChoice
	Sessions                        []SessionRow
	SignIns                         []SignIn
	OlderSessions, OlderSignIns     ui.OlderProps
	Trail                           []Event
	TrailOwn                        bool // only what the one who looks did
	AuditHref                       string
	CanMasquerade, CanManage        bool
	Forms                           PersonForms
}

func (p UserProps) nameValue() string {
	if p.Forms.Named {
		return p.Forms.Name
	}
	return p.Name
}

// StaffRow is somebody of the platform. FactorMissing: the role must have one.
type StaffRow struct {
	ID, Name, Email, Role       string
	Active, Invited             bool
	SecondFactor, FactorMissing bool
	LastLogin                   ui.Time
}

// StaffProps lists them beside the form that invites one.
type StaffProps struct {
	Rows   []StaffRow
	In     PersonInput
	Errors map[string]string
	Roles  []RoleChoice
}

// roleSelect offers roles, none of them chosen; the one that is held is left out.
func roleSelect(roles []RoleChoice, held string) []ui.Option {
	options := []ui.Option{{Label: "Choose a role…"}}
	for _, r := range roles {
		if r.Code != held {
			options = append(options, ui.Option{Value: r.Code, Label: r.Label})
		}
	}
	return options
}
