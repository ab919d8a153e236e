package notices

import (
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
)

// NoticeFilter narrows the log of what customers and team were told.
type NoticeFilter struct {
	Q, Sort     string
	Kind, State string
	Customer    uuid.NullUUID
	Page        paging.Page
}

// NoticeKinds are the mails about appointments.
var NoticeKinds = []string{"requested", "confirmed", "approved", "declined", "expired", "moved", "cancelled", "reminder",
	"team_booked", "team_requested", "team_moved", "team_cancelled"}

var noticeSorts = map[string]paging.SortKey[AppointmentNotice]{
	"due": {Expr: "n.due_at", ID: "n.id", Cast: "timestamptz", Value: func(n AppointmentNotice) string { return paging.TimeValue(n.DueAt) }},
}

// NoticeLog lists one page of the business's mails, the newest first.
func NoticeLog(q *db.TenantTx, f NoticeFilter) ([]AppointmentNotice, paging.PageInfo, error) {
	list := paging.SortedList[AppointmentNotice]{Columns: noticeColumns, From: `public.notices n`, Sorts: noticeSorts, DefaultSort: "due", Long: true,
		RowID: func(n AppointmentNotice) uuid.UUID { return n.ID }}
	list.Filter(`n.business_id = ?`, q.Tenant.ID)
	list.Find(f.Q, `public.search_form(n.to_name || ' ' || n.to_email)`, "")
	if f.Kind != "" {
		list.Filter(`n.kind = ?`, f.Kind)
		list.Planned = true
	}
	if f.State != "" {
		list.Filter(`n.state = ?`, f.State)
		list.Planned = true
	}
	if f.Customer.Valid {
		list.Filter(`n.customer_id = ?`, f.Customer.UUID)
		list.Planned = true
	}
	sort := f.Sort
	if sort == "" {
		sort = "-due"
	}
	return list.Load(q, "notices", sort, f.Page)
}

// maxNotices bounds the mails on an appointment's page.
const maxNotices = 50

// Of lists the mails about one appointment, the newest first.
func Of(q *db.TenantTx, appointment uuid.UUID) ([]AppointmentNotice, error) {
	var rows []AppointmentNotice
	err := db.List(q, &rows, `SELECT `+noticeColumns+` FROM public.notices n WHERE n.business_id = $1 AND n.appointment_id = $2 ORDER BY n.due_at DESC, n.id DESC LIMIT $3`,
		q.Tenant.ID, appointment, maxNotices)
	return rows, err
}

// RetryNotice queues a mail that failed once more. What support's changes hold
// back is answered elsewhere, by AnswerHeld.
func RetryNotice(q *db.TenantTx, id uuid.UUID) error {
	var states []string
	err := db.List(q, &states, `SELECT state FROM public.notices WHERE id = $1 AND business_id = $2 FOR UPDATE`, id, q.Tenant.ID)
	switch {
	case err != nil:
		return err
	case len(states) == 0:
		return db.NoSuch("notice")
	case states[0] != "failed":
		return &db.Error{Kind: db.Conflict, Message: "Only a mail that failed can be sent again."}
	}
	return SendNotice(q, id)
}
