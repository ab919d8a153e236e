package text

import (
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/store/availability"
)

// ParseStart reads the start of an appointment: an instant like
// 2026-11-22T10:00:00+01:00, or local time like 2026-11-22T10:00 on the clocks of
// a zone. What these show twice means the first of both; what they skip is no
// time. message says to users what is wrong.
func ParseStart(text string, zone *time.Location) (at time.Time, message string) {
	const unreadable = "Choose a start, like 2026-11-22T10:00."
	// A "+" that a form did not encode arrives as a blank.
	text = strings.Replace(strings.TrimSpace(text), " ", "+", 1)
	if at, err := time.Parse(time.RFC3339, text); err == nil && at.Year() >= 1970 && at.Year() <= 9998 {
		return at, ""
	}
	var wall time.Time
	var err error
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02+15:04"} {
		if wall, err = time.Parse(form, text); err == nil {
			break
		}
	}
	if err != nil || wall.Year() < 1970 || wall.Year() > 9998 {
		return time.Time{}, unreadable
	}
	at = availability.DateOf(wall).At(wall.Hour()*60+wall.Minute(), zone)
	if at.Hour() != wall.Hour() || at.Minute() != wall.Minute() {
		return time.Time{}, "The clocks skip this time on that day. Choose another."
	}
	return at, ""
}
