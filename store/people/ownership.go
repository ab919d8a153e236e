package people

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// OwnerDay is how long what somebody was still counts: whoever became an owner
// within it can neither consent to changes by support nor set owners of longer
// standing aside, and those who lost it within it are owners of longer standing.
const OwnerDay = 24 * time.Hour

// standing is since when each person owns the business, of those who do or did
// within the day that began at $1. Being shut out in between makes nobody new.
const standing = `(SELECT o.business_id, o.user_id, min(o.since) AS since, array_agg(o.staff_id) FILTER (WHERE o.staff_id IS NOT NULL) AS staff
	FROM public.owner_terms o WHERE o.until IS NULL OR o.until > $1 GROUP BY o.business_id, o.user_id)`

// elder is true of an owner s while somebody of longer standing owns the business,
// or did within the day. Who was invited and never came doesn't count.
const elder = `EXISTS (SELECT FROM public.owner_terms e LEFT JOIN public.users x ON x.id = e.user_id
	WHERE e.business_id = s.business_id AND e.user_id IS DISTINCT FROM s.user_id AND e.since < s.since AND (e.until IS NULL OR e.until > $1)
		AND (x.id IS NULL OR x.last_login_at IS NOT NULL OR x.invited_at IS NULL))`

// noteMaker writes down by whose word somebody has the role just given: staff's, or
// that of the staff who made the giver. The first owner of a business has it by
// nobody's word. Called after each change that gives a role or a login back.
func noteMaker(t db.Scope, p db.Person) error {
	if db.Who(t) == nil {
		return nil
	}
	actor := db.Who(t).Actor
	var err error
	switch {
	case p.Role.IsPlatform():
		_, err = db.Exec(t, `UPDATE public.users SET role_by = $2 WHERE id = $1`, p.ID, actor.ID)
	case p.Role == access.TenantOwner:
		_, err = db.Exec(t, `UPDATE public.owner_terms s SET staff_id = CASE WHEN $4 THEN CAST($3 AS uuid)
				ELSE (SELECT m.staff_id FROM public.owner_terms m WHERE m.user_id = $3 AND m.business_id = s.business_id ORDER BY m.since DESC LIMIT 1) END
			WHERE s.user_id = $2 AND s.until IS NULL AND `+elder, t.Now().Add(-OwnerDay), p.ID, actor.ID, actor.Role.IsPlatform())
	}
	return err
}

// NoteRestoredOwners makes all owners of a restored business new: a file says who
// they were, and the word that counts is that of who restored it.
func NoteRestoredOwners(t db.Scope, business uuid.UUID) error {
	_, err := db.Exec(t, `UPDATE public.owner_terms SET since = $2, staff_id = $3 WHERE business_id = $1`, business, t.Now(), db.ActorID(db.Who(t)))
	if err == nil {
		_, err = db.Exec(t, `INSERT INTO public.owner_terms (business_id, since, until) VALUES ($1, TIMESTAMPTZ 'epoch', $2)`, business, t.Now())
	}
	return err
}

// MayConsent refuses an owner's yes where it could be the operator's own: of who
// became one within a day while another was there, whoever put that one aside
// since; and of whom the operator made an owner, as long as another is there.
// Without an operator it is asked for all of them.
func MayConsent(t db.Scope, person uuid.UUID, operator uuid.NullUUID) error {
	var found []struct {
		Since time.Time `db:"since"`
		Fresh bool      `db:"fresh"`
		Made  bool      `db:"made"`
	}
	day := t.Now().Add(-OwnerDay)
	err := db.List(t, &found, `SELECT s.since, s.since > $1 AND `+elder+` AS fresh,
			COALESCE(CASE WHEN CAST($3 AS uuid) IS NULL THEN cardinality(s.staff) > 0 ELSE CAST($3 AS uuid) = ANY (s.staff) END, false) AND `+elder+` AS made
		FROM `+standing+` s JOIN public.users u ON u.id = s.user_id AND u.role = 'TENANT_OWNER' AND u.is_active WHERE s.user_id = $2`, day, person, operator)
	switch {
	case err != nil:
		return err
	case len(found) == 0:
		return errOwnersOnly
	case found[0].Fresh:
		return &db.Error{Kind: db.Forbidden, Message: "You became an owner less than a day ago, and the business had another one within that day. You can agree to changes by support from " +
			dayAfter(found[0].Since) + " on; until then an owner of longer standing decides."}
	case found[0].Made && operator.Valid:
		return &db.Error{Kind: db.Forbidden, Message: "You became an owner by the word of this person of SmoothSchedule. An owner of longer standing decides about this request."}
	case found[0].Made:
		return &db.Error{Kind: db.Forbidden, Message: "You became an owner by the word of SmoothSchedule's staff. An owner of longer standing can allow changes by support for good; you can agree each time."}
	}
	return nil
}

func dayAfter(since time.Time) string {
	return since.Add(OwnerDay).UTC().Format("2 January 15:04") + " UTC"
}

// keepElders refuses somebody who became an owner within a day to put those aside
// who owned the business before.
func keepElders(q *db.TenantTx, target uuid.UUID) error {
	if db.Who(q) == nil {
		return nil
	}
	var since []time.Time
	err := db.List(q, &since, `SELECT s.since FROM `+standing+` s WHERE s.user_id = $2 AND s.since > $1 AND EXISTS (
		SELECT FROM public.owner_terms e WHERE e.business_id = s.business_id AND e.user_id = $3 AND e.since < s.since AND (e.until IS NULL OR e.until > $1))`,
		q.Now().Add(-OwnerDay), db.Who(q).Subject.ID, target)
	if err == nil && len(since) > 0 && !isSelfHere(q, target) {
		err = &db.Error{Kind: db.Forbidden, Message: "You became an owner less than a day ago. You can change owners of longer standing from " + dayAfter(since[0]) + " on."}
	}
	return err
}

// The events by which staff make an owner, and put one aside.
const (
	byMaking = `(l.action IN ('user.invited', 'user.created', 'user.enabled') OR l.action = 'user.role_changed' AND l.details ->> 'after' = 'TENANT_OWNER') AND o.since > $4`
	byAside  = `(l.action IN ('user.disabled', 'user.factors_reset', 'user.sessions_ended') OR l.action = 'user.role_changed' AND l.details ->> 'before' = 'TENANT_OWNER')
		AND (o.until IS NULL OR o.until > $4)`
)

// notBoth refuses to let the same person of the platform make an owner of a
// business and put another one aside within a day, in either order: that would be
// a take-over by one. What he did to the same person he can take back.
func notBoth(t db.Scope, p db.Person, other, message string) error {
	if db.Who(t) == nil || !db.Who(t).Actor.Role.IsPlatform() || !p.BusinessID.Valid {
		return nil
	}
	var did bool
	err := db.Get(t, &did, `SELECT EXISTS (SELECT FROM public.audit_log l
		LEFT JOIN public.owner_terms o ON o.business_id = l.business_id AND CAST(o.user_id AS text) = l.object_id
		WHERE l.business_id = $1 AND l.actor_id = $2 AND l.object_id <> $3 AND l.at > $4 AND (`+other+`))`,
		p.BusinessID, db.Who(t).Actor.ID, p.ID.String(), t.Now().Add(-OwnerDay))
	if err == nil && did {
		err = &db.Error{Kind: db.Forbidden, Message: message}
	}
	return err
}

// MayMakeOwner is asked before staff give somebody ownership, or an owner's login back.
func MayMakeOwner(t db.Scope, p db.Person) error {
	return notBoth(t, p, byAside, "You put another owner of this business aside less than a day ago. Somebody else of the platform must do this.")
}

// maySetAside is asked before staff take an owner's role, login, sessions or factors.
func maySetAside(t db.Scope, p db.Person) error {
	if p.Role != access.TenantOwner {
		return nil
	}
	return notBoth(t, p, byMaking+` OR l.action = 'business.imported'`, "You made somebody an owner of this business less than a day ago. Somebody else of the platform must do this.")
}

// disabledByMe says whether the principal shut this person out within a day.
func disabledByMe(t db.Scope, p db.Person) (mine bool, err error) {
	if db.Who(t) == nil {
		return false, nil
	}
	err = db.Get(t, &mine, `SELECT EXISTS (SELECT FROM public.audit_log WHERE business_id = $1 AND actor_id = $2 AND object_id = $3 AND at > $4 AND action = 'user.disabled')`,
		p.BusinessID, db.Who(t).Actor.ID, p.ID.String(), t.Now().Add(-OwnerDay))
	return mine, err
}
