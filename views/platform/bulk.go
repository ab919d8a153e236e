package platform

import (
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Hidden is a value that a form carries along.
type Hidden struct{ Name, Value string }

// BulkProps is the question before work on many businesses. Errors are keyed by
// reason, plan and count.
type BulkProps struct {
	Action string // suspend, reactivate or plan
	Count  int
	Shown  string // the count as people read it
	Names  []string
	Rest   string // "and 14 more"
	Hidden []Hidden
	Value  string // reason or plan
	Notify bool
	Errors map[string]string
}

// BulkRunProps is a piece of work and how far it is.
type BulkRunProps struct {
	ID, Title, By, Value string
	Begun                ui.Time
	Done, Skipped, Total int
	Ended, Undone        bool
	CanUndo              bool
	Left                 []BulkSkipped
}

// BulkSkipped is a business that was left out.
type BulkSkipped struct{ Name, Href, Why string }

// Title asks what is about to be done.
func (p BulkProps) Title() string {
	return bulkVerbs[p.Action] + " " + p.Shown + " " + businesses(p.Count) + "?"
}

var bulkVerbs = map[string]string{"suspend": "Suspend", "reactivate": "Reactivate", "plan": "Change the plan of"}

func businesses(n int) string {
	if n == 1 {
		return "business"
	}
	return "businesses"
}

// BulkTitle says what is done to how many.
func BulkTitle(action, undone string, n int) string {
	what := map[string]string{"suspend": "Suspending ", "reactivate": "Reactivating ", "plan": "Changing the plan of "}
	if action == "undo" {
		return "Undo: " + bulkVerbs[undone] + " " + ui.Thousands(n) + " " + businesses(n)
	}
	return what[action] + ui.Thousands(n) + " " + businesses(n)
}

func (p BulkProps) explain() string {
	switch p.Action {
	case "suspend":
		return "Their sites answer “suspended” at once and nobody can book. Nothing is deleted, and for ten minutes you can undo it. Those that are suspended or archived already are left out."
	case "reactivate":
		return "Their sites open again, as what they were before. Those that are not suspended are left out."
	}
	return "The new price counts from now on; past months stay as they are. A trial ends with the change. Archived businesses are left out. For ten minutes you can undo it."
}

func (p BulkRunProps) progress() ui.ProgressProps {
	text := ui.Thousands(p.Done+p.Skipped) + " of " + ui.Thousands(p.Total)
	return ui.ProgressProps{Label: "Businesses", Text: text, Value: p.Done + p.Skipped, Max: max(p.Total, 1)}
}

func (p BulkRunProps) summary() string {
	s := ui.Thousands(p.Done) + " " + businesses(p.Done) + " changed"
	if p.Skipped > 0 {
		s += ", " + ui.Thousands(p.Skipped) + " left out"
	}
	return s + "."
}
