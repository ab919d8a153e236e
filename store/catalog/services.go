package catalog

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// Members are all resources of a service's sets.
func (s Service) Members() []uuid.UUID {
	var ids []uuid.UUID
	for _, set := range s.Sets {
		ids = append(ids, set...)
	}
	return ids
}

// Asked is what a refused booking asked for.
type Asked struct {
	Service  Service
	Policies Policies
}

// Service is something that customers book.
type Service struct {
	ID                  uuid.UUID `db:"id"`
	Name                string    `db:"name"`
	Description         string    `db:"description"`
	DurationMinutes     int       `db:"duration_minutes"`
	PriceCents          int       `db:"price_cents"`
	BufferBeforeMinutes int       `db:"buffer_before_minutes"`
	BufferAfterMinutes  int       `db:"buffer_after_minutes"`
	Position            int       `db:"position"`
	IsHidden            bool      `db:"is_hidden"` // only the team books it
	IsActive            bool      `db:"is_active"` // anybody can book it
	// What follows the business's policies is nil.
	NoticeMinutes *int    `db:"notice_minutes"`
	HorizonDays   *int    `db:"horizon_days"`
	StepMinutes   *int    `db:"step_minutes"`
	ReminderHours *string `db:"reminder_hours"` // see ParseReminderHours
	// MaxParty is how many people one appointment may bring.
	MaxParty int `db:"max_party"`
	// Sets are the resources of which an appointment takes one each.
	Sets [][]uuid.UUID `db:"-"`
}

const serviceColumns = `s.id, s.name, s.description, s.duration_minutes, s.price_cents, s.buffer_before_minutes, s.buffer_after_minutes,
	s.position, s.is_hidden, s.is_active, s.notice_minutes, s.horizon_days, s.step_minutes, s.max_party, s.reminder_hours`

// doable says whether a service s has somebody or something for each of its sets.
const doable = `EXISTS (SELECT FROM service_resources x WHERE x.service_id = s.id) AND NOT EXISTS (SELECT FROM service_resources x
	WHERE x.service_id = s.id AND NOT EXISTS (SELECT FROM service_resources y JOIN resources r ON r.id = y.resource_id
		WHERE y.service_id = s.id AND y.set_number = x.set_number AND r.is_active))`

// PublicServices lists what anybody may see and book, in the business's order: what
// nobody can do is left out.
func PublicServices(q *db.TenantTx) ([]Service, error) {
	var services []Service
	err := db.List(q, &services, `SELECT `+serviceColumns+` FROM services s WHERE s.is_active AND NOT s.is_hidden AND `+doable+` ORDER BY s.position, s.name`+text.ByName+`, s.id LIMIT 200`)
	return services, err
}

// ServiceFilter narrows and orders the list of services.
type ServiceFilter struct {
	Q, Sort string
	Status  string // "shown", "hidden", "disabled" or all
	Page    paging.Page
}

// ServiceStatuses are who can book a service: everybody, the team, nobody.
var ServiceStatuses = []string{"shown", "hidden", "disabled"}

// Status is one of ServiceStatuses.
func (s Service) Status() string {
	switch {
	case !s.IsActive:
		return "disabled"
	case s.IsHidden:
		return "hidden"
	}
	return "shown"
}

var serviceSorts = map[string]paging.SortKey[Service]{
	"order":    {Expr: "s.position", ID: "s.id", Cast: "int", Value: func(s Service) string { return strconv.Itoa(s.Position) }},
	"name":     {Expr: "s.name" + text.ByName, ID: "s.id", Cast: "text", Value: func(s Service) string { return s.Name }},
	"duration": {Expr: "s.duration_minutes", ID: "s.id", Cast: "int", Value: func(s Service) string { return strconv.Itoa(s.DurationMinutes) }},
	"price":    {Expr: "s.price_cents", ID: "s.id", Cast: "int", Value: func(s Service) string { return strconv.Itoa(s.PriceCents) }},
}

// Services lists one page of the services, with their sets.
func Services(q *db.TenantTx, f ServiceFilter) ([]Service, paging.PageInfo, error) {
	list := paging.SortedList[Service]{
		Columns: serviceColumns, From: `services s`, Sorts: serviceSorts, DefaultSort: "order", Exact: true,
		RowID: func(s Service) uuid.UUID { return s.ID },
	}
	list.Find(f.Q, `public.search_form(s.name || ' ' || s.description)`, "")
	switch f.Status {
	case "shown":
		list.Filter(`s.is_active AND NOT s.is_hidden`)
	case "hidden":
		list.Filter(`s.is_active AND s.is_hidden`)
	case "disabled":
		list.Filter(`NOT s.is_active`)
	}
	rows, info, err := list.Load(q, "services", f.Sort, f.Page)
	if err != nil {
		return nil, info, err
	}
	return rows, info, addSets(q, rows)
}

// ReadService returns one service with its sets.
func ReadService(q *db.TenantTx, id uuid.UUID) (Service, error) {
	var s Service
	if err := db.Get(q, &s, `SELECT `+serviceColumns+` FROM services s WHERE s.id = $1`, id); err != nil {
		return s, err
	}
	one := []Service{s}
	err := addSets(q, one)
	return one[0], err
}

// addSets fills in what the services of one page take, in one query.
func addSets(q *db.TenantTx, rows []Service) error {
	ids, at := make([]string, len(rows)), make(map[uuid.UUID]int, len(rows))
	for i, s := range rows {
		ids[i], at[s.ID] = s.ID.String(), i
	}
	var members []struct {
		Service  uuid.UUID `db:"service_id"`
		Number   int       `db:"set_number"`
		Resource uuid.UUID `db:"resource_id"`
	}
	err := db.List(q, &members, `
		SELECT x.service_id, x.set_number, x.resource_id FROM service_resources x JOIN resources r ON r.id = x.resource_id
		WHERE x.service_id = ANY(CAST($1 AS uuid[])) ORDER BY x.service_id, x.set_number, r.position, r.name`+text.ByName+`, r.id`, ids)
	last := map[uuid.UUID]int{}
	for _, m := range members {
		s := &rows[at[m.Service]]
		if last[s.ID] != m.Number {
			s.Sets, last[s.ID] = append(s.Sets, nil), m.Number
		}
		s.Sets[len(s.Sets)-1] = append(s.Sets[len(s.Sets)-1], m.Resource)
	}
	return err
}
