package business

import (
	"strconv"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// VisitedPage is a page that support looked at, or something that it changed.
type VisitedPage struct {
	At     ui.Time
	Page   string
	Object string
}

// SupportVisit is one look of support into the business, or a request for one
// with changes.
type SupportVisit struct {
	ID             string
	Actor, Subject string
	Reason, Ticket string
	Start, Ended   ui.Time
	Live, Entered  bool
	Write          bool   // with changes
	Consent        string // code
	Decided        string // by whom
	Asked          bool   // an owner can answer
	Withdrawable   bool
	Endable        bool   // without a consent that could be taken back
	End            string // how it ended
	Pages          []VisitedPage
	Changes        []VisitedPage
}

func (v SupportVisit) pages() string   { return counted(len(v.Pages), "page") }
func (v SupportVisit) changes() string { return counted(len(v.Changes), "change") }

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

func (v SupportVisit) mode() string {
	if v.Write {
		return "with changes"
	}
	return "view only"
}

// PlatformChange is what platform staff did to the people of the business.
type PlatformChange struct {
	At           ui.Time
	Actor, Text  string
	Object, Role string
}

// SupportAccessProps is everything that support looked at, newest first, and
// what it may change: Consent is always, ask or never.
type SupportAccessProps struct {
	Consent string
	Held    int // mails to customers that wait
	Errors  map[string]string
	Visits  []SupportVisit
	Changes []PlatformChange
}

func (p SupportAccessProps) requests() []SupportVisit {
	var asked []SupportVisit
	for _, v := range p.Visits {
		if v.Asked {
			asked = append(asked, v)
		}
	}
	return asked
}

func (p SupportAccessProps) visits() []SupportVisit {
	var visits []SupportVisit
	for _, v := range p.Visits {
		if !v.Asked {
			visits = append(visits, v)
		}
	}
	return visits
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
