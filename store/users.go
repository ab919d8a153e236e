package store

import (
	"time"

	"github.com/google/uuid"
)

// User is a person as the platform's lists show one: with the business's name.
type User struct {
	Person
	BusinessName string    `db:"business_name"`
	NameSort     string    `db:"name_sort"` // as the database lowers them
	EmailSort    string    `db:"email_sort"`
	SeenSort     time.Time `db:"seen_sort"` // somebody who never came is from 1970
}

// UserFilter narrows and orders the directory of everyone. The zero value is
// everybody by name; Sort is a key, with a leading "-" for descending.
type UserFilter struct {
	Q, Sort  string
	Role     Role
	Business uuid.NullUUID
	Page     Page
	// Exact counts the matches of a search to their end.
	Exact bool
}

const (
	lastLogin = `COALESCE(u.last_login_at, TIMESTAMPTZ 'epoch')`

	userColumns = `u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
		COALESCE(b.name, '') AS business_name, lower(u.name) AS name_sort, lower(u.email) AS email_sort, ` + lastLogin + ` AS seen_sort`
	userTables = `public.users u LEFT JOIN public.businesses b ON b.id = u.business_id`
)

// userSorts has an index for each key.
var userSorts = map[string]sortKey[User]{
	"name":       {"lower(u.name)", "u.id", "text", func(u User) string { return u.NameSort }},
	"email":      {"lower(u.email)", "u.id", "text", func(u User) string { return u.EmailSort }},
	"joined":     {"u.created_at", "u.id", "timestamptz", func(u User) string { return timeValue(u.CreatedAt) }},
	"last_login": {lastLogin, "u.id", "timestamptz", func(u User) string { return timeValue(u.SeenSort) }},
}

// Users lists one page of everyone with a login, customers of businesses included.
func (q *PublicTx) Users(f UserFilter) ([]User, PageInfo, error) {
	list := sortedList[User]{columns: userColumns, from: userTables, sorts: userSorts, defaultSort: "name", exact: f.Exact,
		rowID: func(u User) uuid.UUID { return u.ID }}
	for _, word := range words(f.Q) {
		list.filter(`lower(u.name || ' ' || u.email) LIKE ?`, likePattern(word))
		list.searched = true
	}
	if f.Role != "" {
		list.filter(`u.role = ?`, string(f.Role))
	}
	if f.Business.Valid {
		list.filter(`u.business_id = ?`, f.Business.UUID)
	}
	return list.load(&q.tx, "users", f.Sort, f.Page)
}

// User returns one person with the business's name.
func (q *PublicTx) User(id uuid.UUID) (User, error) {
	var u User
	err := q.get(&u, `SELECT `+userColumns+` FROM `+userTables+` WHERE u.id = $1`, id)
	return u, err
}
