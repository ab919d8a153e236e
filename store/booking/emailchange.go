package booking

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// EmailChange is an address that waits until both mailboxes have said yes.
type EmailChange struct {
	Email       string     `db:"email"`
	AskedAt     time.Time  `db:"asked_at"`
	ExpiresAt   time.Time  `db:"expires_at"`
	ConfirmedBy *time.Time `db:"old_confirmed_at"`
	ConfirmedTo *time.Time `db:"new_confirmed_at"`
}

const emailChangeColumns = `email, asked_at, expires_at, old_confirmed_at, new_confirmed_at`

// RequestEmailChange mails a link to the present address and one to the new. It
// doesn't tell whether somebody else has the new one.
func RequestEmailChange(ctx context.Context, d *db.DB, p *db.Principal, email string, from db.Client) error {
	if strings.EqualFold(email, p.Actor.Email) {
		return db.InvalidField("email", "This is your address already.")
	}
	return identity.InHost(ctx, d, p.Home(), func(t db.Scope) error {
		send, err := sessions.AskForMail(t, "e-mail change", p.Home(), p.Actor.ID.String(), from)
		if err != nil {
			return err
		}
		if !send {
			return db.InvalidField("email", "You have asked for several changes just now. Wait a quarter of an hour.")
		}
		if err := identity.ForgetEmailChange(t, p.Actor.ID); err != nil {
			return err
		}
		if _, err := db.Exec(t, `INSERT INTO public.email_changes (user_id, business_id, email, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			p.Actor.ID, p.Actor.BusinessID, email, t.Now(), t.Now().Add(identity.EmailChangeFor)); err != nil {
			return err
		}
		for _, toNew := range []bool{false, true} {
			if err := db.Enqueue(t, identity.EmailChangeArgs{UserID: p.Actor.ID, BusinessID: p.Actor.BusinessID, ToNew: toNew}, nil); err != nil {
				return err
			}
		}
		return db.AuditBy(t, p, p.Actor, "user.email_change_requested", map[string]any{"after": email})
	})
}

// WaitingEmailChange returns what the principal has asked for, or nil.
func WaitingEmailChange(ctx context.Context, d *db.DB, p *db.Principal) (*EmailChange, error) {
	var waiting []EmailChange
	err := identity.InHost(ctx, d, p.Home(), func(t db.Scope) error {
		return db.List(t, &waiting, `SELECT `+emailChangeColumns+` FROM public.email_changes WHERE user_id = $1 AND expires_at > $2`, p.Actor.ID, t.Now())
	})
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	return &waiting[0], nil
}

// CancelEmailChange takes it back; the links no longer work.
func CancelEmailChange(ctx context.Context, d *db.DB, p *db.Principal) error {
	return identity.InHost(ctx, d, p.Home(), func(t db.Scope) error {
		if err := identity.ForgetEmailChange(t, p.Actor.ID); err != nil {
			return err
		}
		return db.AuditBy(t, p, p.Actor, "user.email_change_cancelled", nil)
	})
}

// EmailChangeOf is what a worker mails about.
func EmailChangeOf(q *db.PublicTx, user uuid.UUID) (EmailChange, error) {
	var c EmailChange
	err := db.Get(q, &c, `SELECT `+emailChangeColumns+` FROM public.email_changes WHERE user_id = $1 AND expires_at > $2`, user, q.Now())
	return c, err
}

// EmailLinkOf says what a link of a change would confirm, without spending it.
func EmailLinkOf(ctx context.Context, d *db.DB, tenant *db.Tenant, token string) (EmailLink, error) {
	var found EmailLink
	err := identity.InHost(ctx, d, tenant, func(t db.Scope) (err error) {
		found, err = emailLink(t, tenant, token)
		return err
	})
	return found, err
}

// EmailLink is one half of a change of address.
type EmailLink struct {
	db.Person
	New     string           `db:"new_email"`
	Purpose identity.Purpose `db:"purpose"`
}

func emailLink(t db.Scope, tenant *db.Tenant, token string) (EmailLink, error) {
	var found EmailLink
	err := db.Get(t, &found, `
		SELECT u.id, u.business_id, u.name, u.role, u.is_active, u.created_at, u.email, k.purpose, e.email AS new_email
		FROM public.user_tokens k JOIN public.users u ON u.id = k.user_id JOIN public.email_changes e ON e.user_id = u.id
		WHERE k.token_hash = $1 AND k.purpose IN ('email_old', 'email_new') AND k.used_at IS NULL AND k.expires_at > $2 AND e.expires_at > $2
			AND u.is_active AND u.business_id IS NOT DISTINCT FROM $3`, sessions.HashToken(token), t.Now(), sessions.TenantID(tenant))
	return found, err
}

// ConfirmEmail spends a link. The second of the two makes the change: true then.
func ConfirmEmail(ctx context.Context, d *db.DB, tenant *db.Tenant, token string, from db.Client) (changed bool, err error) {
	s := db.Rows{Platform: true}
	if tenant != nil { // with its schema: a customer's record changes as well
		s = db.Rows{Business: tenant.ID, Schema: db.SchemaOf(tenant)}
	}
	err = db.Run(ctx, d, db.Web(d), s, func(t db.Scope) error {
		found, err := emailLink(t, tenant, token)
		if err != nil {
			return err
		}
		n, err := db.Exec(t, `UPDATE public.user_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL`, sessions.HashToken(token), t.Now())
		if err != nil {
			return err
		}
		if n != 1 {
			return db.NoSuch("link")
		}
		// The row's lock lets two confirmations at once see each other.
		err = db.Get(t, &changed, `UPDATE public.email_changes SET
				old_confirmed_at = CASE WHEN $2 THEN $3 ELSE old_confirmed_at END, new_confirmed_at = CASE WHEN $2 THEN new_confirmed_at ELSE $3 END
			WHERE user_id = $1 RETURNING old_confirmed_at IS NOT NULL AND new_confirmed_at IS NOT NULL`, found.ID, found.Purpose == identity.EmailOld, t.Now())
		if err != nil {
			return err
		}
		if changed && found.Role == access.Customer && tenant != nil {
			if err := customersEmail(db.AsTenant(t, *tenant), found); err != nil {
				return err
			}
		}
		if changed {
			return changeEmail(t, found, from)
		}
		return db.AuditSelf(t, found.Person, from, "user.email_confirmed", map[string]any{"from": string(found.Purpose)})
	})
	return changed, err
}

func changeEmail(t db.Scope, found EmailLink, from db.Client) error {
	p, old := found.Person, found.Email
	if _, err := db.Exec(t, `UPDATE public.users SET email = $2 WHERE id = $1`, p.ID, found.New); err != nil {
		return err
	}
	if p.BusinessID.Valid {
		if err := identity.RecountPeople(t, p.BusinessID.UUID); err != nil {
			return err
		}
	}
	// Links that lie in the old mailbox must not lead in.
	if err := identity.EndBearers(t, p, identity.NewAddress); err != nil {
		return err
	}
	p.Email = found.New
	if err := db.AuditSelf(t, p, from, "user.email_changed", map[string]any{"before": old, "after": found.New}); err != nil {
		return err
	}
	return db.Enqueue(t, identity.AccountNoticeArgs{UserID: p.ID, BusinessID: p.BusinessID, What: identity.NoticeEmailChanged, To: old}, nil)
}

// customersEmail takes the address of a login over into the customer's record.
// Where another customer has it already, that one keeps it; mails go to the
// login's all the same.
func customersEmail(q *db.TenantTx, found EmailLink) error {
	var changed []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	err := db.List(q, &changed, `
		UPDATE customers SET email = $2 WHERE user_id = $1 AND NOT EXISTS (SELECT FROM customers o WHERE lower(o.email) = lower($2) AND o.user_id IS DISTINCT FROM $1)
		RETURNING id, name`, found.ID, found.New)
	for _, c := range changed { // one
		err = firstOf(err, notices.Readdress(q, c.ID, c.Name, c.Name, found.New))
	}
	return err
}
