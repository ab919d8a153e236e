package urls

// OwnCalendar is the feed of one's own appointments.
func OwnCalendar() string { return "/my-calendar" }
