package platform

import (
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// ticketQuery reads the queue's state. A business or a person is any id; those
// that don't exist have no tickets.
func ticketQuery(c echo.Context) (web.ListQuery, desk.TicketFilter) {
	return ticketQueryOf(c, c.QueryParams())
}

func ticketQueryOf(c echo.Context, values url.Values) (web.ListQuery, desk.TicketFilter) {
	choices := map[string][]string{"status": append([]string{desk.TicketsUnresolved}, desk.TicketStatuses...), "priority": desk.Priorities, "unanswered": {"1"}, "due": {"overdue", "24h"}, "assignee": {"me", "nobody"}}
	person, err := uuid.Parse(values.Get("assignee"))
	if err == nil {
		choices["assignee"] = append(choices["assignee"], person.String())
	}
	business, err := uuid.Parse(values.Get("business"))
	if err == nil {
		choices["business"] = []string{business.String()}
	}
	query := web.ReadListValues(c, values, choices)
	f := desk.TicketFilter{Q: query.Q, Sort: query.Sort, Status: query.Filter("status"), Priority: query.Filter("priority"), Page: query.Page,
		Unanswered: query.Filter("unanswered") != "", Business: uuid.NullUUID{UUID: business, Valid: query.Filter("business") != ""}}
	switch query.Filter("due") {
	case "overdue":
		f.DueBefore = time.Now().Truncate(time.Minute)
	case "24h":
		f.DueBefore = time.Now().Add(24 * time.Hour).Truncate(time.Minute)
	}
	switch query.Filter("assignee") {
	case "":
	case "me":
		f.Assignee = uuid.NullUUID{UUID: web.Principal(c).Actor.ID, Valid: true}
	case "nobody":
		f.Unassigned = true
	default:
		f.Assignee = uuid.NullUUID{UUID: person, Valid: true}
	}
	return query, f
}

func (h *Handlers) ticketsIndex(c echo.Context) error {
	query, filter := ticketQuery(c)
	var (
		rows     []desk.Ticket
		info     store.PageInfo
		counts   map[string]int
		staff    []store.Person
		business console.Business
		open     string
	)
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if open, err = withViews(c, q, &query, "tickets"); err != nil || open != "" {
			return err
		}
		if filter.Business.Valid {
			if business, err = console.ReadBusiness(q, filter.Business.UUID); err != nil && store.KindOf(err) != store.NotFound {
				return err
			}
		}
		if staff, err = desk.TicketStaff(q); err != nil {
			return err
		}
		if counts, err = desk.TicketCounts(q); err != nil {
			return err
		}
		rows, info, err = desk.Tickets(q, filter)
		return err
	})
	if open != "" {
		return c.Redirect(http.StatusSeeOther, open)
	}
	now := time.Now()
	p := platform.TicketsProps{List: query.State(info, len(rows), err), BusinessName: business.Name, Staff: staffOptions(staff),
		CanManage: web.Principal(c).Can(access.TicketsManage)}
	p.List.CSVHref = query.HrefTo(urls.SupportCSV())
	for _, status := range desk.TicketStatuses {
		p.Tabs = append(p.Tabs, platform.TicketTab{Status: status, Count: cappedCount(counts[status]), Current: status == filter.Status})
	}
	for _, t := range rows {
		p.Rows = append(p.Rows, ticketRow(t, now))
	}
	return h.RenderList(c, err, web.View{Title: "Support", Body: platform.Tickets(p), Fragment: platform.TicketListPart(p)})
}

// cappedCount is a count that stopped at a thousand.
func cappedCount(n int) string {
	if n >= 1000 {
		return "1,000+"
	}
	return strconv.Itoa(n)
}

func staffOptions(staff []store.Person) []ui.Option {
	options := make([]ui.Option, len(staff))
	for i, p := range staff {
		options[i] = ui.Option{Value: p.ID.String(), Label: p.Name}
	}
	return options
}

func ticketRow(t desk.Ticket, now time.Time) platform.TicketRow {
	row := platform.TicketRow{ID: t.ID.String(), Number: t.Number, Subject: t.Subject, Business: t.BusinessName, Status: t.Status, Priority: t.Priority,
		Assignee: t.AssigneeName, Opened: web.Ago(t.CreatedAt, now), Updated: web.Ago(t.UpdatedAt, now), Due: web.Due(t.DueAt, now)}
	if t.WaitingSince != nil {
		row.Waiting = ui.Time{ISO: web.ISO(*t.WaitingSince), Text: web.Span(now.Sub(*t.WaitingSince))}
	}
	return row
}

// ticketsCSV is exactly what the list shows, all its pages. It names no person of
// a business.
func (h *Handlers) ticketsCSV(c echo.Context) error {
	_, filter := ticketQuery(c)
	filter.Page, filter.Exact = store.Page{Number: 1, Size: web.CSVBatch}, true
	return h.download(c, download{noun: "ticket", name: "support.csv",
		head: []string{"number", "subject", "business", "status", "priority", "assignee", "opened", "updated", "waiting_since", "due"},
		batch: func(q *store.PublicTx) (lines [][]string, info store.PageInfo, err error) {
			rows, info, err := desk.Tickets(q, filter)
			for _, t := range rows {
				lines = append(lines, []string{strconv.FormatInt(t.Number, 10), t.Subject, t.BusinessName, t.Status, t.Priority, t.AssigneeName,
					web.ISO(t.CreatedAt), web.ISO(t.UpdatedAt), instant(t.WaitingSince), instant(t.DueAt)})
			}
			filter.Page.After = info.Last
			return lines, info, err
		}})
}

func instant(at *time.Time) string {
	if at == nil {
		return ""
	}
	return web.ISO(*at)
}
