package store

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// What a business's owners say to changes by support.
const (
	ConsentAlways = "always"
	ConsentAsk    = "ask"
	ConsentNever  = "never"
)

// AskFor is how long the owners have before a second person of the platform
// may answer for them.
const AskFor = 10 * time.Minute

// consentFor is how long a consent given can be used for a start.
const consentFor = time.Hour

// requestFor is how long a request stays open, and its mailed links good.
const requestFor = 12 * time.Hour

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
func (q *TenantTx) SetSupportConsent(consent string) error {
	if consent != ConsentAlways && consent != ConsentAsk && consent != ConsentNever {
		return invalid("consent", "Choose one of the three.")
	}

	if consent != ConsentNever { // which is open to every owner
		if err := q.mayConsent(q.who.Actor.ID, uuid.NullUUID{}); err != nil {
			return err
		}
	}
	var before string
	if err := q.get(&before, `SELECT support_consent FROM public.businesses WHERE id = $1 FOR UPDATE`, q.Tenant.ID); err != nil {
		return err
	}
	if before == consent {
		return nil
	}
	if err := q.unchanged(StandingConsent(before)); err != nil {
		return err
	}
	if _, err := q.exec(`UPDATE public.businesses SET support_consent = $2, updated_at = $3 WHERE id = $1`, q.Tenant.ID, consent, q.now); err != nil {
		return err
	}
	rest := `consent = 'standing'`
	if consent == ConsentNever {
		rest = `consent IN ('standing', 'granted')`
	}
	if consent != ConsentAlways {
		if err := q.endMasquerades("consent withdrawn", rest+` AND business_id = $3`, q.Tenant.ID); err != nil {
			return err
		}
	}
	return q.audit(Event{Action: "business.support_consent_changed", Business: tenantID(&q.Tenant), ObjectType: "business", ObjectID: q.Tenant.ID.String(),
		ObjectName: q.Tenant.Name, Details: map[string]any{"before": before, "after": consent}})
}

// askConsent tells who can open a masquerade with changes that one waits.
func (q *PublicTx) askConsent(id uuid.UUID, business Tenant) error {
	if business.SupportConsent == ConsentNever {
		return q.notifyStaff(Notice{Kind: NoticeConsent, Title: q.who.Actor.Name + " asks to change " + business.Name,
			Detail: "Its owners never allow it: a second person must approve.", Href: "/masquerades/" + id.String()}, access.Superuser, access.PlatformManager)
	}
	return q.mailOwners(business.ID, func(owner uuid.UUID) error {
		return q.enqueue(ConsentRequestArgs{MasqueradeID: id, BusinessID: business.ID, UserID: owner}, nil)
	})
}

// mailOwners makes a mail job for each owner of its own: a retry tells nobody twice.
func (t *tx) mailOwners(business uuid.UUID, enqueue func(owner uuid.UUID) error) error {
	var owners []uuid.UUID
	err := t.list(&owners, `SELECT id FROM public.users WHERE business_id = $1 AND role = 'TENANT_OWNER' AND is_active ORDER BY created_at, id LIMIT 100`, business)
	for _, owner := range owners {
		if err == nil {
			err = enqueue(owner)
		}
	}
	return err
}

// DecideMasquerade is an owner's answer on the site.
func (q *TenantTx) DecideMasquerade(id uuid.UUID, d Decision) error {
	if q.who == nil || q.who.Masquerade != nil {
		return &Error{Kind: Forbidden, Message: "This stays with the people of the business."}
	}
	return q.decide(q.Tenant, id, q.who.Actor, d, "on the site")
}

func (t *tx) decide(tenant Tenant, id uuid.UUID, owner Person, d Decision, how string) error {
	var m Masquerade
	err := t.get(&m, `SELECT `+masqueradeColumns+` FROM public.masquerades m WHERE m.id = $1 AND m.business_id = $2 FOR UPDATE`, id, tenant.ID)
	if err != nil {
		return err
	}
	answered := &Error{Kind: Conflict, Message: "This request is answered or over already."}
	consent, action := "granted", "masquerade.consent_granted"
	switch d {
	case Grant:
		if m.Consent != "asked" || !m.open(t.now) {
			return answered
		}
		if err := t.mayConsent(owner.ID, uuid.NullUUID{UUID: m.ActorID, Valid: true}); err != nil {
			return err
		}
	case Decline:
		consent, action = "declined", "masquerade.consent_declined"
		if m.Consent != "asked" || !m.open(t.now) {
			return answered
		}
	case Withdraw:
		// Any visit, whatever it rests on: one that only looks, one forced by a second person.
		if m.EndedAt != nil || m.StartedAt == nil && !m.open(t.now) {
			return answered
		}
		if m.Consent != "granted" && m.Consent != "standing" {
			return t.endByOwner(tenant, m, owner, how)
		}
		consent, action = "withdrawn", "masquerade.consent_withdrawn"
	default:
		return invalid("decision", "Choose one of the answers.")
	}
	_, err = t.exec(`UPDATE public.masquerades SET consent = $2, decided_by = $3, decided_name = $4, decided_at = $5 WHERE id = $1`,
		id, consent, owner.ID, owner.Name, t.now)
	if err != nil {
		return err
	}
	if err := t.audit(Event{Action: action, Business: tenantID(&tenant), ObjectType: "user", ObjectID: m.ActorID.String(), ObjectName: m.ActorName,
		Masquerade: uuid.NullUUID{UUID: id, Valid: true}, Details: map[string]any{"how": how}, By: t.byOwner(owner)}); err != nil {
		return err
	}
	title := "Consent given: "
	switch d {
	case Decline:
		title = "Consent declined: "
		err = t.endMasquerade(id, "declined by an owner")
	case Withdraw:
		title = "Consent withdrawn: "
		err = t.endMasquerade(id, "consent withdrawn")
	}
	if err != nil {
		return err
	}
	return t.notifyPerson(Notice{Kind: NoticeConsent, Title: title + tenant.Name, Detail: owner.Name + " answered " + m.ActorName + ".",
		Href: "/masquerades/" + id.String()}, m.ActorID, access.Superuser, access.PlatformManager)
}

// endByOwner ends a visit that needs no consent of the owners, or has somebody else's.
func (t *tx) endByOwner(tenant Tenant, m Masquerade, owner Person, how string) error {
	if err := t.endMasquerade(m.ID, "ended by an owner"); err != nil {
		return err
	}
	if err := t.audit(Event{Action: "masquerade.ended_by_owner", Business: tenantID(&tenant), ObjectType: "user", ObjectID: m.ActorID.String(), ObjectName: m.ActorName,
		Masquerade: uuid.NullUUID{UUID: m.ID, Valid: true}, Details: map[string]any{"how": how}, By: t.byOwner(owner)}); err != nil {
		return err
	}
	return t.notifyPerson(Notice{Kind: NoticeConsent, Title: "Ended by an owner: " + tenant.Name, Detail: owner.Name + " ended the visit of " + m.ActorName + ".",
		Href: "/masquerades/" + m.ID.String()}, m.ActorID, access.Superuser, access.PlatformManager)
}

// byOwner is the author of an answer: who is logged in, or the owner of a link.
func (t *tx) byOwner(owner Person) *Principal {
	if t.who != nil && t.who.Masquerade == nil && t.who.Actor.ID == owner.ID {
		return t.who
	}
	return &Principal{Actor: owner, Subject: owner}
}

// open says whether a request still waits for somebody.
func (m Masquerade) open(now time.Time) bool {
	return m.EndedAt == nil && m.StartedAt == nil && now.Before(m.CreatedAt.Add(requestFor))
}

// NewConsentLink makes the link by which one owner answers a request. Workers
// call it when they write the mail; an earlier one is good no longer.
func (q *PublicTx) NewConsentLink(masquerade, owner uuid.UUID) (string, error) {
	if _, err := q.exec(`DELETE FROM public.consent_links WHERE masquerade_id = $1 AND user_id = $2`, masquerade, owner); err != nil {
		return "", err
	}
	token := newToken()
	_, err := q.exec(`
		INSERT INTO public.consent_links (token_hash, business_id, masquerade_id, user_id, created_at, expires_at)
		SELECT $1, business_id, id, $3, $4, $5 FROM public.masquerades WHERE id = $2`, hashToken(token), masquerade, owner, q.now, q.now.Add(requestFor+MasqueradeMax))
	return token, err
}

// ConsentByLink says what a mailed link on this host is about, and to whom it
// was mailed; it changes nothing.
func (db *DB) ConsentByLink(ctx context.Context, tenant Tenant, token string) (m Masquerade, owner Person, err error) {
	err = db.inHost(ctx, &tenant, func(t *tx) (err error) {
		m, owner, err = t.consentLink(tenant, token)
		return err
	})
	return m, owner, err
}

func (t *tx) consentLink(tenant Tenant, token string) (m Masquerade, owner Person, err error) {
	err = t.get(&m, `SELECT `+masqueradeColumns+` FROM public.consent_links k JOIN public.masquerades m ON m.id = k.masquerade_id
		WHERE k.token_hash = $1 AND k.business_id = $2 AND k.expires_at > $3`, hashToken(token), tenant.ID, t.now)
	if err != nil {
		return m, owner, err
	}
	err = t.get(&owner, `SELECT u.id, u.business_id, u.email, u.name, u.role, u.is_active, u.last_login_at, u.created_at
		FROM public.consent_links k JOIN public.users u ON u.id = k.user_id
		WHERE k.token_hash = $1 AND u.role = 'TENANT_OWNER' AND u.is_active`, hashToken(token))
	return m, owner, err
}

// DecideByLink is an owner's answer by the mailed link.
func (db *DB) DecideByLink(ctx context.Context, tenant Tenant, token string, answer Decision) error {
	return db.inHost(ctx, &tenant, func(t *tx) error {
		m, owner, err := t.consentLink(tenant, token)
		if err != nil {
			return err
		}
		return t.decide(tenant, m.ID, owner, answer, "by the mailed link")
	})
}

// BusinessSubdomain is where the links of mails lead.
func (q *PublicTx) BusinessSubdomain(business uuid.UUID) (string, error) {
	var subdomain string
	err := q.get(&subdomain, `SELECT subdomain FROM public.businesses WHERE id = $1`, business)
	return subdomain, err
}
