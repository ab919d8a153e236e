package platform

import (
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) masqueradeNew(c echo.Context) error {
	p := platform.MasqueradeNewProps{UserID: c.QueryParam("user_id"), Back: web.LocalPath(c.QueryParam("back"), urls.Businesses()),
		Reason: prefill(c.QueryParam("reason"), 500), Ticket: prefill(c.QueryParam("ticket"), 19), Mode: c.QueryParam("mode")}
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
// one-time code opens the site; or, where somebody must agree first, to the page
// of the request.
func (h *Handlers) masqueradeStart(c echo.Context) error {
	p := platform.MasqueradeNewProps{
		UserID: c.FormValue("user_id"), Back: web.LocalPath(c.FormValue("back"), urls.Businesses()), Mode: c.FormValue("mode"),
		Reason: strings.TrimSpace(c.FormValue("reason")), Ticket: strings.TrimSpace(c.FormValue("ticket")),
	}
	p.Errors = map[string]string{}
	web.CheckReason(p.Errors, "reason", p.Reason, sessions.MinReason, 500, "Say why you need to see this.")
	web.CheckText(p.Errors, "ticket", p.Ticket, 0, 40, "")
	switch p.Mode {
	case "", access.ModeView:
	case access.ModeWrite:
		if !web.Principal(c).Can(access.MasqueradesWrite) {
			return echo.NewHTTPError(http.StatusForbidden, "Your role can only view. A manager or superuser can make changes.")
		}
	default:
		p.Errors["mode"] = "Choose whether to view or to change."
	}
	subject, err := uuid.Parse(p.UserID)
	if err != nil {
		return echo.ErrNotFound
	}
	if err := h.confirmIdentity(c, p.Errors); err != nil {
		return err
	}
	if len(p.Errors) == 0 {
		var started sessions.StartedMasquerade
		err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
			started, err = masquerade.StartMasquerade(q, sessions.NewMasquerade{Subject: subject, Mode: p.Mode, Reason: p.Reason, Ticket: p.Ticket, Back: p.Back,
				Beginning: h.beginning(c)})
			return err
		})
		if err == nil && started.Code == "" {
			return web.Redirect(c, urls.MasqueradeShow(started.ID.String()))
		}
		if err == nil {
			return web.Redirect(c, h.Sites.Business(started.Business.Subdomain, urls.MasqueradeEnter(started.Code)))
		}
		if store.KindOf(err) == store.Throttled {
			web.SetRetryAfter(c, err)
			p.Errors[""] = err.Error()
			return h.masqueradeForm(c, http.StatusTooManyRequests, p)
		}
		if p.Errors = store.FieldErrors(err); p.Errors == nil && store.KindOf(err) != store.Forbidden {
			return err
		}
		if p.Errors["instead"] != "" {
			return h.masqueradeForm(c, http.StatusConflict, p)
		}
	}
	return h.masqueradeForm(c, http.StatusUnprocessableEntity, p)
}

// beginning is the browser that asks, and the live masquerade that its form says
// to end.
func (h *Handlers) beginning(c echo.Context) sessions.Beginning {
	instead, _ := uuid.Parse(c.FormValue("instead"))
	return sessions.Beginning{Instead: instead, Browser: h.Browser(c)}
}

// confirmIdentity checks the password, or the code of a second factor, of a form
// that asks for it again; what is
// wrong with it joins the form's errors.
func (h *Handlers) confirmIdentity(c echo.Context, errs map[string]string) error {
	password := c.FormValue("password")
	if password == "" {
		password = c.FormValue("code")
	}
	if password == "" || len(errs) > 0 {
		return nil
	}
	err := identity.ConfirmPassword(c.Request().Context(), h.DB, web.Principal(c), password, web.Client(c))
	if store.KindOf(err) == store.Invalid {
		errs["password"] = "This is not your password."
		return nil
	}
	return err
}

// needsStepUp says whether a form must ask for the password again.
func needsStepUp(c echo.Context) bool {
	return time.Since(web.Principal(c).AuthenticatedAt) > store.StepUpFor
}

// masqueradeForm asks why, or says why it can't be.
func (h *Handlers) masqueradeForm(c echo.Context, status int, p platform.MasqueradeNewProps) error {
	p.Began = whereItBegan(p.Back)
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error {
		subject, err := looked(q, p.UserID, c.QueryParam("business"))
		if err != nil {
			return err
		}
		p.UserID = subject.String()
		person, business, err := sessions.MasqueradeTarget(q, subject)
		p.UserName, p.UserEmail, p.UserRole = person.Name, person.Email, access.RoleName(person.Role)
		p.BusinessName, p.BusinessHost = business.Name, h.Sites.BusinessHost(business.Subdomain)
		p.CanWrite = web.Principal(c).Can(access.MasqueradesWrite) && business.Status != "suspended"
		p.Consent = business.SupportConsent
		if err != nil {
			return err
		}
		live, err := sessions.LiveMasquerade(q)
		if live != nil {
			p.Inside, p.InsideID, p.InsideHref = live.BusinessName+" as "+live.SubjectName, live.ID.String(), h.Sites.Business(live.Subdomain, "/")
		}
		return err
	})
	var refused *store.Error
	if errors.As(err, &refused) && refused.Kind == store.Forbidden {
		p.Refused, status = refused.Message, http.StatusForbidden
	} else if err != nil {
		return err
	}
	h.MarkBrowser(c)
	p.NeedPassword = needsStepUp(c)
	bounds, err := sessions.MasqueradeBounds(c.Request().Context(), h.DB)
	if err != nil {
		return err
	}
	p.IdleMinutes, p.MaxMinutes = int(bounds.Idle.Minutes()), int(bounds.Max.Minutes())
	return h.Render(c, status, web.View{Title: "View as " + p.UserName, Body: platform.MasqueradeNew(p)})
}

// looked is through whose eyes to look: a person's, or those of a business's owner.
func looked(q *store.PublicTx, person, business string) (uuid.UUID, error) {
	if person != "" {
		id, err := uuid.Parse(person)
		if err != nil {
			return uuid.Nil, echo.ErrNotFound
		}
		return id, nil
	}
	id, err := uuid.Parse(business)
	if err != nil {
		return uuid.Nil, echo.ErrNotFound
	}
	b, err := console.ReadBusiness(q, id)
	if err == nil && !b.OwnerID.Valid {
		err = echo.ErrNotFound
	}
	return b.OwnerID.UUID, err
}

// whereItBegan names the part of the console that a masquerade returns to.
func whereItBegan(back string) ui.Link {
	for _, part := range []ui.Link{{Label: "Users", Href: urls.Users()}, {Label: "Support", Href: urls.Support()}, {Label: "Masquerades", Href: urls.Masquerades()},
		{Label: "Audit log", Href: urls.Audit()}, {Label: "Dashboard", Href: urls.Dashboard()}} {
		if path, _, _ := strings.Cut(back, "?"); path == part.Href || strings.HasPrefix(path, part.Href+"/") {
			return ui.Link{Label: part.Label, Href: part.Href}
		}
	}
	return ui.Link{Label: "Businesses", Href: urls.Businesses()}
}
