package urls

import "net/url"

// Patterns of the booking pages.
const (
	BookDonePattern        = "/book/done/:token"
	BookingPattern         = "/b/:token"
	BookingMovePattern     = "/b/:token/move"
	BookingCancelPattern   = "/b/:token/cancel"
	BookingCalendarPattern = "/b/:token/appointment.ics"
	BookingAccountPattern  = "/b/:token/account"
	FeedPattern            = "/calendar/:token"
	PortalMovePattern      = "/portal/:id/move"
	PortalCancelPattern    = "/portal/:id/cancel"
	NoticeSendPattern      = "/notices/:id/send"
	ResourceFeedPattern    = "/resources/:id/feed"
)

// Book is the booking page; a POST to it books.
func Book() string { return "/book" }

// BookStep is a step of it: what is chosen already, as name-value pairs.
func BookStep(pairs ...string) string { return WithQuery(Book(), pairs...) }

// BookHold takes a POST of the chosen start and keeps it for a while.
func BookHold() string { return "/book/hold" }

// BookRelease takes a POST and gives a held time back.
func BookRelease() string { return "/book/release" }

// BookDone confirms what was just booked.
func BookDone(token string) string { return "/book/done/" + url.PathEscape(token) }

// Booking is an appointment's page for who has its link.
func Booking(token string) string { return "/b/" + url.PathEscape(token) }

// BookingMove shows when it can be moved to; a POST moves it.
func BookingMove(token string) string { return Booking(token) + "/move" }

// BookingCancel asks whether to; a POST cancels.
func BookingCancel(token string) string { return Booking(token) + "/cancel" }

// BookingCalendar is the appointment as a file for calendars.
func BookingCalendar(token string) string { return Booking(token) + "/appointment.ics" }

// BookingAccount takes a POST and mails a link that makes a login.
func BookingAccount(token string) string { return Booking(token) + "/account" }

// Feed is a calendar that others subscribe to.
func Feed(token string) string { return "/calendar/" + url.PathEscape(token) + ".ics" }

// PortalMove shows when an own appointment can be moved to; a POST moves it.
func PortalMove(id string) string { return Portal() + "/" + url.PathEscape(id) + "/move" }

// PortalCancel asks whether to; a POST cancels.
func PortalCancel(id string) string { return Portal() + "/" + url.PathEscape(id) + "/cancel" }

// PortalProfile takes a POST of name and phone.
func PortalProfile() string { return Portal() + "/profile" }

// ResourceFeed takes a POST that makes a new address of a resource's feed, or
// with revoke takes it back.
func ResourceFeed(id string) string { return Resources() + "/" + url.PathEscape(id) + "/feed" }
