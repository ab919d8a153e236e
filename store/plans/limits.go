package plans

import (
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Limits are what a business's plan holds; nil is any number.
type Limits struct {
	Plan         string `db:"plan"`
	PlanName     string `db:"plan_name"`
	PriceCents   int    `db:"price_cents"`
	People       *int   `db:"max_people"`
	Resources    *int   `db:"max_resources"`
	Appointments *int   `db:"max_appointments_per_month"` // by the month in which they start
}

// PlanLimit is the field of errors that say a plan is full, so that a form can
// show the way to another plan.
const PlanLimit = "plan_limit"

// Usage is how much of its limits a business uses.
type Usage struct {
	People, Resources, Appointments int
	Month                           time.Time // the first moment of the month counted
}

const limitsSQL = `SELECT b.plan, p.name AS plan_name, p.price_cents, p.max_people, p.max_resources, p.max_appointments_per_month
	FROM public.businesses b JOIN public.plans p ON p.code = b.plan WHERE b.id = $1`

// LimitsOf reads what a business's plan holds. locked keeps everybody else who
// would add something waiting until this transaction ends.
func LimitsOf(t db.Scope, business uuid.UUID, locked bool) (Limits, error) {
	var l Limits
	query := limitsSQL
	if locked {
		query += ` FOR NO KEY UPDATE OF b`
	}
	err := db.Get(t, &l, query, business)
	return l, err
}

// ReadLimits are those of the business.
func ReadLimits(q *db.TenantTx) (Limits, error) { return LimitsOf(q, q.Tenant.ID, false) }

// ReadUsage counts what the limits are about.
func ReadUsage(q *db.TenantTx) (Usage, error) {
	var u Usage
	from, to := Month(q, q.Now())
	u.Month = from
	people, err := peopleCounted(q, q.Tenant.ID)
	if err != nil {
		return u, err
	}
	u.People = people
	if u.Resources, err = resourcesCounted(q); err != nil {
		return u, err
	}
	err = db.Get(q, &u.Appointments, `SELECT count(*) FROM appointments WHERE starts_at >= $1 AND starts_at < $2 AND status <> 'cancelled'`, from, to)
	return u, err
}

// peopleCounted leaves out customers and those whose login is disabled.
func peopleCounted(t db.Scope, business uuid.UUID) (n int, err error) {
	err = db.Get(t, &n, `SELECT count(*) FROM public.users WHERE business_id = $1 AND role <> 'CUSTOMER' AND is_active`, business)
	return n, err
}

func resourcesCounted(q *db.TenantTx) (n int, err error) {
	err = db.Get(q, &n, `SELECT count(*) FROM resources WHERE is_active`)
	return n, err
}

// CheckPeopleLimit comes before somebody joins a team or comes back. Two at a
// time wait for each other.
func CheckPeopleLimit(t db.Scope, business uuid.UUID) error {
	l, err := LimitsOf(t, business, true)
	if err != nil || l.People == nil {
		return err
	}
	n, err := peopleCounted(t, business)
	if err != nil || n < *l.People {
		return err
	}
	return l.full(*l.People, "person", "people", "Disable somebody first")
}

// CheckResourceLimit comes before a resource is added or enabled again.
func CheckResourceLimit(q *db.TenantTx) error {
	l, err := LimitsOf(q, q.Tenant.ID, true)
	if err != nil || l.Resources == nil {
		return err
	}
	n, err := resourcesCounted(q)
	if err != nil || n < *l.Resources {
		return err
	}
	return l.full(*l.Resources, "resource", "resources", "Disable one first")
}

func (l Limits) full(most int, one, many, way string) error {
	return &db.Error{Kind: db.Conflict, Field: PlanLimit, Message: fmt.Sprintf("The plan %s holds %s, and no more. %s, or choose a bigger plan.", l.PlanName, text.Counted(most, one, many), way)}
}

// nearLimit is how close to its limit a month must be before bookings wait for
// each other; more than that can't be under way at a time.
const nearLimit = 100

// CheckAppointmentLimit comes before an appointment is booked, or moved into
// another month: it counts those that start in the month of start, by the
// business's clock, and are not cancelled.
func CheckAppointmentLimit(q *db.TenantTx, start time.Time) error {
	l, err := LimitsOf(q, q.Tenant.ID, false)
	if err != nil || l.Appointments == nil {
		return err
	}
	most := *l.Appointments
	from, to := Month(q, start)
	count := func() (n int, err error) {
		err = db.Get(q, &n, `SELECT count(*) FROM (SELECT FROM appointments WHERE starts_at >= $1 AND starts_at < $2 AND status <> 'cancelled' LIMIT $3) AS booked`,
			from, to, most)
		return n, err
	}
	n, err := count()
	if err != nil || n < most-nearLimit {
		return err
	}
	if _, err := LimitsOf(q, q.Tenant.ID, true); err != nil {
		return err
	}
	if n, err = count(); err != nil || n < most {
		return err
	}
	month := from.Format("January 2006")
	if db.Who(q) != nil && db.Who(q).Subject.Role != access.Customer {
		return &db.Error{Kind: db.Conflict, MonthFull: true, Message: fmt.Sprintf("The plan %s holds %s a month, and %s has that many. Nothing more can be booked in it until you choose a bigger plan.",
			l.PlanName, text.Counted(most, "appointment", "appointments"), month)}
	}
	return &db.Error{Kind: db.Conflict, MonthFull: true, Message: "Nothing more can be booked online in " + month + ". Choose another month, or get in touch with " + q.Tenant.Name + "."}
}

// Month is that of a moment by the business's clock.
func Month(q *db.TenantTx, at time.Time) (from, to time.Time) {
	zone := q.Tenant.Location()
	date := availability.DateOf(at.In(zone))
	return date.FirstOfMonth(0).At(0, zone), date.FirstOfMonth(1).At(0, zone)
}

// PlanName is what a plan is called.
func PlanName(t db.Scope, code string) (name string, err error) {
	err = db.Get(t, &name, `SELECT name FROM public.plans WHERE code = $1`, code)
	return name, err
}

// PlanLimits lists all plans with what they hold, the smallest first.
func PlanLimits(q *db.TenantTx) ([]Limits, error) {
	var plans []Limits
	err := db.List(q, &plans, `SELECT code AS plan, name AS plan_name, price_cents, max_people, max_resources, max_appointments_per_month FROM public.plans ORDER BY position`)
	return plans, err
}
