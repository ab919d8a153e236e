package store

import (
	"context"
	"encoding/hex"
	"time"
)

// AccountNotice is a change of somebody's account that is told by mail, so that who did
// not make it finds out.
type AccountNotice string

// The notices.
const (
	NoticePasswordChanged AccountNotice = "password_changed"
	NoticeEmailChanged    AccountNotice = "email_changed"
	NoticeAppAdded        AccountNotice = "app_added"
	NoticeAppRemoved      AccountNotice = "app_removed"
	NoticePasskeyAdded    AccountNotice = "passkey_added"
	NoticePasskeyRemoved  AccountNotice = "passkey_removed"
	NoticeCodesRenewed    AccountNotice = "codes_renewed"
	NoticeCodeUsed        AccountNotice = "code_used"
	NoticeFactorsReset    AccountNotice = "factors_reset"
	NoticeTokenCreated    AccountNotice = "token_created"
	// What was taken from somebody, and by whom.
	NoticeDisabled      AccountNotice = "disabled"
	NoticeOwnershipLost AccountNotice = "ownership_lost"
)

// notice mails a person what happened, as part of the transaction.
func (t *tx) notice(p Person, what AccountNotice) error {
	return t.enqueue(AccountNoticeArgs{UserID: p.ID, BusinessID: p.BusinessID, What: what}, nil)
}

// changed records and mails what the principal did to the own account.
func (t *tx) changed(p *Principal, from Client, action string, what AccountNotice) error {
	if err := t.auditSelf(p.Actor, from, action, nil); err != nil {
		return err
	}
	return t.notice(p.Actor, what)
}

// Rename gives the principal another name.
func (db *DB) Rename(ctx context.Context, p *Principal, name string) error {
	return db.inHost(ctx, p.home(), func(t *tx) error {
		var before PersonName
		if err := t.get(&before, `SELECT name FROM public.users WHERE id = $1 FOR UPDATE`, p.Actor.ID); err != nil {
			return err
		}
		if err := t.unchanged(before); err != nil {
			return err
		}
		if err := t.mayRename(p, p.Actor); err != nil {
			return err
		}
		renamed := p.Actor
		renamed.Name = name
		if err := t.rename(renamed); err != nil {
			return err
		}
		return t.auditBy(p, p.Actor, "user.renamed", map[string]any{"before": p.Actor.Name, "after": name})
	})
}

// ChangePassword replaces the principal's password, ends all sessions and API
// tokens, and returns the token of a new session for this browser.
func (db *DB) ChangePassword(ctx context.Context, p *Principal, current, password string, from Client) (string, *Principal, error) {
	if err := CheckPassword(password, p.Actor.around(p.home())...); err != nil {
		return "", nil, err
	}
	if looksLikeCode(current) {
		return "", nil, invalid("current", "This is not your password.")
	}
	if err := db.ConfirmPassword(ctx, p, current, from); err != nil {
		if KindOf(err) == Invalid {
			err = invalid("current", "This is not your password.")
		}
		return "", nil, err
	}
	if current == password {
		return "", nil, invalid("password", "Choose another one than now.")
	}
	hash, err := db.hashPassword(ctx, password)
	if err != nil {
		return "", nil, err
	}
	return db.startSessionIf(ctx, p.home(), p.Actor, from, "session.started", func(t *tx) error {
		if err := t.storePassword(p.Actor, hash); err != nil {
			return err
		}
		if err := t.endBearers(p.Actor, newPassword); err != nil {
			return err
		}
		return t.changed(p, from, "user.password_changed", NoticePasswordChanged)
	})
}

// OwnSession is a session as its person sees it.
type OwnSession struct {
	Hash      []byte    `db:"id_hash"`
	CreatedAt time.Time `db:"created_at"`
	SeenAt    time.Time `db:"last_seen_at"`
	Address   string    `db:"address"`
	UserAgent string    `db:"user_agent"`
	Current   bool      `db:"current"`
}

// ID names a session in its person's forms; it opens nothing.
func (s OwnSession) ID() string { return hex.EncodeToString(s.Hash) }

// OwnSessions lists the principal's sessions that still hold, this one first.
func (db *DB) OwnSessions(ctx context.Context, p *Principal) ([]OwnSession, error) {
	var sessions []OwnSession
	err := db.inHost(ctx, p.home(), func(t *tx) error {
		return t.list(&sessions, `SELECT id_hash, created_at, last_seen_at, address, user_agent, id_hash = $2 AS current FROM public.sessions
			WHERE user_id = $1 AND masquerade_id IS NULL AND revoked_at IS NULL AND expires_at > $3
				AND last_seen_at > CAST($3 AS timestamptz) - idle_minutes * interval '1 minute'
			ORDER BY current DESC, last_seen_at DESC LIMIT 1000`, p.Actor.ID, p.sessionHash, t.now)
	})
	return sessions, err
}

// EndOwnSession ends one other session of the principal.
func (db *DB) EndOwnSession(ctx context.Context, p *Principal, id string) error {
	hash, err := hex.DecodeString(id)
	if err != nil || len(hash) == 0 {
		return notFound("session")
	}
	return db.inHost(ctx, p.home(), func(t *tx) error {
		n, err := t.endSessions(loggedOut, `s.id_hash = $2 AND s.user_id = $3 AND s.masquerade_id IS NULL`, hash, p.Actor.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return notFound("session")
		}
		return t.auditSessions(p, 1)
	})
}

// EndOtherSessions ends all sessions of the principal but this one.
func (db *DB) EndOtherSessions(ctx context.Context, p *Principal) error {
	return db.inHost(ctx, p.home(), func(t *tx) error {
		if err := t.revokeSessions(p.Actor.ID, p.sessionHash); err != nil {
			return err
		}
		return t.auditSessions(p, 0)
	})
}

func (t *tx) auditSessions(p *Principal, n int) error {
	which := "one"
	if n == 0 {
		which = "all others"
	}
	return t.auditBy(p, p.Actor, "session.ended_by_owner", map[string]any{"which": which})
}
