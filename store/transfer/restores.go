package transfer

import (
	"context"
	"errors"
	"io"
	"os"
	"path"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// RestoreArgs restores a business from a file.
type RestoreArgs struct {
	RestoreID uuid.UUID `json:"restore_id"`
}

// Kind names the job.
func (RestoreArgs) Kind() string { return "restore_business" }

// InsertOpts bounds the tries: a restore that failed three times does not fit.
func (RestoreArgs) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 3} }

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
func StartRestore(ctx context.Context, d *db.DB, name string, file io.ReaderAt, size int64, subdomain string) (uuid.UUID, error) {
	a, err := openArchive(file, size, subdomain)
	if err != nil {
		return uuid.Nil, err
	}
	m, name := a.m, text.Truncate(cleanText(strings.ToValidUTF8(path.Base(name), ""), false), 200)
	id := db.NewID()
	err = d.InPublic(ctx, func(q *db.PublicTx) error {
		if err := settings.CheckAllowedSubdomain(q, m.Subdomain); err != nil {
			return err
		}
		if err := checkFree(q, m); err != nil {
			return err
		}
		_, err := db.Exec(q, `
			INSERT INTO public.restores (id, actor_id, actor_name, file_name, restored_id, restored_name, subdomain, state, rows_total, created_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting', $8, $9)`,
			id, db.Who(q).Actor.ID, db.Who(q).Actor.Name, name, m.BusinessID, m.Name, m.Subdomain, a.total, q.Now())
		if err != nil {
			return err
		}
		part := make([]byte, restorePart)
		for at := int64(0); at < size; at += restorePart {
			n, err := file.ReadAt(part, at)
			if err != nil && !errors.Is(err, io.EOF) {
				return err
			}
			if _, err := db.Exec(q, `INSERT INTO public.restore_parts (restore_id, position, data) VALUES ($1, $2, $3)`, id, at/restorePart, part[:n]); err != nil {
				return err
			}
		}
		if err := db.Audit(q, db.Event{Action: "business.restore_began", ObjectType: "business", ObjectID: m.BusinessID.String(), ObjectName: m.Name,
			Details: map[string]any{"file": name, "subdomain": m.Subdomain}}); err != nil {
			return err
		}
		return db.Enqueue(q, RestoreArgs{RestoreID: id}, nil)
	})
	return id, err
}

// ReadRestore returns one with its progress.
func ReadRestore(q *db.PublicTx, id uuid.UUID) (Restore, error) {
	var r Restore
	err := db.Get(q, &r, `SELECT id, actor_id, actor_name, file_name, restored_id, restored_name, subdomain, state, problem, rows_done, rows_total, created_at, ended_at
		FROM public.restores WHERE id = $1`, id)
	return r, err
}

// WorkRestore reads the file into a new schema, in one transaction that also says
// that it is done: a killed one is done again from its start, a finished one not
// at all.
func WorkRestore(ctx context.Context, d *db.DB, id uuid.UUID) error {
	var r Restore
	var by db.Person
	err := d.InPublic(ctx, func(q *db.PublicTx) (err error) {
		if r, err = ReadRestore(q, id); err != nil {
			return err
		}
		by, err = sessions.Person(q, r.ActorID)
		return err
	})
	if err != nil || r.State != "waiting" {
		return err
	}
	if !by.IsActive || !access.Can(by.Role, access.BusinessesDelete) {
		return FailRestore(ctx, d, id, "Who began this may do it no more.")
	}
	file, size, err := restoreFile(ctx, d, id)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close(); _ = os.Remove(file.Name()) }()
	told := d.Now()
	_, err = importBusiness(db.WithPrincipal(ctx, &db.Principal{Actor: by, Subject: by}), d, file, size, r.Subdomain, importHooks{
		name: id.String(),
		rows: func(done int) error {
			if now := d.Now(); now.Sub(told) >= progressEvery {
				told = now
				return tellRestore(ctx, d, id, done)
			}
			return nil
		},
		end: func(t db.Scope) error { return endRestore(t, id, "done", "") },
	})
	switch db.KindOf(err) {
	case db.Conflict, db.Invalid:
		return FailRestore(ctx, d, id, err.Error())
	}
	return err
}

// restoreFile puts the parts of a file together.
func restoreFile(ctx context.Context, d *db.DB, id uuid.UUID) (file *os.File, size int64, err error) {
	file, err = os.CreateTemp("", "smoothschedule-restore-")
	if err != nil {
		return nil, 0, err
	}
	err = d.InPublic(ctx, func(q *db.PublicTx) error {
		for at := 0; ; at++ {
			var parts [][]byte
			if err := db.List(q, &parts, `SELECT data FROM public.restore_parts WHERE restore_id = $1 AND position = $2`, id, at); err != nil || len(parts) == 0 {
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
func tellRestore(ctx context.Context, d *db.DB, id uuid.UUID, done int) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		_, err := db.Exec(q, `UPDATE public.restores SET rows_done = $2 WHERE id = $1`, id, done)
		return err
	})
}

// FailRestore says why nothing was restored, and lets the file go.
func FailRestore(ctx context.Context, d *db.DB, id uuid.UUID, why string) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error { return endRestore(q, id, "failed", why) })
}

func endRestore(t db.Scope, id uuid.UUID, state, why string) error {
	_, err := db.Exec(t, `UPDATE public.restores SET state = $2, problem = $3, ended_at = $4, rows_done = CASE WHEN $2 = 'done' THEN rows_total ELSE rows_done END
		WHERE id = $1 AND state = 'waiting'`, id, state, why, t.Now())
	if err != nil {
		return err
	}
	_, err = db.Exec(t, `DELETE FROM public.restore_parts WHERE restore_id = $1`, id)
	return err
}
