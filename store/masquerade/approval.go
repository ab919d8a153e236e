package masquerade

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// ApproveMasquerade is the second person's word where the owners say never or
// nothing. The owners are told.
func ApproveMasquerade(q *db.PublicTx, id uuid.UUID) error {
	if _, err := db.Exec(q, `SELECT FROM public.masquerades WHERE id = $1 FOR UPDATE`, id); err != nil {
		return err
	}
	r, err := sessions.ReadMasqueradeRequest(q, id, true)
	switch {
	case err != nil:
		return err
	case r.ActorID == db.Who(q).Actor.ID:
		return &db.Error{Kind: db.Forbidden, Message: "A second person must approve; you asked yourself."}
	case r.State != "asked":
		return &db.Error{Kind: db.Conflict, Message: "This request is answered or over already."}
	case !r.MayApprove():
		return &db.Error{Kind: db.Conflict, Message: "The owners are asked first. If they say nothing, you can approve from " + r.SecondFrom.UTC().Format("15:04") + " UTC."}
	}
	if err := checkSecond(q, r.ActorID); err != nil {
		return err
	}
	if err := sessions.SteppedUp(q); err != nil {
		return err
	}
	_, err = db.Exec(q, `UPDATE public.masquerades SET consent = 'approved', decided_by = $2, decided_name = $3, decided_at = $4 WHERE id = $1`,
		id, db.Who(q).Actor.ID, db.Who(q).Actor.Name, q.Now())
	if err != nil {
		return err
	}
	business := uuid.NullUUID{UUID: r.BusinessID, Valid: true}
	if err := db.Audit(q, db.Event{Action: "masquerade.approved", Business: business, ObjectType: "user", ObjectID: r.ActorID.String(), ObjectName: r.ActorName,
		Masquerade: uuid.NullUUID{UUID: id, Valid: true}, Details: map[string]any{"instead of": r.SupportConsent, "reason": r.Reason}}); err != nil {
		return err
	}
	if err := sessions.MailOwners(q, r.BusinessID, func(owner uuid.UUID) error {
		return db.Enqueue(q, ConsentOverriddenArgs{MasqueradeID: id, BusinessID: r.BusinessID, UserID: owner}, nil)
	}); err != nil {
		return err
	}
	return people.NotifyPerson(q, people.Notice{Kind: people.NoticeConsent, Title: "Approved: changes to " + r.BusinessName, Detail: db.Who(q).Actor.Name + " approved your request.",
		Href: "/masquerades/" + id.String()}, r.ActorID, access.Superuser, access.PlatformManager)
}

// checkSecond refuses as a second person who could be the first one again: somebody
// who has the role for less than a day, or by the asker's word, directly or through
// others; and whoever made the asker just now. That a founder once invited somebody
// does not bar him from answering.
func checkSecond(q *db.PublicTx, asker uuid.UUID) error {
	var is struct {
		Fresh   bool `db:"fresh"`
		ByAsker bool `db:"by_asker"`
		Made    bool `db:"made"`
	}
	err := db.Get(q, &is, `
		WITH RECURSIVE makers AS (
			SELECT id AS person, role_by AS maker FROM public.users WHERE id IN ($1, $2)
			UNION SELECT m.person, u.role_by FROM makers m JOIN public.users u ON u.id = m.maker WHERE u.role_by IS NOT NULL)
		SELECT COALESCE(s.role_since, s.created_at) > $3 AS fresh,
			EXISTS (SELECT FROM makers WHERE person = $1 AND maker = $2) AS by_asker,
			EXISTS (SELECT FROM makers WHERE person = $2 AND maker = $1) AND COALESCE(a.role_since, a.created_at) > $3 AS made
		FROM public.users s, public.users a WHERE s.id = $1 AND a.id = $2`, db.Who(q).Actor.ID, asker, q.Now().Add(-people.OwnerDay))
	switch {
	case err != nil:
		return err
	case is.Fresh:
		return &db.Error{Kind: db.Forbidden, Message: "You have your role for less than a day. Somebody who has had it for longer must approve."}
	case is.ByAsker:
		return &db.Error{Kind: db.Forbidden, Message: "You have your role by the word of who asks. Somebody else must approve."}
	case is.Made:
		return &db.Error{Kind: db.Forbidden, Message: "Who asks has the role by your word for less than a day. Somebody else must approve."}
	}
	return nil
}

// OpenMasquerade makes the code for a request that was granted or approved.
func OpenMasquerade(q *db.PublicTx, id uuid.UUID, how ...sessions.Beginning) (sessions.StartedMasquerade, error) {
	in := sessions.BeginningOf(how)
	if err := sessions.Alone(q, in.Instead, true); err != nil {
		return sessions.StartedMasquerade{}, err
	}
	if _, err := db.Exec(q, `SELECT FROM public.masquerades WHERE id = $1 FOR UPDATE`, id); err != nil {
		return sessions.StartedMasquerade{}, err
	}
	r, err := sessions.ReadMasqueradeRequest(q, id, false)
	if err != nil {
		return sessions.StartedMasquerade{}, err
	}
	if r.State != "granted" && r.State != "approved" {
		return sessions.StartedMasquerade{}, &db.Error{Kind: db.Conflict, Message: "Nobody has agreed to this request, or it is over."}
	}
	if err := sessions.SteppedUp(q); err != nil {
		return sessions.StartedMasquerade{}, err
	}
	_, business, err := sessions.MasqueradeTarget(q, r.SubjectID)
	if err != nil {
		return sessions.StartedMasquerade{}, err
	}
	started := sessions.StartedMasquerade{ID: id, Business: business}
	if started.Code, err = sessions.NewMasqueradeCode(q, id, in.Browser); err != nil {
		return started, err
	}
	// The session that goes on is the present one, so only now can this be asked.
	why, err := sessions.MasqueradeFault(q, id, r.Masquerade)
	if err == nil && why != "" {
		err = &db.Error{Kind: db.Conflict, Message: "This request can't be used any more: " + why + "."}
	}
	if err != nil {
		return started, err
	}
	return started, sessions.AuditMasquerade(q, r.Masquerade, "masquerade.opened", db.Who(q).Address, map[string]any{"consent": r.Consent, "by": r.DecidedName})
}
