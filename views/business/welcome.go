package business

// WelcomeProps is the entrance of a new business's owner; without an Action the
// link is spent or too old.
type WelcomeProps struct {
	Action                string
	AtOnce                bool // the script presses the button
	Business, Host, Owner string
}

// ChecklistStep is one thing that a new business needs.
type ChecklistStep struct {
	Title, Text, Href string
	Done              bool
}

// ChecklistProps is what is left to do, on the dashboard.
type ChecklistProps struct {
	Steps      []ChecklistStep
	BookURL    string // to share
	CanDismiss bool
}

func (p ChecklistProps) done() int {
	n := 0
	for _, s := range p.Steps {
		if s.Done {
			n++
		}
	}
	return n
}
