package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// AuditRow is one line of the audit log; Subject is set while masquerading.
type AuditRow struct {
	At                     ui.Time
	Actor, Subject         string
	Text, Href             string // Href leads to what it is about, if anywhere
	Object                 string // empty when Text names it
	Business, BusinessHref string
	Details, Address       string
	Visit, Pages           string // of the beginning of a visit: its page, and how much was looked at
}

// AuditProps is the audit log. Own says that it shows the person's own entries
// only; BusinessName is that of the business filtered by.
type AuditProps struct {
	List         ui.ListState
	Rows         []AuditRow
	Own          bool
	BusinessName string
	PersonName   string // of the person filtered by
}

func (p AuditProps) sub() string {
	if p.Own {
		return "Your own entries"
	}
	return ""
}

var auditFilters = []ui.Filter{
	{Name: "kind", Label: "Kind", Options: []ui.Option{
		{Value: "api_token", Label: "API tokens"}, {Value: "appointment", Label: "Appointments"}, {Value: "blocker", Label: "Blocked times"}, {Value: "business", Label: "Businesses"}, {Value: "domain", Label: "Domains"}, {Value: "job", Label: "Jobs"}, {Value: "masquerade", Label: "Masquerades"}, {Value: "plan", Label: "Plans"}, {Value: "resource", Label: "Resources"}, {Value: "service", Label: "Services"}, {Value: "session", Label: "Sessions"}, {Value: "settings", Label: "Settings"}, {Value: "ticket", Label: "Tickets"}, {Value: "user", Label: "People"}}},
	{Name: "views", Label: "Page views", Options: []ui.Option{{Value: "each", Label: "One by one"}}},
	{Name: "period", Label: "Time", Options: []ui.Option{
		{Value: "24h", Label: "Last 24 hours"}, {Value: "7d", Label: "Last 7 days"}, {Value: "30d", Label: "Last 30 days"}}},
}

var auditColumns = []ui.Column{
	{Label: "When"}, {Label: "Who"}, {Label: "What"}, {Label: "Business"}, {Label: "Details"},
}

// MasqueradeRow is one masquerade; End says how it ended.
type MasqueradeRow struct {
	ID, Actor, ActorRole   string
	Subject, SubjectRole   string
	Business, BusinessHref string
	Reason, Ticket         string
	Since                  ui.Time
	Pages                  string
	Live, Waiting          bool
	Write                  bool   // with changes
	Consent                string // code, of one with changes
	Href                   string // its page
	TicketHref             string
	End                    string
	Own, CanApprove        bool
}

func (r MasqueradeRow) mode() string {
	if r.Write {
		return "With changes"
	}
	return "View only"
}

// end is what ending it now is called.
func (r MasqueradeRow) end() string {
	switch {
	case !r.Waiting:
		return "End"
	case r.Own:
		return "Take back"
	}
	return "Refuse"
}

// MasqueradesProps lists who is or was where. Own says that it shows the
// person's own only.
type MasqueradesProps struct {
	List ui.ListState
	Rows []MasqueradeRow
	Own  bool
}

func (p MasqueradesProps) sub() string {
	if p.Own {
		return "Your own"
	}
	return ""
}

var masqueradeFilters = []ui.Filter{
	{Name: "state", Label: "State", Options: []ui.Option{{Value: "live", Label: "Live"}, {Value: "waiting", Label: "Waiting for an answer"}, {Value: "ended", Label: "Ended"}}},
}

var masqueradeColumns = []ui.Column{
	{Key: "who", Label: "Who"}, {Key: "as", Label: "As"}, {Label: "Reason"}, {Key: "since", Label: "Since", Desc: true}, {Key: "pages", Label: "Pages", Right: true, Desc: true}, {Label: "State"}, {Label: "Actions", Hidden: true},
}
