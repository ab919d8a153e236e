package store

import "github.com/google/uuid"

// maxHeld bounds the page of held mails; the rest shows as those are answered.
const maxHeld = 100

// HeldNotice is a mail to a customer that waits because support caused it.
type HeldNotice struct {
	AppointmentNotice
	ActorName string `db:"actor_name"`
}

// HeldNotices lists the mails held back; of masquerade alone, if that is given:
// who appears as another answers for the own changes only.
func (q *TenantTx) HeldNotices(masquerade uuid.NullUUID) ([]HeldNotice, error) {
	var rows []HeldNotice
	err := q.list(&rows, `SELECT `+noticeColumns+`, COALESCE(m.actor_name, '') AS actor_name
		FROM public.notices n LEFT JOIN public.masquerades m ON m.id = n.masquerade_id
		WHERE n.business_id = $1 AND n.state = 'held' AND ($2 OR n.masquerade_id = $3) ORDER BY n.created_at, n.id LIMIT $4`,
		q.Tenant.ID, !masquerade.Valid, masquerade.UUID, maxHeld)
	return rows, err
}

// AnswerHeld sends a held mail after all, or leaves it unsent for good; of one
// masquerade alone, if that is given.
func (q *TenantTx) AnswerHeld(id uuid.UUID, send bool, masquerade uuid.NullUUID) error {
	var mine bool
	err := q.get(&mine, `SELECT state = 'held' AND ($3 OR masquerade_id = $4) FROM public.notices WHERE id = $1 AND business_id = $2 FOR UPDATE`,
		id, q.Tenant.ID, !masquerade.Valid, masquerade.UUID)
	switch {
	case err != nil:
		return err
	case !mine:
		return notFound("notice")
	case send:
		return q.SendNotice(id)
	}
	return q.DropNotice(id)
}
