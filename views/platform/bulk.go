package platform

import (
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Hidden is a value that a form carries along.
type Hidden struct{ Name, Value string }

// BulkProps is the question before work on many businesses. Errors are keyed by
// reason, plan and count.
type BulkProps struct {
	Noun, One, Many, ListHref string
	Staff                     []ui.Option // who can be given a ticket
	Plans                     []ui.Option // with what each would do
	Action                    string
	Count                     int
	Shown                     string // the count as people read it
	Names                     []string
	Rest                      string // "and 14 more"
	Hidden                    []Hidden
	Value                     string // reason or plan
	Notify                    bool
	Errors                    map[string]string
}

// BulkRunProps is a piece of work and how far it is.
type BulkRunProps struct {
	ID, Title, By, Value string
	One, Many, ListHref  string
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
	return bulkVerbs[p.Action] + " " + p.Shown + " " + plural(p.Count, p.One, p.Many) + "?"
}

var bulkVerbs = map[string]string{"suspend": "Suspend", "reactivate": "Reactivate", "plan": "Change the plan of",
	"disable": "Disable", "enable": "Enable", "end_sessions": "End all sessions of",
	"assign": "Assign", "status": "Change the status of", "priority": "Change the priority of"}

// Known says whether there is such an action.
func (p BulkProps) Known() bool { return bulkVerbs[p.Action] != "" }

// chooses says whether nothing can be done before something is chosen.
func (p BulkProps) chooses() bool {
	return p.Action == "plan" || p.Action == "status" || p.Action == "priority" || p.Action == "assign"
}

// choice is a list of options that begins with none of them.
func choice(none string, options []ui.Option) []ui.Option {
	return append([]ui.Option{{Label: none}}, options...)
}

// harms says whether people are shut out.
func (p BulkProps) harms() bool {
	return p.Action == "suspend" || p.Action == "disable" || p.Action == "end_sessions"
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// BulkDone is what work on many things is called in the audit log.
var BulkDone = map[string]string{"suspend": "suspend", "reactivate": "reactivate", "plan": "change plan",
	"disable": "disable", "enable": "enable", "end_sessions": "end all sessions",
	"assign": "assign", "status": "change status", "priority": "change priority"}

// BulkTitle says what is done to how many.
func BulkTitle(action, undone string, n int, one, many string) string {
	what := map[string]string{"suspend": "Suspending", "reactivate": "Reactivating", "plan": "Changing the plan of",
		"disable": "Disabling", "enable": "Enabling", "end_sessions": "Ending all sessions of",
		"assign": "Assigning", "status": "Changing the status of", "priority": "Changing the priority of"}
	whom := " " + ui.Thousands(n) + " " + plural(n, one, many)
	if action == "undo" {
		return "Undo: " + bulkVerbs[undone] + whom
	}
	return what[action] + whom
}

// BulkValue is the value of an action in words.
func BulkValue(action, value string) string {
	switch action {
	case "status":
		return ui.TicketStatusLabel(value)
	case "priority":
		for _, o := range ui.PriorityOptions() {
			if o.Value == value {
				return o.Label
			}
		}
	case "plan":
		return ui.PlanLabel(value)
	case "assign":
		if value == "" || value == "nobody" {
			return "Nobody"
		}
	}
	return value
}

func (p BulkProps) explain() string {
	switch p.Action {
	case "suspend":
		return "Their sites answer “suspended” at once and nobody can book. Nothing is deleted, and for ten minutes you can undo it. Those that are suspended or archived already are left out."
	case "reactivate":
		return "Their sites open again, as what they were before. Those that are not suspended are left out."
	case "disable":
		return "They are shut out at once: sessions, masquerades, API tokens and mailed links end. Owners are told of owners and managers. For ten minutes you can undo it; who is the last owner of a business is left out."
	case "enable":
		return "They can log in again, as far as the plan of their business has room. For ten minutes you can undo it."
	case "end_sessions":
		return "They have to log in again on each device. This can't be undone."
	case "assign", "status", "priority":
		return "Each ticket keeps its history. Those that are so already are left out, and for ten minutes you can undo it."
	}
	return "The new price counts from now on; past months stay as they are. A trial ends with the change. Those that have the plan already keep what they pay, archived ones are left out. For ten minutes you can undo it; then the owners get a mail."
}

func (p BulkRunProps) progress() ui.ProgressProps {
	text := ui.Thousands(p.Done+p.Skipped) + " of " + ui.Thousands(p.Total)
	return ui.ProgressProps{Label: "Done", Text: text, Value: p.Done + p.Skipped, Max: max(p.Total, 1)}
}

func (p BulkRunProps) summary() string {
	s := ui.Thousands(p.Done) + " " + plural(p.Done, p.One, p.Many) + " changed"
	if p.Skipped > 0 {
		s += ", " + ui.Thousands(p.Skipped) + " left out"
	}
	return s + "."
}
