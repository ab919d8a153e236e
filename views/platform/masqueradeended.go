package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// MasqueradeEndedProps is what an operator reads after a visit.
type MasqueradeEndedProps struct {
	Actor, Subject, SubjectRole string
	Business, BusinessHref      string
	Why, By                     string // "consent withdrawn", whoever did that
	EndedAt                     ui.Time
	Ticket, TicketHref          string
	BackLabel, BackHref         string // where it began
	AgainHref                   string
}

// endings are the reasons for an end in sentences.
var endings = map[string]string{
	"stopped":                        "You stopped it",
	"logged out":                     "You logged out of it",
	"timed out":                      "Its time ran out",
	"ended by an administrator":      "An administrator ended it",
	"ended by an owner":              "An owner ended it",
	"consent withdrawn":              "The business took its consent back",
	"declined by an owner":           "An owner declined",
	"ticket closed":                  "Its ticket was closed",
	"operator logged out":            "Your session on the console ended",
	"operator disabled":              "Your login was disabled",
	"operator's role changed":        "Your role was changed",
	"person disabled":                "The login of the person was disabled",
	"person's role changed":          "The role of the person was changed",
	"business archived":              "The business was archived",
	"business suspended":             "The business was suspended",
	"business deleted":               "The business was deleted",
	"the business's address changed": "The address of the business changed",
	"another visit began":            "You began another visit",
}

func (p MasqueradeEndedProps) why() string {
	text, known := endings[p.Why]
	if !known {
		text = p.Why
	}
	if p.By != "" {
		text += ": " + p.By
	}
	return text
}

func (p MasqueradeEndedProps) facts() []ui.Fact {
	facts := []ui.Fact{
		{Term: "Business", Content: factLink(p.Business, p.BusinessHref)},
		{Term: "Who", Text: p.Actor},
		{Term: "As", Text: p.Subject + " (" + p.SubjectRole + ")"},
	}
	if !p.EndedAt.IsZero() {
		facts = append(facts, ui.Fact{Term: "Ended", Content: ui.TimeText(p.EndedAt)})
	}
	return facts
}
