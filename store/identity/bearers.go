package identity

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// cause is why something that lets a person in ends.
type cause int

// The causes. What a person does to one thing alone (logging out, revoking a token)
// is none of them.
const (
	newPassword  cause = 1 << iota
	ShutOut            // disabled, erased, an invitation withdrawn
	NewRole            // also by a hand-over
	factorsReset       // by somebody else, because the devices are lost
	NewAddress
)

// bearer is something that lets in whoever holds it, or knows it, as a person.
type bearer struct {
	name   string
	causes cause
	end    func(t db.Scope, p db.Person) error
}

// bearers are all of them, in the order in which they end: sessions last (see
// endSessions). A new kind of link, token or code for a person belongs here;
// TestBearersEnd finds the columns that hold a secret and asks for a decision.
// docs/signing-in.md has the same as a table.
var bearers = []bearer{
	{"invitations", newPassword | ShutOut | NewAddress, deletes(`user_tokens WHERE purpose = 'invitation' AND used_at IS NULL AND user_id = $1`)},
	{"links for a new password", newPassword | ShutOut | factorsReset | NewAddress,
		deletes(`user_tokens WHERE purpose = 'password_reset' AND used_at IS NULL AND user_id = $1`)},
	{"links for a new address", newPassword | ShutOut | factorsReset | NewAddress, func(t db.Scope, p db.Person) error { return ForgetEmailChange(t, p.ID) }},
	{"links to consent", newPassword | ShutOut | NewRole | factorsReset | NewAddress, deletes(`consent_links WHERE user_id = $1`)},
	{"logins and passkeys half way", newPassword | ShutOut | factorsReset | NewAddress, deletes(`login_steps WHERE user_id = $1`)},
	{"known browsers", newPassword | ShutOut | factorsReset, deletes(`known_devices WHERE user_id = $1`)},
	{"second factors", factorsReset, func(t db.Scope, p db.Person) error { return RemoveFactors(t, p.ID) }},
	{"calendar feeds", newPassword | ShutOut | NewRole | factorsReset, deletes(`calendar_feeds WHERE user_id = $1`)},
	// Whoever made these, it was an owner or a manager.
	{"calendar feeds of nobody", ShutOut | NewRole, func(t db.Scope, p db.Person) error {
		if p.Role != access.TenantOwner && p.Role != access.TenantManager {
			return nil
		}
		_, err := db.Exec(t, `DELETE FROM public.calendar_feeds WHERE user_id IS NULL AND business_id = $1`, p.BusinessID)
		return err
	}},
	{"API tokens", newPassword | ShutOut | factorsReset, func(t db.Scope, p db.Person) error { return revokeTokens(t, p.ID) }},
}

func deletes(which string) func(db.Scope, db.Person) error {
	return func(t db.Scope, p db.Person) error {
		_, err := db.Exec(t, `DELETE FROM public.`+which, p.ID)
		return err
	}
}

// EndBearers ends what a cause ends of a person p, who is as before it. Rows that
// others may wait for are to be changed before it.
func EndBearers(t db.Scope, p db.Person, why cause) error {
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
	reason := map[cause]string{ShutOut: who + " disabled", NewRole: who + "'s role changed"}[why]
	if reason == "" {
		reason = sessions.LoggedOut
	}
	if why&(newPassword|ShutOut|factorsReset) != 0 {
		if _, err := sessions.EndSessions(t, reason, `s.user_id = $2 AND s.masquerade_id IS NULL`, p.ID); err != nil {
			return err
		}
	}
	if why&(ShutOut|NewRole) == 0 {
		return nil
	}
	if err := sessions.EndMasquerades(t, reason, column+` = $3`, p.ID); err != nil {
		return err
	}
	if why == NewRole {
		return sessions.ChangeSessions(t, `s.user_id = $1 AND s.masquerade_id IS NULL`, p.ID)
	}
	return nil
}

// EndFeedsOf ends the addresses that somebody made of a calendar which is not
// theirs any more.
func EndFeedsOf(q *db.TenantTx, person, resource uuid.UUID) error {
	_, err := db.Exec(q, `DELETE FROM public.calendar_feeds WHERE business_id = $1 AND user_id = $2 AND resource_id = $3`, q.Tenant.ID, person, resource)
	return err
}
