package notices

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// overGuestMails is what the team reads beside a mail that did not leave.
const overGuestMails = "Guests had several mails sent to this address within the hour, so this one did not leave by itself."

// withinGuestMails marks those notices to a customer that a guest may not have
// sent any more. They stay in the log, where the team can send them. Reminders
// are planned only for who has heard, or hears now, of the appointment.
func withinGuestMails(q *db.TenantTx, b calendar.Booking, list []AppointmentNotice) ([]AppointmentNotice, error) {
	if !ByGuest(q) {
		return list, nil
	}
	heard, reminded := false, false
	for i := range list {
		n := &list[i]
		switch {
		case !n.CustomerID.Valid || n.ToEmail == "":
		case n.Kind == "reminder":
			reminded = true
		default:
			wait, err := AllowGuestMail(q, n.ToEmail)
			if err != nil {
				return nil, err
			}
			if heard = wait == 0; !heard {
				n.Error = overGuestMails
			}
		}
	}
	if heard || !reminded {
		return list, nil
	}
	heard, err := Mailed(q, b.ID)
	for i := range list {
		if list[i].Kind == "reminder" && !heard {
			list[i].Error = overGuestMails
		}
	}
	return list, err
}

// Mailed says whether a customer has been or will be mailed about an appointment.
func Mailed(q *db.TenantTx, appointment uuid.UUID) (bool, error) {
	var mailed bool
	err := db.Get(q, &mailed, `SELECT EXISTS (SELECT FROM public.notices n WHERE n.business_id = $1 AND n.appointment_id = $2
		AND n.customer_id IS NOT NULL AND n.state <> 'failed')`, q.Tenant.ID, appointment)
	return mailed, err
}
