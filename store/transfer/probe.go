package transfer

import (
	"context"
	"encoding/json"
	"io"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// What follows is for the store's tests, which lie above its rooms.

// SharedExported are the shared tables of a file.
var SharedExported = sharedExported

// ImportAnd restores a business, and lets a test write in the same transaction
// before the database is asked whose rows were written.
func ImportAnd(ctx context.Context, d *db.DB, file io.ReaderAt, size int64, write func(db.Scope) error) error {
	_, err := importBusiness(ctx, d, file, size, "", importHooks{last: write})
	return err
}

// Rewriter returns what a line of a shared table becomes in the restore of a business
// with one owner; "" when it is left out.
func Rewriter(d *db.DB, business, owner uuid.UUID) func(table string, line []byte) (string, error) {
	im := newImporter(&restoreArchive{m: Manifest{BusinessID: business, Subdomain: "restored", ExportedAt: d.Now()}}, importHooks{})
	im.now, im.people[owner] = d.Now(), access.TenantOwner
	columns := map[string]map[string]column{}
	err := d.InPublic(context.Background(), func(q *db.PublicTx) (err error) {
		for _, table := range sharedExported {
			if columns[table], err = columnsOf(q, "public", table); err != nil {
				return err
			}
		}
		return nil
	})
	return func(table string, line []byte) (string, error) {
		if err != nil {
			return "", err
		}
		in, err := parseLine(line)
		if err != nil {
			return "", err
		}
		row, err := im.rewrite("public", table, columns[table], in)
		if err != nil || row == nil {
			return "", err
		}
		text, err := json.Marshal(row)
		return string(text), err
	}
}
