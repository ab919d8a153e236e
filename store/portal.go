package store

import (
	"github.com/google/uuid"
)

const bookingSelect = `
	SELECT a.id, a.customer_id, COALESCE(a.guest_name, c.name) AS customer, CASE WHEN a.guest_name IS NULL THEN '' ELSE c.name END AS under,
		COALESCE(c.email, '') AS email, COALESCE(a.guest_phone, c.phone, '') AS phone, c.user_id, a.sequence,
		a.service_id, s.name AS service, a.status, a.starts_at, a.ends_at, a.price_cents, a.source, a.party_size, a.note, a.staff_note,
		a.created_at, a.updated_at, a.approve_by, a.cancelled_at, a.late_fee_cents,
		COALESCE(a.visitor_zone, '') AS visitor_zone, a.terms_cancel_minutes, a.terms_fee_cents, a.agreed_start, a.agreed_at,
		COALESCE(a.moved_by_business, false) AS moved_by_business, COALESCE(a.answer, '') AS answer
	FROM appointments a JOIN customers c ON c.id = a.customer_id JOIN services s ON s.id = a.service_id`

// BookingsOf lists a page of a customer's own appointments ahead, first to last, and
// one of the past ones and those that are off, last to first.
func (q *TenantTx) BookingsOf(customer uuid.UUID, aheadPage, pastPage int) (ahead, past []Booking, later, earlier bool, err error) {
	if ahead, later, err = q.bookingsOf(customer, true, aheadPage); err != nil {
		return nil, nil, false, false, err
	}
	if past, earlier, err = q.bookingsOf(customer, false, pastPage); err != nil {
		return nil, nil, false, false, err
	}
	return ahead, past, later, earlier, q.addBooked(ahead, past)
}

func (q *TenantTx) bookingsOf(customer uuid.UUID, ahead bool, page int) ([]Booking, bool, error) {
	which := ` WHERE a.customer_id = $1 AND NOT ` + isAhead + ` ORDER BY a.starts_at DESC, a.id DESC`
	if ahead {
		which = ` WHERE a.customer_id = $1 AND ` + isAhead + ` ORDER BY a.starts_at, a.id`
	}
	return shortList[Booking](q.tx, page, BookedShown, bookingSelect+which, customer, q.now)
}

// addBooked fills in what the appointments of several lists take, in one query.
func (q *TenantTx) addBooked(lists ...[]Booking) error {
	at := map[uuid.UUID]*Booking{}
	var ids []uuid.UUID
	for _, list := range lists {
		for i := range list {
			at[list[i].ID], ids = &list[i], append(ids, list[i].ID)
		}
	}
	var rows []struct {
		Appointment uuid.UUID `db:"appointment_id"`
		Booked
	}
	err := q.list(&rows, `
		SELECT x.appointment_id, r.id, r.kind, r.name, r.user_id FROM appointment_resources x JOIN resources r ON r.id = x.resource_id
		WHERE x.appointment_id = ANY(CAST($1 AS uuid[])) ORDER BY r.kind DESC, r.position, r.id`, texts(ids))
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
func (q *TenantTx) SaveOwnProfile(name, phone string) error {
	p := q.who.Subject
	var before OwnProfile
	err := q.get(&before, `SELECT u.name, COALESCE((SELECT c.phone FROM customers c WHERE c.user_id = u.id), '') AS phone
		FROM public.users u WHERE u.id = $1 FOR NO KEY UPDATE OF u`, p.ID)
	if err != nil {
		return err
	}
	if err := q.unchanged(before); err != nil {
		return err
	}
	p.Name = name
	if err := q.rename(p); err != nil {
		return err
	}
	var changed []struct {
		ID     uuid.UUID `db:"id"`
		Before string    `db:"before"`
		Email  string    `db:"email"`
	}
	err = q.list(&changed, `
		WITH old AS (SELECT id, name FROM customers WHERE user_id = $1 FOR UPDATE)
		UPDATE customers c SET name = $2, phone = NULLIF($3, '') FROM old WHERE c.id = old.id RETURNING c.id, old.name AS before, COALESCE(c.email, '') AS email`, p.ID, name, phone)
	if err != nil {
		return err
	}
	for _, c := range changed { // one
		if err := q.readdress(c.ID, c.Before, name, c.Email); err != nil {
			return err
		}
	}
	q.db.counts().forget()
	return q.auditPerson(p, "customer.changed", nil)
}
