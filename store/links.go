package store

import (
	"context"
	"time"

	"github.com/google/uuid"
)

// Purpose is what a mailed link is for.
type Purpose string

// The purposes of mailed links, and how long each is good.
const (
	Invitation    Purpose = "invitation"
	PasswordReset Purpose = "password_reset"
	// EmailOld and EmailNew are the two halves of changing an address.
	EmailOld Purpose = "email_old"
	EmailNew Purpose = "email_new"

	invitationFor    = 7 * 24 * time.Hour
	passwordResetFor = time.Hour
	emailChangeFor   = 24 * time.Hour
)

// NewLink makes the token of a link for one person and takes back earlier ones
// of the same purpose. Workers call it when they write the mail.
func (q *PublicTx) NewLink(user uuid.UUID, purpose Purpose) (token string, expires time.Time, err error) {
	expires = q.now.Add(invitationFor)
	switch purpose {
	case PasswordReset:
		expires = q.now.Add(passwordResetFor)
	case EmailOld, EmailNew:
		expires = q.now.Add(emailChangeFor)
	}
	if _, err = q.exec(`DELETE FROM public.user_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL`, user, string(purpose)); err != nil {
		return "", expires, err
	}
	token = newToken()
	_, err = q.exec(`
		INSERT INTO public.user_tokens (token_hash, business_id, user_id, purpose, created_at, expires_at)
		SELECT $1, business_id, id, $3, $4, $5 FROM public.users WHERE id = $2`,
		hashToken(token), user, string(purpose), q.now, expires)
	return token, expires, err
}

// LinkOwner says for whom a link on this host is good, without spending it.
func (db *DB) LinkOwner(ctx context.Context, tenant *Tenant, token string, purpose Purpose) (Person, error) {
	var p Person
	err := db.inHost(ctx, tenant, func(t *tx) error {
		return t.get(&p, `
			SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at
			FROM public.user_tokens k JOIN public.users u ON u.id = k.user_id
			WHERE k.token_hash = $1 AND k.purpose = $2 AND k.used_at IS NULL AND k.expires_at > $3 AND u.is_active
				AND u.business_id IS NOT DISTINCT FROM $4`, hashToken(token), string(purpose), t.now, tenantID(tenant))
	})
	return p, err
}

// SpendLink sets the password of a link's owner (and with an invitation the name,
// unless it is empty), ends all other sessions and all API tokens of that person
// and starts a new session. A second factor is still asked for: *FactorNeeded.
func (db *DB) SpendLink(ctx context.Context, tenant *Tenant, token string, purpose Purpose, name, password string, from Client) (string, *Principal, error) {
	p, err := db.LinkOwner(ctx, tenant, token, purpose)
	if err != nil {
		return "", nil, err
	}
	if err := CheckPassword(password, append(p.around(tenant), name)...); err != nil {
		return "", nil, err
	}
	hash, err := db.hashPassword(ctx, password)
	if err != nil {
		return "", nil, err
	}
	factor := false
	err = db.inHost(ctx, tenant, func(t *tx) error {
		spent, err := t.exec(`UPDATE public.user_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL`, hashToken(token), t.now)
		if err != nil {
			return err
		}
		if spent != 1 {
			return notFound("link")
		}
		if err := t.storePassword(p, hash); err != nil {
			return err
		}
		if purpose == Invitation && name != "" && p.BusinessID.Valid { // superusers name the platform's people
			p.Name = name
			if err := t.rename(p); err != nil {
				return err
			}
		}
		if err := t.get(&factor, `SELECT second_factor FROM public.users WHERE id = $1`, p.ID); err != nil {
			return err
		}
		if err := t.endBearers(p, newPassword); err != nil {
			return err
		}
		if purpose == PasswordReset {
			if err := t.notice(p, NoticePasswordChanged); err != nil {
				return err
			}
		}
		return t.auditSelf(p, from, "user.password_set", map[string]any{"by": purpose})
	})
	if err != nil {
		return "", nil, err
	}
	if factor {
		return "", nil, db.needFactor(ctx, tenant, p)
	}
	return db.startSession(ctx, tenant, p, from, "session.started")
}

// RequestPasswordReset mails a link if there is such an account here, and says
// nothing of whether there is: it doesn't even look, the job does. Who asks too often gets no more mails for a while.
func (db *DB) RequestPasswordReset(ctx context.Context, tenant *Tenant, email string, from Client) error {
	return db.inHost(ctx, tenant, func(t *tx) error {
		send, err := t.askForMail("password reset", tenant, email, from)
		if err != nil || !send || !isText(email) {
			return err
		}
		return t.enqueue(ForgotArgs{Email: email, BusinessID: tenantID(tenant)}, nil)
	})
}

// MailForgotten does what RequestPasswordReset left to the job.
func (db *DB) MailForgotten(ctx context.Context, forgot ForgotArgs) error {
	return db.InPublic(ctx, func(q *PublicTx) error {
		var people []uuid.UUID
		err := q.list(&people, `SELECT id FROM public.users
			WHERE business_id IS NOT DISTINCT FROM $1 AND lower(email) = lower($2) AND is_active`, forgot.BusinessID, forgot.Email)
		if err != nil || len(people) == 0 {
			return err
		}
		return q.enqueue(PasswordResetArgs{UserID: people[0], BusinessID: forgot.BusinessID}, nil)
	})
}
