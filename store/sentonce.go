package store

import (
	"context"

	"github.com/google/uuid"
)

type formKey struct{}

// AsForm returns a context for something new that a form makes. The form brought
// an id along, and what it makes gets that id: pressed twice, or sent again because
// the answer never came, it makes one thing.
func AsForm(ctx context.Context, id uuid.UUID) context.Context {
	return context.WithValue(ctx, formKey{}, id)
}

// formID is the id of the row that a form makes in a table, and whether it made it
// already. Two of the same form at one moment both hear no: the INSERT says ON
// CONFLICT (id) DO NOTHING, so the second waits for the first and then adds nothing.
func (t *tx) formID(table string) (id uuid.UUID, made bool, err error) {
	id, ok := t.ctx.Value(formKey{}).(uuid.UUID)
	if !ok || id == uuid.Nil {
		return newID(), false, nil
	}
	err = t.get(&made, `SELECT EXISTS (SELECT FROM `+table+` WHERE id = $1)`, id)
	return id, made, err
}

// madeBy is the row that the same form made at the same moment: the second press
// may be refused for what the first one took, and not know by whom.
func (db *DB) madeBy(ctx context.Context, table string) (id uuid.UUID, made bool) {
	err := db.InPublic(ctx, func(q *PublicTx) (err error) {
		id, made, err = q.formID(table)
		return err
	})
	return id, made && err == nil
}
