package platform

import (
	"context"
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) ticketReply(c echo.Context) error {
	forms := ticketForms{body: c.FormValue("body"), status: c.FormValue("status"), errs: map[string]string{}}
	web.CheckProse(forms.errs, "body", forms.body)
	files, done, err := h.Attachments(c, forms.errs, "files")
	if store.KindOf(err) == store.Throttled {
		return h.ticketPage(c, http.StatusTooManyRequests, forms)
	}
	if err != nil {
		return err
	}
	defer done()
	in := desk.TicketReply{Body: forms.body, Status: forms.status, Files: files}
	if seen, err := uuid.Parse(c.FormValue("last_seen")); err == nil {
		in.LastSeen = uuid.NullUUID{UUID: seen, Valid: true}
	}
	return h.ticketWork(web.FormOnce(c), c, forms, "Your answer is sent.", func(q *store.PublicTx, number int64) error { return desk.ReplyTicket(q, number, in) })
}

// ticketInsert answers with the message as it is written, and a prepared answer
// behind it. Nothing is kept, and no draft travels in an address.
func (h *Handlers) ticketInsert(c echo.Context) error {
	return h.ticketPage(c, http.StatusOK, ticketForms{body: c.FormValue("body"), status: c.FormValue("status"), insert: c.FormValue("reply")})
}

func (h *Handlers) ticketNote(c echo.Context) error {
	forms := ticketForms{note: c.FormValue("note"), errs: map[string]string{}}
	web.CheckProse(forms.errs, "note", forms.note)
	return h.ticketWork(web.FormOnce(c), c, forms, "The note is saved; the business can't see it.", func(q *store.PublicTx, number int64) error { return desk.NoteTicket(q, number, forms.note) })
}

// ticketChange takes any of assignee, status and priority.
func (h *Handlers) ticketChange(c echo.Context) error {
	forms := ticketForms{errs: map[string]string{}}
	var typed desk.Ticket
	var fields []string
	in := desk.TicketChange{}
	values, err := c.FormParams()
	if err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, "This form could not be read.")
	}
	if values.Has("status") {
		status := values.Get("status")
		in.Status, typed.Status, fields = &status, status, append(fields, "status")
	}
	if values.Has("priority") {
		priority := values.Get("priority")
		in.Priority, typed.Priority, fields = &priority, priority, append(fields, "priority")
	}
	if values.Has("assignee") {
		var person uuid.NullUUID
		if value := values.Get("assignee"); value != "" {
			if person.UUID, err = uuid.Parse(value); err != nil {
				forms.errs["assignee"] = "Choose somebody of the support team."
			}
			person.Valid = true
		}
		in.Assignee, typed.AssigneeID, fields = &person, person, append(fields, "assignee")
	}
	forms.change = &typed
	slices.Sort(fields)
	return h.ticketWork(web.IfSeen(c, ticketAnswers(fields...), typed), c, forms, "The ticket is changed.", func(q *store.PublicTx, number int64) error { return desk.ChangeTicket(q, number, in) })
}

// ticketWork runs a form of the ticket's page: back to the page on success, and
// the page again with what was typed after bad input.
func (h *Handlers) ticketWork(ctx context.Context, c echo.Context, forms ticketForms, done string, work func(*store.PublicTx, int64) error) error {
	number, err := ticketNumber(c)
	if err != nil {
		return err
	}
	if len(forms.errs) == 0 {
		err := h.DB.InPublic(ctx, func(q *store.PublicTx) error { return work(q, number) })
		if err == nil {
			h.Flash(c, "success", done)
			return web.Redirect(c, urls.Ticket(number))
		}
		if forms.errs = store.FieldErrors(err); forms.errs == nil {
			return err
		}
	}
	status := web.FormStatus(forms.errs)
	if forms.errs[desk.AnsweredField] != "" {
		status = http.StatusConflict
	}
	return h.ticketPage(c, status, forms)
}
