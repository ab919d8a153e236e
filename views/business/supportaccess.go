package business

import (
	"strconv"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

// VisitedPage is a page that support looked at.
type VisitedPage struct {
	At   ui.Time
	Page string
}

// SupportVisit is one look of support into the business.
type SupportVisit struct {
	Actor, Subject string
	Reason, Ticket string
	Start, Ended   ui.Time
	Live           bool
	End            string // how it ended
	Pages          []VisitedPage
}

func (v SupportVisit) pages() string {
	if len(v.Pages) == 1 {
		return "1 page"
	}
	return strconv.Itoa(len(v.Pages)) + " pages"
}

// SupportAccessProps is everything that support looked at, newest first.
type SupportAccessProps struct{ Visits []SupportVisit }
