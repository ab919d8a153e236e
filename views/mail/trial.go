package mail

import "fmt"

// TrialProps tells an owner how a trial goes on.
type TrialProps struct {
	Name     string // of the owner
	Business string
	Plan     string // of the trial, its name
	Ends     string // "Thursday, 3 December 2026"
	Over     bool
	Days     int    // until then by the calendar, 0 is today
	URL      string // absolute, of the page of the plan
}

// Trial tells an owner a week and a day ahead that the trial ends, and that it
// has ended.
func Trial(p TrialProps) (Message, error) {
	l := letter{greeting: greeting(p.Name), button: "Plan and usage", url: p.URL}
	const after = "Without a plan the business goes on with the free one: its limits apply, nothing is deleted, and everything booked stays."
	if p.Over {
		l.paragraphs = []string{
			oneLine("The trial of " + p.Plan + " for " + p.Business + " is over. The business goes on with the free plan: its limits apply from now on."),
			"Nothing was deleted, and everything booked stays. A bigger plan can be chosen at any time.",
		}
		return l.message("The trial of " + p.Business + " is over")
	}
	in := fmt.Sprintf("in %d days", p.Days)
	switch p.Days {
	case 0:
		in = "today"
	case 1:
		in = "tomorrow"
	}
	l.paragraphs = []string{oneLine("The trial of " + p.Plan + " for " + p.Business + " ends " + in + ", on " + p.Ends + "."), after}
	return l.message("The trial of " + p.Business + " ends " + in)
}
