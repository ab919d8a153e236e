package store

import (
	"context"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
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
func (db *DB) RequestEmailChange(ctx context.Context, p *Principal, email string, from Client) error {
	if strings.EqualFold(email, p.Actor.Email) {
		return invalid("email", "This is your address already.")
	}
	return db.inHost(ctx, p.home(), func(t *tx) error {
		send, err := t.askForMail("e-mail change", p.home(), p.Actor.ID.String(), from)
		if err != nil {
			return err
		}
		if !send {
			return invalid("email", "You have asked for several changes just now. Wait a quarter of an hour.")
		}
		if err := t.forgetEmailChange(p.Actor.ID); err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO public.email_changes (user_id, business_id, email, asked_at, expires_at) VALUES ($1, $2, $3, $4, $5)`,
			p.Actor.ID, p.Actor.BusinessID, email, t.now, t.now.Add(emailChangeFor)); err != nil {
			return err
		}
		for _, toNew := range []bool{false, true} {
			if err := t.enqueue(EmailChangeArgs{UserID: p.Actor.ID, BusinessID: p.Actor.BusinessID, ToNew: toNew}, nil); err != nil {
				return err
			}
		}
		return t.auditBy(p, p.Actor, "user.email_change_requested", map[string]any{"after": email})
	})
}

func (t *tx) forgetEmailChange(user uuid.UUID) error {
	if _, err := t.exec(`DELETE FROM public.user_tokens WHERE user_id = $1 AND purpose IN ('email_old', 'email_new') AND used_at IS NULL`, user); err != nil {
		return err
	}
	_, err := t.exec(`DELETE FROM public.email_changes WHERE user_id = $1`, user)
	return err
}

// WaitingEmailChange returns what the principal has asked for, or nil.
func (db *DB) WaitingEmailChange(ctx context.Context, p *Principal) (*EmailChange, error) {
	var waiting []EmailChange
	err := db.inHost(ctx, p.home(), func(t *tx) error {
		return t.list(&waiting, `SELECT `+emailChangeColumns+` FROM public.email_changes WHERE user_id = $1 AND expires_at > $2`, p.Actor.ID, t.now)
	})
	if err != nil || len(waiting) == 0 {
		return nil, err
	}
	return &waiting[0], nil
}

// CancelEmailChange takes it back; the links no longer work.
func (db *DB) CancelEmailChange(ctx context.Context, p *Principal) error {
	return db.inHost(ctx, p.home(), func(t *tx) error {
		if err := t.forgetEmailChange(p.Actor.ID); err != nil {
			return err
		}
		return t.auditBy(p, p.Actor, "user.email_change_cancelled", nil)
	})
}

// EmailChangeOf is what a worker mails about.
func (q *PublicTx) EmailChangeOf(user uuid.UUID) (EmailChange, error) {
	var c EmailChange
	err := q.get(&c, `SELECT `+emailChangeColumns+` FROM public.email_changes WHERE user_id = $1 AND expires_at > $2`, user, q.now)
	return c, err
}

// EmailLinkOf says what a link of a change would confirm, without spending it.
func (db *DB) EmailLinkOf(ctx context.Context, tenant *Tenant, token string) (EmailLink, error) {
	var found EmailLink
	err := db.inHost(ctx, tenant, func(t *tx) (err error) {
		found, err = t.emailLink(tenant, token)
		return err
	})
	return found, err
}

// EmailLink is one half of a change of address.
type EmailLink struct {
	Person
	New     string  `db:"new_email"`
	Purpose Purpose `db:"purpose"`
}

func (t *tx) emailLink(tenant *Tenant, token string) (EmailLink, error) {
	var found EmailLink
	err := t.get(&found, `
		SELECT u.id, u.business_id, u.name, u.role, u.is_active, u.created_at, u.email, k.purpose, e.email AS new_email
		FROM public.user_tokens k JOIN public.users u ON u.id = k.user_id JOIN public.email_changes e ON e.user_id = u.id
		WHERE k.token_hash = $1 AND k.purpose IN ('email_old', 'email_new') AND k.used_at IS NULL AND k.expires_at > $2 AND e.expires_at > $2
			AND u.is_active AND u.business_id IS NOT DISTINCT FROM $3`, hashToken(token), t.now, tenantID(tenant))
	return found, err
}

// ConfirmEmail spends a link. The second of the two makes the change: true then.
func (db *DB) ConfirmEmail(ctx context.Context, tenant *Tenant, token string, from Client) (changed bool, err error) {
	s := scope{platform: true}
	if tenant != nil { // with its schema: a customer's record changes as well
		s = scope{business: tenant.ID, schema: schemaOf(tenant)}
	}
	err = db.run(ctx, db.web, s, func(t *tx) error {
		found, err := t.emailLink(tenant, token)
		if err != nil {
			return err
		}
		n, err := t.exec(`UPDATE public.user_tokens SET used_at = $2 WHERE token_hash = $1 AND used_at IS NULL`, hashToken(token), t.now)
		if err != nil {
			return err
		}
		if n != 1 {
			return notFound("link")
		}
		// The row's lock lets two confirmations at once see each other.
		err = t.get(&changed, `UPDATE public.email_changes SET
				old_confirmed_at = CASE WHEN $2 THEN $3 ELSE old_confirmed_at END, new_confirmed_at = CASE WHEN $2 THEN new_confirmed_at ELSE $3 END
			WHERE user_id = $1 RETURNING old_confirmed_at IS NOT NULL AND new_confirmed_at IS NOT NULL`, found.ID, found.Purpose == EmailOld, t.now)
		if err != nil {
			return err
		}
		if changed && found.Role == access.Customer && tenant != nil {
			if err := asTenant(t, *tenant).customersEmail(found); err != nil {
				return err
			}
		}
		if changed {
			return t.changeEmail(found, from)
		}
		return t.auditSelf(found.Person, from, "user.email_confirmed", map[string]any{"from": string(found.Purpose)})
	})
	return changed, err
}

func (t *tx) changeEmail(found EmailLink, from Client) error {
	p, old := found.Person, found.Email
	if _, err := t.exec(`UPDATE public.users SET email = $2 WHERE id = $1`, p.ID, found.New); err != nil {
		return err
	}
	if p.BusinessID.Valid {
		if err := t.recountPeople(p.BusinessID.UUID); err != nil {
			return err
		}
	}
	// Links that lie in the old mailbox must not lead in.
	if err := t.endBearers(p, newAddress); err != nil {
		return err
	}
	p.Email = found.New
	if err := t.auditSelf(p, from, "user.email_changed", map[string]any{"before": old, "after": found.New}); err != nil {
		return err
	}
	return t.enqueue(AccountNoticeArgs{UserID: p.ID, BusinessID: p.BusinessID, What: NoticeEmailChanged, To: old}, nil)
}

// customersEmail takes the address of a login over into the customer's record.
// Where another customer has it already, that one keeps it; mails go to the
// login's all the same.
func (q *TenantTx) customersEmail(found EmailLink) error {
	var changed []struct {
		ID   uuid.UUID `db:"id"`
		Name string    `db:"name"`
	}
	err := q.list(&changed, `
		UPDATE customers SET email = $2 WHERE user_id = $1 AND NOT EXISTS (SELECT FROM customers o WHERE lower(o.email) = lower($2) AND o.user_id IS DISTINCT FROM $1)
		RETURNING id, name`, found.ID, found.New)
	for _, c := range changed { // one
		err = firstOf(err, q.readdress(c.ID, c.Name, c.Name, found.New))
	}
	return err
}
