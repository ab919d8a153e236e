package web

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Count is a number with thousands separated.
func Count[N int | int64](n N) string {
	s := strconv.FormatInt(int64(n), 10)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	for at := len(s) - 3; at > 0; at -= 3 {
		s = s[:at] + "," + s[at:]
	}
	return sign + s
}

// Price is what something costs: with its cents, so that prices beside each other
// read alike.
func Price[N int | int64](cents N) string {
	if cents == 0 {
		return "Free"
	}
	return Amount(cents)
}

// Amount is money in a list or beside a price: always with its cents.
func Amount[N int | int64](cents N) string {
	text := Money(cents)
	if cents%100 == 0 {
		text += ".00"
	}
	return text
}

// Money is cents in the platform's currency, cents shown only when there are any:
// for figures and sentences.
func Money[N int | int64](cents N) string {
	sign := ""
	if cents < 0 {
		sign, cents = "−", -cents
	}
	whole := sign + "$" + Count(cents/100)
	if rest := cents % 100; rest != 0 {
		return fmt.Sprintf("%s.%02d", whole, rest)
	}
	return whole
}

// Instant is a time with its day, in a zone that it names.
func Instant(at time.Time, loc *time.Location) ui.Time {
	local := at.In(loc)
	zone, _ := local.Zone()
	return ui.Time{ISO: iso(at), Text: local.Format("2 Jan 2006, 15:04"), Zone: zone}
}

// Clock is the time of day alone; the page names the zone.
func Clock(at time.Time, loc *time.Location) ui.Time {
	return ui.Time{ISO: iso(at), Text: ClockTime(at, loc)}
}

// Date is the day alone.
func Date(at time.Time, loc *time.Location) ui.Time {
	return ui.Time{ISO: at.In(loc).Format(time.DateOnly), Text: at.In(loc).Format("2 Jan 2006")} // a day, not a moment
}

// Day is the day alone, with its weekday.
func Day(at time.Time, loc *time.Location) ui.Time {
	return ui.Time{ISO: iso(at), Text: at.In(loc).Format("Mon 2 Jan")}
}

// Ago is how long ago something was, in one unit.
func Ago(at, now time.Time) ui.Time {
	t := ui.Time{ISO: iso(at)}
	switch d := now.Sub(at); {
	case d < time.Minute:
		t.Text = "just now"
	case d < time.Hour:
		t.Text = fmt.Sprintf("%d min ago", int(d.Minutes()))
	case d < 24*time.Hour:
		t.Text = fmt.Sprintf("%d h ago", int(d.Hours()))
	case d < 31*24*time.Hour:
		t.Text = fmt.Sprintf("%d d ago", int(d.Hours()/24))
	default:
		t.Text = at.UTC().Format("2 Jan 2006")
	}
	return t
}

// Span is how long something takes, in one unit.
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "less than a minute"
	case d < time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d d", int(d.Hours()/24))
}

// Due tells until when an answer is promised, or by how much that is missed.
func Due(at *time.Time, now time.Time) ui.Deadline {
	if at == nil {
		return ui.Deadline{}
	}
	d := ui.Deadline{ISO: iso(*at), Text: "Due in " + Span(at.Sub(now))}
	if now.After(*at) {
		d.Missed, d.Text = true, "Overdue by "+Span(now.Sub(*at))
	}
	return d
}

// Size is the size of a file.
func Size(n int) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d KB", max(1, n>>10))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

// ISO is the machine form of a time.
func ISO(at time.Time) string { return iso(at) }

func iso(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func minutesLeft(until time.Time) string {
	left := time.Until(until)
	if left < time.Minute {
		return "less than a minute left"
	}
	return fmt.Sprintf("%d min left", int(left.Round(time.Minute).Minutes()))
}

func accentHref(color string) string { return urls.Branding(strings.TrimPrefix(color, "#")) }

// Millis is a short time, in milliseconds.
func Millis(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) + " ms" }
