package store

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// restorePart is how much of a file one row holds.
const restorePart = 4 << 20

// progressEvery bounds how often a long piece of work writes down how far it is.
const progressEvery = 500 * time.Millisecond

// Restore is a business on its way back from a file.
type Restore struct {
	ID           uuid.UUID  `db:"id"`
	ActorID      uuid.UUID  `db:"actor_id"`
	ActorName    string     `db:"actor_name"`
	FileName     string     `db:"file_name"`
	BusinessID   uuid.UUID  `db:"restored_id"`
	BusinessName string     `db:"restored_name"`
	Subdomain    string     `db:"subdomain"`
	State        string     `db:"state"` // waiting, done or failed
	Problem      string     `db:"problem"`
	RowsDone     int        `db:"rows_done"`
	RowsTotal    int        `db:"rows_total"`
	CreatedAt    time.Time  `db:"created_at"`
	EndedAt      *time.Time `db:"ended_at"`
}

// StartRestore keeps a file and leaves the work to a job. What can be told at
// once, a file that is none or an address that is taken, is refused here.
func (db *DB) StartRestore(ctx context.Context, name string, file io.ReaderAt, size int64, subdomain string) (uuid.UUID, error) {
	a, err := openArchive(file, size, subdomain)
	if err != nil {
		return uuid.Nil, err
	}
	m, name := a.m, truncate(cleanText(strings.ToValidUTF8(path.Base(name), ""), false), 200)
	id := newID()
	err = db.InPublic(ctx, func(q *PublicTx) error {
		if err := q.CheckSubdomain(m.Subdomain); err != nil {
			return err
		}
		if err := q.checkFree(m); err != nil {
			return err
		}
		_, err := q.exec(`
			INSERT INTO public.restores (id, actor_id, actor_name, file_name, restored_id, restored_name, subdomain, state, rows_total, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9)`,
			id, q.who.Actor.ID, q.who.Actor.Name, name, m.BusinessID, m.Name, m.Subdomain, a.total, q.now)
		if err != nil {
			return err
		}
		part := make([]byte, restorePart)
		for at := int64(0); at < size; at += restorePart {
			n, err := file.ReadAt(part, at)
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			if _, err := q.exec(`INSERT INTO public.restore_parts (restore_id, position, data) VALUES ($1, $2, $3)`, id, at/restorePart, part[:n]); err != nil {
				return err
			}
		}
		if err := q.audit(Event{Action: "business.restore_began", ObjectType: "business", ObjectID: m.BusinessID.String(), ObjectName: m.Name,
			Details: map[string]any{"file": name, "subdomain": m.Subdomain}}); err != nil {
			return err
		}
		return q.enqueue(RestoreArgs{RestoreID: id}, nil)
	})
	return id, err
}

// Restore returns one with its progress.
func (q *PublicTx) Restore(id uuid.UUID) (Restore, error) {
	var r Restore
	err := q.get(&r, `SELECT id, actor_id, actor_name, file_name, restored_id, restored_name, subdomain, state, problem, rows_done, rows_total, created_at, ended_at
		FROM public.restores WHERE id = $1`, id)
	return r, err
}

// WorkRestore reads the file into a new schema, in one transaction that also says
// that it is done: a killed one is done again from its start, a finished one not
// at all. may are the roles of those who still may.
func (db *DB) WorkRestore(ctx context.Context, id uuid.UUID, may []access.Role) error {
	var r Restore
	var by Person
	err := db.InPublic(ctx, func(q *PublicTx) (err error) {
		if r, err = q.Restore(id); err != nil {
			return err
		}
		by, err = q.Person(r.ActorID)
		return err
	})
	if err != nil || r.State != "waiting" {
		return err
	}
	if !by.IsActive || !slices.Contains(may, by.Role) {
		return db.FailRestore(ctx, id, "Who began this may do it no more.")
	}
	file, size, err := db.restoreFile(ctx, id)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close(); _ = os.Remove(file.Name()) }()
	told := db.now()
	_, err = db.importBusiness(WithPrincipal(ctx, &Principal{Actor: by, Subject: by}), file, size, r.Subdomain, importHooks{
		name: id.String(),
		rows: func(done int) error {
			if now := db.now(); now.Sub(told) >= progressEvery {
				told = now
				return db.tellRestore(ctx, id, done)
			}
			return nil
		},
		end: func(t *tx) error { return t.endRestore(id, "done", "") },
	})
	switch KindOf(err) {
	case Conflict, Invalid:
		return db.FailRestore(ctx, id, err.Error())
	}
	return err
}

// restoreFile puts the parts of a file together.
func (db *DB) restoreFile(ctx context.Context, id uuid.UUID) (file *os.File, size int64, err error) {
	file, err = os.CreateTemp("", "smoothschedule-restore-")
	if err != nil {
		return nil, 0, err
	}
	err = db.InPublic(ctx, func(q *PublicTx) error {
		for at := 0; ; at++ {
			var parts [][]byte
			if err := q.list(&parts, `SELECT data FROM public.restore_parts WHERE restore_id = $1 AND position = $2`, id, at); err != nil || len(parts) == 0 {
				return err
			}
			n, err := file.Write(parts[0])
			if size += int64(n); err != nil {
				return err
			}
		}
	})
	if err != nil {
		_ = file.Close()
		_ = os.Remove(file.Name())
	}
	return file, size, err
}

// tellRestore writes down how far it is, outside the transaction of the work.
func (db *DB) tellRestore(ctx context.Context, id uuid.UUID, done int) error {
	return db.InPublic(ctx, func(q *PublicTx) error {
		_, err := q.exec(`UPDATE public.restores SET rows_done = $2 WHERE id = $1`, id, done)
		return err
	})
}

// FailRestore says why nothing was restored, and lets the file go.
func (db *DB) FailRestore(ctx context.Context, id uuid.UUID, why string) error {
	return db.InPublic(ctx, func(q *PublicTx) error { return q.endRestore(id, "failed", why) })
}

func (t *tx) endRestore(id uuid.UUID, state, why string) error {
	_, err := t.exec(`UPDATE public.restores SET state = $2, problem = $3, ended_at = $4, rows_done = CASE WHEN $2 = 'done' THEN rows_total ELSE rows_done END
		WHERE id = $1 AND state = 'waiting'`, id, state, why, t.now)
	if err != nil {
		return err
	}
	_, err = t.exec(`DELETE FROM public.restore_parts WHERE restore_id = $1`, id)
	return err
}
