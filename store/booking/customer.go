package booking

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// CustomerFile is somebody who books with a business, with all that the business
// keeps on one page.
type CustomerFile struct {
	CustomerRow
	UserID uuid.NullUUID `db:"user_id"`
	// Login is "", "invited", "active" or "disabled".
	Login     string `db:"-"`
	Completed int    `db:"-"`
	Cancelled int    `db:"-"`
	FeesCents int64  `db:"-"` // for cancelling late
	Coming    int    `db:"-"`
}

// CustomerNote is what the team remarks about a customer; the customer never
// sees it.
type CustomerNote struct {
	ID         uuid.UUID     `db:"id"`
	AuthorID   uuid.NullUUID `db:"author_id"`
	AuthorName string        `db:"author_name"`
	Body       string        `db:"body"`
	CreatedAt  time.Time     `db:"created_at"`
}

// The bounds of what is kept about a customer.
const (
	MaxTags      = 10
	MaxTag       = 40
	MaxNote      = 350
	maxNotes     = 100
	erasedName   = "Erased customer"
	erasedDomain = "@erased.invalid"
)

// Customer returns one with figures, tags and the state of the login.
func Customer(q *db.TenantTx, id uuid.UUID) (CustomerFile, error) {
	var c CustomerFile
	if err := db.Get(q, &c, `SELECT `+customerColumns+`, c.user_id FROM customers c WHERE c.id = $1`, id); err != nil {
		return c, err
	}
	rows := []CustomerRow{c.CustomerRow}
	if err := addVisits(q, rows); err != nil {
		return c, err
	}
	if err := addTags(q, rows); err != nil {
		return c, err
	}
	c.CustomerRow = rows[0]
	var more struct {
		Completed int   `db:"completed"`
		Cancelled int   `db:"cancelled"`
		Coming    int   `db:"coming"`
		Fees      int64 `db:"fees"`
	}
	err := db.Get(q, &more, `
		SELECT count(*) FILTER (WHERE status = 'completed') AS completed, count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
			count(*) FILTER (WHERE `+calendar.IsAhead+`) AS coming, COALESCE(sum(late_fee_cents), 0) AS fees
		FROM appointments a WHERE customer_id = $1`, id, q.Now())
	c.Completed, c.Cancelled, c.Coming, c.FeesCents = more.Completed, more.Cancelled, more.Coming, more.Fees
	if err != nil || !c.UserID.Valid {
		return c, err
	}
	login, err := customerLogin(q, c.UserID.UUID)
	c.Login = login.State()
	return c, err
}

// customerLogin is the login of a customer.
func customerLogin(q *db.TenantTx, user uuid.UUID) (people.TeamPerson, error) {
	var p people.TeamPerson
	err := db.Get(q, &p, `SELECT `+people.TeamColumns+` FROM public.users u WHERE u.id = $1 AND u.business_id = $2`, user, q.Tenant.ID)
	return p, err
}

// CustomerNotes lists them, newest first.
func CustomerNotes(q *db.TenantTx, customer uuid.UUID) ([]CustomerNote, error) {
	var notes []CustomerNote
	err := db.List(q, &notes, `SELECT id, author_id, author_name, body, created_at FROM customer_notes
		WHERE customer_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2`, customer, maxNotes)
	return notes, err
}

// CustomerInput is what the team writes down of somebody.
type CustomerInput struct {
	Name, Email, Phone string
	Tags               []string
	SamePhone          bool // somebody else may have the telephone: they share it
}

// ParseTags reads "VIP, fleet" as tags: lower case, each once, in order.
func ParseTags(text string) []string {
	var tags []string
	for _, part := range strings.Split(text, ",") {
		if tag := strings.ToLower(strings.Join(strings.Fields(part), " ")); tag != "" {
			tags = append(tags, tag)
		}
	}
	slices.Sort(tags)
	return slices.Compact(tags)
}

// CustomerExport is all that is kept about somebody, to hand over.
type CustomerExport struct {
	Business     string                `json:"business"`
	ExportedAt   time.Time             `json:"exported_at"`
	ID           uuid.UUID             `json:"id"`
	Name         string                `json:"name"`
	Email        string                `json:"email"`
	Phone        string                `json:"phone"`
	Since        time.Time             `json:"customer_since"`
	BlockedAt    *time.Time            `json:"blocked_at,omitempty"`
	Tags         []string              `json:"tags"`
	Notes        []ExportedNote        `json:"notes"`
	Appointments []ExportedAppointment `json:"appointments"`
	Login        *ExportedLogin        `json:"login,omitempty"`
}

// ExportedNote is a note of the team.
type ExportedNote struct {
	At     time.Time `json:"at"`
	Author string    `json:"author"`
	Text   string    `json:"text"`
}

// ExportedAppointment is a booking.
type ExportedAppointment struct {
	ID           uuid.UUID  `json:"id" db:"id"`
	Comes        string     `json:"who_comes,omitempty" db:"guest_name"` // when it is somebody else
	ComesPhone   string     `json:"phone_of_who_comes,omitempty" db:"guest_phone"`
	Service      string     `json:"service" db:"service"`
	With         string     `json:"with" db:"resources"`
	StartsAt     time.Time  `json:"starts_at" db:"starts_at"`
	EndsAt       time.Time  `json:"ends_at" db:"ends_at"`
	Status       string     `json:"status" db:"status"`
	PriceCents   int        `json:"price_cents" db:"price_cents"`
	People       int        `json:"people" db:"party_size"`
	Note         string     `json:"note" db:"note"`
	TeamNote     string     `json:"team_note" db:"staff_note"`
	BookedAt     time.Time  `json:"booked_at" db:"created_at"`
	CancelledAt  *time.Time `json:"cancelled_at,omitempty" db:"cancelled_at"`
	LateFeeCents *int       `json:"late_fee_cents,omitempty" db:"late_fee_cents"`
}

// ExportedLogin is the login on the business's site.
type ExportedLogin struct {
	Email     string     `json:"email"`
	CreatedAt time.Time  `json:"created_at"`
	LastLogin *time.Time `json:"last_login_at,omitempty"`
	State     string     `json:"state"`
}

// ExportCustomer gathers it; that it was handed out is on record.
func ExportCustomer(q *db.TenantTx, id uuid.UUID) (CustomerExport, error) {
	c, err := Customer(q, id)
	if err != nil {
		return CustomerExport{}, err
	}
	if err := db.Audit(q, db.Event{Action: "customer.exported", Business: sessions.TenantID(&q.Tenant), ObjectType: "customer", ObjectID: id.String(), ObjectName: db.CustomerNumber(id)}); err != nil {
		return CustomerExport{}, err
	}
	e := CustomerExport{Business: q.Tenant.Name, ExportedAt: q.Now().UTC(), ID: c.ID, Name: c.Name, Email: c.Email, Phone: c.Phone,
		Since: c.CreatedAt.UTC(), BlockedAt: c.BlockedAt, Tags: append([]string{}, c.Tags...), Notes: []ExportedNote{}, Appointments: []ExportedAppointment{}}
	var notes []CustomerNote
	if err := db.List(q, &notes, `SELECT id, author_id, author_name, body, created_at FROM customer_notes WHERE customer_id = $1 ORDER BY created_at, id`, id); err != nil {
		return e, err
	}
	for _, n := range notes {
		e.Notes = append(e.Notes, ExportedNote{n.CreatedAt.UTC(), n.AuthorName, n.Body})
	}
	err = db.List(q, &e.Appointments, `
		SELECT a.id, COALESCE(a.guest_name, '') AS guest_name, COALESCE(a.guest_phone, '') AS guest_phone, s.name AS service, a.starts_at, a.ends_at, a.status, a.price_cents, a.party_size, a.note, a.staff_note, a.created_at, a.cancelled_at, a.late_fee_cents,
			COALESCE((SELECT string_agg(r.name, ', ' ORDER BY r.kind DESC, r.name`+text.ByName+`) FROM appointment_resources x JOIN resources r ON r.id = x.resource_id
				WHERE x.appointment_id = a.id), '') AS resources
		FROM appointments a JOIN services s ON s.id = a.service_id WHERE a.customer_id = $1 ORDER BY a.starts_at, a.id`, id)
	if err != nil {
		return e, err
	}
	if c.UserID.Valid {
		login, err := customerLogin(q, c.UserID.UUID)
		if err != nil {
			return e, err
		}
		e.Login = &ExportedLogin{login.Email, login.CreatedAt.UTC(), login.LastLogin, login.State()}
	}
	return e, recordCustomer(q, id, "customer.exported", nil)
}

// recordCustomer audits what happened to a customer. The log is never rewritten,
// so it names customers by number alone and survives their erasure.
func recordCustomer(q *db.TenantTx, id uuid.UUID, action string, details map[string]any) error {
	return catalog.Record(q, action, "customer", id, db.CustomerNumber(id), details)
}
