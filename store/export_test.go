package store

import (
	"context"
	"encoding/json"
	"io"
	"time"

	"github.com/google/uuid"
	"github.com/jmoiron/sqlx"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store/access"
)

func (t *tx) raw() *sqlx.Tx { return t.sql }

// RawForTest is the transaction of a scope, which nothing else lets out.
func RawForTest(q interface{ raw() *sqlx.Tx }) *sqlx.Tx { return q.raw() }

// NotifyStaffForTest lets tests tell staff from within a business's scope.
func (q *TenantTx) NotifyStaffForTest(n Notice, roles ...access.Role) error {
	return q.notifyStaff(n, roles...)
}

// EmbeddedZones is the version of the zones that the release brings.
const EmbeddedZones = embeddedZones

// CheckAppointmentLimitForTest is what booking asks.
func (q *TenantTx) CheckAppointmentLimitForTest(start time.Time) error {
	return q.checkAppointmentLimit(start)
}

// SearchForTest shows what a search becomes: conditions and their arguments.
func SearchForTest(q string) (conditions []string, args []any) {
	for _, term := range searchTerms(q) {
		condition, more := term.condition("t", "p")
		conditions, args = append(conditions, condition), append(args, more...)
	}
	return conditions, args
}

// EnqueueForTest gives jobs to both doors, the one for one and the one for many.
func (q *TenantTx) EnqueueForTest(args river.JobArgs) (one, many error) {
	return q.enqueue(args, nil), q.enqueueAll([]river.InsertManyParams{{Args: args}})
}

// ImportForTest restores a business, and lets a test write in the same transaction
// before the database is asked whose rows were written.
func (db *DB) ImportForTest(ctx context.Context, file io.ReaderAt, size int64, write func(exec func(query string, args ...any) (int64, error)) error) error {
	_, err := db.importBusiness(ctx, file, size, "", importHooks{last: func(t *tx) error { return write(t.exec) }})
	return err
}

// RewriteForTest is what a line of a shared table becomes in the restore of a
// business with one owner; "" when it is left out.
func (db *DB) RewriteForTest(business, owner uuid.UUID) func(table string, line []byte) (string, error) {
	im := newImporter(&restoreArchive{m: Manifest{BusinessID: business, Subdomain: "restored", ExportedAt: db.now()}}, importHooks{})
	im.now, im.people[owner] = db.now(), access.TenantOwner
	columns := map[string]map[string]column{}
	err := db.InPublic(context.Background(), func(q *PublicTx) (err error) {
		for _, table := range sharedExported {
			if columns[table], err = q.columnsOf("public", table); err != nil {
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

// SharedExported are the shared tables of a file.
var SharedExported = sharedExported
