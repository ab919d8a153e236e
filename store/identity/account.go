package identity

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
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
func notice(t db.Scope, p db.Person, what AccountNotice) error {
	return db.Enqueue(t, AccountNoticeArgs{UserID: p.ID, BusinessID: p.BusinessID, What: what}, nil)
}

// changed records and mails what the principal did to the own account.
func changed(t db.Scope, p *db.Principal, from db.Client, action string, what AccountNotice) error {
	if err := db.AuditSelf(t, p.Actor, from, action, nil); err != nil {
		return err
	}
	return notice(t, p.Actor, what)
}

// RenameOwn gives the principal another name.
func RenameOwn(ctx context.Context, d *db.DB, p *db.Principal, name string) error {
	return InHost(ctx, d, p.Home(), func(t db.Scope) error {
		var before db.PersonName
		if err := db.Get(t, &before, `SELECT name FROM public.users WHERE id = $1 FOR UPDATE`, p.Actor.ID); err != nil {
			return err
		}
		if err := db.Unchanged(t, before); err != nil {
			return err
		}
		if err := MayRename(t, p, p.Actor); err != nil {
			return err
		}
		renamed := p.Actor
		renamed.Name = name
		if err := Rename(t, renamed); err != nil {
			return err
		}
		return db.AuditBy(t, p, p.Actor, "user.renamed", map[string]any{"before": p.Actor.Name, "after": name})
	})
}

// ChangePassword replaces the principal's password, ends all sessions and API
// tokens, and returns the token of a new session for this browser.
func ChangePassword(ctx context.Context, d *db.DB, p *db.Principal, current, password string, from db.Client) (string, *db.Principal, error) {
	if err := CheckPassword(password, p.Actor.Around(p.Home())...); err != nil {
		return "", nil, err
	}
	if looksLikeCode(current) {
		return "", nil, db.InvalidField("current", "This is not your password.")
	}
	if err := ConfirmPassword(ctx, d, p, current, from); err != nil {
		if db.KindOf(err) == db.Invalid {
			err = db.InvalidField("current", "This is not your password.")
		}
		return "", nil, err
	}
	if current == password {
		return "", nil, db.InvalidField("password", "Choose another one than now.")
	}
	hash, err := HashPassword(ctx, d, password)
	if err != nil {
		return "", nil, err
	}
	return startSessionIf(ctx, d, p.Home(), p.Actor, from, "session.started", func(t db.Scope) error {
		if err := StorePassword(t, p.Actor, hash); err != nil {
			return err
		}
		if err := EndBearers(t, p.Actor, newPassword); err != nil {
			return err
		}
		return changed(t, p, from, "user.password_changed", NoticePasswordChanged)
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
func OwnSessions(ctx context.Context, d *db.DB, p *db.Principal) ([]OwnSession, error) {
	var sessions []OwnSession
	err := InHost(ctx, d, p.Home(), func(t db.Scope) error {
		return db.List(t, &sessions, `SELECT id_hash, created_at, last_seen_at, address, user_agent, id_hash = $2 AS current FROM public.sessions
			WHERE user_id = $1 AND masquerade_id IS NULL AND revoked_at IS NULL AND expires_at > $3
				AND last_seen_at > CAST($3 AS timestamptz) - idle_minutes * interval '1 minute'
			ORDER BY current DESC, last_seen_at DESC LIMIT 1000`, p.Actor.ID, p.SessionHash, t.Now())
	})
	return sessions, err
}

// EndOwnSession ends one other session of the principal.
func EndOwnSession(ctx context.Context, d *db.DB, p *db.Principal, id string) error {
	hash, err := hex.DecodeString(id)
	if err != nil || len(hash) == 0 {
		return db.NoSuch("session")
	}
	return InHost(ctx, d, p.Home(), func(t db.Scope) error {
		n, err := sessions.EndSessions(t, sessions.LoggedOut, `s.id_hash = $2 AND s.user_id = $3 AND s.masquerade_id IS NULL`, hash, p.Actor.ID)
		if err != nil {
			return err
		}
		if n == 0 {
			return db.NoSuch("session")
		}
		return auditSessions(t, p, 1)
	})
}

// EndOtherSessions ends all sessions of the principal but this one.
func EndOtherSessions(ctx context.Context, d *db.DB, p *db.Principal) error {
	return InHost(ctx, d, p.Home(), func(t db.Scope) error {
		if err := sessions.RevokeSessions(t, p.Actor.ID, p.SessionHash); err != nil {
			return err
		}
		return auditSessions(t, p, 0)
	})
}

func auditSessions(t db.Scope, p *db.Principal, n int) error {
	which := "one"
	if n == 0 {
		which = "all others"
	}
	return db.AuditBy(t, p, p.Actor, "session.ended_by_owner", map[string]any{"which": which})
}

// ForgetEmailChange ends a change of somebody's address that is under way.
func ForgetEmailChange(t db.Scope, user uuid.UUID) error {
	if _, err := db.Exec(t, `DELETE FROM public.user_tokens WHERE user_id = $1 AND purpose IN ('email_old', 'email_new') AND used_at IS NULL`, user); err != nil {
		return err
	}
	_, err := db.Exec(t, `DELETE FROM public.email_changes WHERE user_id = $1`, user)
	return err
}
