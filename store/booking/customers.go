package booking

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// CustomerRow is somebody who books with a business.
type CustomerRow struct {
	ID         uuid.UUID  `db:"id"`
	Name       string     `db:"name"`
	Email      string     `db:"email"`
	Phone      string     `db:"phone"`
	CreatedAt  time.Time  `db:"created_at"`
	Visits     int        `db:"-"` // held ones, as what was spent
	SpentCents int64      `db:"-"`
	LastVisit  *time.Time `db:"-"`
	NextVisit  *time.Time `db:"-"`
	NoShows    int        `db:"-"`
	Tags       []string   `db:"-"`
	HasLogin   bool       `db:"has_login"`
	BlockedAt  *time.Time `db:"blocked_at"` // may not book online
	ErasedAt   *time.Time `db:"erased_at"`  // name and addresses are gone
}

// CustomerFilter narrows and orders the list of customers.
type CustomerFilter struct {
	Q, Sort string
	Tag     string
	State   string // one of CustomerStates; empty: all but the erased ones
	Page    paging.Page
	Exact   bool // count to the end
}

// CustomerStates are what the list can be narrowed to.
var CustomerStates = []string{"no_shows", "blocked", "login", "erased"}

var customerSorts = map[string]paging.SortKey[CustomerRow]{
	"name":  {Expr: "c.name" + text.ByName, ID: "c.id", Cast: "text", Value: func(c CustomerRow) string { return c.Name }},
	"since": {Expr: "c.created_at", ID: "c.id", Cast: "timestamptz", Value: func(c CustomerRow) string { return paging.TimeValue(c.CreatedAt) }},
}

const customerColumns = `c.id, c.name, COALESCE(c.email, '') AS email, COALESCE(c.phone, '') AS phone, c.created_at,
	c.user_id IS NOT NULL AS has_login, c.blocked_at, c.erased_at`

// Customers lists one page of the business's customers.
func Customers(q *db.TenantTx, f CustomerFilter) ([]CustomerRow, paging.PageInfo, error) {
	list := paging.SortedList[CustomerRow]{
		Columns: customerColumns,
		From:    `customers c`, Sorts: customerSorts, DefaultSort: "name", Exact: f.Exact,
		RowID: func(c CustomerRow) uuid.UUID { return c.ID },
	}
	list.Find(f.Q, `c.search_form`, `c.phone_digits`)
	if f.Tag != "" {
		list.Filter(`c.id IN (SELECT t.customer_id FROM customer_tags t WHERE t.tag = ?)`, f.Tag)
	}
	switch f.State {
	case "no_shows":
		list.Filter(`c.erased_at IS NULL AND EXISTS (SELECT FROM appointments a WHERE a.customer_id = c.id AND a.status = 'no_show')`)
	case "blocked":
		list.Filter(`c.erased_at IS NULL AND c.blocked_at IS NOT NULL`)
	case "login":
		list.Filter(`c.erased_at IS NULL AND c.user_id IS NOT NULL`)
	case "erased":
		list.Filter(`c.erased_at IS NOT NULL`)
	default:
		list.Filter(`c.erased_at IS NULL`)
	}
	rows, info, err := list.Load(q, "customers", f.Sort, f.Page)
	if err != nil || len(rows) == 0 {
		return rows, info, err
	}
	if err := addVisits(q, rows); err != nil {
		return nil, info, err
	}
	return rows, info, addTags(q, rows)
}

// addTags fills in the tags of the customers of one page, in one query.
func addTags(q *db.TenantTx, rows []CustomerRow) error {
	ids := make([]string, len(rows))
	at := make(map[uuid.UUID]int, len(rows))
	for i, row := range rows {
		ids[i], at[row.ID] = row.ID.String(), i
	}
	var tags []struct {
		Customer uuid.UUID `db:"customer_id"`
		Tag      string    `db:"tag"`
	}
	err := db.List(q, &tags, `SELECT customer_id, tag FROM customer_tags WHERE customer_id = ANY(CAST($1 AS uuid[])) ORDER BY tag`, ids)
	for _, t := range tags {
		row := &rows[at[t.Customer]]
		row.Tags = append(row.Tags, t.Tag)
	}
	return err
}

// CustomerTags lists the tags in use.
func CustomerTags(q *db.TenantTx) ([]string, error) {
	var tags []string
	err := db.List(q, &tags, `SELECT tag FROM (SELECT DISTINCT tag FROM customer_tags) AS used ORDER BY tag`+text.ByName+` LIMIT 200`)
	return tags, err
}

// addVisits fills in the visits of the customers of one page, in one query.
func addVisits(q *db.TenantTx, rows []CustomerRow) error {
	ids := make([]string, len(rows))
	at := make(map[uuid.UUID]int, len(rows))
	for i, row := range rows {
		ids[i], at[row.ID] = row.ID.String(), i
	}
	var visits []struct {
		CustomerID uuid.UUID  `db:"customer_id"`
		Count      int        `db:"count"`
		Spent      int64      `db:"spent"`
		NoShows    int        `db:"no_shows"`
		Last       *time.Time `db:"last"`
		Next       *time.Time `db:"next"`
	}
	err := db.List(q, &visits, `
		SELECT customer_id, count(*) FILTER (WHERE status = 'completed') AS count, COALESCE(sum(price_cents) FILTER (WHERE status = 'completed'), 0) AS spent,
			count(*) FILTER (WHERE status = 'no_show') AS no_shows, max(starts_at) FILTER (WHERE starts_at <= $2 AND status IN ('confirmed', 'completed')) AS last,
			min(starts_at) FILTER (WHERE `+calendar.IsAhead+`) AS next
		FROM appointments a WHERE customer_id = ANY(CAST($1 AS uuid[])) AND status <> 'cancelled' GROUP BY customer_id`, ids, q.Now())
	for _, v := range visits {
		i := at[v.CustomerID]
		rows[i].NoShows, rows[i].Visits, rows[i].SpentCents, rows[i].LastVisit, rows[i].NextVisit = v.NoShows, v.Count, v.Spent, v.Last, v.Next
	}
	return err
}

// CustomerOf returns the customer that belongs to a login.
func CustomerOf(q *db.TenantTx, user uuid.UUID) (CustomerRow, error) {
	var c CustomerRow
	err := db.Get(q, &c, `SELECT id, name, COALESCE(email, '') AS email, COALESCE(phone, '') AS phone, created_at
		FROM customers WHERE user_id = $1`, user)
	return c, err
}
