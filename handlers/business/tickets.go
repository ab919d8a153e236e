package business

import (
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) ticketsIndex(c echo.Context) error {
	tenant, who := web.Tenant(c), web.Principal(c)
	query := web.ReadList(c, map[string][]string{"state": {"active", "done"}})
	var rows []desk.Ticket
	var info store.PageInfo
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		rows, info, err = desk.OwnTickets(q, desk.TenantTicketFilter{Q: query.Q, State: query.Filter("state"), Sort: query.Sort, Page: query.Page})
		return err
	})
	p := business.TicketsProps{List: query.State(info, len(rows), err), CanWrite: mayWrite(who)}
	loc, now := tenant.Location(), time.Now()
	for _, t := range rows {
		p.Rows = append(p.Rows, business.TicketRow{Number: t.Number, Subject: t.Subject, Status: t.Status,
			Opened: web.Date(t.CreatedAt, loc), Updated: web.Ago(t.UpdatedAt, now), Answered: !t.Unanswered && t.Active()})
	}
	return h.RenderList(c, err, web.View{Title: "Support", Body: business.Tickets(p), Fragment: business.TicketList(p)})
}

// mayWrite leaves the forms out for those who only look.
func mayWrite(who *store.Principal) bool { return who.Can(access.SupportWrite) && !who.ViewOnly() }

func (h *Handlers) ticketNew(c echo.Context) error {
	// Another page may have written the question already.
	form := business.TicketForm{Priority: "medium", Subject: c.QueryParam("subject"), Body: c.QueryParam("body")}
	if !utf8.ValidString(form.Subject+form.Body) || len(form.Subject) > 120 || len(form.Body) > 2000 {
		form.Subject, form.Body = "", ""
	}
	return h.ticketForm(c, http.StatusOK, form)
}

func (h *Handlers) ticketForm(c echo.Context, status int, form business.TicketForm) error {
	for _, code := range desk.BusinessPriorities {
		form.Priorities = append(form.Priorities, ui.Option{Value: code, Label: ui.PriorityLabel(code)})
	}
	form.CanWrite = mayWrite(web.Principal(c))
	return h.Render(c, status, web.View{Title: "Ask support", Body: business.TicketNew(form)})
}

func (h *Handlers) ticketCreate(c echo.Context) error {
	form := business.TicketForm{Subject: c.FormValue("subject"), Body: c.FormValue("body"), Priority: c.FormValue("priority"), Errors: map[string]string{}}
	web.CheckText(form.Errors, "subject", form.Subject, 3, 120, "Say what it is about.")
	web.CheckProse(form.Errors, "body", form.Body)
	files, done, err := h.Attachments(c, form.Errors, "files")
	if store.KindOf(err) == store.Throttled {
		return h.ticketForm(c, http.StatusTooManyRequests, form)
	}
	if err != nil {
		return err
	}
	defer done()
	if len(form.Errors) == 0 {
		var number int64
		err := h.DB.InTenant(web.FormOnce(c), *web.Tenant(c), func(q *store.TenantTx) (err error) {
			number, err = desk.OpenTicket(q, desk.NewTicket{Subject: form.Subject, Body: form.Body, Priority: form.Priority, Files: files})
			return err
		})
		if err == nil {
			h.Flash(c, "success", "Your question is sent. You get a mail with the answer.")
			return web.Redirect(c, urls.Ticket(number))
		}
		if store.KindOf(err) == store.Throttled {
			web.SetRetryAfter(c, err)
			form.Errors[""] = message(err)
			return h.ticketForm(c, http.StatusTooManyRequests, form)
		}
		if form.Errors = store.FieldErrors(err); form.Errors == nil {
			return err
		}
	}
	return h.ticketForm(c, http.StatusUnprocessableEntity, form)
}
