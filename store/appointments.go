package store

import (
	"time"

	"github.com/google/uuid"
)

// Appointment is a booking with the names that a list shows.
type Appointment struct {
	ID         uuid.UUID `db:"id"`
	StartsAt   time.Time `db:"starts_at"`
	EndsAt     time.Time `db:"ends_at"`
	Status     string    `db:"status"`
	PriceCents int       `db:"price_cents"`
	Customer   string    `db:"customer"`
	Service    string    `db:"service"`
	Resources  string    `db:"resources"` // names, separated by commas
}

const appointmentColumns = `
	SELECT a.id, a.starts_at, a.ends_at, a.status, a.price_cents, COALESCE(a.guest_name, c.name) AS customer, s.name AS service,
		COALESCE((SELECT string_agg(r.name, ', ' ORDER BY r.kind DESC, r.name` + byName + `)
			FROM appointment_resources x JOIN resources r ON r.id = x.resource_id WHERE x.appointment_id = a.id), '') AS resources
	FROM appointments a JOIN customers c ON c.id = a.customer_id JOIN services s ON s.id = a.service_id`

// maxDay bounds the rows of one day's list.
const maxDay = 2000

// Appointments lists those that begin in [from, to), in the order of time.
func (q *TenantTx) Appointments(from, to time.Time) ([]Appointment, error) {
	var rows []Appointment
	err := q.list(&rows, appointmentColumns+` WHERE a.starts_at >= $1 AND a.starts_at < $2 ORDER BY a.starts_at, a.id LIMIT $3`, from, to, maxDay)
	return rows, err
}

// AppointmentsOf lists one page of a customer's own: of those ahead first to last,
// or of the past ones last to first.
func (q *TenantTx) AppointmentsOf(customer uuid.UUID, ahead bool, page int) (rows []Appointment, more bool, err error) {
	which := ` WHERE a.customer_id = $1 AND a.starts_at < $2 ORDER BY a.starts_at DESC, a.id DESC`
	if ahead {
		which = ` WHERE a.customer_id = $1 AND a.starts_at >= $2 ORDER BY a.starts_at, a.id`
	}
	return shortList[Appointment](&q.tx, page, BookedShown, appointmentColumns+which, customer, q.now)
}

// DayFigures are the figures of a business's day.
type DayFigures struct {
	Appointments int   `db:"appointments"` // not cancelled
	Pending      int   `db:"pending"`
	Completed    int   `db:"completed"`
	RevenueCents int64 `db:"revenue_cents"` // of those completed or still to come
	NewCustomers int   `db:"new_customers"`
}

// Day sums up what begins in [from, to).
func (q *TenantTx) Day(from, to time.Time) (DayFigures, error) {
	var d DayFigures
	err := q.get(&d, `
		SELECT count(*) FILTER (WHERE status <> 'cancelled') AS appointments,
			count(*) FILTER (WHERE status = 'pending') AS pending,
			count(*) FILTER (WHERE status = 'completed') AS completed,
			COALESCE(sum(price_cents) FILTER (WHERE status IN ('confirmed', 'completed')), 0) AS revenue_cents,
			(SELECT count(*) FROM customers WHERE created_at >= $1 AND created_at < $2) AS new_customers
		FROM appointments WHERE starts_at >= $1 AND starts_at < $2`, from, to)
	return d, err
}
