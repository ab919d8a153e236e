package platform

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// masqueradeShow is a visit's page, and where a request for changes waits for its
// answer.
func (h *Handlers) masqueradeShow(c echo.Context) error {
	return h.requestPage(c, http.StatusOK, nil)
}

func (h *Handlers) requestPage(c echo.Context, status int, errs map[string]string) error {
	p, err := h.requestProps(c, errs)
	if err != nil {
		return err
	}
	h.MarkBrowser(c)
	return h.Render(c, status, web.View{Title: p.Title(), Body: platform.MasqueradeRequest(p)})
}

// masqueradeUpdates answers an open page: nothing while nothing happened.
func (h *Handlers) masqueradeUpdates(c echo.Context) error {
	p, err := h.requestProps(c, nil)
	if err != nil {
		return err
	}
	if p.State == c.QueryParam("state") && !p.CanApprove {
		return c.NoContent(http.StatusNoContent)
	}
	return web.Write(c, http.StatusOK, platform.MasqueradeRequestState(p))
}

func (h *Handlers) requestProps(c echo.Context, errs map[string]string) (platform.MasqueradeRequestProps, error) {
	var p platform.MasqueradeRequestProps
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return p, echo.ErrNotFound
	}
	who := web.Principal(c)
	var r sessions.MasqueradeRequest
	var live *store.LiveMasquerade
	var record masquerade.VisitRecord
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if r, err = sessions.ReadMasqueradeRequest(q, id, who.Can(access.MasqueradesAll)); err != nil {
			return err
		}
		if r.ActorID == who.Actor.ID {
			if live, err = sessions.LiveMasquerade(q); err != nil {
				return err
			}
		}
		if r.StartedAt != nil {
			record, err = masquerade.ReadVisitRecord(q, r.Masquerade, web.PageOf(c, "pages"), web.PageOf(c, "changes"))
		}
		return err
	})
	if err == nil && r.Mode != access.ModeWrite && r.StartedAt == nil {
		err = echo.ErrNotFound // one that only views never waits
	}
	if err != nil {
		return p, err
	}
	p = platform.MasqueradeRequestProps{
		ID: r.ID.String(), Actor: r.ActorName, Subject: r.SubjectName, SubjectRole: access.RoleName(r.SubjectRole),
		Business: r.BusinessName, BusinessHref: urls.Business(r.BusinessID.String()), Reason: r.Reason, Ticket: r.Ticket,
		Asked: web.Instant(r.CreatedAt, time.UTC), State: r.State, Never: r.SupportConsent == sessions.ConsentNever, Decided: r.DecidedName, End: r.EndReason,
		Write: r.Mode == access.ModeWrite, Own: r.ActorID == who.Actor.ID, NeedPassword: needsStepUp(c), Errors: errs,
	}
	if r.DecidedAt != nil {
		p.DecidedAt = web.Instant(*r.DecidedAt, time.UTC)
	}
	if r.State == "asked" && !p.Never && !r.MayApprove() {
		p.SecondFrom = web.Instant(r.SecondFrom, time.UTC)
	}
	if live != nil && live.ID != r.ID {
		p.Inside, p.InsideID = live.BusinessName+" as "+live.SubjectName, live.ID.String()
	}
	visitFacts(&p, r, record)
	web.Sections(c, &p.Record)
	p.CanOpen = p.Own && (r.State == "granted" || r.State == "approved")
	p.CanApprove = !p.Own && r.MayApprove() && who.Can(access.MasqueradesWrite)
	p.CanEnd = r.EndedAt == nil && (r.State == "asked" || r.State == "started" || p.CanOpen)
	return p, nil
}

// visitFacts are when a visit was and what happened in it. What belongs to the
// business is shown by number: names are for its own people.
func visitFacts(p *platform.MasqueradeRequestProps, r sessions.MasqueradeRequest, record masquerade.VisitRecord) {
	p.Entered, p.Live = r.StartedAt != nil, r.StartedAt != nil && r.EndedAt == nil
	p.Record = web.Visit{Href: urls.MasqueradeShow(p.ID), Zone: time.UTC}.Record(record)
	p.TicketHref = ticketHref(r.Ticket)
	if r.StartedAt == nil {
		return
	}
	p.Began = web.Instant(*r.StartedAt, time.UTC)
	if r.EndedAt != nil {
		p.Ended, p.Lasted = web.Instant(*r.EndedAt, time.UTC), web.Span(r.EndedAt.Sub(*r.StartedAt))
	}
}

// ticketHref is the ticket's page if what was typed is a number.
func ticketHref(ticket string) string {
	if number, err := strconv.ParseInt(strings.TrimPrefix(ticket, "#"), 10, 64); err == nil {
		return urls.Ticket(number)
	}
	return ""
}

// masqueradeApprove is the second person's word.
func (h *Handlers) masqueradeApprove(c echo.Context) error {
	return h.requestWork(c, func(q *store.PublicTx, id uuid.UUID) (string, error) {
		if err := masquerade.ApproveMasquerade(q, id); err != nil {
			return "", err
		}
		h.Flash(c, "success", "Approved. The owners are told.")
		return urls.MasqueradeShow(id.String()), nil
	})
}

// masqueradeOpen begins what was agreed to.
func (h *Handlers) masqueradeOpen(c echo.Context) error {
	return h.requestWork(c, func(q *store.PublicTx, id uuid.UUID) (string, error) {
		started, err := masquerade.OpenMasquerade(q, id, h.beginning(c))
		return h.Sites.Business(started.Business.Subdomain, urls.MasqueradeEnter(started.Code)), err
	})
}

// requestWork runs a form of the request's page, which shows what was wrong.
func (h *Handlers) requestWork(c echo.Context, work func(*store.PublicTx, uuid.UUID) (string, error)) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	errs := map[string]string{}
	if err := h.confirmIdentity(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.requestPage(c, http.StatusUnprocessableEntity, errs)
	}
	next := ""
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		next, err = work(q, id)
		return err
	})
	if err == nil {
		return web.Redirect(c, next)
	}
	if errs = store.FieldErrors(err); errs == nil {
		return err
	}
	if errs["instead"] != "" {
		return h.requestPage(c, http.StatusConflict, errs)
	}
	return h.requestPage(c, http.StatusUnprocessableEntity, errs)
}
