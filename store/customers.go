package store

import (
	"time"

	"github.com/google/uuid"
)

// CustomerRow is somebody who books with a business.
type CustomerRow struct {
	ID           uuid.UUID  `db:"id"`
	Name         string     `db:"name"`
	Email        string     `db:"email"`
	Phone        string     `db:"phone"`
	CreatedAt    time.Time  `db:"created_at"`
	Appointments int        `db:"-"`
	SpentCents   int64      `db:"-"`
	LastVisit    *time.Time `db:"-"`
	NextVisit    *time.Time `db:"-"`
	// SortName is the name as the database lowers it.
	SortName string `db:"sort_name"`
	HasLogin bool   `db:"has_login"`
}

// CustomerFilter narrows and orders the list of customers.
type CustomerFilter struct {
	Q, Sort string
	Page    Page
}

var customerSorts = map[string]sortKey[CustomerRow]{
	"name":  {"lower(c.name)", "c.id", "text", func(c CustomerRow) string { return c.SortName }},
	"since": {"c.created_at", "c.id", "timestamptz", func(c CustomerRow) string { return timeValue(c.CreatedAt) }},
}

// Customers lists one page of the business's customers.
func (q *TenantTx) Customers(f CustomerFilter) ([]CustomerRow, PageInfo, error) {
	list := sortedList[CustomerRow]{
		columns: `c.id, c.name, COALESCE(c.email, '') AS email, COALESCE(c.phone, '') AS phone, c.created_at, lower(c.name) AS sort_name, c.user_id IS NOT NULL AS has_login`,
		from:    `customers c`, sorts: customerSorts, defaultSort: "name",
		rowID: func(c CustomerRow) uuid.UUID { return c.ID },
	}
	for _, word := range words(f.Q) {
		list.filter(`lower(concat_ws(' ', c.name, c.email, c.phone)) LIKE ?`, likePattern(word))
		list.searched = true
	}
	rows, info, err := list.load(&q.tx, "customers", f.Sort, f.Page)
	if err != nil {
		return nil, info, err
	}
	return rows, info, q.addVisits(rows)
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
		Last       *time.Time `db:"last"`
		Next       *time.Time `db:"next"`
	}
	err := q.list(&visits, `
		SELECT customer_id, count(*) AS count, COALESCE(sum(price_cents) FILTER (WHERE status = 'completed'), 0) AS spent,
			max(starts_at) FILTER (WHERE starts_at <= $2) AS last, min(starts_at) FILTER (WHERE starts_at > $2) AS next
		FROM appointments WHERE customer_id = ANY(CAST($1 AS uuid[])) AND status <> 'cancelled' GROUP BY customer_id`, ids, q.now)
	for _, v := range visits {
		i := at[v.CustomerID]
		rows[i].Appointments, rows[i].SpentCents, rows[i].LastVisit, rows[i].NextVisit = v.Count, v.Spent, v.Last, v.Next
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
