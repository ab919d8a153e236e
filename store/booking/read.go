package booking

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// CustomersByID is one customer as a list, empty when there is none.
func CustomersByID(q *db.TenantTx, id uuid.UUID) ([]CustomerRow, error) {
	var rows []CustomerRow
	err := db.List(q, &rows, `SELECT id, name, COALESCE(email, '') AS email, COALESCE(phone, '') AS phone, created_at FROM customers WHERE id = $1`, id)
	return rows, err
}
