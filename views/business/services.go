package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// ServiceRow is one service; everything is formatted already.
type ServiceRow struct {
	ID, Name, Description string
	Duration, Buffers     string
	Price                 string
	With                  []string // who or what does it, a line for each set
	Nobody                bool     // a set has nobody, so that it can't be booked
	Status                string   // code
}

// ServicesProps is the list; sort keys are order, name, duration and price.
type ServicesProps struct {
	List      ui.ListState
	Rows      []ServiceRow
	CanManage bool
	// CanMove is set when the rows stand in the business's own order.
	CanMove bool
}

// ServiceInput is a service as typed.
type ServiceInput struct {
	Name, Description       string
	Duration, Before, After string // minutes
	Price                   string
	Status                  string // shown, hidden or disabled
	Notice, Horizon, Step   string // empty: as the business's policies say
	Sets                    [][]string
	NoticeUnit              string // minutes, hours or days
	Party                   string // people that one appointment may bring
	OwnReminders            bool   // Reminders hold, even if they are none
	Reminders               string // "24, 2"
}

// Choice is a box that can be ticked.
type Choice struct {
	Value, Label, Hint string
	Checked            bool
}

// ServiceSet is one set of resources of which an appointment takes one.
type ServiceSet struct {
	Name    string // of the field: set_1
	Legend  string
	Choices []Choice
	Spare   bool // an empty one at the end
}

// ServiceFormProps is the form; Errors are keyed by field name, "" for the whole.
type ServiceFormProps struct {
	Seen         ui.Seen
	ID           string // empty for a new one
	Title        string // the stored name
	In           ServiceInput
	Sets         []ServiceSet
	Errors       map[string]string
	Policies     string // what the business's policies say
	CanManage    bool
	CanDelete    bool
	ConfirmName  string // as typed into the deletion
	ConfirmError string
}
