package console

import (
	"context"
	"fmt"
	"strings"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// DeleteBusiness begins to delete a business for good. name must be its own, typed
// by somebody who means it. Its site closes and it pays nothing from now on; what
// it paid before stays in the figures. A job does the rest.
func DeleteBusiness(ctx context.Context, d *db.DB, id uuid.UUID, name string) error {
	return changing(ctx, d, func(q *db.PublicTx) error {
		b, err := ReadBusiness(q, id)
		if err != nil {
			return err
		}
		if strings.TrimSpace(name) != b.Name {
			return db.InvalidField("confirm", "Type the name of the business exactly: "+b.Name)
		}
		_, err = changeBusiness(q, id, "business.deletion_began", map[string]any{"subdomain": b.Subdomain, "owner": b.OwnerEmail}, func(b *Business) error {
			b.Status, b.StatusReason = "archived", "deleted"
			return sessions.EndMasquerades(q, "business deleted", `business_id = $3`, id)
		})
		if err != nil {
			return err
		}
		if _, err := db.Exec(q, `UPDATE public.businesses SET deleting_since = $2 WHERE id = $1`, id, q.Now()); err != nil {
			return err
		}
		return db.Enqueue(q, DeleteBusinessArgs{BusinessID: id, ActorID: db.ActorID(db.Who(q))}, nil)
	})
}

// keptOfBusiness are the tables that outlive a business: what was done and what it
// paid.
var keptOfBusiness = []string{"audit_log", "plan_changes"}

// DestroyBusiness drops the schema of a business that is being deleted and its
// rows of the shared tables, in one transaction of the owner's login. Running it
// again does nothing.
func DestroyBusiness(ctx context.Context, d *db.DB, id uuid.UUID, actor uuid.NullUUID) error {
	if actor.Valid {
		by, err := personByID(ctx, d, actor.UUID)
		if err != nil {
			return err
		}
		ctx = db.WithPrincipal(ctx, &db.Principal{Actor: by, Subject: by})
	}
	err := db.Run(ctx, d, db.Direct(d), db.Rows{Platform: true, Timeout: "5min"}, func(t db.Scope) error {
		var rows []struct {
			Name   string `db:"name"`
			Schema string `db:"schema_name"`
		}
		if err := db.List(t, &rows, `SELECT name, schema_name FROM public.businesses WHERE id = $1 AND deleting_since IS NOT NULL FOR UPDATE`, id); err != nil || len(rows) == 0 {
			return err
		}
		b := rows[0]
		// Its addresses stay reserved: for nobody, or for itself when it is restored.
		if _, err := db.Exec(t, `DELETE FROM public.domains WHERE business_id = $1 AND kind = 'custom'`, id); err != nil {
			return err
		}
		if _, err := db.Exec(t, `UPDATE public.domains SET business_id = NULL, formerly_of = business_id, kind = 'former', verified_at = NULL, reserved_until = $2 WHERE business_id = $1`,
			id, t.Now().Add(formerFor)); err != nil {
			return err
		}
		if err := MarkDays(t, id); err != nil {
			return err
		}
		eraser, err := newEraser(t, id)
		if err != nil {
			return err
		}
		if err := eraser.all(); err != nil {
			return err
		}
		if _, err := db.Exec(t, "DROP SCHEMA "+pq.QuoteIdentifier(b.Schema)+" CASCADE"); err != nil {
			return err
		}
		return db.Audit(t, db.Event{Action: "business.deleted", Business: uuid.NullUUID{UUID: id, Valid: true}, ObjectType: "business", ObjectID: id.String(),
			ObjectName: b.Name, Details: map[string]any{"rows": eraser.gone}})
	})
	db.Tenants(d).Forget()
	paging.Counts(d).Forget()
	return err
}

func personByID(ctx context.Context, d *db.DB, id uuid.UUID) (p db.Person, err error) {
	err = d.InPublic(ctx, func(q *db.PublicTx) (err error) { p, err = sessions.Person(q, id); return err })
	return p, err
}

// eraser deletes a business's rows of the shared tables. It asks the catalog which
// tables there are, so that one added later is not forgotten.
type eraser struct {
	t    db.Scope
	id   uuid.UUID
	refs map[string][]reference // by the table referred to
	gone map[string]int64
}

// reference is a foreign key without an action of its own on delete.
type reference struct {
	Child  string `db:"child"`
	Column string `db:"child_column"`
	Parent string `db:"parent"`
	Key    string `db:"parent_column"`
}

func newEraser(t db.Scope, id uuid.UUID) (*eraser, error) {
	var list []reference
	err := db.List(t, &list, `
		SELECT c.relname AS child, ca.attname AS child_column, p.relname AS parent, pa.attname AS parent_column
		FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_class p ON p.oid = k.confrelid
			JOIN pg_attribute ca ON ca.attrelid = c.oid AND ca.attnum = k.conkey[1]
			JOIN pg_attribute pa ON pa.attrelid = p.oid AND pa.attnum = k.confkey[1]
		WHERE k.contype = 'f' AND k.connamespace = CAST('public' AS regnamespace) AND k.confdeltype IN ('a', 'r') AND cardinality(k.conkey) = 1`)
	e := &eraser{t: t, id: id, refs: make(map[string][]reference), gone: make(map[string]int64)}
	for _, r := range list {
		e.refs[r.Parent] = append(e.refs[r.Parent], r)
	}
	return e, err
}

// all deletes from every table that names the business, and the business last.
func (e *eraser) all() error {
	var tables []string
	err := db.List(e.t, &tables, `
		SELECT c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
		WHERE a.attname = 'business_id' AND NOT a.attisdropped AND c.relnamespace = CAST('public' AS regnamespace) AND c.relkind = 'r'
			AND c.relname <> ALL (CAST($1 AS text[])) ORDER BY c.relname`, append([]string{"domains"}, keptOfBusiness...))
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := e.erase(table, "business_id = $1", 0); err != nil {
			return err
		}
	}
	return e.erase("businesses", "id = $1", 0)
}

// erase deletes the rows of a table that meet a condition, after those that refer
// to them.
func (e *eraser) erase(table, condition string, depth int) error {
	if depth > 6 {
		return fmt.Errorf("delete a business: the tables behind %s refer to one another", table)
	}
	for _, r := range e.refs[table] {
		if r.Child == table {
			continue
		}
		inner := fmt.Sprintf("%s IN (SELECT %s FROM public.%s WHERE %s)", pq.QuoteIdentifier(r.Column), pq.QuoteIdentifier(r.Key), pq.QuoteIdentifier(table), condition)
		if err := e.erase(r.Child, inner, depth+1); err != nil {
			return err
		}
	}
	n, err := db.Exec(e.t, "DELETE FROM public."+pq.QuoteIdentifier(table)+" WHERE "+condition, e.id)
	if n > 0 {
		e.gone[table] += n
	}
	return err
}
