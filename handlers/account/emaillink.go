package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// emailLinkShow spends nothing: programs that read mails follow links.
func (h *Handlers) emailLinkShow(c echo.Context) error {
	token := c.Param("token")
	link, err := booking.EmailLinkOf(c.Request().Context(), h.DB, web.Tenant(c), token)
	if store.KindOf(err) == store.NotFound {
		return h.emailLinkGone(c)
	}
	if err != nil {
		return err
	}
	p := account.EmailConfirmProps{Where: where(c), Action: urls.EmailConfirm(token), Old: link.Email, New: link.New, ToNew: link.Purpose == identity.EmailNew}
	return h.Render(c, http.StatusOK, web.View{Title: "Change of address", Body: account.EmailConfirm(p), Plain: true})
}

func (h *Handlers) emailLinkSpend(c echo.Context) error {
	ctx, token := c.Request().Context(), c.Param("token")
	link, err := booking.EmailLinkOf(ctx, h.DB, web.Tenant(c), token)
	p := account.EmailDoneProps{Where: where(c), New: link.New}
	if err == nil {
		p.Changed, err = booking.ConfirmEmail(ctx, h.DB, web.Tenant(c), token, web.Client(c))
	}
	switch store.KindOf(err) {
	case store.NotFound:
		return h.emailLinkGone(c)
	case store.Conflict:
		p.Taken = true
		return h.Render(c, http.StatusConflict, web.View{Title: "The address was not changed", Body: account.EmailDone(p), Plain: true})
	}
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Confirmed", Body: account.EmailDone(p), Plain: true})
}

func (h *Handlers) emailLinkGone(c echo.Context) error {
	return h.Render(c, http.StatusNotFound, web.View{Title: "This link is no longer good", Body: account.EmailGone(where(c)), Plain: true})
}
