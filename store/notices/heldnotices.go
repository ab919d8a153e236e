package notices

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// maxHeld bounds the page of held mails; the rest shows as those are answered.
const maxHeld = 100

// HeldNotice is a mail to a customer that waits because support caused it: about
// an appointment, or of another kind.
type HeldNotice struct {
	AppointmentNotice
	ActorName string `db:"actor_name"`
}

// HeldCount is how many mails wait for the business to send or discard them.
func HeldCount(q *db.TenantTx) (n int, err error) {
	err = db.Get(q, &n, `SELECT (SELECT count(*) FROM public.notices WHERE business_id = $1 AND state = 'held')
		+ (SELECT count(*) FROM public.held_mails WHERE business_id = $1 AND state = 'held')`, q.Tenant.ID)
	return n, err
}

// HeldNotices lists the mails held back; of masquerade alone, if that is given:
// who appears as another sees what the own changes caused.
func HeldNotices(q *db.TenantTx, masquerade uuid.NullUUID) ([]HeldNotice, error) {
	var rows []HeldNotice
	err := db.List(q, &rows, `SELECT `+noticeColumns+`, COALESCE(`+db.ActorName+`, '') AS actor_name
		FROM public.notices n LEFT JOIN public.masquerades m ON m.id = n.masquerade_id
		WHERE n.business_id = $1 AND n.state = 'held' AND ($2 OR n.masquerade_id = $3) ORDER BY n.created_at, n.id LIMIT $4`,
		q.Tenant.ID, !masquerade.Valid, masquerade.UUID, maxHeld)
	if err != nil {
		return nil, err
	}
	var others []HeldNotice
	err = db.List(q, &others, `
		SELECT h.id, h.kind, COALESCE(u.name, '') AS to_name, COALESCE(u.email, '') AS to_email, h.state, h.created_at, h.changed_at,
			COALESCE(`+db.ActorName+`, '') AS actor_name
		FROM public.held_mails h LEFT JOIN public.users u ON u.id = h.user_id LEFT JOIN public.masquerades m ON m.id = h.masquerade_id
		WHERE h.business_id = $1 AND h.state = 'held' AND ($2 OR h.masquerade_id = $3) ORDER BY h.created_at, h.id LIMIT $4`,
		q.Tenant.ID, !masquerade.Valid, masquerade.UUID, maxHeld)
	return append(rows, others...), err
}

// AnswerHeld sends a held mail after all, or leaves it unsent for good. That is a
// word of the business's people: who caused it in a masquerade has none.
func AnswerHeld(q *db.TenantTx, id uuid.UUID, send bool) error {
	if db.Who(q) == nil || db.Who(q).Masquerade != nil {
		return &db.Error{Kind: db.Forbidden, Message: "The people of the business decide about mails that support caused."}
	}
	var held []bool
	err := db.List(q, &held, `SELECT state = 'held' FROM public.notices WHERE id = $1 AND business_id = $2 FOR UPDATE`, id, q.Tenant.ID)
	switch {
	case err != nil:
		return err
	case len(held) == 0:
		return answerHeldMail(q, id, send)
	case !held[0]:
		return db.NoSuch("notice")
	case send:
		return SendNotice(q, id)
	}
	return DropNotice(q, id)
}
