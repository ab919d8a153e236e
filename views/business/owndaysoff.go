package business

import "strconv"

// OwnDaysOffProps are the days off of one's own calendar.
type OwnDaysOffProps struct {
	Name string // of the calendar; empty: none is linked
	Off  OverridesProps
}

func (p OverridesProps) booked() string {
	if p.HitsCount == 1 {
		return "One appointment is booked on these days"
	}
	return strconv.Itoa(p.HitsCount) + " appointments are booked on these days"
}

func (p OverridesProps) others() string {
	if n := p.HitsCount - len(p.Hits); n > 0 {
		return "… and " + strconv.Itoa(n) + " more."
	}
	return ""
}
