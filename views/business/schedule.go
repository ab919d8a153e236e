package business

import (
	"strconv"

	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// ScheduleProps is a day or a week of the business.
type ScheduleProps struct {
	Date, DateText      string
	Prev, Next, TodayIs string // dates
	IsToday             bool
	View                string // "day", "week"
	Zone                string
	ClockNote           string // on days when the clocks change
	DateError           string
	Zoom                int    // 1 to 3
	Resource            string // whose week; empty is everybody's
	Resources           []ui.Option
	Groups              []ui.Option // of everybody, where they are too many for one page
	Group               string      // the one shown; empty is the first
	Lanes               string      // its place among all
	Version             string      // of what is shown
	Self                string      // this state's address
	CanAdd              bool
	Board               Board
	Week                []WeekRow // everybody's week, instead of a board
	WeekDays            []WeekDay
	Requests            []Request
}

// Board is lanes beside one another on one scale: a row is five minutes.
type Board struct {
	Rows       int
	Lanes      []Lane
	Hours      []Hour
	Now        int // row; -1 when now is elsewhere
	ByDay      bool
	FirstClock int // minutes since midnight at row 0
	TimeZone   string
}

// Hour is a label of the scale.
type Hour struct {
	Row  int
	Text string
}

// Lane is one resource, or one day of a resource.
type Lane struct {
	ID, Title, Sub string
	Kind           string // code of the resource
	Href           string // of its own page
	Date           string
	Start          string // RFC 3339, of row 0
	Resource       string
	Today          bool
	CanAdd         bool // by a click on free time
	Closed         []Span
	Buffers        []Buffer
	Items          []Item
}

// Buffer is time before or after an appointment that nobody else can have.
type Buffer struct {
	Span
	Text string
}

// Span is a stretch of rows.
type Span struct{ Row, Rows int }

// Item is an appointment or a blocker within a lane.
type Item struct {
	Span
	Col, Cols  int // place among those that overlap
	ID         string
	Key        string // unique on the page
	Blocker    bool
	Start, End ui.Time
	Customer   string
	Service    string
	With       string // the other resources
	Note       string
	Status     string // code
	Clock      string // its start as the clocks show it
	Minutes    int
	Version    string
	Kept       string // its buffers in words
	CanMove    bool
	Late       bool // should have been closed by now
	Href       string
}

// WeekDay is a column of everybody's week.
type WeekDay struct {
	Date, Text string
	Today      bool
}

// WeekRow is one resource's week.
type WeekRow struct {
	ID, Title, Kind string
	CanAdd          bool // by a click on a cell
	Days            []WeekCell
}

// WeekCell is a resource's day.
type WeekCell struct {
	Date   string
	Closed bool
	Items  []Item
}

// Request is a pending appointment that waits for the business's word.
type Request struct {
	ID                string
	Day, Start, Until ui.Time
	Customer, Service string
	With              string
	CanChange         bool
	Href              string
	Minutes           int
	Version           string
	Clock             string // its start as the clocks show it
}

// shownRequests stand open; the others fold.
const shownRequests = 5

// MaxRequests are shown at all; who hands in more has "30+".
const MaxRequests = 30

// RequestsText is the number of requests, as far as they were counted.
func RequestsText(n int) string {
	if n > MaxRequests {
		return strconv.Itoa(MaxRequests) + "+"
	}
	return strconv.Itoa(n)
}

// class places an item; the rules for these names are made in static.
func (i Item) class() string {
	c := i.Span.class() + " " + column(i.Col, i.Cols)
	switch {
	case i.Blocker:
		return "slot slot-blocker " + c
	case i.Late:
		return "slot slot-late slot-" + i.Status + " " + c
	}
	return "slot slot-" + i.Status + " " + c
}

func (s Span) class() string { return "t" + strconv.Itoa(s.Row) + " h" + strconv.Itoa(s.Rows) }

// column is a place among n that overlap; more than six lie over one another.
func column(i, n int) string {
	switch {
	case n <= 1:
		return ""
	case n > 6:
		n = 6
	}
	return "c" + strconv.Itoa(min(i, n-1)+1) + "of" + strconv.Itoa(n)
}

func (p ScheduleProps) at(date, view string) string {
	return urls.Schedule(date, view, p.Whose(), p.zoom(0))
}

// Whose is the choice of the filter: a resource, or a group of all.
func (p ScheduleProps) Whose() string {
	if p.Resource != "" {
		return p.Resource
	}
	return p.Group
}

// group is the address of the group before or after the one shown; empty for none.
func (p ScheduleProps) group(step int) string {
	for i, g := range p.Groups {
		if n := i + step; g.Value == p.Group && n >= 0 && n < len(p.Groups) {
			return urls.Schedule(p.Date, p.View, p.Groups[n].Value, p.zoom(0))
		}
	}
	return ""
}

// zoom is the parameter for more or less; the usual one has none.
func (p ScheduleProps) zoom(more int) string {
	if z := p.Zoom + more; z != 2 {
		return strconv.Itoa(z)
	}
	return ""
}

func (p ScheduleProps) step() string {
	if p.View == "week" {
		return "week"
	}
	return "day"
}

func (p ScheduleProps) boardClass() string {
	switch p.Zoom {
	case 1:
		return "board board-1"
	case 3:
		return "board board-3"
	}
	return "board"
}
