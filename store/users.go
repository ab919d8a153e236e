package store

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// User is a person as the platform's lists show one: with the business's name.
type User struct {
	Person
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
	Page     Page
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
var userSorts = map[string]sortKey[User]{
	"name":       {"u.name" + byName, "u.id", "text", func(u User) string { return u.Name }},
	"email":      {"u.email_sort", "u.id", "text", func(u User) string { return u.EmailSort }},
	"joined":     {"u.created_at", "u.id", "timestamptz", func(u User) string { return timeValue(u.CreatedAt) }},
	"last_login": {"u.seen_sort", "u.id", "timestamptz", func(u User) string { return timeValue(u.SeenSort) }},
}

// Users lists one page of everyone with a login, customers of businesses included.
func (q *PublicTx) Users(f UserFilter) ([]User, PageInfo, error) {
	list := q.userList(f)
	return list.load(q.tx, "users", f.Sort, f.Page)
}

func (q *PublicTx) userList(f UserFilter) sortedList[User] {
	list := sortedList[User]{columns: userColumns, from: "public.user_lines u", sorts: userSorts, defaultSort: "name", exact: f.Exact,
		rowID: func(u User) uuid.UUID { return u.ID }}
	if id, err := uuid.Parse(f.Q); err == nil {
		list.filter(`u.id = ?`, id)
	} else {
		list.find(f.Q, `u.search_text`, "")
	}
	if f.Role != "" {
		list.filter(`u.role = ?`, string(f.Role))
	}
	if f.Business.Valid {
		list.filter(`u.business_id = ?`, f.Business.UUID)
	}
	if f.Status != "" {
		list.filter(`u.is_active = ?`, f.Status == "active")
	}
	// To the minute, so that the total of a page stays the same for a moment.
	now := q.now.Truncate(time.Minute)
	switch since := SeenSince[f.Seen]; {
	case since > 0:
		list.filter(`u.seen_sort >= ?`, now.Add(-since))
	case f.Seen == SeenLongAgo:
		list.filter(`u.seen_sort < ? AND u.seen_sort > TIMESTAMPTZ 'epoch'`, now.AddDate(0, 0, -90))
	case f.Seen == SeenNever:
		list.filter(`u.seen_sort = TIMESTAMPTZ 'epoch'`)
	}
	// Roles and states differ too much in number for one plan.
	list.planned = len(list.where) > 0
	return list
}

// User returns one person with the business's name.
func (q *PublicTx) User(id uuid.UUID) (User, error) {
	var u User
	err := q.get(&u, `SELECT `+userColumns+` FROM public.user_lines u WHERE u.id = $1`, id)
	return u, err
}
