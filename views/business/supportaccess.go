package business

import (
	"strconv"
	"strings"

	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// SupportVisit is one look of support into the business, or a request for one
// with changes, with the beginning of what was shown and changed.
type SupportVisit struct {
	ID             string
	Actor, Subject string
	Reason, Ticket string
	Start, Ended   ui.Time
	Lasted         string
	Live, Entered  bool
	Write          bool   // with changes
	Consent        string // code
	Decided        string // by whom
	Asked          bool   // an owner can answer
	Withdrawable   bool
	Endable        bool   // without a consent that could be taken back
	End            string // how it ended
	Record         ui.VisitRecord
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func (v SupportVisit) sinceWord() string {
	if v.Asked || !v.Entered {
		return "Asked"
	}
	return "Since"
}

func (v SupportVisit) mode() string {
	if v.Write {
		return "with changes"
	}
	return "view only"
}

// PlatformChange is what platform staff did to the people of the business or with
// its data; Times is set where it was more than once.
type PlatformChange struct {
	At           ui.Time
	Times        string
	Actor, Text  string
	Object, Role string
	Reason       string
}

// PlatformChangesProps is one page of them.
type PlatformChangesProps struct {
	List ui.ListState
	Rows []PlatformChange
	Past ui.OlderProps // where the page lies behind the end
}

func (p PlatformChangesProps) list() ui.ListProps {
	return ui.ListProps{ListState: p.List, ID: "changes", Path: urls.SupportChanges(), One: "entry", Many: "entries"}
}

func (v SupportVisit) facts() []ui.Fact {
	facts := []ui.Fact{
		{Term: "Who", Text: v.Actor + " of SmoothSchedule"},
		{Term: "As", Text: v.Subject},
		{Term: "Reason", Text: v.Reason},
		{Term: "Mode", Text: v.mode()},
	}
	if v.Ticket != "" {
		facts = append(facts, ui.Fact{Term: "Ticket", Content: ticketLink(v.Ticket)})
	}
	if v.Decided != "" {
		facts = append(facts, ui.Fact{Term: "Answered by", Text: v.Decided})
	}
	start := "Begun"
	if !v.Entered {
		start = "Asked"
	}
	facts = append(facts, ui.Fact{Term: start, Content: ui.TimeText(v.Start)})
	if !v.Ended.IsZero() {
		facts = append(facts, ui.Fact{Term: "Ended", Content: ui.TimeText(v.Ended)})
	}
	if v.Lasted != "" {
		facts = append(facts, ui.Fact{Term: "Lasted", Text: v.Lasted})
	}
	if v.End != "" {
		facts = append(facts, ui.Fact{Term: "Why it ended", Text: v.End})
	}
	return facts
}

// ticketHref is the ticket's page if what was typed is a number.
func ticketHref(ticket string) string {
	number, err := strconv.ParseInt(strings.TrimPrefix(ticket, "#"), 10, 64)
	if err != nil {
		return ""
	}
	return urls.Ticket(number)
}

// SupportAccessProps is one page of what support looked at, newest first, and
// what it may change: Consent is always, ask or never.
type SupportAccessProps struct {
	Seen        ui.Seen
	Consent     string
	Held        int // mails to customers that wait
	Errors      map[string]string
	Requests    []SupportVisit
	List        ui.ListState
	Visits      []SupportVisit
	Changes     []PlatformChange
	MoreChanges bool
}

func (p SupportAccessProps) list() ui.ListProps {
	return ui.ListProps{ListState: p.List, ID: "visits", Path: urls.SupportAccess(), One: "visit", Many: "visits"}
}

// ConsentProps is the page behind an owner's mailed link.
type ConsentProps struct {
	Token, Owner   string
	Actor, Subject string
	Role, Business string
	Reason, Ticket string
	Asked          ui.Time
	State, Decided string
	CanDecide      bool
	CanWithdraw    bool
	CanEnd         bool // what needs no consent, or has somebody else's
	Over           bool
	Errors         map[string]string
}

func (p ConsentProps) ending() string {
	if p.CanEnd {
		return "End this visit"
	}
	return "Take the consent back"
}

func (p ConsentProps) facts() []ui.Fact {
	facts := []ui.Fact{
		{Term: "Who asks", Text: p.Actor + " of SmoothSchedule"},
		{Term: "As", Text: p.Subject + " (" + p.Role + ")"},
		{Term: "Reason", Text: p.Reason},
		{Term: "Asked", Content: ui.TimeText(p.Asked)},
	}
	if p.Ticket != "" {
		facts = append(facts, ui.Fact{Term: "Ticket", Text: p.Ticket})
	}
	if p.Decided != "" {
		facts = append(facts, ui.Fact{Term: "Answered by", Text: p.Decided})
	}
	return facts
}

func (p ConsentProps) state() string {
	if p.Over && p.State != "declined" && p.State != "withdrawn" {
		return "over"
	}
	return p.State
}
