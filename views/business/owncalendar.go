package business

// OwnCalendarProps is the feed of one's own calendar.
type OwnCalendarProps struct {
	Name    string // of the calendar; empty: none is linked
	HasFeed bool
	URL     string // just made, and shown this once
}

// Of names the calendar; false when there is none.
func (p *OwnCalendarProps) Of(name string) bool {
	p.Name = name
	return name != ""
}
