package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// MasqueradeRequestProps is a visit, or a request for changes and what became of it. State
// is asked, granted, approved, started, declined, withdrawn or over.
type MasqueradeRequestProps struct {
	ID                     string
	Actor, Subject         string
	SubjectRole            string
	Business, BusinessHref string
	Reason, Ticket         string
	Asked                  ui.Time
	State                  string
	Never                  bool   // the owners never allow changes
	Decided                string // by whom
	DecidedAt              ui.Time
	SecondFrom             ui.Time // when a second person may answer; zero: now
	End                    string
	Own                    bool // the viewer asked
	CanOpen, CanApprove    bool
	CanEnd                 bool
	Inside, InsideID       string // where the viewer is meanwhile: that ends for this one
	NeedPassword           bool
	Errors                 map[string]string
	Write, Entered, Live   bool
	TicketHref             string
	Began, Ended           ui.Time
	Lasted                 string
	Record                 ui.VisitRecord
}

// Title is the page's.
func (p MasqueradeRequestProps) Title() string {
	if p.Write {
		return "Changes to " + p.Business
	}
	return "Visit to " + p.Business
}

func (p MasqueradeRequestProps) mode() string {
	if p.Write {
		return "With changes"
	}
	return "View only"
}

// consent is the code of the badge: where the owners never agree, nobody waits for them.
func (p MasqueradeRequestProps) consent() string {
	if p.State == "asked" && p.Never {
		return "second"
	}
	return p.State
}

func (p MasqueradeRequestProps) facts() []ui.Fact {
	facts := []ui.Fact{
		{Term: "Who", Text: p.Actor},
		{Term: "As", Text: p.Subject + " (" + p.SubjectRole + ")"},
		{Term: "Business", Content: factLink(p.Business, p.BusinessHref)},
		{Term: "Reason", Text: p.Reason},
	}
	if p.Ticket != "" {
		ticket := ui.Fact{Term: "Ticket", Text: p.Ticket}
		if p.TicketHref != "" {
			ticket.Content = factLink(p.Ticket, p.TicketHref)
		}
		facts = append(facts, ticket)
	}
	facts = append(facts, ui.Fact{Term: "Mode", Text: p.mode()})
	if p.Write {
		facts = append(facts, ui.Fact{Term: "Asked", Content: ui.TimeText(p.Asked)})
	}
	if p.Decided != "" {
		facts = append(facts, ui.Fact{Term: "Answer", Content: decidedText(p)})
	}
	if p.Entered {
		facts = append(facts, ui.Fact{Term: "Begun", Content: ui.TimeText(p.Began)})
	}
	if !p.Ended.IsZero() {
		facts = append(facts, ui.Fact{Term: "Ended", Content: ui.TimeText(p.Ended)}, ui.Fact{Term: "Lasted", Text: p.Lasted})
	}
	if p.End != "" {
		facts = append(facts, ui.Fact{Term: "End", Text: p.End})
	}
	return facts
}

// next says what happens now.
func (p MasqueradeRequestProps) next() string {
	if !p.Write || p.Entered && !p.Live {
		return ""
	}
	switch p.State {
	case "asked":
		if p.Never {
			return "The owners never allow changes by support. A second manager or superuser must approve; the owners are told when it happens."
		}
		return "The owners were asked by mail and on their site. This page shows the answer as soon as it is there."
	case "granted":
		return "An owner agreed. It can begin within an hour of the answer."
	case "approved":
		return "A second person approved, and the owners were told. It can begin within an hour."
	case "started":
		return "It is under way."
	case "declined":
		return "An owner declined. Nothing was opened."
	case "withdrawn":
		return "An owner took the consent back."
	}
	return "This request is over."
}
