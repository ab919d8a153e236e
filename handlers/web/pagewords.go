package web

import (
	"regexp"
	"strings"
	"time"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

// pageNames say in words what a record of a visit says by its route. What isn't
// here, a form's address for one, is named by the page that it belongs to.
var pageNames = byShape(map[string]string{
	urls.Home(): "Today", urls.Search(): "Search", urls.SchedulePath(): "Schedule", urls.OwnCalendar(): "Own calendar", urls.OwnDaysOff(): "Own days off",
	urls.AppointmentsPath(): "Appointments", urls.AppointmentsCSV(): "Appointments as a file", urls.AppointmentNewPath(): "New appointment", urls.AppointmentPattern: "Appointment",
	urls.BlockerNewPath(): "New blocked time", urls.BlockerPattern: "Blocked time",
	urls.Customers(): "Customers", urls.CustomersCSV(): "Customers as a file", urls.CustomerNew(): "New customer", urls.CustomerPattern: "Customer",
	urls.CustomerMergePattern: "Merging a customer", urls.CustomerExportPattern: "Customer as a file",
	urls.Services(): "Services", urls.ServiceNew(): "New service", urls.ServicePattern: "Service",
	urls.Resources(): "Resources", urls.ResourceNew(): "New resource", urls.ResourcePattern: "Resource",
	urls.Team(): "Team", urls.TeamInvite(): "Inviting somebody", urls.TeamHandOver(): "Handing ownership over", urls.TeamPersonPattern: "Somebody of the team",
	urls.BusinessSettings(): "Settings", urls.OpeningHours(): "Opening hours", urls.ClosedDays(): "Closed days", urls.BookingPolicies(): "Booking rules",
	urls.BookingPage(): "Settings of the booking page", urls.NotificationSettings(): "Notifications", urls.BrandingSettings(): "Branding", urls.Plan(): "Plan", urls.SettingsExport(): "Export",
	urls.Book(): "Booking page", urls.BookDonePattern: "Booking just made", urls.BookingPattern: "Booking by its link", urls.BookingMovePattern: "Moving a booking by its link",
	urls.BookingCancelPattern: "Cancelling a booking by its link", urls.BookingCalendarPattern: "Booking as a calendar file", urls.FeedPattern: "Calendar feed",
	urls.Portal(): "Bookings of the customer", urls.PortalMovePattern: "Moving an own booking", urls.PortalCancelPattern: "Cancelling an own booking",
	urls.Support(): "Tickets", urls.TicketNew(): "New ticket", urls.TicketPattern: "Ticket", urls.TicketFilePattern: "File of ticket",
	urls.SupportAccess(): "Support access", urls.SupportChanges(): "Changes outside of visits", urls.SupportAccessPattern: "Visit of support", urls.ConsentPattern: "Question about support access",
	urls.HeldMails(): "Held mails", urls.Notices(): "Mails", urls.BrandingPattern: "Look of the business",
	urls.Account(): "Own account", urls.Login(): "Log-in", "/masquerade": "This visit", "/masquerade/:code": "Beginning of a visit", "/welcome/:code": "Welcome",
	"/password/forgot": "Forgotten password", "/password/reset/:token": "New password", "/email/confirm/:token": "Change of address", "/invitation/:token": "Invitation",
})

// byShape forgets how the parameters of routes are called.
func byShape(names map[string]string) map[string]string {
	shapes := make(map[string]string, len(names))
	for route, name := range names {
		shapes[shape(route)] = name
	}
	return shapes
}

var parameter = regexp.MustCompile(`/(:[a-z]+|[0-9]{1,12}|` + anyID.String() + `)(/|$)`)

// shape is a path without what differs between things of a kind.
func shape(path string) string {
	for at := ""; at != path; {
		at, path = path, parameter.ReplaceAllString(path, "/:$2")
	}
	return path
}

var ticketNumber = regexp.MustCompile(`^/support/([0-9]+)`)

// PageText is a recorded page in words: what it is, and which part or state of it.
// Ids are left out: who may know what they stand for is told its name.
func PageText(page string) string {
	if page == "unknown" {
		return "An address that leads nowhere"
	}
	var name string
	path, query, _ := strings.Cut(page, "?")
	kind := shape(path)
	parts := restWords(kind)
	for up := kind; up != "" && name == ""; up = up[:max(0, strings.LastIndex(up, "/"))] {
		if name = pageNames[up]; name != "" {
			parts = restWords(strings.TrimPrefix(kind, up))
		}
	}
	switch {
	case name == "" && len(parts) > 0:
		name, parts = strings.ToUpper(parts[0][:1])+parts[0][1:], parts[1:]
	case name == "":
		name = "A page"
	}
	if number := ticketNumber.FindStringSubmatch(path); number != nil {
		name += " " + number[1]
	}
	return strings.Join(append(append([]string{name}, parts...), queryWords(query)...), ", ")
}

func restWords(rest string) (words []string) {
	for _, part := range strings.Split(rest, "/") {
		switch part {
		case "", ":":
		case "updates":
			words = append(words, "brought up to date")
		default:
			words = append(words, strings.ReplaceAll(part, "-", " "))
		}
	}
	return words
}

// queryWords says which day, page and view were asked for.
func queryWords(query string) (words []string) {
	for _, pair := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		day, err := time.Parse(time.DateOnly, value)
		at, err2 := time.Parse("2006-01-02T15:04", value)
		switch {
		case name == "q":
			words = append(words, "a search")
		case name == "page":
			words = append(words, "page "+value)
		case name == "view":
			words = append(words, "by "+value)
		case err == nil:
			words = append(words, day.Format("2 Jan 2006"))
		case err2 == nil:
			words = append(words, at.Format("2 Jan 2006 15:04"))
		}
	}
	return words
}
