package catalog

import (
	"strconv"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// ResourceKinds are what an appointment can take.
var ResourceKinds = []string{"STAFF", "ROOM", "EQUIPMENT"}

// Resource is a person, a room or a machine.
type Resource struct {
	ID       uuid.UUID     `db:"id"`
	Kind     string        `db:"kind"`
	Name     string        `db:"name"`
	TimeZone string        `db:"time_zone"` // empty: the business's
	UserID   uuid.NullUUID `db:"user_id"`   // whose calendar it is
	IsActive bool          `db:"is_active"`
	Capacity *int          `db:"capacity"` // people that fit; nil: any number
	Position int           `db:"position"`
	Services int           `db:"services"`  // how many it does
	OwnHours bool          `db:"own_hours"` // it doesn't follow the opening hours
}

// ResourceColumns are what a Resource is read from, of resources AS r.
const ResourceColumns = `r.id, r.kind, r.name, COALESCE(r.time_zone, '') AS time_zone, r.user_id, r.is_active, r.position, r.capacity,
	(SELECT count(DISTINCT x.service_id) FROM service_resources x WHERE x.resource_id = r.id) AS services,
	EXISTS (SELECT FROM hours h WHERE h.resource_id = r.id) AS own_hours`

// ResourceFilter narrows and orders the list of resources.
type ResourceFilter struct {
	Q, Sort string
	Kind    string
	Status  string // "active", "disabled" or all
	Page    paging.Page
}

// ResourceStatuses are whether a resource can be booked.
var ResourceStatuses = []string{"active", "disabled"}

var resourceSorts = map[string]paging.SortKey[Resource]{
	"order": {Expr: "r.position", ID: "r.id", Cast: "int", Value: func(r Resource) string { return strconv.Itoa(r.Position) }},
	"name":  {Expr: "r.name" + text.ByName, ID: "r.id", Cast: "text", Value: func(r Resource) string { return r.Name }},
	"kind":  {Expr: "r.kind", ID: "r.id", Cast: "text", Value: func(r Resource) string { return r.Kind }},
}

// Resources lists one page of the people, rooms and machines.
func Resources(q *db.TenantTx, f ResourceFilter) ([]Resource, paging.PageInfo, error) {
	list := paging.SortedList[Resource]{
		Columns: ResourceColumns, From: `resources r`, Sorts: resourceSorts, DefaultSort: "order", Exact: true,
		RowID: func(r Resource) uuid.UUID { return r.ID },
	}
	list.Find(f.Q, `public.search_form(r.name)`, "")
	if f.Kind != "" {
		list.Filter(`r.kind = ?`, f.Kind)
	}
	if f.Status != "" {
		list.Filter(`r.is_active = ?`, f.Status == "active")
	}
	return list.Load(q, "resources", f.Sort, f.Page)
}

// AllResources lists them in the business's order, for choosing among them.
func AllResources(q *db.TenantTx) ([]Resource, error) {
	var all []Resource
	err := db.List(q, &all, `SELECT `+ResourceColumns+` FROM resources r ORDER BY r.position, r.id LIMIT 500`)
	return all, err
}

// ReadResource returns one.
func ReadResource(q *db.TenantTx, id uuid.UUID) (Resource, error) {
	var r Resource
	err := db.Get(q, &r, `SELECT `+ResourceColumns+` FROM resources r WHERE r.id = $1`, id)
	return r, err
}

// ServicesOf lists all services, and which of them a resource does.
func ServicesOf(q *db.TenantTx, resource uuid.UUID) (all []Service, does map[uuid.UUID]bool, err error) {
	if err := db.List(q, &all, `SELECT `+serviceColumns+` FROM services s ORDER BY s.position, s.id LIMIT 500`); err != nil {
		return nil, nil, err
	}
	var ids []uuid.UUID
	err = db.List(q, &ids, `SELECT DISTINCT service_id FROM service_resources WHERE resource_id = $1`, resource)
	does = make(map[uuid.UUID]bool, len(ids))
	for _, id := range ids {
		does[id] = true
	}
	return all, does, err
}

// TeamMember is somebody of the business who can have a calendar.
type TeamMember struct {
	ID    uuid.UUID `db:"id"`
	Name  string    `db:"name"`
	Email string    `db:"email"`
}

// TeamMembers lists the people of the business whose login is active.
func TeamMembers(q *db.TenantTx) ([]TeamMember, error) {
	var team []TeamMember
	err := db.List(q, &team, `SELECT id, name, email FROM public.users
		WHERE business_id = $1 AND role <> 'CUSTOMER' AND is_active ORDER BY name`+text.ByName+`, id LIMIT 500`, q.Tenant.ID)
	return team, err
}
