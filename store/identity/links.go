package identity

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
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
	EmailChangeFor   = 24 * time.Hour
)

// NewLink makes the token of a link for one person and takes back earlier ones
// of the same purpose. Workers call it when they write the mail.
func NewLink(q *db.PublicTx, user uuid.UUID, purpose Purpose) (token string, expires time.Time, err error) {
	expires = q.Now().Add(invitationFor)
	switch purpose {
	case PasswordReset:
		expires = q.Now().Add(passwordResetFor)
	case EmailOld, EmailNew:
		expires = q.Now().Add(EmailChangeFor)
	}
	if _, err = db.Exec(q, `DELETE FROM public.user_tokens WHERE user_id = $1 AND purpose = $2 AND used_at IS NULL`, user, string(purpose)); err != nil {
		return "", expires, err
	}
	token = sessions.NewToken()
	_, err = db.Exec(q, `
		INSERT INTO public.user_tokens (token_hash, business_id, user_id, purpose, created_at, expires_at)
		SELECT $1, business_id, id, $3, $4, $5 FROM public.users WHERE id = $2`,
		sessions.HashToken(token), user, string(purpose), q.Now(), expires)
	return token, expires, err
}

// LinkOwner says for whom a link on this host is good, without spending it.
func LinkOwner(ctx context.Context, d *db.DB, tenant *db.Tenant, token string, purpose Purpose) (db.Person, error) {
	var p db.Person
	err := InHost(ctx, d, tenant, func(t db.Scope) error {
		return db.Get(t, &p, `
			SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at
			FROM public.user_tokens k JOIN public.users u ON u.id = k.user_id
			WHERE k.token_hash = $1 AND k.purpose = $2 AND k.used_at IS NULL AND k.expires_at > $3 AND u.is_active
				AND u.business_id IS NOT DISTINCT FROM $4`, sessions.HashToken(token), string(purpose), t.Now(), sessions.TenantID(tenant))
	})
	return p, err
}

// SpendLink sets the password of a link's owner (and with an invitation the name,
// unless it is empty), ends all other sessions and all API tokens of that person
// and starts a new session. A second factor is still asked for: *FactorNeeded.
func SpendLink(ctx context.Context, d *db.DB, tenant *db.Tenant, token string, purpose Purpose, name, password string, from db.Client) (string, *db.Principal, error) {
	p, err := LinkOwner(ctx, d, tenant, token, purpose)
	if err != nil {
		return "", nil, err
	}
	if err := CheckPassword(password, append(p.Around(tenant), name)...); err != nil {
		return "", nil, err
	}
	hash, err := HashPassword(ctx, d, password)
	if err != nil {
		return "", nil, err
	}
	factor := false
	err = InHost(ctx, d, tenant, func(t db.Scope) error {
		spent, err := db.Exec(t, `UPDATE public.user_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL`, sessions.HashToken(token), t.Now())
		if err != nil {
			return err
		}
		if spent != 1 {
			return db.NoSuch("link")
		}
		if err := StorePassword(t, p, hash); err != nil {
			return err
		}
		if purpose == Invitation && name != "" && p.BusinessID.Valid { // superusers name the platform's people
			p.Name = name
			if err := Rename(t, p); err != nil {
				return err
			}
		}
		if err := db.Get(t, &factor, `SELECT second_factor FROM public.users WHERE id = $1`, p.ID); err != nil {
			return err
		}
		if err := EndBearers(t, p, newPassword); err != nil {
			return err
		}
		if purpose == PasswordReset {
			if err := notice(t, p, NoticePasswordChanged); err != nil {
				return err
			}
		}
		return db.AuditSelf(t, p, from, "user.password_set", map[string]any{"by": purpose})
	})
	if err != nil {
		return "", nil, err
	}
	if factor {
		return "", nil, needFactor(ctx, d, tenant, p)
	}
	return startSession(ctx, d, tenant, p, from, "session.started")
}

// RequestPasswordReset mails a link if there is such an account here, and says
// nothing of whether there is: it doesn't even look, the job does. Who asks too often gets no more mails for a while.
func RequestPasswordReset(ctx context.Context, d *db.DB, tenant *db.Tenant, email string, from db.Client) error {
	return InHost(ctx, d, tenant, func(t db.Scope) error {
		send, err := sessions.AskForMail(t, "password reset", tenant, email, from)
		if err != nil || !send || !sessions.IsText(email) {
			return err
		}
		return db.Enqueue(t, ForgotArgs{Email: email, BusinessID: sessions.TenantID(tenant)}, nil)
	})
}

// MailForgotten does what RequestPasswordReset left to the job.
func MailForgotten(ctx context.Context, d *db.DB, forgot ForgotArgs) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		var people []uuid.UUID
		err := db.List(q, &people, `SELECT id FROM public.users
			WHERE business_id IS NOT DISTINCT FROM $1 AND lower(email) = lower($2) AND is_active`, forgot.BusinessID, forgot.Email)
		if err != nil || len(people) == 0 {
			return err
		}
		return db.Enqueue(q, PasswordResetArgs{UserID: people[0], BusinessID: forgot.BusinessID}, nil)
	})
}
