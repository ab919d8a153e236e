package ops

import (
	"context"
	"time"

	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/sessions"
)

// keepExpired is how long ended sessions and links stay, for questions that come
// late. Failed sign-ins count for a day at most.
const (
	keepExpired = 30 * 24 * time.Hour
	// What customers were told is asked for within a year.
	keepAppointmentNotices = 400 * 24 * time.Hour
	keepFailures           = sessions.LongWindow
)

// CleanUp removes what has long expired, and gives what is sealed to the newest key.
func CleanUp(ctx context.Context, d *db.DB) error {
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		if err := identity.ResealAuthenticators(q); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.login_failures WHERE at < $1`, q.Now().Add(-keepFailures)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.visitor_deeds WHERE at < $1`, q.Now().Add(-keepFailures)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.notices WHERE due_at < $1`, q.Now().Add(-keepAppointmentNotices)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.sessions WHERE expires_at < $1`, q.Now().Add(-keepExpired)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.notifications WHERE created_at < $1`, q.Now().Add(-people.KeepNotices)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.sent_mails WHERE at < $1`, q.Now().Add(-notices.KeepMarks)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.signups WHERE expires_at < $1`, q.Now().Add(-keepExpired)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.domains WHERE kind = 'former' AND reserved_until < $1`, q.Now()); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.login_steps WHERE expires_at < $1`, q.Now()); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.email_changes WHERE expires_at < $1`, q.Now()); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.known_devices WHERE last_used_at < $1`, q.Now().Add(-sessions.DeviceLife)); err != nil {
			return err
		}
		if _, err := db.Exec(q, `DELETE FROM public.restore_parts WHERE restore_id IN (SELECT id FROM public.restores WHERE created_at < $1)`, q.Now().Add(-keepExpired)); err != nil {
			return err
		}
		_, err := db.Exec(q, `DELETE FROM public.user_tokens WHERE expires_at < $1`, q.Now().Add(-keepExpired))
		return err
	})
}

// CleanUpArgs removes what has long expired.
type CleanUpArgs struct{}

// Kind names the job.
func (CleanUpArgs) Kind() string { return "clean_up" }
