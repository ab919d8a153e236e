package store

import "github.com/google/uuid"

// Service is something that customers book.
type Service struct {
	ID              uuid.UUID `db:"id"`
	Name            string    `db:"name"`
	DurationMinutes int       `db:"duration_minutes"`
	PriceCents      int       `db:"price_cents"`
}

// PublicServices lists what anybody may see, in the business's order.
func (q *TenantTx) PublicServices() ([]Service, error) {
	var services []Service
	err := q.list(&services, `SELECT id, name, duration_minutes, price_cents FROM services WHERE NOT is_hidden ORDER BY position, lower(name), id LIMIT 200`)
	return services, err
}

// OpeningHours are the hours of a weekday (0 is Sunday) in the business's local
// time, as "15:04".
type OpeningHours struct {
	Weekday int    `db:"weekday"`
	Opens   string `db:"opens"`
	Closes  string `db:"closes"`
}

// OpeningHours lists the business's own weekly hours, from Monday on.
func (q *TenantTx) OpeningHours() ([]OpeningHours, error) {
	var hours []OpeningHours
	err := q.list(&hours, `SELECT weekday, to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes
		FROM hours WHERE resource_id IS NULL ORDER BY (weekday + 6) % 7, opens`)
	return hours, err
}
