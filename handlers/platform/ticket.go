package platform

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// ticketData is everything on a ticket's page.
type ticketData struct {
	ticket   desk.Ticket
	messages []desk.TicketMessage
	notes    []desk.TicketNote
	files    []desk.Attachment
	history  []store.AuditEntry
	page     int // of the history, and whether there is an older one
	older    bool
	// messagesPage is the page of the conversation, which may have older ones.
	messagesPage  int
	olderMessages bool
	staff         []store.Person
	replies       []desk.CannedReply
}

func (d *ticketData) load(q *store.PublicTx, number int64) (err error) {
	if d.ticket, err = desk.ReadTicket(q, number); err != nil {
		return err
	}
	if d.messages, d.olderMessages, err = desk.TicketMessages(q, d.ticket.ID, d.messagesPage); err != nil {
		return err
	}
	if d.notes, err = desk.TicketNotes(q, d.ticket.ID, d.messagesPage); err != nil {
		return err
	}
	if d.files, err = desk.TicketFiles(q, d.ticket.ID); err != nil {
		return err
	}
	if d.history, d.older, err = desk.TicketHistory(q, d.ticket.ID, d.page); err != nil {
		return err
	}
	if d.staff, err = desk.TicketStaff(q); err != nil {
		return err
	}
	d.replies, err = desk.CannedReplies(q)
	return err
}

// version changes with whatever the page shows of a ticket.
func (d *ticketData) version() string {
	return fmt.Sprintf("%d-%d", d.ticket.UpdatedAt.UnixMicro(), len(d.notes))
}

// ticketForms are the forms of the page as they were sent, with what was wrong.
type ticketForms struct {
	body, status, note string
	insert             string       // id of a prepared answer
	change             *desk.Ticket // as chosen
	errs               map[string]string
}

func (h *Handlers) ticketShow(c echo.Context) error {
	return h.ticketPage(c, http.StatusOK, ticketForms{})
}

func ticketNumber(c echo.Context) (int64, error) {
	number, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil || number < 1 {
		return 0, echo.ErrNotFound
	}
	return number, nil
}

// ticketPage shows a ticket. Asked to insert a prepared answer, it puts that
// behind what is written already.
func (h *Handlers) ticketPage(c echo.Context, status int, forms ticketForms) error {
	number, err := ticketNumber(c)
	if err != nil {
		return err
	}
	d := ticketData{page: web.PageOf(c, "history"), messagesPage: web.PageOf(c, "messages")}
	if err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error { return d.load(q, number) }); err != nil {
		return err
	}
	p := h.ticketProps(c, d)
	p.Errors, p.Body, p.Note, p.ReplyStatus = forms.errs, forms.body, forms.note, "waiting"
	if slices.Contains(desk.TicketStatuses, forms.status) {
		p.ReplyStatus = forms.status
	}
	p.Seen, p.TakeSeen = web.Seen(ticketAnswers("assignee", "priority", "status")(d.ticket)), web.Seen(ticketAnswers("assignee")(d.ticket))
	if forms.change != nil {
		h.ticketAgain(c, &p, forms, d)
	}
	for _, r := range d.replies {
		p.Replies = append(p.Replies, ui.Option{Value: r.ID.String(), Label: r.Title})
		if r.ID.String() == forms.insert {
			p.Inserted = r.Title
			if p.Body != "" {
				p.Body += "\n\n"
			}
			p.Body += r.Body
		}
	}
	view := web.View{Title: d.ticket.Label(), Body: platform.Ticket(p)}
	if forms.insert != "" {
		view.Fragment = platform.TicketMessage(p) // the form keeps its files
	}
	return h.Render(c, status, view)
}

// ticketAgain shows what was chosen, beside what is stored when that was changed.
func (h *Handlers) ticketAgain(c echo.Context, p *platform.TicketProps, forms ticketForms, d ticketData) {
	names := map[string]string{p.AssigneeID: p.Assignee}
	for _, o := range p.Staff {
		names[o.Value] = o.Label
	}
	seen := web.SeenAgain(c, urls.Ticket(d.ticket.Number)).Named(names)
	if !c.Request().Form.Has("status") { // the button that takes it over
		p.TakeSeen = seen
		return
	}
	p.Seen, p.Status, p.Priority, p.AssigneeID = seen, forms.change.Status, forms.change.Priority, ""
	if forms.change.AssigneeID.Valid {
		p.AssigneeID = forms.change.AssigneeID.UUID.String()
	}
}

func (h *Handlers) ticketProps(c echo.Context, d ticketData) platform.TicketProps {
	who, now, t := web.Principal(c), time.Now(), d.ticket
	p := platform.TicketProps{
		Number: t.Number, Subject: t.Subject, Status: t.Status, Priority: t.Priority, Business: t.BusinessName, BusinessID: t.BusinessID.String(), Plan: t.Plan,
		Host: h.Sites.BusinessHost(t.Subdomain), Opener: t.OpenerName, Opened: web.Instant(t.CreatedAt, time.UTC), Updated: web.Ago(t.UpdatedAt, now),
		Due: web.Due(t.DueAt, now), Assignee: t.AssigneeName, Staff: staffOptions(d.staff), Version: d.version(),
		CanManage: who.Can(access.TicketsManage), Mine: t.AssigneeID.UUID == who.Actor.ID, Me: who.Actor.ID.String(),
	}
	if t.AssigneeID.Valid {
		p.AssigneeID = t.AssigneeID.UUID.String()
	}
	if t.FirstAnsweredAt != nil {
		p.FirstAnswer = web.Span(t.FirstAnsweredAt.Sub(t.CreatedAt))
	}
	if t.OpenedBy.Valid && t.OpenerActive && t.Active() && t.BusinessStatus != "archived" && who.Can(access.MasqueradesStart) {
		p.MasqueradeHref = urls.MasqueradeForTicket(t.OpenedBy.UUID.String(), t.Number, "Ticket "+t.Label())
	}
	p.Conversation = conversation(d, now)
	p.OlderMessages = web.Older(urls.Ticket(t.Number), "messages", "Conversation", max(1, d.messagesPage), len(d.messages), d.olderMessages)
	if n := len(d.messages); n > 0 {
		p.LastSeen = d.messages[n-1].ID.String()
	}
	p.Older = web.Older(urls.Ticket(t.Number), "history", "History", max(1, d.page), len(d.history), d.older)
	for _, e := range d.history {
		event := eventProps(e, now)
		event.Text = ticketEvent(e)
		p.History = append(p.History, event)
	}
	return p
}

// conversation puts messages and notes into one order.
func conversation(d ticketData, now time.Time) []ui.MessageProps {
	files := map[uuid.UUID][]ui.FileLink{}
	for _, f := range d.files {
		files[f.MessageID] = append(files[f.MessageID], ui.FileLink{Name: f.Name, Size: web.Size(f.Size), Href: urls.TicketFile(d.ticket.Number, f.ID.String())})
	}
	var all []ui.MessageProps
	notes := d.notes
	if d.olderMessages { // notes from before go with the older messages
		notes = slices.DeleteFunc(slices.Clone(notes), func(n desk.TicketNote) bool { return n.CreatedAt.Before(d.messages[0].CreatedAt) })
	}
	note := func() {
		n := notes[0]
		notes = notes[1:]
		all = append(all, ui.MessageProps{Author: n.AuthorName, Body: n.Body, At: web.Ago(n.CreatedAt, now), Mine: true, Note: true})
	}
	for _, m := range d.messages {
		for len(notes) > 0 && notes[0].CreatedAt.Before(m.CreatedAt) {
			note()
		}
		side := d.ticket.BusinessName
		if m.FromStaff {
			side = "SmoothSchedule"
		}
		all = append(all, ui.MessageProps{Author: m.AuthorName, Side: side, Body: m.Body, At: web.Ago(m.CreatedAt, now), Mine: m.FromStaff, Files: files[m.ID]})
	}
	for len(notes) > 0 {
		note()
	}
	return all
}

// ticketEvent is a line of the history in words.
func ticketEvent(e store.AuditEntry) string {
	var d struct{ Before, After string }
	_ = json.Unmarshal([]byte(e.Details), &d) // other events have no such names
	switch e.Action {
	case "ticket.opened":
		return "opened the ticket"
	case "ticket.answered":
		return "answered"
	case "ticket.noted":
		return "wrote an internal note"
	case "ticket.assigned":
		if d.After == "nobody" {
			return "took it from " + d.Before
		}
		if d.After == e.ActorName {
			return "took it over"
		}
		return "assigned it to " + d.After
	case "ticket.status_changed":
		return "changed the status from " + ui.TicketStatusLabel(d.Before) + " to " + ui.TicketStatusLabel(d.After)
	case "ticket.priority_changed":
		return "changed the priority from " + ui.PriorityLabel(d.Before) + " to " + ui.PriorityLabel(d.After)
	}
	return eventText(e)
}

// ticketUpdates answers an open page: nothing while it shows what is true.
func (h *Handlers) ticketUpdates(c echo.Context) error {
	number, err := ticketNumber(c)
	if err != nil {
		return err
	}
	var d ticketData
	same := false
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if d.ticket, err = desk.ReadTicket(q, number); err != nil {
			return err
		}
		if d.notes, err = desk.TicketNotes(q, d.ticket.ID, 1); err != nil {
			return err
		}
		if same = d.version() == c.QueryParam("seen"); same {
			return nil
		}
		return d.load(q, number)
	})
	if err != nil {
		return err
	}
	if same {
		return c.NoContent(http.StatusNoContent)
	}
	return web.Write(c, http.StatusOK, platform.TicketNews(h.ticketProps(c, d)))
}

func (h *Handlers) ticketFile(c echo.Context) error {
	number, err := ticketNumber(c)
	if err != nil {
		return err
	}
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var file desk.Attachment
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		file, err = desk.TicketFile(q, number, id)
		return err
	})
	if err != nil {
		return err
	}
	return web.Download(c, file)
}
