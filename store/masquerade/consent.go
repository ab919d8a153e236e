package masquerade

import (
	"context"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// Decision is an owner's answer.
type Decision string

// The decisions of owners.
const (
	Grant    Decision = "grant"
	Decline  Decision = "decline"
	Withdraw Decision = "withdraw"
)

// SetSupportConsent stores what the owners say to changes by support. Consent
// taken back ends what rested on it.
func SetSupportConsent(q *db.TenantTx, consent string) error {
	if consent != sessions.ConsentAlways && consent != sessions.ConsentAsk && consent != sessions.ConsentNever {
		return db.InvalidField("consent", "Choose one of the three.")
	}

	if consent != sessions.ConsentNever { // which is open to every owner
		if err := people.MayConsent(q, db.Who(q).Actor.ID, uuid.NullUUID{}); err != nil {
			return err
		}
	}
	var before string
	if err := db.Get(q, &before, `SELECT support_consent FROM public.businesses WHERE id = $1 FOR UPDATE`, q.Tenant.ID); err != nil {
		return err
	}
	if before == consent {
		return nil
	}
	if err := db.Unchanged(q, db.StandingConsent(before)); err != nil {
		return err
	}
	if _, err := db.Exec(q, `UPDATE public.businesses SET support_consent = $2, updated_at = $3 WHERE id = $1`, q.Tenant.ID, consent, q.Now()); err != nil {
		return err
	}
	rest := `consent = 'standing'`
	if consent == sessions.ConsentNever {
		rest = `consent IN ('standing', 'granted')`
	}
	if consent != sessions.ConsentAlways {
		if err := sessions.EndMasquerades(q, "consent withdrawn", rest+` AND business_id = $3`, q.Tenant.ID); err != nil {
			return err
		}
	}
	return db.Audit(q, db.Event{Action: "business.support_consent_changed", Business: sessions.TenantID(&q.Tenant), ObjectType: "business", ObjectID: q.Tenant.ID.String(),
		ObjectName: q.Tenant.Name, Details: map[string]any{"before": before, "after": consent}})
}

// askConsent tells who can open a masquerade with changes that one waits.
func askConsent(q *db.PublicTx, id uuid.UUID, business db.Tenant) error {
	if business.SupportConsent == sessions.ConsentNever {
		return people.NotifyStaffIn(q, people.Notice{Kind: people.NoticeConsent, Title: db.Who(q).Actor.Name + " asks to change " + business.Name,
			Detail: "Its owners never allow it: a second person must approve.", Href: "/masquerades/" + id.String()}, access.Superuser, access.PlatformManager)
	}
	return sessions.MailOwners(q, business.ID, func(owner uuid.UUID) error {
		return db.Enqueue(q, ConsentRequestArgs{MasqueradeID: id, BusinessID: business.ID, UserID: owner}, nil)
	})
}

// DecideMasquerade is an owner's answer on the site.
func DecideMasquerade(q *db.TenantTx, id uuid.UUID, d Decision) error {
	if db.Who(q) == nil || db.Who(q).Masquerade != nil {
		return &db.Error{Kind: db.Forbidden, Message: "This stays with the people of the business."}
	}
	return decide(q, q.Tenant, id, db.Who(q).Actor, d, "on the site")
}

func decide(t db.Scope, tenant db.Tenant, id uuid.UUID, owner db.Person, d Decision, how string) error {
	var m db.Masquerade
	err := db.Get(t, &m, `SELECT `+db.MasqueradeColumns+` FROM public.masquerades m WHERE m.id = $1 AND m.business_id = $2 FOR UPDATE`, id, tenant.ID)
	if err != nil {
		return err
	}
	answered := &db.Error{Kind: db.Conflict, Message: "This request is answered or over already."}
	consent, action := "granted", "masquerade.consent_granted"
	switch d {
	case Grant:
		if m.Consent != "asked" || !m.Open(t.Now()) {
			return answered
		}
		if err := people.MayConsent(t, owner.ID, uuid.NullUUID{UUID: m.ActorID, Valid: true}); err != nil {
			return err
		}
	case Decline:
		consent, action = "declined", "masquerade.consent_declined"
		if m.Consent != "asked" || !m.Open(t.Now()) {
			return answered
		}
	case Withdraw:
		// Any visit, whatever it rests on: one that only looks, one forced by a second person.
		if m.EndedAt != nil || m.StartedAt == nil && !m.Open(t.Now()) {
			return answered
		}
		if m.Consent != "granted" && m.Consent != "standing" {
			return endByOwner(t, tenant, m, owner, how)
		}
		consent, action = "withdrawn", "masquerade.consent_withdrawn"
	default:
		return db.InvalidField("decision", "Choose one of the answers.")
	}
	_, err = db.Exec(t, `UPDATE public.masquerades SET consent = $2, decided_by = $3, decided_name = $4, decided_at = $5 WHERE id = $1`,
		id, consent, owner.ID, owner.Name, t.Now())
	if err != nil {
		return err
	}
	if err := db.Audit(t, db.Event{Action: action, Business: sessions.TenantID(&tenant), ObjectType: "user", ObjectID: m.ActorID.String(), ObjectName: m.ActorName,
		Masquerade: uuid.NullUUID{UUID: id, Valid: true}, Details: map[string]any{"how": how}, By: byOwner(t, owner)}); err != nil {
		return err
	}
	title := "Consent given: "
	switch d {
	case Decline:
		title = "Consent declined: "
		err = sessions.EndMasquerade(t, id, "declined by an owner")
	case Withdraw:
		title = "Consent withdrawn: "
		err = sessions.EndMasquerade(t, id, "consent withdrawn")
	}
	if err != nil {
		return err
	}
	return people.NotifyPerson(t, people.Notice{Kind: people.NoticeConsent, Title: title + tenant.Name, Detail: owner.Name + " answered " + m.ActorName + ".",
		Href: "/masquerades/" + id.String()}, m.ActorID, access.Superuser, access.PlatformManager)
}

// endByOwner ends a visit that needs no consent of the owners, or has somebody else's.
func endByOwner(t db.Scope, tenant db.Tenant, m db.Masquerade, owner db.Person, how string) error {
	if err := sessions.EndMasquerade(t, m.ID, "ended by an owner"); err != nil {
		return err
	}
	if err := db.Audit(t, db.Event{Action: "masquerade.ended_by_owner", Business: sessions.TenantID(&tenant), ObjectType: "user", ObjectID: m.ActorID.String(), ObjectName: m.ActorName,
		Masquerade: uuid.NullUUID{UUID: m.ID, Valid: true}, Details: map[string]any{"how": how}, By: byOwner(t, owner)}); err != nil {
		return err
	}
	return people.NotifyPerson(t, people.Notice{Kind: people.NoticeConsent, Title: "Ended by an owner: " + tenant.Name, Detail: owner.Name + " ended the visit of " + m.ActorName + ".",
		Href: "/masquerades/" + m.ID.String()}, m.ActorID, access.Superuser, access.PlatformManager)
}

// byOwner is the author of an answer: who is logged in, or the owner of a link.
func byOwner(t db.Scope, owner db.Person) *db.Principal {
	if db.Who(t) != nil && db.Who(t).Masquerade == nil && db.Who(t).Actor.ID == owner.ID {
		return db.Who(t)
	}
	return &db.Principal{Actor: owner, Subject: owner}
}

// NewConsentLink makes the link by which one owner answers a request. Workers
// call it when they write the mail; an earlier one is good no longer.
func NewConsentLink(q *db.PublicTx, masquerade, owner uuid.UUID) (string, error) {
	if _, err := db.Exec(q, `DELETE FROM public.consent_links WHERE masquerade_id = $1 AND user_id = $2`, masquerade, owner); err != nil {
		return "", err
	}
	token := sessions.NewToken()
	_, err := db.Exec(q, `
		INSERT INTO public.consent_links (token_hash, business_id, masquerade_id, user_id, created_at, expires_at)
		SELECT $1, business_id, id, $3, $4, $5 FROM public.masquerades WHERE id = $2`, sessions.HashToken(token), masquerade, owner, q.Now(), q.Now().Add(db.RequestFor+settings.MasqueradeMax))
	return token, err
}

// ConsentByLink says what a mailed link on this host is about, and to whom it
// was mailed; it changes nothing.
func ConsentByLink(ctx context.Context, d *db.DB, tenant db.Tenant, token string) (m db.Masquerade, owner db.Person, err error) {
	err = identity.InHost(ctx, d, &tenant, func(t db.Scope) (err error) {
		m, owner, err = consentLink(t, tenant, token)
		return err
	})
	return m, owner, err
}

func consentLink(t db.Scope, tenant db.Tenant, token string) (m db.Masquerade, owner db.Person, err error) {
	err = db.Get(t, &m, `SELECT `+db.MasqueradeColumns+` FROM public.consent_links k JOIN public.masquerades m ON m.id = k.masquerade_id
		WHERE k.token_hash = $1 AND k.business_id = $2 AND k.expires_at > $3`, sessions.HashToken(token), tenant.ID, t.Now())
	if err != nil {
		return m, owner, err
	}
	err = db.Get(t, &owner, `SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at
		FROM public.consent_links k JOIN public.users u ON u.id = k.user_id
		WHERE k.token_hash = $1 AND u.role = 'TENANT_OWNER' AND u.is_active`, sessions.HashToken(token))
	return m, owner, err
}

// DecideByLink is an owner's answer by the mailed link.
func DecideByLink(ctx context.Context, d *db.DB, tenant db.Tenant, token string, answer Decision) error {
	return identity.InHost(ctx, d, &tenant, func(t db.Scope) error {
		m, owner, err := consentLink(t, tenant, token)
		if err != nil {
			return err
		}
		return decide(t, tenant, m.ID, owner, answer, "by the mailed link")
	})
}

// BusinessSubdomain is where the links of mails lead.
func BusinessSubdomain(q *db.PublicTx, business uuid.UUID) (string, error) {
	var subdomain string
	err := db.Get(q, &subdomain, `SELECT subdomain FROM public.businesses WHERE id = $1`, business)
	return subdomain, err
}
