package search

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
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
	phone                                   string // where the digits of a telephone are, if anywhere
}

// The columns are id, number, title, detail, place, state.
var searchKinds = []searchKind{
	{HitBusiness, `id, CAST(0 AS bigint), name, subdomain, owner_email, status`, `public.business_lines`, `search_text`,
		`subdomain = $2`, `title` + text.ByName, `search_text`},
	{HitUser, `id, CAST(0 AS bigint), name, email, business_name, role`, `public.user_lines`, `search_text`,
		`email_sort = $2`, `title` + text.ByName, ""},
	{HitTicket, `id, number, subject, business_name, '', status`, `public.ticket_lines`, `subject_search`,
		`number = $3`, `number DESC`, ""},
}

// exactly is the condition for what is meant by its very name, or "" when the text
// can be none: planning a part costs more than running it.
func (k searchKind) exactly(text string, isID, isNumber bool) string {
	switch {
	case isID:
		return `id = $1`
	case k.kind == HitBusiness && !strings.Contains(text, " "), k.kind == HitUser && strings.Contains(text, "@"), k.kind == HitTicket && isNumber:
		return k.exact
	}
	return ""
}

// FindOnPlatform finds things of some kinds by name, address, number or id, a few of each:
// what is exactly meant first, then what begins with it. It is one statement.
func FindOnPlatform(q *db.PublicTx, value string, kinds ...string) ([]Hit, error) {
	terms := text.SearchTerms(value)
	if len(terms) == 0 || len(kinds) == 0 {
		return nil, nil
	}
	whole := strings.Join(strings.Fields(strings.ToLower(value)), " ")
	id, err := uuid.Parse(whole)
	isID := err == nil
	number, numberErr := strconv.ParseInt(strings.TrimPrefix(whole, "#"), 10, 64)
	if numberErr != nil {
		number = -1
	}
	args := []any{uuid.NullUUID{UUID: id, Valid: isID}, whole, number}
	var arms []string
	for place, k := range searchKinds {
		if slices.Contains(kinds, k.kind) {
			var conditions []string
			for _, term := range terms {
				condition, more := term.Condition(k.text, k.phone)
				conditions = append(conditions, text.Numbered(condition, &args, more))
			}
			arms = append(arms, k.arms(place, k.exactly(whole, isID, numberErr == nil), conditions)...)
		}
	}
	var found []Hit
	// Not every kind uses all arguments, whose types must be known all the same.
	err = db.Search(q, &found, `SELECT kind, id, number, title, detail, place, state FROM (`+strings.Join(arms, ` UNION ALL `)+`) AS all_kinds
		WHERE (CAST($1 AS uuid) IS NULL OR CAST($2 AS text) IS NOT NULL) AND CAST($3 AS bigint) IS NOT NULL ORDER BY part, rank, spot`, args...)
	return found, err
}

// arms are one kind's parts of the statement, at its place among the kinds.
func (k searchKind) arms(place int, exact string, conditions []string) []string {
	part := strconv.Itoa(place)
	few := strconv.Itoa(foundPerKind)
	names := ` (id, number, title, detail, place, state)`
	var arms []string
	if exact != "" {
		arms = append(arms, `(SELECT `+part+` AS part, 0 AS rank, row_number() OVER () AS spot, '`+k.kind+`' AS kind, e.* FROM (SELECT `+k.columns+
			` FROM `+k.from+` WHERE `+exact+` LIMIT `+few+`) AS e`+names+`)`)
		conditions = append(conditions, `(`+exact+`) IS NOT TRUE`)
	}
	return append(arms, `(SELECT `+part+` AS part, rank, row_number() OVER (ORDER BY rank, `+k.order+`, id) AS spot, '`+k.kind+`' AS kind, id, number, title, detail, place, state FROM (
			SELECT m.*, CASE WHEN starts_with(public.search_form(title), public.search_form($2)) THEN 1 ELSE 2 END AS rank FROM (SELECT `+k.columns+` FROM `+k.from+
		` WHERE `+strings.Join(conditions, ` AND `)+` LIMIT `+strconv.Itoa(foundLooked)+`) AS m`+names+`) AS ranked
		ORDER BY rank, `+k.order+`, id LIMIT `+few+`)`)
}

// FindInBusiness finds customers of the business by name, e-mail or telephone, and with
// appointments theirs and those to which somebody of such a name comes: the next
// ones first. It is one statement.
func FindInBusiness(q *db.TenantTx, value string, appointments bool) ([]Hit, error) {
	terms := text.SearchTerms(value)
	if len(terms) == 0 {
		return nil, nil
	}
	args := []any{q.Now(), strings.Join(strings.Fields(value), " "), appointments}
	var conditions, guests strings.Builder
	for _, term := range terms {
		condition, more := term.Condition(`search_form`, `phone_digits`)
		conditions.WriteString(` AND ` + text.Numbered(condition, &args, more))
		condition, more = term.Condition(`public.search_form(concat_ws(' ', a.guest_name, a.guest_phone))`, `public.phone_digits(a.guest_phone)`)
		guests.WriteString(` AND ` + text.Numbered(condition, &args, more))
	}
	few := strconv.Itoa(foundPerKind)
	var found []Hit
	err := db.Search(q, &found, `
		WITH m AS (SELECT id, name, COALESCE(email, '') AS email, COALESCE(phone, '') AS phone, NOT starts_with(search_form, public.search_form($2)) AS later
			FROM customers WHERE erased_at IS NULL`+conditions.String()+` LIMIT `+strconv.Itoa(foundLooked)+`)
		(SELECT 'customer' AS kind, id, name AS title, email AS detail, phone AS place, '' AS state, CAST(NULL AS timestamptz) AS at
			FROM m ORDER BY later, name`+text.ByName+`, id LIMIT `+few+`)
		UNION ALL
		(SELECT 'appointment', a.id, COALESCE(a.guest_name, c.name), s.name, '', a.status, a.starts_at
			FROM (SELECT id FROM appointments WHERE customer_id IN (SELECT id FROM m)
				UNION SELECT a.id FROM appointments a WHERE a.guest_name IS NOT NULL`+guests.String()+`) AS f
				JOIN appointments a ON a.id = f.id JOIN customers c ON c.id = a.customer_id JOIN services s ON s.id = a.service_id
			WHERE $3 AND a.status <> 'cancelled'
			ORDER BY a.starts_at < $1, abs(extract(epoch FROM a.starts_at - $1)), a.id LIMIT `+few+`)`, args...)
	return found, err
}
