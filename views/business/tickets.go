package business

import (
	"strconv"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// TicketRow is one of the business's tickets. Answered marks one that waits for
// the business.
type TicketRow struct {
	Number          int64
	Subject, Status string
	Opened, Updated ui.Time
	Answered        bool
}

// TicketsProps is the list of the own tickets.
type TicketsProps struct {
	List     ui.ListState
	Rows     []TicketRow
	CanWrite bool
}

// TicketForm is a new ticket as typed; Errors are keyed by field name (subject
// body priority files).
type TicketForm struct {
	Subject, Body, Priority string
	Priorities              []ui.Option
	Errors                  map[string]string
	CanWrite                bool
}

// TicketProps is one ticket. Errors are keyed by field name (body files).
type TicketProps struct {
	Older               ui.OlderProps // of the conversation
	Number              int64
	Subject, Status     string
	Opened              ui.Time
	Conversation        []ui.MessageProps
	Version             string // what an open page has seen
	Announce            bool   // a message is new
	Body                string
	Errors              map[string]string
	CanAnswer, CanSolve bool
	CanAskAnew          bool // closed for too long
}

func (p TicketProps) number() string { return "#" + strconv.FormatInt(p.Number, 10) }

func (p TicketProps) done() bool { return p.Status == "resolved" || p.Status == "closed" }

var ticketFilters = []ui.Filter{
	{Name: "state", Label: "State", Options: []ui.Option{{Value: "active", Label: "Active"}, {Value: "done", Label: "Done"}}},
}

var ticketColumns = []ui.Column{{Label: "Ticket"}, {Label: "Status"}, {Label: "Opened"}, {Key: "updated", Label: "Updated", Desc: true}}
