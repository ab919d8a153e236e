package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// NoticeRow is a mail about an appointment.
type NoticeRow struct {
	ID, Kind    string
	To, Email   string
	ToTeam      bool
	State       string // code
	Appointment ui.Time
	Href        string  // of the appointment
	When        ui.Time // it was sent, or shall be
	Error       string
	CanRetry    bool
}

// NoticesProps is the log; Customer is the one whose mails alone are shown.
type NoticesProps struct {
	List     ui.ListState
	Rows     []NoticeRow
	Kinds    []ui.Option
	Customer []ui.Option
	Zone     string
}

// lead says what the time of a mail is about.
func (r NoticeRow) lead() string {
	if r.State == "queued" {
		return "Due "
	}
	return ""
}
