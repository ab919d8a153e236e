package ui

import "github.com/a-h/templ"

// Time is an instant as shown: the machine form, the text in the right zone,
// and that zone's name ("CET", "Europe/Berlin"); Zone may be empty where the
// page names the zone once for all its times.
type Time struct{ ISO, Text, Zone string }

// IsZero tells that there is nothing to show.
func (t Time) IsZero() bool { return t.Text == "" }

// Link is a named address.
type Link struct{ Label, Href string }

// ButtonKind is how loudly a button speaks; the zero value is secondary.
type ButtonKind string

// The kinds of button.
const (
	Secondary ButtonKind = ""
	Primary   ButtonKind = "primary"
	Danger    ButtonKind = "danger"
	Ghost     ButtonKind = "ghost"
)

// ButtonProps describes a button, or with Href a link that looks like one.
type ButtonProps struct {
	Label       string
	Kind        ButtonKind
	Href        string // makes it a link
	Type        string // "submit" when empty
	Icon        string // name in icons.svg
	IconOnly    bool   // Label is then for screen readers
	ID          string
	Name, Value string
	Small       bool
	Wide        bool // fills the line
	Busy        bool
	Disabled    bool
	Attrs       templ.Attributes
}

// Option is one choice of a select.
type Option struct{ Value, Label string }

// FieldProps describes one labelled input.
type FieldProps struct {
	Name, Label, Value string
	ID                 string // "f-" + Name when empty
	Type               string // "text" when empty
	Hint, Error        string
	Prefix, Suffix     string // shown inside the frame
	Autocomplete       string
	InputMode          string
	Placeholder        string
	Suggestions        []string // become a datalist
	MaxLength          int
	MinLength          int
	Required           bool
	Optional           bool // says so beside the label
	Autofocus          bool
	ReadOnly           bool
	Multiline          int // number of rows; makes it a textarea
	Attrs              templ.Attributes
}

// SelectProps describes one labelled select.
type SelectProps struct {
	Name, Label, Value string
	ID                 string
	Hint, Error        string
	Options            []Option
	Required           bool
	Autofocus          bool
	Attrs              templ.Attributes
}

// CheckboxProps describes one box with its words beside it.
type CheckboxProps struct {
	Name, Label, Value string
	ID                 string
	Hint, Error        string
	Checked            bool
}

// FieldError is one line of the summary above a form.
type FieldError struct{ Field, Message string }

// Tone is the meaning of a message.
type Tone string

// The tones; the zero value is plain information.
const (
	Info    Tone = ""
	Success Tone = "success"
	Warning Tone = "warning"
	Failure Tone = "danger"
)

// AlertProps is a message that stays on the page.
type AlertProps struct {
	Tone        Tone
	Title, Text string
	ID          string
	Link        Link
	// First gets the focus when the page opens: an answer to what was just sent.
	First bool
}

// Toast is a message in the corner; it is never the only place of an error.
type Toast struct {
	Tone Tone
	Text string
	Undo *Undo `json:",omitempty"`
	// About names what was changed: a newer message about it takes an older one away,
	// with its Undo.
	About string `json:",omitempty"`
}

// Undo is a form of one button that takes a change back. Target is what htmx
// swaps on the page that the message is on; without it the form is a plain one.
type Undo struct {
	Action string
	Fields [][2]string
	Target string `json:",omitempty"`
}

// Trend is the direction of a figure, Meaning whether that is welcome.
type Trend string

// The trends.
const (
	Flat Trend = ""
	Up   Trend = "up"
	Down Trend = "down"
)

// Meaning colours a trend: falling churn is good.
type Meaning string

// The meanings.
const (
	Neutral Meaning = ""
	Good    Meaning = "good"
	Bad     Meaning = "bad"
)

// Delta is a change against an earlier time: "+4.2 %", "vs. last month".
type Delta struct {
	Text, Against string
	Trend         Trend
	Meaning       Meaning
}

// TileProps is one figure of a dashboard.
type TileProps struct {
	Label, Value, Hint string
	Note               string // what is counted
	Href               string
	Delta              *Delta
	Spark              []float64
	Wide               bool // takes two places
}

// Point is one value of a chart; Text is the value as people read it.
type Point struct {
	Label string
	Value float64
	Text  string
	Parts []Part // of a chart with Series, whose sum is Value
}

// Part is the share of one series in a point.
type Part struct {
	Value float64
	Text  string
}

// ChartProps is a chart drawn on the server with its table beside it.
type ChartProps struct {
	ID, Title, Desc        string
	Bars                   bool     // a line with its area when false
	Series                 []string // names of what each bar is stacked from, at most four; the point's Parts
	Points                 []Point
	LabelHead, ValueHead   string // heads of the table
	TickPrefix, TickSuffix string // "$", "%" on the axis
	Scale                  float64
	// Scale divides values for the axis (100 for cents); 0 means 1.
	Counts bool // values are whole, and so are the axis' steps
}

// BreadcrumbProps is the way here; the last item is the page itself.
type BreadcrumbProps struct{ Items []Link }

// PageHeaderProps opens a page: the h1 and what can be done.
type PageHeaderProps struct {
	Title, Sub string
	Crumbs     []Link
	Avatar     string // name whose initials are shown before the title
	Actions    []ButtonProps
}

// Fact is one line of a description list; Content, if set, replaces Text.
type Fact struct {
	Term, Text string
	Content    templ.Component
}

// DialogProps is a question in front of the page.
type DialogProps struct {
	Open            bool // shown at once, after a bad answer
	Reads           bool // is to be read first: the focus begins at its title, not in a field
	ID, Title, Text string
}

// TypeNameProps asks for a name; To is what typing it does, "to delete it for good".
type TypeNameProps struct{ ID, Name, To, Typed, Error string }

// ProgressProps is a share done; Max 0 means "under way, extent unknown".
type ProgressProps struct {
	Label      string
	Text       string
	Value, Max int
}

// MasqueradeBanner says on every page who is really here.
type MasqueradeBanner struct {
	Actor       string // who is really there
	Subject     string // whose pages are shown
	SubjectRole string // "Owner"
	Business    string
	Mode        string // "View only"
	Left        string // "42 min left"
	Idle        bool   // it ends then only because nothing is clicked
	EndsAt      Time   // when it ends; app.js counts down to it
	HeldHref    string // where mails to customers wait, with changes
}
