package store

import (
	"github.com/google/uuid"
)

// NoticeFilter narrows the log of what customers and team were told.
type NoticeFilter struct {
	Q, Sort     string
	Kind, State string
	Customer    uuid.NullUUID
	Page        Page
}

// NoticeKinds are the mails about appointments.
var NoticeKinds = []string{"requested", "confirmed", "approved", "declined", "expired", "moved", "cancelled", "reminder",
	"team_booked", "team_requested", "team_moved", "team_cancelled"}

var noticeSorts = map[string]sortKey[AppointmentNotice]{
	"due": {"n.due_at", "n.id", "timestamptz", func(n AppointmentNotice) string { return timeValue(n.DueAt) }},
}

// NoticeLog lists one page of the business's mails, the newest first.
func (q *TenantTx) NoticeLog(f NoticeFilter) ([]AppointmentNotice, PageInfo, error) {
	list := sortedList[AppointmentNotice]{columns: noticeColumns, from: `public.notices n`, sorts: noticeSorts, defaultSort: "due", long: true,
		rowID: func(n AppointmentNotice) uuid.UUID { return n.ID }}
	list.filter(`n.business_id = ?`, q.Tenant.ID)
	list.find(f.Q, `public.search_form(n.to_name || ' ' || n.to_email)`, "")
	if f.Kind != "" {
		list.filter(`n.kind = ?`, f.Kind)
		list.planned = true
	}
	if f.State != "" {
		list.filter(`n.state = ?`, f.State)
		list.planned = true
	}
	if f.Customer.Valid {
		list.filter(`n.customer_id = ?`, f.Customer.UUID)
		list.planned = true
	}
	sort := f.Sort
	if sort == "" {
		sort = "-due"
	}
	return list.load(q.tx, "notices", sort, f.Page)
}

// maxNotices bounds the mails on an appointment's page.
const maxNotices = 50

// NoticesOf lists the mails about one appointment, the newest first.
func (q *TenantTx) NoticesOf(appointment uuid.UUID) ([]AppointmentNotice, error) {
	var rows []AppointmentNotice
	err := q.list(&rows, `SELECT `+noticeColumns+` FROM public.notices n WHERE n.business_id = $1 AND n.appointment_id = $2 ORDER BY n.due_at DESC, n.id DESC LIMIT $3`,
		q.Tenant.ID, appointment, maxNotices)
	return rows, err
}

// RetryNotice queues a mail that failed once more. What support's changes hold
// back is answered elsewhere, by AnswerHeld.
func (q *TenantTx) RetryNotice(id uuid.UUID) error {
	var states []string
	err := q.list(&states, `SELECT state FROM public.notices WHERE id = $1 AND business_id = $2 FOR UPDATE`, id, q.Tenant.ID)
	switch {
	case err != nil:
		return err
	case len(states) == 0:
		return notFound("notice")
	case states[0] != "failed":
		return &Error{Kind: Conflict, Message: "Only a mail that failed can be sent again."}
	}
	return q.SendNotice(id)
}
