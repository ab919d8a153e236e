package business

import (
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// AppointmentInput is a new appointment as typed.
type AppointmentInput struct {
	Q, CustomerID       string
	Name, Email, Phone  string
	SamePhone           bool   // somebody new shares a telephone
	Guest               string // who comes instead of the customer
	Service, Resource   string
	Date, Time, Minutes string
	Offset              string // from UTC, of a time that comes twice
	Price, Party        string
	Note, StaffNote     string
}

// AppointmentFormProps is the form of a new appointment.
type AppointmentFormProps struct {
	In        AppointmentInput
	Errors    map[string]string
	ID        string // made with the form, so that sending it twice books once
	Secret    string
	Services  []ui.Option
	Resources []ui.Option
	Found     []FoundCustomer
	New       FoundCustomer // what was searched for, as somebody new
	Zone      string
	Twins     ui.SelectProps // of a time that comes twice
	Back      string
	Refusal   Refusal
	Peek      bool
	CanAdd    bool
}

// FoundCustomer is a match of the search.
type FoundCustomer struct{ ID, Name, Phone, Email string }

// contact is what tells customers of one name apart at a desk: the telephone first.
func (f FoundCustomer) contact() string {
	if f.Phone != "" && f.Email != "" {
		return f.Phone + " · " + f.Email
	}
	return f.Phone + f.Email
}

// forNew says whether the appointment is for somebody new as things stand.
func (p AppointmentFormProps) forNew() bool {
	return p.In.CustomerID == "new" || p.In.CustomerID == "" && len(p.Found) == 0
}

func (p AppointmentFormProps) target() string { return target(p.Peek) }

func (p AppointmentFormProps) backHref() string {
	if p.Back == "" {
		return urls.SchedulePath()
	}
	return p.Back
}

// BlockerFormProps is the form of time that can't be booked.
type BlockerFormProps struct {
	Seen      ui.Seen
	Version   string // of the blocker, for freeing it
	ID        string // empty for a new one
	In        BlockerInput
	Errors    map[string]string
	Resources []ui.Option
	Zone      string
	Twins     ui.SelectProps // of a beginning that comes twice
	Back      string
	Peek      bool
	CanChange bool
	CanDelete bool
	// DaysOffHref leads who has a calendar to where whole days are taken off.
	DaysOffHref string
}

// BlockerInput is a blocker as typed.
type BlockerInput struct{ Resource, Date, From, To, Reason, Offset string }

func (p BlockerFormProps) target() string { return target(p.Peek) }

func (p BlockerFormProps) action() string {
	if p.ID == "" {
		return urls.Blockers()
	}
	return urls.Blocker(p.ID, "")
}

func (p BlockerFormProps) title() string {
	if p.ID == "" {
		return "Block time"
	}
	return "Blocked time"
}

func (p BlockerFormProps) backHref() string {
	if p.Back == "" {
		return urls.SchedulePath()
	}
	return p.Back
}
