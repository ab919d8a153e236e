package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// CustomerRow is one customer.
type CustomerRow struct {
	ID, Name, Email, Phone string
	Visits, NoShows, Spent string // NoShows is empty for none
	LastVisit, NextVisit   ui.Time
	Since                  ui.Time
	Tags                   []string
	HasLogin               bool
	Blocked                bool
}

// CustomersProps is the list; sort keys are name and since.
type CustomersProps struct {
	List      ui.ListState
	Rows      []CustomerRow
	Tags      []string // in use
	CanManage bool
}

// CustomerInput is what the team writes down, as typed.
type CustomerInput struct{ Name, Email, Phone, Tags string }

// CustomerFormProps is the form; Errors are keyed by field name.
type CustomerFormProps struct {
	Seen      ui.Seen
	ID        string // empty for a new one
	In        CustomerInput
	Errors    map[string]string
	HasLogin  bool // the address is the customer's to change
	ByStaff   bool // in a masquerade, which never changes an address
	CanManage bool
	SamePhone []FoundCustomer // who has the telephone already
}

// CustomerNote is a remark of the team.
type CustomerNote struct {
	ID, Author, Body string
	At               ui.Time
	CanDelete        bool
}

// CustomerProps is the page of one customer.
type CustomerProps struct {
	ID, Name, Sub   string
	Email, Phone    string
	CanBook         bool
	Tags            []string
	Blocked, Erased bool
	Visits          ui.TileProps
	NoShows         ui.TileProps
	Spent           ui.TileProps
	Next            ui.TileProps
	Form            CustomerFormProps
	Zone            string
	Upcoming, Past  []Appointment
	Later, Earlier  ui.OlderProps // of the two
	Notes           []CustomerNote
	Note, NoteError string
	Login           string // words
	CanInvite       string // the button's words; empty: there is none
	CanManage       bool
	CanExport       bool
	CanErase        bool
	SeesMails       bool
	Confirm         string // as typed into the erasure
	ConfirmError    string
}
