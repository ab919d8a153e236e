package mail

// ReactivationProps tells an owner that a suspension is over.
type ReactivationProps struct {
	Name     string // of the owner
	Business string
	URL      string // absolute, of the site
}

// Reactivation tells an owner who knows of a suspension that it is over.
func Reactivation(p ReactivationProps) (Message, error) {
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Business + " is open again: its site can be reached, and customers can book."),
			"Everything is as it was before it was suspended.",
		},
		button: "Open the site", url: p.URL,
	}
	return l.message(p.Business + " is open again")
}

// PlanProps tells an owner which plan the business is on.
type PlanProps struct {
	Name       string // of the owner
	Business   string
	Plan       string // its name
	Price      string // a month, "$29"; empty while nothing is to pay
	TrialEnded bool   // by the change
	URL        string // absolute, of the page of the plan
}

// Plan tells an owner that the platform's people put the business on another plan.
func Plan(p PlanProps) (Message, error) {
	on := p.Business + " is on the plan " + p.Plan + " now"
	if p.Price != "" {
		on += ", at " + p.Price + " a month"
	}
	l := letter{greeting: greeting(p.Name), paragraphs: []string{oneLine(on + ".")}, button: "Plan and usage", url: p.URL,
		after: []string{"Our team made this change. If you did not ask for it, write to us under Support on your site."}}
	if p.TrialEnded {
		l.paragraphs = append(l.paragraphs, "The trial ended with it.")
	}
	return l.message(p.Business + " is on the plan " + p.Plan)
}
