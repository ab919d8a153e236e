package calendar

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// DayFilter narrows the list of a day's appointments.
type DayFilter struct {
	From, To time.Time // of the starts
	Status   string    // or all
	Resource uuid.NullUUID
}

// AppointmentStatuses are an appointment's states.
var AppointmentStatuses = []string{"pending", "confirmed", "completed", "cancelled", "no_show"}

// DayList lists the appointments that begin in a stretch of time.
func DayList(q *db.TenantTx, f DayFilter) ([]Scheduled, error) {
	var rows []Scheduled
	err := db.List(q, &rows, scheduledColumns+`
		WHERE a.starts_at >= $1 AND a.starts_at < $2 AND ($3 = '' OR a.status = $3)
			AND (CAST($4 AS uuid) IS NULL OR EXISTS (SELECT FROM appointment_resources x WHERE x.appointment_id = a.id AND x.resource_id = $4))
		ORDER BY a.starts_at, a.id LIMIT $5`, f.From, f.To, f.Status, f.Resource, maxDay)
	return rows, err
}

// AppointmentFile is where a file of appointments goes on: behind a row.
type AppointmentFile struct {
	DayFilter
	AfterStart time.Time
	AfterID    uuid.UUID
	Size       int
}

// AppointmentsFrom reads the next rows of a list of appointments, in the order of
// time, and how many there are in all when it is asked for the first ones.
func AppointmentsFrom(q *db.TenantTx, f AppointmentFile) (rows []Scheduled, total int, err error) {
	const which = ` WHERE a.starts_at >= $1 AND a.starts_at < $2 AND ($3 = '' OR a.status = $3)
		AND (CAST($4 AS uuid) IS NULL OR EXISTS (SELECT FROM appointment_resources x WHERE x.appointment_id = a.id AND x.resource_id = $4))`
	if f.AfterID == uuid.Nil {
		if err := db.Get(q, &total, `SELECT count(*) FROM appointments a`+which, f.From, f.To, f.Status, f.Resource); err != nil {
			return nil, 0, err
		}
	}
	err = db.List(q, &rows, scheduledColumns+which+` AND (a.starts_at, a.id) > ($5, $6) ORDER BY a.starts_at, a.id LIMIT $7`,
		f.From, f.To, f.Status, f.Resource, f.AfterStart, f.AfterID, f.Size)
	return rows, total, err
}

// Tally is what a local day came to.
type Tally struct {
	Day          string `db:"day"`          // 2026-11-22
	Appointments int    `db:"appointments"` // not cancelled
	Pending      int    `db:"pending"`
	Completed    int    `db:"completed"`
	NoShows      int    `db:"no_shows"`
	RevenueCents int64  `db:"revenue_cents"` // of held visits, as on customers' pages and in the platform's roll-up
	FeesCents    int64  `db:"fees_cents"`    // for late changes of what was to begin on that day
	NewCustomers int    `db:"new_customers"`
}

// Tallies sums up each local day from a date on, before another.
func Tallies(q *db.TenantTx, from, to availability.Date) (map[string]Tally, error) {
	zone := q.Tenant.Location()
	var rows []Tally
	err := db.List(q, &rows, `
		SELECT to_char(starts_at AT TIME ZONE $3, 'YYYY-MM-DD') AS day,
			count(*) FILTER (WHERE status <> 'cancelled') AS appointments, count(*) FILTER (WHERE status = 'pending') AS pending,
			count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'no_show') AS no_shows,
			COALESCE(sum(price_cents) FILTER (WHERE status = 'completed'), 0) AS revenue_cents, COALESCE(sum(late_fee_cents), 0) AS fees_cents, 0 AS new_customers
		FROM appointments WHERE starts_at >= $1 AND starts_at < $2 GROUP BY 1
		UNION ALL
		SELECT to_char(created_at AT TIME ZONE $3, 'YYYY-MM-DD'), 0, 0, 0, 0, 0, 0, count(*)
		FROM customers WHERE created_at >= $1 AND created_at < $2 GROUP BY 1`, from.At(0, zone), to.At(0, zone), zone.String())
	days := make(map[string]Tally, len(rows))
	for _, r := range rows {
		t := days[r.Day]
		t.Day = r.Day
		t.Add(r)
		days[r.Day] = t
	}
	return days, err
}

// Add adds the figures of another day.
func (t *Tally) Add(o Tally) {
	t.Appointments += o.Appointments
	t.Pending += o.Pending
	t.Completed += o.Completed
	t.NoShows += o.NoShows
	t.RevenueCents += o.RevenueCents
	t.FeesCents += o.FeesCents
	t.NewCustomers += o.NewCustomers
}

// Expected are the visits that are over, whether or not somebody came.
func (t Tally) Expected() int { return t.Completed + t.NoShows }

// NoShowRate is the share of those who were expected and did not come.
func (t Tally) NoShowRate() float64 { return float64(t.NoShows) / float64(max(1, t.Expected())) }

// Use is how much of a resource's open time that is not blocked is booked. What was
// booked into closed hours is in neither.
type Use struct {
	Resource      catalog.Resource
	Booked, Opens time.Duration
}

// Uses lists the active resources with what of their time in [from, to) is booked.
func Uses(q *db.TenantTx, all []catalog.Resource, from, to time.Time) ([]Use, error) {
	var rows []struct {
		ID   uuid.UUID `db:"resource_id"`
		From time.Time `db:"starts_at"`
		To   time.Time `db:"ends_at"`
	}
	err := db.List(q, &rows, `
		SELECT x.resource_id, a.starts_at, a.ends_at FROM appointments a JOIN appointment_resources x ON x.appointment_id = a.id
		WHERE a.starts_at > CAST($1 AS timestamptz) - interval '2 days' AND a.starts_at < $2 AND a.ends_at > $1 AND a.status IN ('pending', 'confirmed', 'completed')`, from, to)
	if err != nil {
		return nil, err
	}
	var active []catalog.Resource
	for _, r := range all {
		if r.IsActive {
			active = append(active, r)
		}
	}
	open, err := openTimes(q, active, from, to, true)
	uses, places := make([]Use, len(active)), make(map[uuid.UUID]int, len(active))
	for i, r := range active {
		uses[i].Resource, places[r.ID] = r, i
		for _, o := range open[i] {
			uses[i].Opens += o.End.Sub(o.Start)
		}
	}
	for _, b := range rows {
		i, ok := places[b.ID]
		if !ok {
			continue
		}
		for _, o := range open[i] {
			if b.From.After(o.Start) {
				o.Start = b.From
			}
			if b.To.Before(o.End) {
				o.End = b.To
			}
			uses[i].Booked += max(0, o.End.Sub(o.Start))
		}
	}
	return uses, err
}
