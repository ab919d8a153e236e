package business

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func ticketNumber(c echo.Context) (int64, error) {
	number, err := strconv.ParseInt(c.Param("number"), 10, 64)
	if err != nil || number < 1 {
		return 0, echo.ErrNotFound
	}
	return number, nil
}

func (h *Handlers) ticketShow(c echo.Context) error {
	return h.ticketPage(c, http.StatusOK, "", nil)
}

// ticketPage shows a ticket; body and errs are an answer that was not taken.
func (h *Handlers) ticketPage(c echo.Context, status int, body string, errs map[string]string) error {
	p, err := h.ticketProps(c)
	if err != nil {
		return err
	}
	p.Body, p.Errors = body, errs
	return h.Render(c, status, web.View{Title: "#" + strconv.FormatInt(p.Number, 10) + " " + p.Subject, Body: business.Ticket(p)})
}

func (h *Handlers) ticketProps(c echo.Context) (p business.TicketProps, err error) {
	number, err := ticketNumber(c)
	if err != nil {
		return p, err
	}
	var ticket desk.Ticket
	var messages []desk.TicketMessage
	var files []desk.Attachment
	tenant, older, page := web.Tenant(c), false, web.PageOf(c, "messages")
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if ticket, err = desk.ReadOwnTicket(q, number); err != nil {
			return err
		}
		if messages, older, err = desk.TicketMessages(q, ticket.ID, page); err != nil {
			return err
		}
		files, err = desk.TicketFiles(q, ticket.ID)
		return err
	})
	if err != nil {
		return p, err
	}
	now, write := time.Now(), mayWrite(web.Principal(c))
	p = business.TicketProps{Number: number, Subject: ticket.Subject, Status: ticket.Status, Opened: web.Instant(ticket.CreatedAt, tenant.Location()),
		CanAnswer: write && ticket.MayAnswer(now), CanSolve: write && ticket.Active(), CanAskAnew: write && !ticket.MayAnswer(now),
		Version: fmt.Sprintf("%d-%d", ticket.UpdatedAt.UnixMicro(), len(messages))}
	p.Older = web.Older(urls.Ticket(number), "messages", "Conversation", page, len(messages), older)
	byMessage := map[uuid.UUID][]ui.FileLink{}
	for _, f := range files {
		byMessage[f.MessageID] = append(byMessage[f.MessageID], ui.FileLink{Name: f.Name, Size: web.Size(f.Size), Href: urls.TicketFile(number, f.ID.String())})
	}
	for _, m := range messages {
		side := tenant.Name
		if m.FromStaff {
			side = "SmoothSchedule support"
		}
		p.Conversation = append(p.Conversation, ui.MessageProps{Author: m.AuthorName, Side: side, Body: m.Body, At: web.Ago(m.CreatedAt, now),
			Mine: !m.FromStaff, Files: byMessage[m.ID]})
	}
	return p, nil
}

// ticketUpdates answers an open page: nothing while it shows what is true.
func (h *Handlers) ticketUpdates(c echo.Context) error {
	p, err := h.ticketProps(c)
	if err != nil {
		return err
	}
	seen := c.QueryParam("seen")
	if seen == p.Version {
		return c.NoContent(http.StatusNoContent)
	}
	// A change of the state alone is shown and not announced.
	_, before, _ := strings.Cut(seen, "-")
	p.Announce = before != strconv.Itoa(len(p.Conversation))
	return web.Write(c, http.StatusOK, business.TicketNews(p))
}

func (h *Handlers) ticketAnswer(c echo.Context) error {
	number, err := ticketNumber(c)
	if err != nil {
		return err
	}
	body, errs := c.FormValue("body"), map[string]string{}
	web.CheckProse(errs, "body", body)
	files, done, err := h.Attachments(c, errs, "files")
	if store.KindOf(err) == store.Throttled {
		return h.ticketPage(c, http.StatusTooManyRequests, body, errs)
	}
	if err != nil {
		return err
	}
	defer done()
	if len(errs) == 0 {
		err := h.DB.InTenant(web.FormOnce(c), *web.Tenant(c), func(q *store.TenantTx) error {
			return desk.AnswerTicket(q, number, desk.TicketReply{Body: body, Files: files})
		})
		if err == nil {
			h.Flash(c, "success", "Your message is sent.")
			return web.Redirect(c, urls.Ticket(number))
		}
		if store.KindOf(err) == store.Throttled {
			web.SetRetryAfter(c, err)
			return h.ticketPage(c, http.StatusTooManyRequests, body, map[string]string{"body": message(err)})
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.ticketPage(c, http.StatusUnprocessableEntity, body, errs)
}

func (h *Handlers) ticketSolved(c echo.Context) error {
	number, err := ticketNumber(c)
	if err != nil {
		return err
	}
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error { return desk.SolveTicket(q, number) })
	if err != nil {
		return err
	}
	h.Flash(c, "success", "Marked as solved. Write again if it comes back.")
	return web.Redirect(c, urls.Ticket(number))
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
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		file, err = desk.TicketFile(q, number, id)
		return err
	})
	if err != nil {
		return err
	}
	return web.Download(c, file)
}
