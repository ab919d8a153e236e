package booking

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

// BookingsOf lists a page of a customer's own appointments ahead, first to last, and
// one of the past ones and those that are off, last to first.
func BookingsOf(q *db.TenantTx, customer uuid.UUID, aheadPage, pastPage int) (ahead, past []calendar.Booking, later, earlier bool, err error) {
	if ahead, later, err = bookingsOf(q, customer, true, aheadPage); err != nil {
		return nil, nil, false, false, err
	}
	if past, earlier, err = bookingsOf(q, customer, false, pastPage); err != nil {
		return nil, nil, false, false, err
	}
	return ahead, past, later, earlier, addBooked(q, ahead, past)
}

func bookingsOf(q *db.TenantTx, customer uuid.UUID, ahead bool, page int) ([]calendar.Booking, bool, error) {
	which := ` WHERE a.customer_id = $1 AND NOT ` + calendar.IsAhead + ` ORDER BY a.starts_at DESC, a.id DESC`
	if ahead {
		which = ` WHERE a.customer_id = $1 AND ` + calendar.IsAhead + ` ORDER BY a.starts_at, a.id`
	}
	return paging.ShortList[calendar.Booking](q, page, paging.BookedShown, calendar.BookingSelect+which, customer, q.Now())
}

// addBooked fills in what the appointments of several lists take, in one query.
func addBooked(q *db.TenantTx, lists ...[]calendar.Booking) error {
	at := map[uuid.UUID]*calendar.Booking{}
	var ids []uuid.UUID
	for _, list := range lists {
		for i := range list {
			at[list[i].ID], ids = &list[i], append(ids, list[i].ID)
		}
	}
	var rows []struct {
		Appointment uuid.UUID `db:"appointment_id"`
		calendar.Booked
	}
	err := db.List(q, &rows, `
		SELECT x.appointment_id, r.id, r.kind, r.name, r.user_id FROM appointment_resources x JOIN resources r ON r.id = x.resource_id
		WHERE x.appointment_id = ANY(CAST($1 AS uuid[])) ORDER BY r.kind DESC, r.position, r.id`, calendar.Texts(ids))
	for _, row := range rows {
		at[row.Appointment].Resources = append(at[row.Appointment].Resources, row.Booked)
	}
	return err
}

// OwnProfile is what a customer with a login changes alone.
type OwnProfile struct {
	Name  string `db:"name"`
	Phone string `db:"phone"`
}

// SaveOwnProfile changes the name and phone of the customer who is logged in.
func SaveOwnProfile(q *db.TenantTx, name, phone string) error {
	p := db.Who(q).Subject
	var before OwnProfile
	err := db.Get(q, &before, `SELECT u.name, COALESCE((SELECT c.phone FROM customers c WHERE c.user_id = u.id), '') AS phone
		FROM public.users u WHERE u.id = $1 FOR NO KEY UPDATE OF u`, p.ID)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, before); err != nil {
		return err
	}
	p.Name = name
	if err := identity.Rename(q, p); err != nil {
		return err
	}
	var changed []struct {
		ID     uuid.UUID `db:"id"`
		Before string    `db:"before"`
		Email  string    `db:"email"`
	}
	err = db.List(q, &changed, `
		WITH old AS (SELECT id, name FROM customers WHERE user_id = $1 FOR UPDATE)
		UPDATE customers c SET name = $2, phone = NULLIF($3, '') FROM old WHERE c.id = old.id RETURNING c.id, old.name AS before, COALESCE(c.email, '') AS email`, p.ID, name, phone)
	if err != nil {
		return err
	}
	for _, c := range changed { // one
		if err := notices.Readdress(q, c.ID, c.Before, name, c.Email); err != nil {
			return err
		}
	}
	paging.Counts(db.Of(q)).Forget()
	return db.AuditPerson(q, p, "customer.changed", nil)
}
