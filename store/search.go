package store

import (
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Hit is something that the search for anything found. Detail tells it from
// others of its name; State is a code of its kind.
type Hit struct {
	Kind   string     `db:"kind"`
	ID     uuid.UUID  `db:"id"`
	Number int64      `db:"number"` // of a ticket
	Title  string     `db:"title"`
	Detail string     `db:"detail"`
	Where  string     `db:"place"`
	State  string     `db:"state"`
	At     *time.Time `db:"at"` // of an appointment
}

// The kinds of what is found.
const (
	HitBusiness    = "business"
	HitUser        = "user"
	HitTicket      = "ticket"
	HitCustomer    = "customer"
	HitAppointment = "appointment"
)

// foundPerKind is how many of a kind are shown, foundLooked among how many
// matches those are chosen that begin with the search.
const (
	foundPerKind = 6
	foundLooked  = 200
)

// searchKind is where things of one kind are found: by a part of text, or
// exactly, which must not depend on how many others match.
type searchKind struct {
	kind, columns, from, text, exact, order string
}

// The columns are id, number, title, detail, place, state.
var searchKinds = []searchKind{
	{HitBusiness, `id, CAST(0 AS bigint), name, subdomain, owner_email, status`, `public.business_lines`, `search_text`,
		`(id = $1 OR subdomain = $2)`, `title COLLATE "und-x-icu"`},
	{HitUser, `id, CAST(0 AS bigint), name, email, business_name, role`, `public.user_lines`, `search_text`,
		`(id = $1 OR email_sort = $2)`, `lower(title)`},
	{HitTicket, `id, number, subject, business_name, '', status`, `public.ticket_lines`, `subject_search`,
		`(id = $1 OR number = $3)`, `number DESC`},
}

// Find finds things of some kinds by name, address, number or id, a few of each:
// what is exactly meant first, then what begins with it. It is one statement.
func (q *PublicTx) Find(text string, kinds ...string) ([]Hit, error) {
	list := words(strings.ToLower(text))
	if len(list) == 0 || len(kinds) == 0 {
		return nil, nil
	}
	whole := strings.Join(list, " ")
	id, err := uuid.Parse(whole)
	number, numberErr := strconv.ParseInt(strings.TrimPrefix(whole, "#"), 10, 64)
	if numberErr != nil {
		number = -1
	}
	args := []any{uuid.NullUUID{UUID: id, Valid: err == nil}, whole, number, strings.TrimPrefix(likePattern(whole), "%")}
	like := make([]string, len(list))
	for i, word := range list {
		args = append(args, likePattern(word))
		like[i] = ` LIKE $` + strconv.Itoa(len(args))
	}
	var arms []string
	for place, k := range searchKinds {
		for _, kind := range kinds {
			if kind == k.kind {
				arms = append(arms, k.arm(place, like))
			}
		}
	}
	var found []Hit
	// Not every kind uses all arguments, whose types must be known all the same.
	err = q.search(&found, `SELECT kind, id, number, title, detail, place, state FROM (`+strings.Join(arms, ` UNION ALL `)+`) AS all_kinds
		WHERE CAST($2 AS text) IS NOT NULL AND CAST($3 AS bigint) IS NOT NULL ORDER BY part, rank, spot`, args...)
	return found, err
}

// arm is one kind's part of the statement, at its place among the parts.
func (k searchKind) arm(place int, like []string) string {
	part := strconv.Itoa(place)
	conditions := make([]string, len(like))
	for i, pattern := range like {
		conditions[i] = k.text + pattern
	}
	few := strconv.Itoa(foundPerKind)
	names := ` (id, number, title, detail, place, state)`
	return `(SELECT ` + part + ` AS part, 0 AS rank, row_number() OVER () AS spot, '` + k.kind + `' AS kind, e.* FROM (SELECT ` + k.columns +
		` FROM ` + k.from + ` WHERE ` + k.exact + ` LIMIT ` + few + `) AS e` + names + `)
		UNION ALL (SELECT ` + part + `, rank, row_number() OVER (ORDER BY rank, ` + k.order + `, id), '` + k.kind + `', id, number, title, detail, place, state FROM (
			SELECT m.*, CASE WHEN lower(title) LIKE $4 THEN 1 ELSE 2 END AS rank FROM (SELECT ` + k.columns + ` FROM ` + k.from +
		` WHERE ` + strings.Join(conditions, ` AND `) + ` AND ` + k.exact + ` IS NOT TRUE LIMIT ` + strconv.Itoa(foundLooked) + `) AS m` + names + `) AS ranked
		ORDER BY rank, ` + k.order + `, id LIMIT ` + few + `)`
}

// Find finds customers of the business by name, e-mail or telephone, and with
// appointments theirs: the next ones first. It is one statement.
func (q *TenantTx) Find(text string, appointments bool) ([]Hit, error) {
	list := words(strings.ToLower(text))
	if len(list) == 0 {
		return nil, nil
	}
	args := []any{q.now, strings.TrimPrefix(likePattern(strings.Join(list, " ")), "%"), appointments}
	var conditions strings.Builder
	for _, word := range list {
		args = append(args, likePattern(word))
		conditions.WriteString(` AND lower(concat_ws(' ', name, email, phone)) LIKE $` + strconv.Itoa(len(args)))
	}
	few := strconv.Itoa(foundPerKind)
	var found []Hit
	err := q.search(&found, `
		WITH m AS (SELECT id, name, COALESCE(email, '') AS email, COALESCE(phone, '') AS phone, lower(name) AS sort_name, lower(name) NOT LIKE $2 AS later
			FROM customers WHERE erased_at IS NULL`+conditions.String()+` LIMIT `+strconv.Itoa(foundLooked)+`)
		(SELECT 'customer' AS kind, id, name AS title, email AS detail, phone AS place, '' AS state, CAST(NULL AS timestamptz) AS at
			FROM m ORDER BY later, sort_name, id LIMIT `+few+`)
		UNION ALL
		(SELECT 'appointment', a.id, m.name, s.name, '', a.status, a.starts_at
			FROM m JOIN appointments a ON a.customer_id = m.id JOIN services s ON s.id = a.service_id
			WHERE $3 AND a.status <> 'cancelled'
			ORDER BY a.starts_at < $1, abs(extract(epoch FROM a.starts_at - $1)), a.id LIMIT `+few+`)`, args...)
	return found, err
}
