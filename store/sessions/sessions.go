package sessions

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// TouchEvery spares a write per page: "last seen" is that exact.
const TouchEvery = time.Minute

// sessionRow is a session with its user and the fresh state of the business.
type sessionRow struct {
	db.Person
	MasqueradeID    uuid.NullUUID `db:"masquerade_id"`
	AuthenticatedAt time.Time     `db:"authenticated_at"`
	LastSeenAt      time.Time     `db:"last_seen_at"`
	Status          string        `db:"status"`
	StatusReason    string        `db:"status_reason"`
	Unread          int           `db:"unread"`
	Support         int           `db:"support"`
	Inside          uuid.NullUUID `db:"inside"`
	InsideName      string        `db:"inside_name"`
	InsideSubdomain string        `db:"inside_subdomain"`
	InsideAs        string        `db:"inside_as"`
	SecondFactor    bool          `db:"second_factor"`
	Generation      int           `db:"generation"`
	Entered         bool          `db:"entered"` // always: the column is there for what it does
}

// Authenticate returns who holds the session of a token, or nil when it does not
// hold (unknown, ended, idle, disabled user). tenant is nil on the platform's
// host: row-level security keeps sessions of other hosts out of sight. With
// WithHandover the scope stays open for the handler.
//
// page is a page about to be shown, with the ids of what it shows; during a
// masquerade it is recorded, and if that fails so does Authenticate.
func Authenticate(ctx context.Context, d *db.DB, tenant *db.Tenant, token, page string, from db.Client) (*db.Principal, error) {
	s := db.Rows{Platform: true}
	if tenant != nil {
		s = db.Rows{Business: tenant.ID} // the session is looked up before its tables are in sight
	}
	opened, err := db.Begin(ctx, d, db.Web(d), s)
	if err != nil {
		return nil, db.Wrap(err)
	}
	kept := false
	defer func() {
		if !kept {
			db.Close(opened)
		}
	}()
	hash := HashToken(token)
	row, err := session(opened, hash, tenant)
	if db.KindOf(err) == db.NotFound {
		return nil, visitOver(opened, hash, tenant)
	}
	if err != nil {
		return nil, err
	}
	if row.MasqueradeID.Valid && tenant.CustomDomain != "" {
		return nil, nil // support stays on the subdomain, whoever carries its cookie elsewhere
	}
	p := &db.Principal{Actor: row.Person, Subject: row.Person, AuthenticatedAt: row.AuthenticatedAt, Address: from.Address,
		Unread: row.Unread, Support: row.Support, Inside: row.inside(), SecondFactor: row.SecondFactor, SessionHash: hash, Generation: row.Generation}
	if p.MustSetUp, err = MustSetUp(opened, row.Role, row.SecondFactor); err != nil {
		return nil, err
	}
	if tenant != nil {
		fresh := *tenant
		fresh.Status, fresh.StatusReason = row.Status, row.StatusReason
		p.Tenant = &fresh
	}
	if row.MasqueradeID.Valid {
		db.Close(opened)
		kept = true
		return continueMasquerade(ctx, d, p, row, page, from)
	}
	if !from.Background && opened.Now().Sub(row.LastSeenAt) >= TouchEvery {
		if _, err := db.Exec(opened, `UPDATE public.sessions SET last_seen_at = $2 WHERE id_hash = $1`, hash, opened.Now()); err != nil {
			return nil, db.Wrap(err)
		}
	}
	if kept = db.Pass(ctx, opened); kept {
		return p, nil
	}
	return p, db.Wrap(db.Commit(opened))
}

func session(t db.Scope, hash []byte, tenant *db.Tenant) (sessionRow, error) {
	var row sessionRow
	const live = ` WHERE s.id_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.is_active
		AND s.last_seen_at > CAST($2 AS timestamptz) - s.idle_minutes * interval '1 minute'`
	const columns = `SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
		s.masquerade_id, s.authenticated_at, s.last_seen_at, s.generation, u.second_factor, `
	if tenant == nil {
		err := db.Get(t, &row, columns+`'' AS status, '' AS status_reason,
				(SELECT count(*) FROM public.notifications n WHERE n.user_id = u.id AND n.read_at IS NULL) AS unread,
				m.id AS inside, COALESCE(m.subject_name, '') AS inside_as, COALESCE(b.name, '') AS inside_name, COALESCE(b.subdomain, '') AS inside_subdomain
			FROM public.sessions s JOIN public.users u ON u.id = s.user_id
				LEFT JOIN public.masquerades m ON m.actor_id = u.id AND m.ended_at IS NULL AND m.started_at IS NOT NULL
				LEFT JOIN public.businesses b ON b.id = m.business_id`+live+` AND s.business_id IS NULL`, hash, t.Now())
		return row, db.Wrap(err)
	}
	// Owners are told on every page what support asks and where it looks now. The
	// statement names shared tables alone and sets the path for those after it: so
	// it costs no trip and stays prepared, whichever business was here before.
	err := db.Get(t, &row, columns+`b.status, b.status_reason, CASE WHEN u.role = 'TENANT_OWNER' AND s.masquerade_id IS NULL THEN
			(SELECT count(*) FROM public.masquerades m WHERE m.business_id = s.business_id AND `+SupportNow("$4", "$2")+`) ELSE 0 END AS support,
			set_config('search_path', $5, true) <> '' AS entered
		FROM public.sessions s JOIN public.users u ON u.id = s.user_id JOIN public.businesses b ON b.id = s.business_id`+live+`
		AND s.business_id = $3`, hash, t.Now(), tenant.ID, t.Now().Add(-db.RequestFor), pq.QuoteIdentifier(db.SchemaOf(tenant)))
	if err != nil {
		return row, db.Wrap(err)
	}
	return row, db.Enter(t, db.SchemaOf(tenant))
}

// NewSession starts a session for a person and returns the token for its cookie.
func NewSession(t db.Scope, p db.Person, from db.Client) (string, error) {
	s, err := settings.Read(t)
	if err != nil {
		return "", err
	}
	lasts := s.TenantSessions
	if !p.BusinessID.Valid {
		lasts = s.PlatformSessions
	}
	token := NewToken()
	_, err = db.Exec(t, `
		INSERT INTO public.sessions (id_hash, business_id, user_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at, address, user_agent)
		VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8)`,
		HashToken(token), p.BusinessID, p.ID, t.Now(), lasts.IdleMinutes, t.Now().Add(time.Duration(lasts.MaxHours)*time.Hour), from.Address, text.Truncate(from.UserAgent, 300))
	return token, err
}

// LoggedOut is why a masquerade ends with the session in which it began.
const LoggedOut = "operator logged out"

// EndSessions ends the sessions s that match, and for a reason the masquerades begun
// in them; which is an SQL condition of this package from $2 on. It is the one way in which
// sessions end, but for masquerades' own (recordEnds).
//
// Whoever writes locks the own session last of all rows. So call this when the
// other rows that somebody may hold meanwhile (people, figures of the business)
// are changed already.
func EndSessions(t db.Scope, why, which string, args ...any) (int, error) {
	if err := db.HoldNow(t); err != nil {
		return 0, err
	}
	var ended pq.ByteaArray
	err := db.List(t, (*[][]byte)(&ended), `UPDATE public.sessions s SET revoked_at = $1 WHERE s.revoked_at IS NULL AND `+which+` RETURNING s.id_hash`,
		append([]any{t.Now()}, args...)...)
	if err != nil || len(ended) == 0 {
		return 0, err
	}
	for _, hash := range ended {
		db.NoteOwn(t, hash)
	}
	return len(ended), EndMasquerades(t, why, `session_hash = ANY(CAST($3 AS bytea[]))`, ended)
}

// ChangeSessions lets sessions s go on that are let in for something else from now
// on: what they have sent meanwhile is refused.
func ChangeSessions(t db.Scope, which string, arg any) error {
	if err := db.HoldNow(t); err != nil {
		return err
	}
	var changed [][]byte
	err := db.List(t, &changed, `UPDATE public.sessions s SET generation = s.generation + 1 WHERE s.revoked_at IS NULL AND `+which+` RETURNING s.id_hash`, arg)
	for _, hash := range changed {
		db.NoteOwn(t, hash)
	}
	return err
}

// RevokeSessions ends the sessions of a person, but for one. It needs the
// platform's scope for those of staff alone, who are seen there.
func RevokeSessions(t db.Scope, user uuid.UUID, but []byte) error {
	if but == nil {
		but = []byte{} // NULL would compare as neither
	}
	_, err := EndSessions(t, LoggedOut, `s.user_id = $2 AND s.masquerade_id IS NULL AND s.id_hash <> $3`, user, but)
	return err
}

// EndSession logs the principal out, and ends the masquerades begun there.
func EndSession(ctx context.Context, d *db.DB, p *db.Principal) error {
	return db.Run(ctx, d, db.Web(d), db.Rows{Platform: true}, func(t db.Scope) error {
		if p.Masquerade != nil {
			return EndMasquerade(t, p.Masquerade.ID, "logged out")
		}
		if _, err := EndSessions(t, LoggedOut, `s.id_hash = $2`, p.SessionHash); err != nil {
			return err
		}
		return db.AuditBy(t, p, p.Subject, "session.ended", nil)
	})
}
