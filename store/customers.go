package store

import (
	"time"

	"github.com/google/uuid"
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
	Page    Page
	Exact   bool // count to the end
}

// CustomerStates are what the list can be narrowed to.
var CustomerStates = []string{"no_shows", "blocked", "login", "erased"}

var customerSorts = map[string]sortKey[CustomerRow]{
	"name":  {"c.name" + byName, "c.id", "text", func(c CustomerRow) string { return c.Name }},
	"since": {"c.created_at", "c.id", "timestamptz", func(c CustomerRow) string { return timeValue(c.CreatedAt) }},
}

const customerColumns = `c.id, c.name, COALESCE(c.email, '') AS email, COALESCE(c.phone, '') AS phone, c.created_at,
	c.user_id IS NOT NULL AS has_login, c.blocked_at, c.erased_at`

// Customers lists one page of the business's customers.
func (q *TenantTx) Customers(f CustomerFilter) ([]CustomerRow, PageInfo, error) {
	list := sortedList[CustomerRow]{
		columns: customerColumns,
		from:    `customers c`, sorts: customerSorts, defaultSort: "name", exact: f.Exact,
		rowID: func(c CustomerRow) uuid.UUID { return c.ID },
	}
	list.find(f.Q, `c.search_form`, `c.phone_digits`)
	if f.Tag != "" {
		list.filter(`c.id IN (SELECT t.customer_id FROM customer_tags t WHERE t.tag = ?)`, f.Tag)
	}
	switch f.State {
	case "no_shows":
		list.filter(`c.erased_at IS NULL AND EXISTS (SELECT FROM appointments a WHERE a.customer_id = c.id AND a.status = 'no_show')`)
	case "blocked":
		list.filter(`c.erased_at IS NULL AND c.blocked_at IS NOT NULL`)
	case "login":
		list.filter(`c.erased_at IS NULL AND c.user_id IS NOT NULL`)
	case "erased":
		list.filter(`c.erased_at IS NOT NULL`)
	default:
		list.filter(`c.erased_at IS NULL`)
	}
	rows, info, err := list.load(q.tx, "customers", f.Sort, f.Page)
	if err != nil || len(rows) == 0 {
		return rows, info, err
	}
	if err := q.addVisits(rows); err != nil {
		return nil, info, err
	}
	return rows, info, q.addTags(rows)
}

// addTags fills in the tags of the customers of one page, in one query.
func (q *TenantTx) addTags(rows []CustomerRow) error {
	ids := make([]string, len(rows))
	at := make(map[uuid.UUID]int, len(rows))
	for i, row := range rows {
		ids[i], at[row.ID] = row.ID.String(), i
	}
	var tags []struct {
		Customer uuid.UUID `db:"customer_id"`
		Tag      string    `db:"tag"`
	}
	err := q.list(&tags, `SELECT customer_id, tag FROM customer_tags WHERE customer_id = ANY(CAST($1 AS uuid[])) ORDER BY tag`, ids)
	for _, t := range tags {
		row := &rows[at[t.Customer]]
		row.Tags = append(row.Tags, t.Tag)
	}
	return err
}

// CustomerTags lists the tags in use.
func (q *TenantTx) CustomerTags() ([]string, error) {
	var tags []string
	err := q.list(&tags, `SELECT tag FROM (SELECT DISTINCT tag FROM customer_tags) AS used ORDER BY tag`+byName+` LIMIT 200`)
	return tags, err
}

// addVisits fills in the visits of the customers of one page, in one query.
func (q *TenantTx) addVisits(rows []CustomerRow) error {
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
	err := q.list(&visits, `
		SELECT customer_id, count(*) FILTER (WHERE status = 'completed') AS count, COALESCE(sum(price_cents) FILTER (WHERE status = 'completed'), 0) AS spent,
			count(*) FILTER (WHERE status = 'no_show') AS no_shows, max(starts_at) FILTER (WHERE starts_at <= $2 AND status IN ('confirmed', 'completed')) AS last,
			min(starts_at) FILTER (WHERE `+isAhead+`) AS next
		FROM appointments a WHERE customer_id = ANY(CAST($1 AS uuid[])) AND status <> 'cancelled' GROUP BY customer_id`, ids, q.now)
	for _, v := range visits {
		i := at[v.CustomerID]
		rows[i].NoShows, rows[i].Visits, rows[i].SpentCents, rows[i].LastVisit, rows[i].NextVisit = v.NoShows, v.Count, v.Spent, v.Last, v.Next
	}
	return err
}

// CustomerOf returns the customer that belongs to a login.
func (q *TenantTx) CustomerOf(user uuid.UUID) (CustomerRow, error) {
	var c CustomerRow
	err := q.get(&c, `SELECT id, name, COALESCE(email, '') AS email, COALESCE(phone, '') AS phone, created_at
		FROM customers WHERE user_id = $1`, user)
	return c, err
}
