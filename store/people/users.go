package people

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// User is a person as the platform's lists show one: with the business's name.
type User struct {
	db.Person
	BusinessName   string    `db:"business_name"`
	Subdomain      string    `db:"business_subdomain"`
	BusinessStatus string    `db:"business_status"`
	EmailSort      string    `db:"email_sort"`
	SeenSort       time.Time `db:"seen_sort"` // somebody who never came is from 1970
}

// UserFilter narrows and orders the directory of everyone. The zero value is
// everybody by name; Sort is a key, with a leading "-" for descending.
type UserFilter struct {
	Q, Sort  string
	Role     access.Role
	Business uuid.NullUUID
	Status   string // "active", "disabled" or "" for both
	Seen     string // a key of SeenSince, SeenLongAgo or SeenNever
	Page     paging.Page
	// Exact counts the matches of a search to their end.
	Exact bool
}

// SeenSince are the choices of how recently somebody came in.
var SeenSince = map[string]time.Duration{"24h": 24 * time.Hour, "7d": 7 * 24 * time.Hour, "30d": 30 * 24 * time.Hour}

// The other choices of the last login.
const (
	SeenLongAgo = "long-ago" // more than 90 days
	SeenNever   = "never"
)

// lastLogin sorts those who never came from 1970.
const lastLogin = `COALESCE(u.last_login_at, TIMESTAMPTZ 'epoch')`

const userColumns = `u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
	u.business_name, u.business_subdomain, u.business_status, u.email_sort, u.seen_sort`

// userSorts has an index for each key.
var userSorts = map[string]paging.SortKey[User]{
	"name":       {Expr: "u.name" + text.ByName, ID: "u.id", Cast: "text", Value: func(u User) string { return u.Name }},
	"email":      {Expr: "u.email_sort", ID: "u.id", Cast: "text", Value: func(u User) string { return u.EmailSort }},
	"joined":     {Expr: "u.created_at", ID: "u.id", Cast: "timestamptz", Value: func(u User) string { return paging.TimeValue(u.CreatedAt) }},
	"last_login": {Expr: "u.seen_sort", ID: "u.id", Cast: "timestamptz", Value: func(u User) string { return paging.TimeValue(u.SeenSort) }},
}

// Users lists one page of everyone with a login, customers of businesses included.
func Users(q *db.PublicTx, f UserFilter) ([]User, paging.PageInfo, error) {
	list := UserList(q, f)
	return list.Load(q, "users", f.Sort, f.Page)
}

// UserList is the list of people, narrowed by a filter.
func UserList(q *db.PublicTx, f UserFilter) paging.SortedList[User] {
	list := paging.SortedList[User]{Columns: userColumns, From: "public.user_lines u", Sorts: userSorts, DefaultSort: "name", Exact: f.Exact,
		RowID: func(u User) uuid.UUID { return u.ID }}
	if id, err := uuid.Parse(f.Q); err == nil {
		list.Filter(`u.id = ?`, id)
	} else {
		list.Find(f.Q, `u.search_text`, "")
	}
	if f.Role != "" {
		list.Filter(`u.role = ?`, string(f.Role))
	}
	if f.Business.Valid {
		list.Filter(`u.business_id = ?`, f.Business.UUID)
	}
	if f.Status != "" {
		list.Filter(`u.is_active = ?`, f.Status == "active")
	}
	// To the minute, so that the total of a page stays the same for a moment.
	now := q.Now().Truncate(time.Minute)
	switch since := SeenSince[f.Seen]; {
	case since > 0:
		list.Filter(`u.seen_sort >= ?`, now.Add(-since))
	case f.Seen == SeenLongAgo:
		list.Filter(`u.seen_sort < ? AND u.seen_sort > TIMESTAMPTZ 'epoch'`, now.AddDate(0, 0, -90))
	case f.Seen == SeenNever:
		list.Filter(`u.seen_sort = TIMESTAMPTZ 'epoch'`)
	}
	// Roles and states differ too much in number for one plan.
	list.Planned = len(list.Where) > 0
	return list
}

// ReadUser returns one person with the business's name.
func ReadUser(q *db.PublicTx, id uuid.UUID) (User, error) {
	var u User
	err := db.Get(q, &u, `SELECT `+userColumns+` FROM public.user_lines u WHERE u.id = $1`, id)
	return u, err
}
