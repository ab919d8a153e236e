package ui

import (
	"time"

	"github.com/a-h/templ"
)

// ClockType is the type of a field for a time of day. A browser's own shows the
// clock of the device ("04:00 PM") beside a page that says 16:00; this one shows the
// page's and takes either.
const ClockType = "clock"

// ClockAttrs are the attributes of such a field.
func ClockAttrs() templ.Attributes {
	return templ.Attributes{"type": "text", "data-clock": "", "placeholder": "hh:mm", "maxlength": "10", "autocomplete": "off", "spellcheck": "false"}
}

// DayText is the day of a date field as the pages write days: the field itself
// writes it as the browser does.
func DayText(iso string) string {
	day, err := time.Parse(time.DateOnly, iso)
	if err != nil {
		return ""
	}
	return day.Format("Mon 2 Jan 2006")
}
