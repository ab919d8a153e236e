package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// PortalBooking is one of a customer's appointments. Addresses that are empty
// are not offered.
type PortalBooking struct {
	At                                 string // the start as an instant, for programs
	When, Service, With, Status, Price string
	Elsewhere                          string // When on the business's clock, where that differs
	LateFee                            string
	MoveHref, CancelHref               string
	AgainHref                          string
}

// PortalProps is what a customer sees of the own bookings.
type PortalProps struct {
	Seen        ui.Seen
	Business    string
	Zone        string
	Upcoming    []PortalBooking
	Past        []PortalBooking
	Later       ui.OlderProps // of those ahead
	Earlier     ui.OlderProps // of the past ones
	Name, Email string
	Phone       string
	CanChange   bool // somebody who only looks changes nothing
	Errors      map[string]string
	ZoneNote    ui.AlertProps
}

func (p PortalProps) sub() string {
	if p.Zone == "" {
		return p.Business
	}
	return p.Business + ", times in " + p.Zone
}

func (p PortalProps) actions() []ui.ButtonProps {
	return []ui.ButtonProps{{Label: "Book an appointment", Kind: ui.Primary, Icon: "plus", Href: "/book"}}
}

// shownBookings stand open; the others fold.
const shownBookings = 10
