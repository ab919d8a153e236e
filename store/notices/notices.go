package notices

import (
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
)

// ExpireArgs frees the time of a request that nobody answered.
type ExpireArgs struct {
	AppointmentID uuid.UUID `json:"appointment_id"`
	BusinessID    uuid.UUID `json:"business_id"`
}

// Kind names the job.
func (ExpireArgs) Kind() string { return "expire_request" }

// NoticeArgs sends one notice. The mail is written when the job runs, from what
// is true then; a notice that is not true any more is dropped.
type NoticeArgs struct {
	db.TeamMail
	NoticeID   uuid.UUID `json:"notice_id"`
	BusinessID uuid.UUID `json:"business_id"`
}

// Kind names the job.
func (NoticeArgs) Kind() string { return "mail_notice" }

// AppointmentNotice is a mail about an appointment: sent, to be sent, or why not.
type AppointmentNotice struct {
	ID            uuid.UUID     `db:"id"`
	AppointmentID uuid.UUID     `db:"appointment_id"`
	CustomerID    uuid.NullUUID `db:"customer_id"` // to whom; otherwise to the team
	UserID        uuid.NullUUID `db:"user_id"`     // and there to this person
	Kind          string        `db:"kind"`
	ToName        string        `db:"to_name"`
	ToEmail       string        `db:"to_email"`
	State         string        `db:"state"`
	StartsAt      time.Time     `db:"starts_at"`
	WasAt         *time.Time    `db:"was_at"`
	DueAt         time.Time     `db:"due_at"`
	CreatedAt     time.Time     `db:"created_at"`
	ChangedAt     time.Time     `db:"changed_at"`
	Error         string        `db:"error"`
	MasqueradeID  uuid.NullUUID `db:"masquerade_id"`
}

const noticeColumns = `n.id, n.appointment_id, n.customer_id, n.user_id, n.kind, n.to_name, n.to_email, n.state, n.starts_at, n.was_at, n.due_at,
	n.created_at, n.changed_at, n.error, n.masquerade_id`

// NoticeStates are what became of notices.
var NoticeStates = []string{"queued", "held", "sending", "sent", "failed", "dropped"}

// UndoTime is how long the team can take a change back before customers hear of it.
const UndoTime = 20 * time.Second

// Notify is the one way to tell customers and team about an appointment.
func Notify(q *db.TenantTx, b calendar.Booking, list ...AppointmentNotice) error {
	list, err := withinGuestMails(q, b, list)
	if err != nil {
		return err
	}
	for i := range list {
		list[i].AppointmentID, list[i].StartsAt = b.ID, b.StartsAt
	}
	return queueNotices(q, list)
}

// queueNotices adds rows of the log and the jobs that send them, in the
// transaction of the change. What support does in somebody's name is held back
// from customers until confirmed. A customer without an address gets no news, but
// reminders are planned: there may be an address when they leave.
func queueNotices(q *db.TenantTx, list []AppointmentNotice) error {
	var jobs []river.InsertManyParams
	var ids, appointments, customers, users, kinds, names, emails, states, starts, was, due, visits, errors []string
	for _, n := range list {
		if n.ToEmail == "" && n.Kind != "reminder" {
			continue
		}
		n.ID, n.State = db.NewID(), "queued"
		if n.Error != "" {
			n.State = "failed"
		}
		if n.DueAt.IsZero() {
			n.DueAt = q.Now()
		}
		if db.Who(q) != nil && db.Who(q).Masquerade != nil && n.CustomerID.Valid && n.State == "queued" {
			n.State, n.MasqueradeID = "held", uuid.NullUUID{UUID: db.Who(q).Masquerade.ID, Valid: true}
		}
		if n.State == "queued" {
			jobs = append(jobs, NoticeJob(q, n.ID, n.DueAt))
		}
		ids, appointments, customers, users = append(ids, n.ID.String()), append(appointments, n.AppointmentID.String()), append(customers, orNothing(n.CustomerID)), append(users, orNothing(n.UserID))
		kinds, names, emails, states = append(kinds, n.Kind), append(names, n.ToName), append(emails, n.ToEmail), append(states, n.State)
		starts, due, visits = append(starts, paging.TimeValue(n.StartsAt)), append(due, paging.TimeValue(n.DueAt)), append(visits, orNothing(n.MasqueradeID))
		before := ""
		if n.WasAt != nil {
			before = paging.TimeValue(*n.WasAt)
		}
		was, errors = append(was, before), append(errors, n.Error)
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := db.Exec(q, `
		INSERT INTO public.notices (id, business_id, appointment_id, customer_id, user_id, kind, to_name, to_email, state, starts_at, was_at, due_at, created_at, changed_at, masquerade_id, error)
		SELECT n.id, $1, n.appointment, CAST(NULLIF(n.customer, '') AS uuid), CAST(NULLIF(n.person, '') AS uuid), n.kind, n.name, n.email, n.state,
			n.starts, CAST(NULLIF(n.was, '') AS timestamptz), n.due, $2, $2, CAST(NULLIF(n.visit, '') AS uuid), n.error
		FROM unnest(CAST($3 AS uuid[]), CAST($4 AS uuid[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS text[]), CAST($8 AS text[]), CAST($9 AS text[]), CAST($10 AS text[]),
			CAST($11 AS timestamptz[]), CAST($12 AS text[]), CAST($13 AS timestamptz[]), CAST($14 AS text[]), CAST($15 AS text[]))
			AS n (id, appointment, customer, person, kind, name, email, state, starts, was, due, visit, error)`,
		q.Tenant.ID, q.Now(), ids, appointments, customers, users, kinds, names, emails, states, starts, was, due, visits, errors)
	if err != nil {
		return err
	}
	return EnqueueAll(q, jobs)
}

// orNothing is an id as text, "" when there is none.
func orNothing(id uuid.NullUUID) string {
	if !id.Valid {
		return ""
	}
	return id.UUID.String()
}

// NoticeJob is the job that mails a notice when it is due.
func NoticeJob(q *db.TenantTx, id uuid.UUID, due time.Time) river.InsertManyParams {
	opts := &river.InsertOpts{MaxAttempts: 8}
	if due.After(q.Now()) {
		opts.ScheduledAt = due
	}
	return river.InsertManyParams{Args: NoticeArgs{NoticeID: id, BusinessID: q.Tenant.ID}, InsertOpts: opts}
}

// EnqueueAll makes several jobs part of this transaction.
func EnqueueAll(t db.Scope, jobs []river.InsertManyParams) error {
	if len(jobs) == 0 {
		return nil
	}
	now := make([]river.InsertManyParams, 0, len(jobs))
	for _, job := range jobs {
		if err := db.RowsOf(t).CheckJob(job.Args); err != nil {
			return err
		}
		held, err := db.Hold(t, job.Args)
		if err != nil {
			return err
		}
		if !held {
			now = append(now, job)
		}
	}
	if len(now) == 0 {
		return nil
	}
	_, err := db.Jobs(db.Of(t)).InsertManyFastTx(db.Context(t), db.SQL(t).Tx, now)
	return err
}

// ToCustomer is a notice to who comes.
func ToCustomer(kind string, b calendar.Booking) AppointmentNotice {
	return AppointmentNotice{Kind: kind, CustomerID: uuid.NullUUID{UUID: b.CustomerID, Valid: true}, ToName: b.Customer, ToEmail: b.Email}
}

// ToTeam are notices to those in whose calendars an appointment lies, or to the
// owners when nobody has a login; approvers says to owners and managers as well.
// Who does it knows it already.
func ToTeam(q *db.TenantTx, kind string, b calendar.Booking, approvers bool) ([]AppointmentNotice, error) {
	var linked []uuid.UUID
	for _, r := range b.Resources {
		if r.UserID.Valid {
			linked = append(linked, r.UserID.UUID)
		}
	}
	role := ""
	if len(linked) == 0 || approvers {
		role = string(access.TenantOwner)
	}
	manager := ""
	if approvers {
		manager = string(access.TenantManager)
	}
	self := uuid.Nil
	if db.Who(q) != nil {
		self = db.Who(q).Subject.ID
	}
	var list []AppointmentNotice
	var people []db.Person
	err := db.List(q, &people, `SELECT `+db.PersonColumns+` FROM public.users
		WHERE business_id = $1 AND is_active AND role <> 'CUSTOMER' AND (id = ANY(CAST($2 AS uuid[])) OR role IN ($3, $4)) AND id <> $5
		ORDER BY id LIMIT 20`, q.Tenant.ID, calendar.Texts(linked), role, manager, self)
	for _, p := range people {
		list = append(list, AppointmentNotice{Kind: kind, UserID: uuid.NullUUID{UUID: p.ID, Valid: true}, ToName: p.Name, ToEmail: p.Email})
	}
	return list, err
}
