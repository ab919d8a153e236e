package people

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// OpenSession is a login of a person that holds; Ref names it without giving it
// away.
type OpenSession struct {
	Ref        string    `db:"ref"`
	CreatedAt  time.Time `db:"created_at"`
	LastSeenAt time.Time `db:"last_seen_at"`
	Address    string    `db:"address"`
	UserAgent  string    `db:"user_agent"`
}

const (
	sessionRef = `encode(substring(s.id_hash FOR 8), 'hex')`
	// openSession is true of those of a person ($2) that hold at a time ($1). It leaves
	// out masquerades as the person: those are ended elsewhere.
	openSession = `s.user_id = $2 AND s.masquerade_id IS NULL AND s.revoked_at IS NULL AND s.expires_at > $1
		AND s.last_seen_at > CAST($1 AS timestamptz) - s.idle_minutes * interval '1 minute'`
)

// SessionsOf lists one page of the logins of a person that hold, the one used last
// first.
func SessionsOf(q *db.PublicTx, person uuid.UUID, page int) (sessions []OpenSession, older bool, err error) {
	return paging.ShortList[OpenSession](q, page, paging.SessionsShown, `SELECT `+sessionRef+` AS ref, s.created_at, s.last_seen_at, s.address, s.user_agent
		FROM public.sessions s WHERE `+openSession+` ORDER BY s.last_seen_at DESC, s.id_hash`, q.Now(), person)
}

// EndSessionsOf ends a person's logins, or with ref one of them, and the
// masquerades begun there. staff says whether platform staff may be touched.
func EndSessionsOf(ctx context.Context, d *db.DB, person uuid.UUID, ref string, staff bool) error {
	return changePerson(ctx, d, person, staff, func(q *db.PublicTx, p db.Person) error { return EndEverySession(q, p, ref) })
}

// EndEverySession logs somebody out everywhere.
func EndEverySession(q *db.PublicTx, p db.Person, ref string) error {
	if err := maySetAside(q, p); err != nil {
		return err
	}
	ended, err := sessions.EndSessions(q, sessions.LoggedOut, openSession+` AND ($3 = '' OR `+sessionRef+` = $3)`, p.ID, ref)
	if err != nil {
		return err
	}
	if ended == 0 && ref != "" {
		return db.NoSuch("session")
	}
	return db.AuditPerson(q, p, "user.sessions_ended", map[string]any{"sessions": ended})
}

// SignIns lists one page of the logins and logouts of a person, newest first.
func SignIns(q *db.PublicTx, person uuid.UUID, page int) (entries []db.AuditEntry, older bool, err error) {
	return paging.ShortList[db.AuditEntry](q, page, paging.SignInsShown, `SELECT id, at, actor_name, subject_name, action, object_type, object_id, object_name, details, address
		FROM public.audit_log WHERE object_id = $1 AND action LIKE 'session.%' ORDER BY at DESC, id DESC`, person.String())
}

// AuditOfPerson lists the newest events by and about a person, but logins and the
// page views of visits: all of them, or only those that one person caused.
func AuditOfPerson(q *db.PublicTx, person uuid.UUID, by uuid.NullUUID, limit int) ([]db.AuditEntry, error) {
	var entries []db.AuditEntry
	err := db.List(q, &entries, `
		SELECT * FROM (
			(SELECT `+trailColumns+` FROM public.audit_log l WHERE actor_id = $1 AND `+trailBy+` ORDER BY at DESC LIMIT $3)
			UNION
			(SELECT `+trailColumns+` FROM public.audit_log l WHERE object_id = $2 AND `+trailBy+` ORDER BY at DESC LIMIT $3)
		) AS trail ORDER BY at DESC, id DESC LIMIT $3`, person, person.String(), limit, by)
	return entries, err
}

const trailBy = db.NotAView + ` AND action NOT LIKE 'session.%' AND (CAST($4 AS uuid) IS NULL OR actor_id = $4)`

const trailColumns = `id, at, actor_name, subject_name, action, object_type, object_id, object_name, details, address, business_id, ` + db.FoldedViews
