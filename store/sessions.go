package store

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// touchEvery spares a write per page: "last seen" is that exact.
const touchEvery = time.Minute

// Client is where a request comes from.
type Client struct {
	Address, UserAgent string
	// Background marks what an open page asks by itself, again and again: that
	// is no use of the session and must not keep it alive.
	Background bool
	// Device is the id that the browser keeps after a login, Session the token of
	// the session that a new one replaces.
	Device, Session string
}

// sessionRow is a session with its user and the fresh state of the business.
type sessionRow struct {
	Person
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
func (db *DB) Authenticate(ctx context.Context, tenant *Tenant, token, page string, from Client) (*Principal, error) {
	s := scope{platform: true}
	if tenant != nil {
		s = scope{business: tenant.ID} // the session is looked up before its tables are in sight
	}
	opened, err := db.begin(ctx, db.web, s)
	if err != nil {
		return nil, wrap(err)
	}
	kept := false
	defer func() {
		if !kept {
			opened.close()
		}
	}()
	hash := hashToken(token)
	row, err := opened.session(hash, tenant)
	if KindOf(err) == NotFound {
		return nil, opened.visitOver(hash, tenant)
	}
	if err != nil {
		return nil, err
	}
	if row.MasqueradeID.Valid && tenant.CustomDomain != "" {
		return nil, nil // support stays on the subdomain, whoever carries its cookie elsewhere
	}
	p := &Principal{Actor: row.Person, Subject: row.Person, AuthenticatedAt: row.AuthenticatedAt, Address: from.Address,
		Unread: row.Unread, Support: row.Support, Inside: row.inside(), SecondFactor: row.SecondFactor, sessionHash: hash, generation: row.Generation}
	if p.MustSetUp, err = opened.mustSetUp(row.Role, row.SecondFactor); err != nil {
		return nil, err
	}
	if tenant != nil {
		fresh := *tenant
		fresh.Status, fresh.StatusReason = row.Status, row.StatusReason
		p.Tenant = &fresh
	}
	if row.MasqueradeID.Valid {
		opened.close()
		kept = true
		return db.continueMasquerade(ctx, p, row, page, from)
	}
	if !from.Background && opened.now.Sub(row.LastSeenAt) >= touchEvery {
		if _, err := opened.exec(`UPDATE public.sessions SET last_seen_at = $2 WHERE id_hash = $1`, hash, opened.now); err != nil {
			return nil, wrap(err)
		}
	}
	if kept = pass(ctx, opened); kept {
		return p, nil
	}
	return p, wrap(opened.commit())
}

func (t *tx) session(hash []byte, tenant *Tenant) (sessionRow, error) {
	var row sessionRow
	const live = ` WHERE s.id_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.is_active
		AND s.last_seen_at > CAST($2 AS timestamptz) - s.idle_minutes * interval '1 minute'`
	const columns = `SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at,
		s.masquerade_id, s.authenticated_at, s.last_seen_at, s.generation, u.second_factor, `
	if tenant == nil {
		err := t.get(&row, columns+`'' AS status, '' AS status_reason,
				(SELECT count(*) FROM public.notifications n WHERE n.user_id = u.id AND n.read_at IS NULL) AS unread,
				m.id AS inside, COALESCE(m.subject_name, '') AS inside_as, COALESCE(b.name, '') AS inside_name, COALESCE(b.subdomain, '') AS inside_subdomain
			FROM public.sessions s JOIN public.users u ON u.id = s.user_id
				LEFT JOIN public.masquerades m ON m.actor_id = u.id AND m.ended_at IS NULL AND m.started_at IS NOT NULL
				LEFT JOIN public.businesses b ON b.id = m.business_id`+live+` AND s.business_id IS NULL`, hash, t.now)
		return row, wrap(err)
	}
	// Owners are told on every page what support asks and where it looks now. The
	// statement names shared tables alone and sets the path for those after it: so
	// it costs no trip and stays prepared, whichever business was here before.
	err := t.get(&row, columns+`b.status, b.status_reason, CASE WHEN u.role = 'TENANT_OWNER' AND s.masquerade_id IS NULL THEN
			(SELECT count(*) FROM public.masquerades m WHERE m.business_id = s.business_id AND `+supportNow("$4", "$2")+`) ELSE 0 END AS support,
			set_config('search_path', $5, true) <> '' AS entered
		FROM public.sessions s JOIN public.users u ON u.id = s.user_id JOIN public.businesses b ON b.id = s.business_id`+live+`
		AND s.business_id = $3`, hash, t.now, tenant.ID, t.now.Add(-requestFor), pq.QuoteIdentifier(schemaOf(tenant)))
	if err != nil {
		return row, wrap(err)
	}
	return row, t.enter(schemaOf(tenant))
}

// enter notes that a statement has put the tables of a business in sight.
func (t *tx) enter(schema string) error {
	t.scope.schema = schema
	return t.conn.Raw(func(c any) error {
		c.(*conn).inPublic = false
		return nil
	})
}

// newSession starts a session for a person and returns the token for its cookie.
func (t *tx) newSession(p Person, from Client) (string, error) {
	s, err := t.Settings()
	if err != nil {
		return "", err
	}
	lasts := s.TenantSessions
	if !p.BusinessID.Valid {
		lasts = s.PlatformSessions
	}
	token := newToken()
	_, err = t.exec(`
		INSERT INTO public.sessions (id_hash, business_id, user_id, created_at, authenticated_at, last_seen_at, idle_minutes, expires_at, address, user_agent)
		VALUES ($1, $2, $3, $4, $4, $4, $5, $6, $7, $8)`,
		hashToken(token), p.BusinessID, p.ID, t.now, lasts.IdleMinutes, t.now.Add(time.Duration(lasts.MaxHours)*time.Hour), from.Address, truncate(from.UserAgent, 300))
	return token, err
}

// loggedOut is why a masquerade ends with the session in which it began.
const loggedOut = "operator logged out"

// endSessions ends the sessions s that match, and for a reason the masquerades begun
// in them; which is an SQL condition of this package from $2 on. It is the one way in which
// sessions end, but for masquerades' own (recordEnds).
//
// Whoever writes locks the own session last of all rows. So call this when the
// other rows that somebody may hold meanwhile (people, figures of the business)
// are changed already.
func (t *tx) endSessions(why, which string, args ...any) (int, error) {
	if err := t.holdNow(); err != nil {
		return 0, err
	}
	var ended pq.ByteaArray
	err := t.list((*[][]byte)(&ended), `UPDATE public.sessions s SET revoked_at = $1 WHERE s.revoked_at IS NULL AND `+which+` RETURNING s.id_hash`,
		append([]any{t.now}, args...)...)
	if err != nil || len(ended) == 0 {
		return 0, err
	}
	for _, hash := range ended {
		t.noteOwn(hash)
	}
	return len(ended), t.endMasquerades(why, `session_hash = ANY(CAST($3 AS bytea[]))`, ended)
}

// changeSessions lets sessions s go on that are let in for something else from now
// on: what they have sent meanwhile is refused.
func (t *tx) changeSessions(which string, arg any) error {
	if err := t.holdNow(); err != nil {
		return err
	}
	var changed [][]byte
	err := t.list(&changed, `UPDATE public.sessions s SET generation = s.generation + 1 WHERE s.revoked_at IS NULL AND `+which+` RETURNING s.id_hash`, arg)
	for _, hash := range changed {
		t.noteOwn(hash)
	}
	return err
}

// revokeSessions ends the sessions of a person, but for one. It needs the
// platform's scope for those of staff alone, who are seen there.
func (t *tx) revokeSessions(user uuid.UUID, but []byte) error {
	if but == nil {
		but = []byte{} // NULL would compare as neither
	}
	_, err := t.endSessions(loggedOut, `s.user_id = $2 AND s.masquerade_id IS NULL AND s.id_hash <> $3`, user, but)
	return err
}

// EndSession logs the principal out, and ends the masquerades begun there.
func (db *DB) EndSession(ctx context.Context, p *Principal) error {
	return db.run(ctx, db.web, scope{platform: true}, func(t *tx) error {
		if p.Masquerade != nil {
			return t.endMasquerade(p.Masquerade.ID, "logged out")
		}
		if _, err := t.endSessions(loggedOut, `s.id_hash = $2`, p.sessionHash); err != nil {
			return err
		}
		return t.auditBy(p, p.Subject, "session.ended", nil)
	})
}

// truncate cuts text to n bytes at a character's edge.
func truncate(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xc0 == 0x80 {
		n--
	}
	return s[:n]
}
