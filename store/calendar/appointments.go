package calendar

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
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
		COALESCE((SELECT string_agg(r.name, ', ' ORDER BY r.kind DESC, r.name` + text.ByName + `)
			FROM appointment_resources x JOIN resources r ON r.id = x.resource_id WHERE x.appointment_id = a.id), '') AS resources
	FROM appointments a JOIN customers c ON c.id = a.customer_id JOIN services s ON s.id = a.service_id`

// maxDay bounds the rows of one day's list.
const maxDay = 2000

// Appointments lists those that begin in [from, to), in the order of time.
func Appointments(q *db.TenantTx, from, to time.Time) ([]Appointment, error) {
	var rows []Appointment
	err := db.List(q, &rows, appointmentColumns+` WHERE a.starts_at >= $1 AND a.starts_at < $2 ORDER BY a.starts_at, a.id LIMIT $3`, from, to, maxDay)
	return rows, err
}

// IsAhead is what of somebody's appointments a is ahead at $2: what runs, too, and
// nothing that is off. Lists and the figures above them count by it.
const IsAhead = `(a.status IN ('pending', 'confirmed') AND a.ends_at > $2)`

// AppointmentsOf lists one page of a customer's own: of those ahead first to last,
// or of the past ones, and those that are off, last to first.
func AppointmentsOf(q *db.TenantTx, customer uuid.UUID, ahead bool, page int) (rows []Appointment, more bool, err error) {
	which := ` WHERE a.customer_id = $1 AND NOT ` + IsAhead + ` ORDER BY a.starts_at DESC, a.id DESC`
	if ahead {
		which = ` WHERE a.customer_id = $1 AND ` + IsAhead + ` ORDER BY a.starts_at, a.id`
	}
	return paging.ShortList[Appointment](q, page, paging.BookedShown, appointmentColumns+which, customer, q.Now())
}
