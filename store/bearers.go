package store

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// cause is why something that lets a person in ends.
type cause int

// The causes. What a person does to one thing alone (logging out, revoking a token)
// is none of them.
const (
	newPassword  cause = 1 << iota
	shutOut            // disabled, erased, an invitation withdrawn
	newRole            // also by a hand-over
	factorsReset       // by somebody else, because the devices are lost
	newAddress
)

// bearer is something that lets in whoever holds it, or knows it, as a person.
type bearer struct {
	name   string
	causes cause
	end    func(t *tx, p Person) error
}

// bearers are all of them, in the order in which they end: sessions last (see
// endSessions). A new kind of link, token or code for a person belongs here;
// TestBearersEnd finds the columns that hold a secret and asks for a decision.
// docs/signing-in.md has the same as a table.
var bearers = []bearer{
	{"invitations", newPassword | shutOut | newAddress, deletes(`user_tokens WHERE purpose = 'invitation' AND used_at IS NULL AND user_id = $1`)},
	{"links for a new password", newPassword | shutOut | factorsReset | newAddress,
		deletes(`user_tokens WHERE purpose = 'password_reset' AND used_at IS NULL AND user_id = $1`)},
	{"links for a new address", newPassword | shutOut | factorsReset | newAddress, func(t *tx, p Person) error { return t.forgetEmailChange(p.ID) }},
	{"links to consent", newPassword | shutOut | newRole | factorsReset | newAddress, deletes(`consent_links WHERE user_id = $1`)},
	{"logins and passkeys half way", newPassword | shutOut | factorsReset | newAddress, deletes(`login_steps WHERE user_id = $1`)},
	{"known browsers", newPassword | shutOut | factorsReset, deletes(`known_devices WHERE user_id = $1`)},
	{"second factors", factorsReset, func(t *tx, p Person) error { return t.removeFactors(p.ID) }},
	{"calendar feeds", newPassword | shutOut | newRole | factorsReset, deletes(`calendar_feeds WHERE user_id = $1`)},
	// Whoever made these, it was an owner or a manager.
	{"calendar feeds of nobody", shutOut | newRole, func(t *tx, p Person) error {
		if p.Role != access.TenantOwner && p.Role != access.TenantManager {
			return nil
		}
		_, err := t.exec(`DELETE FROM public.calendar_feeds WHERE user_id IS NULL AND business_id = $1`, p.BusinessID)
		return err
	}},
	{"API tokens", newPassword | shutOut | factorsReset, func(t *tx, p Person) error { return t.revokeTokens(p.ID) }},
}

func deletes(which string) func(*tx, Person) error {
	return func(t *tx, p Person) error {
		_, err := t.exec(`DELETE FROM public.`+which, p.ID)
		return err
	}
}

// endBearers ends what a cause ends of a person p, who is as before it. Rows that
// others may wait for are to be changed before it.
func (t *tx) endBearers(p Person, why cause) error {
	for _, b := range bearers {
		if b.causes&why != 0 {
			if err := b.end(t, p); err != nil {
				return err
			}
		}
	}
	who, column := "operator", "actor_id"
	if p.BusinessID.Valid {
		who, column = "person", "subject_id"
	}
	reason := map[cause]string{shutOut: who + " disabled", newRole: who + "'s role changed"}[why]
	if reason == "" {
		reason = loggedOut
	}
	if why&(newPassword|shutOut|factorsReset) != 0 {
		if _, err := t.endSessions(reason, `s.user_id = $2 AND s.masquerade_id IS NULL`, p.ID); err != nil {
			return err
		}
	}
	if why&(shutOut|newRole) == 0 {
		return nil
	}
	if err := t.endMasquerades(reason, column+` = $3`, p.ID); err != nil {
		return err
	}
	if why == newRole {
		return t.changeSessions(`s.user_id = $1 AND s.masquerade_id IS NULL`, p.ID)
	}
	return nil
}

// endFeedsOf ends the addresses that somebody made of a calendar which is not
// theirs any more.
func (q *TenantTx) endFeedsOf(person, resource uuid.UUID) error {
	_, err := q.exec(`DELETE FROM public.calendar_feeds WHERE business_id = $1 AND user_id = $2 AND resource_id = $3`, q.Tenant.ID, person, resource)
	return err
}
