package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// ResourceRow is one person, room or machine.
type ResourceRow struct {
	ID, Name string
	Kind     string // code
	Person   string // whose calendar it is
	Services string
	Hours    string // "Own hours", "Opening hours"
	Status   string // code
}

// ResourcesProps is the list; sort keys are order, name and kind.
type ResourcesProps struct {
	List      ui.ListState
	Rows      []ResourceRow
	CanManage bool
	// CanMove is set when the rows stand in the business's own order.
	CanMove bool
}

// ResourceInput is a resource as typed.
type ResourceInput struct{ Name, Kind, TimeZone, User, Status, Capacity string }

// ResourceFormProps is the form; Errors are keyed by field name, "" for the whole.
type ResourceFormProps struct {
	Seen      ui.Seen
	ID        string // empty for a new one
	Title     string // the stored name
	In        ResourceInput
	Errors    map[string]string
	People    []ui.Option
	Services  []Choice
	TimeZones []string
	Zone      string // the business's
	CanManage bool
	CanDelete bool
	// CanSeePlan leads from a full plan to its page.
	CanSeePlan bool
}

// ResourceProps is the page of one resource.
type ResourceProps struct {
	Form         ResourceFormProps
	Week         WeekProps
	OwnHours     bool
	TimeOff      OverridesProps
	HasFeed      bool     // who looks has an address of it
	FeedURL      string   // whole address, when it was made just now
	OtherFeeds   []string // who else has one
	ConfirmName  string
	ConfirmError string
}
