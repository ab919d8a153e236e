package urls

import "net/url"

// The routes of the business's working day with a row in their path.
const (
	AppointmentPattern       = "/appointments/:id"
	AppointmentStatusPattern = "/appointments/:id/status"
	AppointmentMovePattern   = "/appointments/:id/move"
	AppointmentNotesPattern  = "/appointments/:id/notes"
	BlockerPattern           = "/blockers/:id"
	BlockerDeletePattern     = "/blockers/:id/delete"
)

// SchedulePath is the route; links to a day or week use Schedule.
func SchedulePath() string { return "/schedule" }

// Schedule is a day or a week (view) around a date, of one resource or of all.
func Schedule(date, view, resource, zoom string) string {
	return WithQuery(SchedulePath(), "date", date, "view", view, "resource", resource, "zoom", zoom)
}

// ScheduleUpdates is what an open schedule asks by itself.
func ScheduleUpdates() string { return SchedulePath() + "/updates" }

// AppointmentsCSV is the list as a file, for a stretch of days: from and to.
func AppointmentsCSV() string { return "/appointments.csv" }

// AppointmentNewPath is the route of the form; links use AppointmentNew.
func AppointmentNewPath() string { return "/appointments/new" }

// AppointmentNew is the form of a new appointment, for a start (local,
// 2026-11-22T10:00; a day alone means its next free time) and a resource, if they
// are known.
func AppointmentNew(start, resource, back string) string {
	return WithQuery(AppointmentNewPath(), "start", start, "resource_id", resource, "back", back)
}

// AppointmentNewFor is the form of a new appointment of a customer, or of a
// service.
func AppointmentNewFor(customer, service, back string) string {
	return WithQuery(AppointmentNewPath(), "customer_id", customer, "service_id", service, "back", back)
}

// Appointment is the page of one; back is the local path to return to.
func Appointment(id, back string) string {
	return WithQuery(AppointmentsPath()+"/"+url.PathEscape(id), "back", back)
}

// AppointmentStatus takes a POST of status.
func AppointmentStatus(id string) string { return Appointment(id, "") + "/status" }

// AppointmentMove takes a POST of start, minutes and resources.
func AppointmentMove(id string) string { return Appointment(id, "") + "/move" }

// AppointmentNotes takes a POST of staff_note.
func AppointmentNotes(id string) string { return Appointment(id, "") + "/notes" }

// Blockers takes the POST of a new one.
func Blockers() string { return "/blockers" }

// BlockerNewPath is the route of the form; links use BlockerNew.
func BlockerNewPath() string { return "/blockers/new" }

// BlockerNew is the form of time that can't be booked.
func BlockerNew(start, resource, back string) string {
	return WithQuery(BlockerNewPath(), "start", start, "resource_id", resource, "back", back)
}

// Blocker is the form of one; a POST changes it.
func Blocker(id, back string) string {
	return WithQuery(Blockers()+"/"+url.PathEscape(id), "back", back)
}

// BlockerDelete takes a POST.
func BlockerDelete(id string) string { return Blocker(id, "") + "/delete" }
