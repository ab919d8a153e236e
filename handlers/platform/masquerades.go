package platform

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) masqueradeNew(c echo.Context) error {
	p := platform.MasqueradeNewProps{UserID: c.QueryParam("user_id"), Back: web.LocalPath(c.QueryParam("back"), urls.Businesses()),
		Reason: prefill(c.QueryParam("reason"), 500), Ticket: prefill(c.QueryParam("ticket"), 20)}
	return h.masqueradeForm(c, http.StatusOK, p)
}

// prefill is what a link puts into a field: one line, not longer than the field.
func prefill(text string, most int) string {
	text = strings.Join(strings.Fields(strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "")), " ")
	if runes := []rune(text); len(runes) > most {
		text = string(runes[:most])
	}
	return text
}

// masqueradeStart records the reason and leads to the business's host, where a
// one-time code opens the site.
func (h *Handlers) masqueradeStart(c echo.Context) error {
	ctx := c.Request().Context()
	p := platform.MasqueradeNewProps{
		UserID: c.FormValue("user_id"), Back: web.LocalPath(c.FormValue("back"), urls.Businesses()),
		Reason: strings.TrimSpace(c.FormValue("reason")), Ticket: strings.TrimSpace(c.FormValue("ticket")),
	}
	p.Errors = map[string]string{}
	web.CheckText(p.Errors, "reason", p.Reason, store.MinReason, 500, "Say why you need to see this.")
	web.CheckText(p.Errors, "ticket", p.Ticket, 0, 40, "")
	if mode := c.FormValue("mode"); mode != "" && mode != "view" {
		p.Errors[""] = "Only viewing is possible: this business has not agreed to changes by support."
	}
	who := web.Principal(c)
	if password := c.FormValue("password"); password != "" && len(p.Errors) == 0 {
		err := h.DB.ConfirmPassword(ctx, who.Principal, password, web.Client(c))
		if store.KindOf(err) == store.Invalid {
			p.Errors["password"] = "This is not your password."
		} else if err != nil {
			return err
		}
	}
	subject, err := uuid.Parse(p.UserID)
	if err != nil {
		return echo.ErrNotFound
	}
	if len(p.Errors) == 0 {
		var business store.Tenant
		var code string
		err = h.DB.InPublic(ctx, func(q *store.PublicTx) (err error) {
			business, code, err = q.StartMasquerade(store.NewMasquerade{Subject: subject, Reason: p.Reason, Ticket: p.Ticket, Back: p.Back})
			return err
		})
		if err == nil {
			return web.Redirect(c, h.Sites.Business(business.Subdomain, urls.MasqueradeEnter(code)))
		}
		if p.Errors = store.FieldErrors(err); p.Errors == nil && store.KindOf(err) != store.Forbidden {
			return err
		}
	}
	return h.masqueradeForm(c, http.StatusUnprocessableEntity, p)
}

// masqueradeForm asks why, or says why it can't be.
func (h *Handlers) masqueradeForm(c echo.Context, status int, p platform.MasqueradeNewProps) error {
	subject, err := uuid.Parse(p.UserID)
	if err != nil {
		return echo.ErrNotFound
	}
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error {
		person, business, err := q.MasqueradeTarget(subject)
		p.UserName, p.UserEmail, p.UserRole = person.Name, person.Email, access.RoleName(person.Role)
		p.BusinessName, p.BusinessHost = business.Name, h.Sites.BusinessHost(business.Subdomain)
		return err
	})
	var refused *store.Error
	if errors.As(err, &refused) && refused.Kind == store.Forbidden {
		p.Refused, status = refused.Message, http.StatusForbidden
	} else if err != nil {
		return err
	}
	p.NeedPassword = time.Since(web.Principal(c).AuthenticatedAt) > store.StepUpFor
	p.IdleMinutes, p.MaxMinutes = int(store.MasqueradeIdle.Minutes()), int(store.MasqueradeMax.Minutes())
	return h.Render(c, status, web.View{Title: "View as " + p.UserName, Body: platform.MasqueradeNew(p)})
}
