package business

import (
	"github.com/a-h/templ"

	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// AppointmentProps is one appointment with all that the team can do about it.
type AppointmentProps struct {
	Seen                  ui.Seen
	ID, Customer, Service string
	Status                string // code
	Day, Start, End       ui.Time
	Zone                  string
	Duration              string
	Takes                 []ui.Link
	ServiceHref           string // where the viewer may change it
	Facts                 []ui.Fact
	CustomerNote          string
	CanChange             bool
	Actions               []StatusAction
	Move                  MoveForm
	CanMove               bool
	StaffNote, Price      string
	Name, Phone           string // of who comes
	Errors                map[string]string
	History               []HistoryLine
	Older                 ui.OlderProps // of the history
	Mails                 []NoticeRow
	Version               string
	Back                  string
	Refusal               Refusal
	// Peek is set when the appointment is shown in front of the schedule.
	Peek bool
}

// StatusAction is one thing that the appointment can become.
type StatusAction struct {
	Status, Label, Icon string
	Primary, Danger     bool
}

// MoveForm is where it shall go, as typed.
type MoveForm struct {
	Date, Time, Minutes, Resource string
	Offset                        string // from UTC, of a time that comes twice
	Twins                         ui.SelectProps
	Resources                     []ui.Option
}

// Refusal is why something can't be, and when it would do instead.
type Refusal struct {
	Message string
	Nearest []Nearest
	Anyway  bool   // the team can insist
	Typed   string // the start asked for, to insist on what was dragged
	// What to send for another start: where to, and the fields besides it.
	Action string
	Fields [][2]string
	Target string
}

// Nearest is another start.
type Nearest struct{ Start, Text string }

// HistoryLine is something that happened.
type HistoryLine struct {
	At        ui.Time
	Who, What string
}

func (p AppointmentProps) target() string { return target(p.Peek) }

// target is what an answer to a form replaces: the dialog in front of the
// schedule, or the page.
func target(peek bool) string {
	if peek {
		return "#peek"
	}
	return ""
}

func (a StatusAction) button() ui.ButtonProps {
	b := ui.ButtonProps{Label: a.Label, Icon: a.Icon}
	if a.Primary {
		b.Kind = ui.Primary
	}
	if a.Danger {
		b.Kind = ui.Danger
	}
	return b
}

// small is the button of a list's row.
func (a StatusAction) small() ui.ButtonProps {
	b := a.button()
	b.Small = true
	return b
}

// swapping lets htmx send a form and swap its answer; without a target it is a
// plain form.
func swapping(action, target string) templ.Attributes {
	if target == "" {
		return nil
	}
	swap := "innerHTML"
	if target == "#schedule" {
		swap = "outerHTML"
	}
	return templ.Attributes{"hx-post": action, "hx-target": target, "hx-swap": swap}
}

func (p AppointmentProps) crumbs() []ui.Link {
	return []ui.Link{{Label: "Appointments", Href: urls.AppointmentsPath()}, {Label: p.Customer}}
}

// tone: what the team can insist on is a warning.
func (r Refusal) tone() string {
	if r.Anyway {
		return "tone-warning"
	}
	return "tone-danger"
}

func (r Refusal) icon() string {
	if r.Anyway {
		return "alert"
	}
	return "error"
}
