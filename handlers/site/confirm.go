package site

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/site"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// signUpShow is behind the mailed link; it opens nothing, since scanners follow
// links.
func (h *Handlers) signUpShow(c echo.Context) error {
	return h.confirmPage(c, http.StatusOK, "", nil)
}

// signUpConfirm opens the business and leads its owner into it.
func (h *Handlers) signUpConfirm(c echo.Context) error {
	wish := strings.ToLower(strings.TrimSpace(c.FormValue("subdomain")))
	s, code, err := console.ConfirmSignUp(c.Request().Context(), h.DB, c.Param("token"), wish, web.Client(c))
	if err == nil {
		return web.Redirect(c, h.Sites.Business(s.Subdomain, urls.Welcome(code)))
	}
	if errs := store.FieldErrors(err); errs["subdomain"] != "" {
		return h.confirmPage(c, http.StatusConflict, wish, errs)
	}
	if store.KindOf(err) == store.NotFound {
		return h.confirmPage(c, http.StatusNotFound, "", nil)
	}
	if errors.As(err, new(*console.ProvisioningError)) {
		h.provisioningFailed(c, s)
		return &store.Error{Kind: store.Unavailable, Message: err.Error()}
	}
	return err
}

func (h *Handlers) confirmPage(c echo.Context, status int, wish string, errs map[string]string) error {
	token := c.Param("token")
	s, err := console.SignUpByToken(c.Request().Context(), h.DB, token)
	if err != nil && store.KindOf(err) != store.NotFound {
		return err
	}
	p := site.ConfirmProps{Action: urls.SignUpConfirm(token), Business: s.BusinessName, Host: h.Sites.BusinessHost(s.Subdomain), TimeZone: s.TimeZone,
		Owner: s.OwnerName, Email: s.OwnerEmail, Taken: errs["subdomain"], Wish: wish, HostSuffix: "." + h.Sites.Base()}
	title := "Open " + s.BusinessName
	switch {
	case err != nil:
		p.Gone, status, title = true, http.StatusNotFound, "This link no longer works"
	case s.ConfirmedAt != nil:
		p.OpenHref, status, title = h.Sites.Business(s.Subdomain, urls.Login()), http.StatusOK, s.BusinessName+" is open"
	case p.Taken != "" && wish == "":
		p.Wish = s.Subdomain
	}
	return h.Render(c, status, web.View{Title: title, Body: site.Confirm(p)})
}

// provisioningFailed tells the staff that somebody stands before a closed door.
func (h *Handlers) provisioningFailed(c echo.Context, s identity.SignUp) {
	notice := people.Notice{Kind: people.NoticeProvisioning, Title: "A sign-up failed: no room could be made", Detail: s.BusinessName + ", " + s.OwnerEmail, Href: urls.Businesses()}
	if err := people.NotifyStaff(c.Request().Context(), h.DB, notice, access.Holders(access.BusinessesSuspend)...); err != nil {
		h.Log.Error("notify of a failed sign-up", slog.String("error", err.Error()))
	}
}
