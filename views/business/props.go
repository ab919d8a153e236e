// Package business holds the pages of a business's own site.
package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// Service is one thing that can be booked.
type Service struct{ Name, Description, Duration, Price, BookHref string }

// OpeningHour is one weekday; empty Text means closed.
type OpeningHour struct {
	Day, Text string
	Today     bool
}

// PublicProps is the page that anybody sees.
type PublicProps struct {
	Name     string
	Services []Service
	Hours    []OpeningHour // Monday to Sunday, or none
	Zone     string
	About    string
	Address  string // of several lines
	Phone    string
	Email    string
	LogoHref string
	BookHref string // empty: nothing can be booked online
}

// Appointment is one row, formatted in the business's zone.
type Appointment struct {
	ID         string
	Start, End ui.Time // Text "09:00", "09:45"
	Day        ui.Time // only where rows of several days are mixed
	Customer   string
	Contact    string // phone
	Service    string
	Resource   string
	Status     string // code
	Price      string
	Now        bool // under way
	Href       string
	Actions    []StatusAction
}

// DashboardProps is today for the people of the business.
type DashboardProps struct {
	Date         string  // 2026-11-22
	DateText     string  // Sunday, 22 November 2026
	Zone         string  // "Europe/Berlin (CET)"
	AsOf         ui.Time // local time now
	Tiles        []ui.TileProps
	Mine         bool // somebody's own day, not everybody's
	Held         int  // mails after a support visit that wait for an answer
	HasCalendar  bool // one is linked to the own login
	CanSubscribe bool // to that
	Rows         []Appointment
	Requests     []Request
	Week         ui.ChartProps // the days ahead
	Uses         []UseRow
	More         int // rows of today not shown here
	Checklist    *ChecklistProps
	// Support is what support asks and where it looks at the moment, for owners.
	Support []SupportVisit
}

// UseRow is how much of a resource's open time is booked.
type UseRow struct {
	Name, Booked, Open, Share string
	Percent                   int
}

// DayTotals sums a day up.
type DayTotals struct {
	Count    string // rows of the list
	Statuses []ui.Fact
	Revenue  string // of what is completed
	Booked   string // of what is to come or to be completed
}

// AppointmentsProps is one day. DateError is set when the given date was none.
type AppointmentsProps struct {
	Date, DateText      string
	Prev, Next, TodayIs string // dates
	IsToday             bool
	Zone                string
	Rows                []Appointment // of one page; Totals are of all
	Pages               *ui.ListProps // nil: there is one
	Totals              DayTotals
	Status, Resource    string // filters
	Resources           []ui.Option
	Self                string
	CanAdd              bool
	CanExport           bool
	DateError           string
	Failed              bool
	File                AppointmentsFile
}

// AppointmentsFile is the form for the appointments of some days as a file.
type AppointmentsFile struct {
	From, To string
	Errors   map[string]string
}

// MasqueradeEnterProps is the one button on the tenant's host. Gone is set
// when the code was spent or is too old.
type MasqueradeEnterProps struct {
	Code                 string
	Actor, Subject, Role string
	Business             string
	Mode                 string // "View only"
	MaxMinutes           int
	Gone                 bool
	PlatformHref         string // way back
	// Inside is where the operator is already, which ends for this.
	Inside, InsideID string
}
