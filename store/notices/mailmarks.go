package notices

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// MailState is what is known of a mail.
type MailState string

// The states of a mail. Sending is what a program that died leaves behind: the
// mail may or may not be on its way. Unsure is a Sending that was found; who
// tries again wants it sent.
const (
	MailTaken   MailState = "taken" // nobody sent it yet: the caller does
	MailSending MailState = "sending"
	MailSent    MailState = "sent"
	MailUnsure  MailState = "unsure"
)

// KeepMarks is how long the marks of mails stay: longer than a job is tried.
const KeepMarks = 60 * 24 * time.Hour

// markTimeout bounds the writing of a mark, which a stopping program still does.
const markTimeout = 10 * time.Second

// TakeMail marks a mail as being sent, before it is. Anything but MailTaken says
// that it was marked before.
func TakeMail(ctx context.Context, d *db.DB, key, kind string, business uuid.NullUUID) (MailState, error) {
	var state MailState
	err := d.InPublic(ctx, func(q *db.PublicTx) error {
		return db.Get(q, &state, `
			WITH took AS (
				INSERT INTO public.sent_mails AS m (key, kind, business_id, state, at) VALUES ($1, $2, $3, 'sending', $4)
				ON CONFLICT (key) DO UPDATE SET state = 'sending', at = EXCLUDED.at WHERE m.state = 'unsure'
				RETURNING 1)
			SELECT CASE WHEN EXISTS (SELECT FROM took) THEN 'taken' ELSE (SELECT state FROM public.sent_mails WHERE key = $1) END`,
			key, kind, business, q.Now())
	})
	return state, err
}

// ReadMailState is what is known of a mail, "" when nobody took it.
func ReadMailState(q *db.PublicTx, key string) (MailState, error) {
	var states []MailState
	if err := db.List(q, &states, `SELECT state FROM public.sent_mails WHERE key = $1`, key); err != nil || len(states) == 0 {
		return "", err
	}
	return states[0], nil
}

// MarkMail writes down how the sending of a mail went.
func MarkMail(ctx context.Context, d *db.DB, key string, state MailState) error {
	return marking(ctx, d, `UPDATE public.sent_mails SET state = $2 WHERE key = $1`, key, string(state))
}

// ReleaseMail takes the mark of a mail back that was certainly not sent.
func ReleaseMail(ctx context.Context, d *db.DB, key string) error {
	return marking(ctx, d, `DELETE FROM public.sent_mails WHERE key = $1 AND state = 'sending'`, key)
}

func marking(ctx context.Context, d *db.DB, query string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTimeout)
	defer cancel()
	return d.InPublic(ctx, func(q *db.PublicTx) error {
		_, err := db.Exec(q, query, args...)
		return err
	})
}
