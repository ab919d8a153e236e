package store

import (
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
)

// MasqueradeRequest is a masquerade, one with changes also on its way from the
// request to its start, as the platform sees it.
type MasqueradeRequest struct {
	Masquerade
	BusinessName   string `db:"business_name"`
	Subdomain      string `db:"subdomain"`
	SupportConsent string `db:"support_consent"`
	// SecondFrom is when a second person may answer instead of the owners.
	SecondFrom time.Time `db:"-"`
	// State is asked, granted, approved, started or over.
	State string `db:"-"`
	now   time.Time
}

// MayApprove says whether a second person may open it now.
func (r MasqueradeRequest) MayApprove() bool {
	return r.State == "asked" && !r.now.Before(r.SecondFrom)
}

// MasqueradeRequest returns one that its actor, or with all anybody's, wants to see.
func (q *PublicTx) MasqueradeRequest(id uuid.UUID, all bool) (MasqueradeRequest, error) {
	var r MasqueradeRequest
	err := q.get(&r, `SELECT `+masqueradeColumns+`, b.name AS business_name, b.subdomain, b.support_consent
		FROM public.masquerades m JOIN public.businesses b ON b.id = m.business_id WHERE m.id = $1 AND (m.actor_id = $2 OR $3)`, id, q.who.Actor.ID, all)
	if err != nil {
		return r, err
	}
	r.now = q.now
	r.SecondFrom = secondFrom(r.Masquerade, r.SupportConsent)
	switch {
	case r.StartedAt != nil && r.EndedAt == nil:
		r.State = "started"
	case !r.open(q.now), r.DecidedAt != nil && q.now.After(r.DecidedAt.Add(consentFor)):
		r.State = "over"
	default:
		r.State = r.Consent
	}
	return r, nil
}

// ApproveMasquerade is the second person's word where the owners say never or
// nothing. The owners are told.
func (q *PublicTx) ApproveMasquerade(id uuid.UUID) error {
	if _, err := q.exec(`SELECT FROM public.masquerades WHERE id = $1 FOR UPDATE`, id); err != nil {
		return err
	}
	r, err := q.MasqueradeRequest(id, true)
	switch {
	case err != nil:
		return err
	case r.ActorID == q.who.Actor.ID:
		return &Error{Kind: Forbidden, Message: "A second person must approve; you asked yourself."}
	case r.State != "asked":
		return &Error{Kind: Conflict, Message: "This request is answered or over already."}
	case !r.MayApprove():
		return &Error{Kind: Conflict, Message: "The owners are asked first. If they say nothing, you can approve from " + r.SecondFrom.UTC().Format("15:04") + " UTC."}
	}
	if err := q.checkSecond(r.ActorID); err != nil {
		return err
	}
	if err := q.steppedUp(); err != nil {
		return err
	}
	_, err = q.exec(`UPDATE public.masquerades SET consent = 'approved', decided_by = $2, decided_name = $3, decided_at = $4 WHERE id = $1`,
		id, q.who.Actor.ID, q.who.Actor.Name, q.now)
	if err != nil {
		return err
	}
	business := uuid.NullUUID{UUID: r.BusinessID, Valid: true}
	if err := q.audit(Event{Action: "masquerade.approved", Business: business, ObjectType: "user", ObjectID: r.ActorID.String(), ObjectName: r.ActorName,
		Masquerade: uuid.NullUUID{UUID: id, Valid: true}, Details: map[string]any{"instead of": r.SupportConsent, "reason": r.Reason}}); err != nil {
		return err
	}
	if err := q.mailOwners(r.BusinessID, func(owner uuid.UUID) error {
		return q.enqueue(ConsentOverriddenArgs{MasqueradeID: id, BusinessID: r.BusinessID, UserID: owner}, nil)
	}); err != nil {
		return err
	}
	return q.notifyPerson(Notice{Kind: NoticeConsent, Title: "Approved: changes to " + r.BusinessName, Detail: q.who.Actor.Name + " approved your request.",
		Href: "/masquerades/" + id.String()}, r.ActorID, access.Superuser, access.PlatformManager)
}

// checkSecond refuses as a second person who could be the first one again: somebody
// who has the role for less than a day, or by the asker's word, directly or through
// others; and whoever made the asker just now. That a founder once invited somebody
// does not bar him from answering.
func (q *PublicTx) checkSecond(asker uuid.UUID) error {
	var is struct {
		Fresh   bool `db:"fresh"`
		ByAsker bool `db:"by_asker"`
		Made    bool `db:"made"`
	}
	err := q.get(&is, `
		WITH RECURSIVE makers AS (
			SELECT id AS person, role_by AS maker FROM public.users WHERE id IN ($1, $2)
			UNION SELECT m.person, u.role_by FROM makers m JOIN public.users u ON u.id = m.maker WHERE u.role_by IS NOT NULL)
		SELECT COALESCE(s.role_since, s.created_at) > $3 AS fresh,
			EXISTS (SELECT FROM makers WHERE person = $1 AND maker = $2) AS by_asker,
			EXISTS (SELECT FROM makers WHERE person = $2 AND maker = $1) AND COALESCE(a.role_since, a.created_at) > $3 AS made
		FROM public.users s, public.users a WHERE s.id = $1 AND a.id = $2`, q.who.Actor.ID, asker, q.now.Add(-ownerDay))
	switch {
	case err != nil:
		return err
	case is.Fresh:
		return &Error{Kind: Forbidden, Message: "You have your role for less than a day. Somebody who has had it for longer must approve."}
	case is.ByAsker:
		return &Error{Kind: Forbidden, Message: "You have your role by the word of who asks. Somebody else must approve."}
	case is.Made:
		return &Error{Kind: Forbidden, Message: "Who asks has the role by your word for less than a day. Somebody else must approve."}
	}
	return nil
}

// OpenMasquerade makes the code for a request that was granted or approved.
func (q *PublicTx) OpenMasquerade(id uuid.UUID, how ...Beginning) (StartedMasquerade, error) {
	in := beginning(how)
	if err := q.alone(in.Instead, true); err != nil {
		return StartedMasquerade{}, err
	}
	if _, err := q.exec(`SELECT FROM public.masquerades WHERE id = $1 FOR UPDATE`, id); err != nil {
		return StartedMasquerade{}, err
	}
	r, err := q.MasqueradeRequest(id, false)
	if err != nil {
		return StartedMasquerade{}, err
	}
	if r.State != "granted" && r.State != "approved" {
		return StartedMasquerade{}, &Error{Kind: Conflict, Message: "Nobody has agreed to this request, or it is over."}
	}
	if err := q.steppedUp(); err != nil {
		return StartedMasquerade{}, err
	}
	_, business, err := q.MasqueradeTarget(r.SubjectID)
	if err != nil {
		return StartedMasquerade{}, err
	}
	started := StartedMasquerade{ID: id, Business: business}
	if started.Code, err = q.newMasqueradeCode(id, in.Browser); err != nil {
		return started, err
	}
	// The session that goes on is the present one, so only now can this be asked.
	why, err := q.masqueradeFault(id, r.Masquerade)
	if err == nil && why != "" {
		err = &Error{Kind: Conflict, Message: "This request can't be used any more: " + why + "."}
	}
	if err != nil {
		return started, err
	}
	return started, q.auditMasquerade(r.Masquerade, "masquerade.opened", q.who.Address, map[string]any{"consent": r.Consent, "by": r.DecidedName})
}
