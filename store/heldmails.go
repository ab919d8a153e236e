package store

import (
	"encoding/json"
	"reflect"
	"strings"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
)

// hold keeps a mail back that support caused during a masquerade and that goes to
// a customer, or to somebody of whom nobody knows better. It is asked of every
// job at the one place where they are made, so no kind of mail is forgotten.
func (t *tx) hold(args river.JobArgs) (bool, error) {
	if _, team := args.(interface{ ToTeam() }); team || t.who == nil || t.who.Masquerade == nil || !strings.HasPrefix(args.Kind(), "mail_") {
		return false, nil
	}
	to, known := uuid.NullUUID{}, false
	if field := reflect.Indirect(reflect.ValueOf(args)).FieldByName("UserID"); field.IsValid() {
		if id, ok := field.Interface().(uuid.UUID); ok {
			to, known = uuid.NullUUID{UUID: id, Valid: true}, true
		}
	}
	if known {
		var customer bool
		if err := t.get(&customer, `SELECT role = 'CUSTOMER' FROM public.users WHERE id = $1`, to.UUID); err != nil || !customer {
			return false, err
		}
	}
	text, err := json.Marshal(args)
	if err != nil {
		return false, err
	}
	m := t.who.Masquerade
	_, err = t.exec(`INSERT INTO public.held_mails (id, business_id, masquerade_id, user_id, kind, args, created_at, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
		newID(), m.BusinessID, m.ID, to, args.Kind(), string(text), t.now)
	return true, err
}

// heldJob is a job as it was written down when it was held.
type heldJob struct {
	BusinessID uuid.UUID
	kind, args string
}

// Kind names the job.
func (j heldJob) Kind() string { return j.kind }

// MarshalJSON returns the arguments as they were.
func (j heldJob) MarshalJSON() ([]byte, error) { return []byte(j.args), nil }

// InsertOpts bounds the tries, as for every mail.
func (heldJob) InsertOpts() river.InsertOpts { return mailJob{}.InsertOpts() }

// answerHeldMail sends one after all, or leaves it unsent for good.
func (q *TenantTx) answerHeldMail(id uuid.UUID, send bool) error {
	state, action := "dropped", "notice.dropped"
	if send {
		state, action = "sent", "notice.sent"
	}
	var rows []struct {
		Kind string `db:"kind"`
		Args string `db:"args"`
	}
	err := q.list(&rows, `UPDATE public.held_mails SET state = $3, changed_at = $4 WHERE id = $1 AND business_id = $2 AND state = 'held' RETURNING kind, args`,
		id, q.Tenant.ID, state, q.now)
	if err != nil {
		return err
	}
	if len(rows) == 0 {
		return notFound("notice")
	}
	if err := q.record(action, "notice", id, "Mail: "+strings.ReplaceAll(strings.TrimPrefix(rows[0].Kind, "mail_"), "_", " "), nil); err != nil || !send {
		return err
	}
	return q.enqueue(heldJob{BusinessID: q.Tenant.ID, kind: rows[0].Kind, args: rows[0].Args}, nil)
}
