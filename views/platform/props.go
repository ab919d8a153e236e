// Package platform holds the pages of the platform console.
package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// Metric is one figure of the dashboard.
type Metric struct {
	Value string
	Hint  string
	Note  string // what is counted
	Delta *ui.Delta
	Spark []float64
}

// StatusCount is how many businesses have a status.
type StatusCount struct {
	Status string // code
	Count  string // formatted
	N      int
}

// DashboardLine is a line of one of the dashboard's lists.
type DashboardLine struct {
	Name, Href, Note string
	Figure           string
	At               ui.Time // instead of Figure
}

// DashboardPeriod is a choice of the period picker.
type DashboardPeriod struct {
	Code, Label string
	Current     bool
}

// DashboardProps is the platform at a glance; Failed leaves out the figures.
type DashboardProps struct {
	AsOf                               ui.Time
	Periods                            []DashboardPeriod
	Days, Period                       string // "30 days", "30d"
	ByStatus                           []StatusCount
	MRR, Active, Churn                 Metric
	Appointments, SignUps, OpenTickets Metric
	PlanNames                          []string
	MRRByPlan                          []ui.Point // Value in cents, Text formatted, Label "Nov 2026"
	NewOnes, Gone                      []ui.Point
	CurrencySign                       string // on the chart's axis
	Busiest, Trials, Waiting           []DashboardLine
	Tickets                            bool   // the visitor looks after tickets
	Trouble                            string // failed jobs or migrations
	TroubleHref                        string
	CanCreate                          bool
	Failed                             bool
}

// BusinessRow is one row of the list; everything is formatted already.
type BusinessRow struct {
	ID, Name        string
	Host, URL       string // as shown, as linked
	LogoHref        string // empty: its initials
	Plan, Status    string // codes
	OwnerName       string
	OwnerEmail      string
	People          string
	Appointments30d string
	MRR             string
	LastActivity    ui.Time // "2 h ago" with ISO, or zero for never
	Joined          ui.Time
	CanMasquerade   bool // as its owner
}

// BusinessesProps is the list; filters are plan, status, zone, trial and
// inactive, and from the dashboard joined, churned and paying; sort keys are name plan status owner people appointments mrr activity
// joined.
type BusinessesProps struct {
	List                ui.ListState
	Rows                []BusinessRow
	CanCreate           bool
	CanRestore          bool // from an exported file
	CanPlan, CanSuspend bool // of many at once
}

// BusinessInput is the new business as typed.
type BusinessInput struct {
	Name, Subdomain, Plan, TimeZone, OwnerName, OwnerEmail string
}

// BusinessFormProps is that form; Errors are keyed by field name
// (name subdomain plan time_zone owner_name owner_email), "" for the whole.
type BusinessFormProps struct {
	In         BusinessInput
	Errors     map[string]string
	HostSuffix string // ".localhost:8000"
	TimeZones  []string
}

// Person is someone of a business.
type Person struct {
	ID, Name, Email string
	Role            string // as words: "Owner"
	Inactive        bool
	LastLogin       ui.Time
	CanMasquerade   bool
}

// Domain is one name of a business. Record and Proof are what a custom one that
// is not proven yet needs in the DNS.
type Domain struct {
	Name, Host, URL        string
	Primary, Verified      bool
	Custom, Former         bool
	Record, Proof, Problem string
	Checked, Until         ui.Time
}

// Event is one line of the recent activity; Subject is set while masquerading.
type Event struct {
	At             ui.Time
	Actor, Subject string
	Text           string
	Visit          string // page of the visit that began with it, if pages were viewed
	Pages          int
}

// Seen says how much was looked at.
func (e Event) Seen() string { return ui.Many(e.Pages, "page viewed", "pages viewed") }

// Note is what staff wrote down about a business.
type Note struct {
	ID, Author, Body string
	At               ui.Time
	Own              bool
}

// Usage is what a business has of something against its plan's limit; Limit 0 is none.
type Usage struct {
	Label, Text string
	Used, Limit int
}

// PlanStep is a change of what a business pays.
type PlanStep struct {
	At               ui.Time
	By, Plan, Status string // codes
	MRR, Change      string
	Undone           bool // taken back: it counts for nothing
}

// BusinessProps is the page of one business. Errors and Values are those of the
// form that was wrong, by field: reason plan days note domain check subdomain
// archive_reason confirm.
type BusinessProps struct {
	PlanSeen, TrialSeen, RenameSeen ui.Seen
	ID, Name                        string
	Host, URL                       string
	Subdomain                       string
	HostSuffix                      string
	Plan, Status                    string // codes
	StatusReason                    string // why it is suspended
	Deleting                        bool
	TimeZone                        string
	LocalTime                       ui.Time
	Joined                          ui.Time
	TrialEnds                       ui.Time
	MRR                             string
	Appointments                    string // last 30 days
	Spark                           []float64
	Customers                       string
	LastActivity                    ui.Time
	Owner                           *Person
	People                          []Person
	PeopleTotal                     string // when more than shown
	Domains                         []Domain
	Usage                           []Usage
	PlanOptions                     []ui.Option
	Steps                           []PlanStep
	OlderSteps                      ui.OlderProps
	Tickets                         []TicketRow
	Notes                           []Note
	OlderNotes                      ui.OlderProps
	Activity                        []Event
	UndoID                          string // of the own last change, while it can be taken back
	UndoText                        string
	CanSuspend                      bool
	CanReactivate                   bool
	CanChangePlan                   bool
	CanExtend                       bool
	CanArchive                      bool
	CanUnarchive                    bool
	CanRename                       bool
	CanDelete                       bool
	CanExport                       bool
	NeedPassword                    bool // before an export
	CanDomains                      bool
	CanNote                         bool
	SeesTickets                     bool
	SeesAudit                       bool
	// Who doesn't see the people knows whom to talk to all the same.
	SeesPeople            bool
	OwnerName, OwnerEmail string
	Errors                map[string]string
	Values                map[string]string
	Back                  string // where "View as" returns to; the page itself when empty
}

// MasqueradeNewProps is the question before a masquerade. Errors are keyed by
// field name (reason ticket password), "" for the whole; Refused, if set,
// replaces the form.
type MasqueradeNewProps struct {
	UserID, UserName, UserEmail string
	UserRole                    string // as words
	BusinessName, BusinessHost  string
	Back                        string
	Began                       ui.Link // the part of the console where the operator came from
	Reason, Ticket              string
	Errors                      map[string]string
	NeedPassword                bool
	IdleMinutes, MaxMinutes     int // 15 and 60 when zero
	Refused                     string
	// Inside is where the operator is already: that ends for this one.
	Inside, InsideID, InsideHref string
	// Mode as typed; CanWrite shows the choice, and Consent (always, ask, never)
	// says what changes need.
	Mode     string
	CanWrite bool
	Consent  string
}
