package store

import (
	"context"
	"time"

	"github.com/google/uuid"
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
func (q *PublicTx) SessionsOf(person uuid.UUID, page int) (sessions []OpenSession, older bool, err error) {
	return shortList[OpenSession](q.tx, page, SessionsShown, `SELECT `+sessionRef+` AS ref, s.created_at, s.last_seen_at, s.address, s.user_agent
		FROM public.sessions s WHERE `+openSession+` ORDER BY s.last_seen_at DESC, s.id_hash`, q.now, person)
}

// EndSessionsOf ends a person's logins, or with ref one of them, and the
// masquerades begun there. staff says whether platform staff may be touched.
func (db *DB) EndSessionsOf(ctx context.Context, person uuid.UUID, ref string, staff bool) error {
	return db.changePerson(ctx, person, staff, func(q *PublicTx, p Person) error { return q.endSessionsOf(p, ref) })
}

func (q *PublicTx) endSessionsOf(p Person, ref string) error {
	if err := q.maySetAside(p); err != nil {
		return err
	}
	ended, err := q.endSessions(loggedOut, openSession+` AND ($3 = '' OR `+sessionRef+` = $3)`, p.ID, ref)
	if err != nil {
		return err
	}
	if ended == 0 && ref != "" {
		return notFound("session")
	}
	return q.auditPerson(p, "user.sessions_ended", map[string]any{"sessions": ended})
}

// SignIns lists one page of the logins and logouts of a person, newest first.
func (q *PublicTx) SignIns(person uuid.UUID, page int) (entries []AuditEntry, older bool, err error) {
	return shortList[AuditEntry](q.tx, page, SignInsShown, `SELECT id, at, actor_name, subject_name, action, object_type, object_id, object_name, details, address
		FROM public.audit_log WHERE object_id = $1 AND action LIKE 'session.%' ORDER BY at DESC, id DESC`, person.String())
}

// AuditOfPerson lists the newest events by and about a person, but logins and the
// page views of visits: all of them, or only those that one person caused.
func (q *PublicTx) AuditOfPerson(person uuid.UUID, by uuid.NullUUID, limit int) ([]AuditEntry, error) {
	var entries []AuditEntry
	err := q.list(&entries, `
		SELECT * FROM (
			(SELECT `+trailColumns+` FROM public.audit_log l WHERE actor_id = $1 AND `+trailBy+` ORDER BY at DESC LIMIT $3)
			UNION
			(SELECT `+trailColumns+` FROM public.audit_log l WHERE object_id = $2 AND `+trailBy+` ORDER BY at DESC LIMIT $3)
		) AS trail ORDER BY at DESC, id DESC LIMIT $3`, person, person.String(), limit, by)
	return entries, err
}

const trailBy = notAView + ` AND action NOT LIKE 'session.%' AND (CAST($4 AS uuid) IS NULL OR actor_id = $4)`

const trailColumns = `id, at, actor_name, subject_name, action, object_type, object_id, object_name, details, address, business_id, ` + foldedViews
