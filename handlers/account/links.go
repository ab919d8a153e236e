package account

import (
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) forgotNew(c echo.Context) error {
	return h.Render(c, http.StatusOK, web.View{Title: "Forgotten password", Body: account.Forgot(account.ForgotProps{Where: where(c)}), Plain: true})
}

// forgotCreate answers the same whether or not there is such an account.
func (h *Handlers) forgotCreate(c echo.Context) error {
	email := web.Email(c, "email")
	errs := map[string]string{}
	if web.CheckEmail(errs, "email", email); len(errs) > 0 {
		p := account.ForgotProps{Where: where(c), Email: email, Error: errs["email"]}
		return h.Render(c, http.StatusUnprocessableEntity, web.View{Title: "Forgotten password", Body: account.Forgot(p), Plain: true})
	}
	err := identity.RequestPasswordReset(c.Request().Context(), h.DB, web.Tenant(c), email, web.Client(c))
	if store.KindOf(err) == store.Throttled {
		web.SetRetryAfter(c, err)
		p := account.ForgotProps{Where: where(c), Email: email, Error: err.Error()}
		return h.Render(c, http.StatusTooManyRequests, web.View{Title: "Forgotten password", Body: account.Forgot(p), Plain: true})
	}
	if err != nil {
		return err
	}
	p := account.ForgotSentProps{Where: where(c), Email: email}
	if h.Dev && web.IsLoopback(c) {
		p.MailHref = urls.DevMail()
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Look into your mail", Body: account.ForgotSent(p), Plain: true})
}

// linkShow asks for a password; it spends nothing, since scanners follow links.
func (h *Handlers) linkShow(purpose identity.Purpose) echo.HandlerFunc {
	return func(c echo.Context) error {
		return h.linkForm(c, http.StatusOK, purpose, "", nil)
	}
}

func (h *Handlers) linkSpend(purpose identity.Purpose) echo.HandlerFunc {
	return func(c echo.Context) error {
		name := strings.TrimSpace(c.FormValue("name"))
		errs := map[string]string{}
		if web.CheckName(errs, "name", name, 0, 120, ""); len(errs) > 0 {
			return h.linkForm(c, http.StatusUnprocessableEntity, purpose, name, errs)
		}
		token, who, err := identity.SpendLink(c.Request().Context(), h.DB, web.Tenant(c), c.Param("token"), purpose, name, c.FormValue("password"), web.Client(c))
		if err == nil {
			h.Flash(c, "success", "Your password is set.")
			return h.enter(c, token, who, "")
		}
		if next := new(identity.FactorNeeded); errors.As(err, &next) {
			return h.askForCode(c, next, "")
		}
		if errs := store.FieldErrors(err); errs != nil {
			return h.linkForm(c, http.StatusUnprocessableEntity, purpose, name, errs)
		}
		if store.KindOf(err) == store.NotFound {
			return h.linkGone(c, purpose)
		}
		return err
	}
}

// linkForm shows the form; name is as typed, or empty.
func (h *Handlers) linkForm(c echo.Context, status int, purpose identity.Purpose, name string, errs map[string]string) error {
	token := c.Param("token")
	person, err := identity.LinkOwner(c.Request().Context(), h.DB, web.Tenant(c), token, purpose)
	if store.KindOf(err) == store.NotFound {
		return h.linkGone(c, purpose)
	}
	if err != nil {
		return err
	}
	action := urls.PasswordReset(token)
	if purpose == identity.Invitation {
		action = urls.Invitation(token)
	}
	if name == "" {
		name = person.Name
	}
	p := account.SetPasswordProps{Invitation: purpose == identity.Invitation, Action: action, Where: where(c), Name: name, Email: person.Email,
		NameFixed: person.Role.IsPlatform(), Errors: errs, MinLength: identity.MinPassword}
	return h.Render(c, status, web.View{Title: "Set a password", Body: account.SetPassword(p), Plain: true})
}

func (h *Handlers) linkGone(c echo.Context, purpose identity.Purpose) error {
	p := account.TokenGoneProps{Invitation: purpose == identity.Invitation, Where: where(c)}
	return h.Render(c, http.StatusNotFound, web.View{Title: "This link is no longer good", Body: account.TokenGone(p), Plain: true})
}
