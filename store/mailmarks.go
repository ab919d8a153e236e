package store

import (
	"context"
	"time"

	"github.com/google/uuid"
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

// keepMarks is how long the marks of mails stay: longer than a job is tried.
const keepMarks = 60 * 24 * time.Hour

// markTimeout bounds the writing of a mark, which a stopping program still does.
const markTimeout = 10 * time.Second

// TakeMail marks a mail as being sent, before it is. Anything but MailTaken says
// that it was marked before.
func (db *DB) TakeMail(ctx context.Context, key, kind string, business uuid.NullUUID) (MailState, error) {
	var state MailState
	err := db.InPublic(ctx, func(q *PublicTx) error {
		return q.get(&state, `
			WITH took AS (
				INSERT INTO public.sent_mails AS m (key, kind, business_id, state, at) VALUES ($1, $2, $3, 'sending', $4)
				ON CONFLICT (key) DO UPDATE SET state = 'sending', at = EXCLUDED.at WHERE m.state = 'unsure'
				RETURNING 1)
			SELECT CASE WHEN EXISTS (SELECT FROM took) THEN 'taken' ELSE (SELECT state FROM public.sent_mails WHERE key = $1) END`,
			key, kind, business, q.now)
	})
	return state, err
}

// MailState is what is known of a mail, "" when nobody took it.
func (q *PublicTx) MailState(key string) (MailState, error) {
	var states []MailState
	if err := q.list(&states, `SELECT state FROM public.sent_mails WHERE key = $1`, key); err != nil || len(states) == 0 {
		return "", err
	}
	return states[0], nil
}

// MarkMail writes down how the sending of a mail went.
func (db *DB) MarkMail(ctx context.Context, key string, state MailState) error {
	return db.marking(ctx, `UPDATE public.sent_mails SET state = $2 WHERE key = $1`, key, string(state))
}

// ReleaseMail takes the mark of a mail back that was certainly not sent.
func (db *DB) ReleaseMail(ctx context.Context, key string) error {
	return db.marking(ctx, `DELETE FROM public.sent_mails WHERE key = $1 AND state = 'sending'`, key)
}

func (db *DB) marking(ctx context.Context, query string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), markTimeout)
	defer cancel()
	return db.InPublic(ctx, func(q *PublicTx) error {
		_, err := q.exec(query, args...)
		return err
	})
}
