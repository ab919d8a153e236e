package desk

import (
	"strconv"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/paging"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// TicketStatuses and Priorities are codes, in their order.
var (
	TicketStatuses = []string{"open", "in_progress", "waiting", "resolved", "closed"}
	Priorities     = []string{"low", "medium", "high", "critical"}
)

// Ticket is a question of a business. The fields behind ClosedAt are read on the
// platform only.
type Ticket struct {
	ID              uuid.UUID     `db:"id"`
	Number          int64         `db:"number"`
	BusinessID      uuid.UUID     `db:"business_id"`
	OpenedBy        uuid.NullUUID `db:"opened_by"`
	AssigneeID      uuid.NullUUID `db:"assignee_id"`
	Subject         string        `db:"subject"`
	Status          string        `db:"status"`
	Priority        string        `db:"priority"`
	CreatedAt       time.Time     `db:"created_at"`
	UpdatedAt       time.Time     `db:"updated_at"`
	Unanswered      bool          `db:"unanswered"`
	WaitingSince    *time.Time    `db:"waiting_since"`
	ClockUsed       int           `db:"clock_used_seconds"`
	FirstAnsweredAt *time.Time    `db:"first_answered_at"`
	ClosedAt        *time.Time    `db:"closed_at"`

	BusinessName   string     `db:"business_name"`
	Subdomain      string     `db:"subdomain"`
	Plan           string     `db:"plan"`
	BusinessStatus string     `db:"business_status"`
	AssigneeName   string     `db:"assignee_name"`
	OpenerName     string     `db:"opener_name"`
	OpenerActive   bool       `db:"opener_active"`
	DueAt          *time.Time `db:"due_at"` // of the answer; nil while the clock stands
}

// Label is how people name a ticket.
func (t Ticket) Label() string { return "#" + strconv.FormatInt(t.Number, 10) + " " + t.Subject }

// Active says whether something is left to do.
func (t Ticket) Active() bool { return t.Status != "resolved" && t.Status != "closed" }

const (
	ticketColumns = `id, number, business_id, opened_by, assignee_id, subject, status, priority, created_at, updated_at, unanswered,
		waiting_since, clock_used_seconds, first_answered_at, closed_at`
	ticketLineColumns = ticketColumns + `, business_name, subdomain, plan, business_status, assignee_name, opener_name, opener_active, due_at`

	priorityRank = `(CASE priority WHEN 'low' THEN 1 WHEN 'medium' THEN 2 WHEN 'high' THEN 3 ELSE 4 END)`
	waitingRank  = `(COALESCE(waiting_since, TIMESTAMPTZ '9999-01-01 00:00:00+00'))`
)

// never stands for a ticket that nobody waits for.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// ticketSorts has an index for each key but due, which hangs on the plan of today.
var ticketSorts = map[string]paging.SortKey[Ticket]{
	"due": {Expr: `(COALESCE(due_at, TIMESTAMPTZ '9999-01-01 00:00:00+00'))`, ID: "id", Cast: "timestamptz", Value: func(t Ticket) string {
		if t.DueAt == nil {
			return paging.TimeValue(never)
		}
		return paging.TimeValue(*t.DueAt)
	}},
	"waiting": {Expr: waitingRank, ID: "id", Cast: "timestamptz", Value: func(t Ticket) string {
		if t.WaitingSince == nil {
			return paging.TimeValue(never)
		}
		return paging.TimeValue(*t.WaitingSince)
	}},
	"created":  {Expr: "created_at", ID: "id", Cast: "timestamptz", Value: func(t Ticket) string { return paging.TimeValue(t.CreatedAt) }},
	"updated":  {Expr: "updated_at", ID: "id", Cast: "timestamptz", Value: func(t Ticket) string { return paging.TimeValue(t.UpdatedAt) }},
	"priority": {Expr: priorityRank, ID: "id", Cast: "int", Value: func(t Ticket) string { return paging.Rank(Priorities, t.Priority) }},
}

// TicketsUnresolved filters for all states but resolved and closed.
const TicketsUnresolved = "unresolved"

// TicketFilter narrows and orders the queue. The zero value is every ticket, the
// answer that is due first before the others.
type TicketFilter struct {
	Q, Status, Priority, Sort string
	Business, Assignee        uuid.NullUUID
	Unassigned, Unanswered    bool
	DueBefore                 time.Time
	Page                      paging.Page
	Exact                     bool // count to the end
}

// Tickets lists one page of the queue. A word of the search is a part of the
// subject or of the business's line, or the number.
func Tickets(q *db.PublicTx, f TicketFilter) ([]Ticket, paging.PageInfo, error) {
	list := TicketList(f)
	return list.Load(q, "tickets", f.Sort, f.Page)
}

// TicketList is the list of tickets, narrowed by a filter.
func TicketList(f TicketFilter) paging.SortedList[Ticket] {
	list := paging.SortedList[Ticket]{Columns: ticketLineColumns, From: `public.ticket_lines`, Sorts: ticketSorts, DefaultSort: "due", Long: true, Exact: f.Exact,
		RowID: func(t Ticket) uuid.UUID { return t.ID }}
	list.FindTicket(f.Q, `subject_search`, ` OR business_id = ANY (ARRAY(SELECT l.id FROM public.business_lines l WHERE %s LIMIT 200))`)
	if f.Status == TicketsUnresolved {
		list.Filter(`status IN ('open', 'in_progress', 'waiting')`)
	} else if f.Status != "" {
		list.Filter(`status = ?`, f.Status)
	}
	if f.Priority != "" {
		list.Filter(`priority = ?`, f.Priority)
	}
	if f.Business.Valid {
		list.Filter(`business_id = ?`, f.Business.UUID)
	}
	if f.Assignee.Valid {
		list.Filter(`assignee_id = ?`, f.Assignee.UUID)
	}
	if f.Unassigned {
		list.Filter(`assignee_id IS NULL`)
	}
	if f.Unanswered || !f.DueBefore.IsZero() {
		list.Filter(`waiting_since IS NOT NULL`)
	}
	if !f.DueBefore.IsZero() {
		list.Filter(`due_at < ?`, f.DueBefore)
	}
	return list
}

// TicketCounts is how many tickets each state has, counted up to a thousand.
func TicketCounts(q *db.PublicTx) (map[string]int, error) {
	var rows []struct {
		Status string `db:"status"`
		N      int    `db:"n"`
	}
	err := db.List(q, &rows, `SELECT s.status, (SELECT count(*) FROM (SELECT FROM public.tickets t WHERE t.status = s.status LIMIT 1000) AS counted) AS n
		FROM unnest(CAST($1 AS text[])) AS s (status)`, TicketStatuses)
	counts := make(map[string]int, len(rows))
	for _, r := range rows {
		counts[r.Status] = r.N
	}
	return counts, err
}

// ReadTicket returns a ticket of any business.
func ReadTicket(q *db.PublicTx, number int64) (Ticket, error) {
	var t Ticket
	err := db.Get(q, &t, `SELECT `+ticketLineColumns+` FROM public.ticket_lines WHERE number = $1`, number)
	return t, err
}

// TicketStaff lists who can be given a ticket: active staff of some roles.
func TicketStaff(q *db.PublicTx) ([]db.Person, error) {
	var people []db.Person
	err := db.List(q, &people, `SELECT `+db.PersonColumns+` FROM public.users
		WHERE business_id IS NULL AND is_active AND role = ANY (CAST($1 AS text[])) ORDER BY name`+text.ByName+`, id LIMIT 200`, db.RoleNames(access.Holders(access.TicketsView)))
	return people, err
}

// TicketHistory is a page of what was done with a ticket, newest first.
func TicketHistory(q *db.PublicTx, id uuid.UUID, page int) (entries []db.AuditEntry, older bool, err error) {
	return paging.ShortList[db.AuditEntry](q, page, paging.HistoryShown, `
		SELECT id, at, actor_name, subject_name, action, object_type, object_name, details
		FROM public.audit_log WHERE object_type = 'ticket' AND object_id = $1 ORDER BY at DESC, id DESC`, id.String())
}
