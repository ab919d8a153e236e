package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// OpenSpan is a stretch of a day as typed: "09:00".
type OpenSpan struct{ From, To string }

// DayHours is a weekday's form: its fields are Key_from and Key_to.
type DayHours struct {
	Key, Label string // "monday", "Monday"
	Spans      []OpenSpan
	Error      string
}

// WeekProps is the form of weekly hours, Monday first.
type WeekProps struct {
	Seen      ui.Seen
	Action    string
	Days      []DayHours
	Note      string
	CanManage bool
	OwnPlan   SettingsTabs // the tab of the plan is shown, in the settings
	CopyFrom  string       // key of a day
	CopyError string
}

// OverrideRow is a stretch of days with other hours, formatted.
type OverrideRow struct {
	ID         string
	Days       ui.Time // "24 Dec 2026", "24–26 Dec 2026"
	Hours      string  // "Closed", "10:00–12:00"
	Closed     bool
	Reason     string
	DeleteHref string
}

// OverrideInput is a new one as typed.
type OverrideInput struct{ From, To, Opens, Closes, Reason string }

// OverridesProps is the list with its form. Off says time off instead of closed days.
type OverridesProps struct {
	Action    string
	Rows      []OverrideRow
	In        OverrideInput
	Errors    map[string]string
	CanManage bool
	CanDelete bool
	OwnPlan   SettingsTabs // the tab of the plan is shown, in the settings
	Off       bool
	Today     string // 2026-11-22
	WholeDays bool   // the form asks for no hours
	// Hits are some of the HitsCount appointments in the days that are asked for.
	Hits      []ui.Link
	HitsCount int
}

// Wrong says whether the form can't be saved as it is.
func (p WeekProps) Wrong() bool { return len(p.errors()) > 0 }
