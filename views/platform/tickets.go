package platform

import (
	"strconv"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// TicketRow is one line of the queue. Waiting is how long the business waits.
type TicketRow struct {
	ID                string
	Number            int64
	Subject, Business string
	Status, Priority  string // codes
	Assignee          string // empty: nobody
	Opened, Updated   ui.Time
	Waiting           ui.Time
	Due               ui.Deadline
}

// TicketTab is one state with the number of its tickets.
type TicketTab struct {
	Status, Count string
	Current       bool
}

// TicketsProps is the queue; filters are status, priority, assignee, business
// due and unanswered, sort keys due waiting priority created updated.
type TicketsProps struct {
	List         ui.ListState
	Tabs         []TicketTab
	Rows         []TicketRow
	Staff        []ui.Option
	BusinessName string // of the business filtered by
	CanManage    bool
}

// TicketProps is one ticket. Errors are keyed by field name (body files status
// note assignee priority).
type TicketProps struct {
	Seen, TakeSeen                   ui.Seen
	Number                           int64
	Subject, Status, Priority        string
	Business, BusinessID, Plan, Host string
	Opener                           string
	Opened, Updated                  ui.Time
	Due                              ui.Deadline
	FirstAnswer                      string // how long it took
	Assignee, AssigneeID             string
	Mine                             bool
	Me                               string // id
	Conversation                     []ui.MessageProps
	History                          []Event
	Older                            ui.OlderProps // of the history
	OlderMessages                    ui.OlderProps // of the conversation
	LastSeen                         string        // id of the last message shown
	Version                          string        // what an open page has seen
	Staff, Replies                   []ui.Option
	Body, ReplyStatus, Note          string
	Inserted                         string // title of the prepared answer just inserted
	Errors                           map[string]string
	MasqueradeHref                   string
	CanManage                        bool
}

func (p TicketProps) number() string { return "#" + strconv.FormatInt(p.Number, 10) }

// news is what a screen reader hears when the ticket changed.
func (p TicketProps) news() string {
	if n := len(p.Conversation); n > 0 {
		return "Ticket updated; the last message is from " + p.Conversation[n-1].Author
	}
	return "Ticket updated"
}

// CannedReplyRow is a prepared answer.
type CannedReplyRow struct {
	ID, Title, Body string
	Updated         ui.Time
}

// CannedReplyForm is the form of one; without an ID it adds one.
type CannedReplyForm struct {
	Seen            ui.Seen
	ID, Title, Body string
	Errors          map[string]string
}

// CannedRepliesProps is the list with the form beside it.
type CannedRepliesProps struct {
	Rows []CannedReplyRow
	Form CannedReplyForm
}

var ticketColumns = []ui.Column{
	{Label: "Ticket"},
	{Label: "Status"},
	{Key: "priority", Label: "Priority", Desc: true},
	{Label: "Assigned to"},
	{Key: "due", Label: "Answer due"},
	{Key: "created", Label: "Opened", Desc: true},
	{Key: "updated", Label: "Updated", Desc: true},
}

func (p TicketsProps) filters() []ui.Filter {
	assignees := append([]ui.Option{{Value: "me", Label: "Me"}, {Value: "nobody", Label: "Nobody"}}, p.Staff...)
	filters := []ui.Filter{
		{Name: "status", Label: "Status", Options: append([]ui.Option{{Value: "unresolved", Label: "Not resolved"}}, ui.TicketStatusOptions()...)},
		{Name: "priority", Label: "Priority", Options: ui.PriorityOptions()},
		{Name: "assignee", Label: "Assigned to", Options: assignees},
		{Name: "due", Label: "Due", Options: []ui.Option{{Value: "overdue", Label: "Overdue"}, {Value: "24h", Label: "Within 24 hours"}}},
		{Name: "unanswered", Label: "Answer", Options: []ui.Option{{Value: "1", Label: "Unanswered"}}},
	}
	if p.List.Filters["business"] != "" {
		name := p.BusinessName
		if name == "" {
			name = "Unknown"
		}
		filters = append(filters, ui.Filter{Name: "business", Label: "Business", Options: []ui.Option{{Value: p.List.Filters["business"], Label: name}}})
	}
	return filters
}
