package store

import (
	"context"
	"time"
)

// keepExpired is how long ended sessions and links stay, for questions that come
// late. Failed sign-ins count for a day at most.
const (
	keepExpired = 30 * 24 * time.Hour
	// What customers were told is asked for within a year.
	keepAppointmentNotices = 400 * 24 * time.Hour
	keepFailures           = longWindow
)

// CleanUp removes what has long expired, and gives what is sealed to the newest key.
func (db *DB) CleanUp(ctx context.Context) error {
	return db.InPublic(ctx, func(q *PublicTx) error {
		if err := q.resealAuthenticators(); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.login_failures WHERE at < $1`, q.now.Add(-keepFailures)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.visitor_deeds WHERE at < $1`, q.now.Add(-keepFailures)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.notices WHERE due_at < $1`, q.now.Add(-keepAppointmentNotices)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.sessions WHERE expires_at < $1`, q.now.Add(-keepExpired)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.notifications WHERE created_at < $1`, q.now.Add(-keepNotices)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.sent_mails WHERE at < $1`, q.now.Add(-keepMarks)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.signups WHERE expires_at < $1`, q.now.Add(-keepExpired)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.domains WHERE kind = 'former' AND reserved_until < $1`, q.now); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.login_steps WHERE expires_at < $1`, q.now); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.email_changes WHERE expires_at < $1`, q.now); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.known_devices WHERE last_used_at < $1`, q.now.Add(-DeviceLife)); err != nil {
			return err
		}
		if _, err := q.exec(`DELETE FROM public.restore_parts WHERE restore_id IN (SELECT id FROM public.restores WHERE created_at < $1)`, q.now.Add(-keepExpired)); err != nil {
			return err
		}
		_, err := q.exec(`DELETE FROM public.user_tokens WHERE expires_at < $1`, q.now.Add(-keepExpired))
		return err
	})
}
