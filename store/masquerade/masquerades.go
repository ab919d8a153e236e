package masquerade

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// StartMasquerade records the reason. The answer has the one-time code that
// opens the business's site, good for a minute on that host alone; or, where
// changes need somebody's consent first, no code yet.
func StartMasquerade(q *db.PublicTx, in sessions.NewMasquerade) (sessions.StartedMasquerade, error) {
	var started sessions.StartedMasquerade
	if in.Mode == "" {
		in.Mode = access.ModeView
	}
	if !text.SaysWhy(in.Reason, sessions.MinReason) {
		return started, db.InvalidField("reason", "Say in at least 10 characters, in words, why you need to see this.")
	}
	subject, business, err := sessions.MasqueradeTarget(q, in.Subject)
	if err != nil {
		return started, err
	}
	if err := sessions.SteppedUp(q); err != nil {
		return started, err
	}
	if in.Ticket, err = sessions.OpenTicket(q, business, in.Ticket); err != nil {
		return started, err
	}
	consent := "unneeded"
	if in.Mode == access.ModeWrite {
		if business.Status == "suspended" {
			return started, db.InvalidField("mode", "A suspended business can only be viewed.")
		}
		if consent = "asked"; business.SupportConsent == sessions.ConsentAlways {
			consent = "standing"
		}
	}
	if err := sessions.Alone(q, in.Instead, consent != "asked"); err != nil {
		return started, err
	}
	if err := sessions.StartRate(q); err != nil {
		return started, err
	}
	started = sessions.StartedMasquerade{ID: db.NewID(), Business: business}
	_, err = db.Exec(q, `
		INSERT INTO public.masquerades (id, business_id, actor_id, actor_name, actor_role, subject_id, subject_name, subject_role,
			session_hash, mode, consent, reason, ticket, back, created_at, actor_email)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		started.ID, business.ID, db.Who(q).Actor.ID, db.Who(q).Actor.Name, string(db.Who(q).Actor.Role), subject.ID, subject.Name, string(subject.Role),
		db.Who(q).SessionHash, in.Mode, consent, in.Reason, in.Ticket, in.Back, q.Now(), db.Who(q).Actor.Email)
	if err != nil {
		return started, err
	}
	requested := db.AboutPerson(subject, "masquerade.requested", map[string]any{"reason": in.Reason, "ticket": in.Ticket, "mode": in.Mode})
	requested.Masquerade = uuid.NullUUID{UUID: started.ID, Valid: true}
	err = db.Audit(q, requested)
	if err != nil {
		return started, err
	}
	if consent == "asked" {
		return started, askConsent(q, started.ID, business)
	}
	started.Code, err = sessions.NewMasqueradeCode(q, started.ID, in.Browser)
	return started, err
}
