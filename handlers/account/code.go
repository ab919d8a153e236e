package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// askForCode leads from the right password to the second factor. Until then the
// browser has no session, only a step that belongs to it alone.
func (h *Handlers) askForCode(c echo.Context, needed *identity.FactorNeeded, next string) error {
	h.SetStep(c, needed.Step)
	return web.Redirect(c, urls.WithQuery(urls.LoginCode(), "next", next))
}

func (h *Handlers) codeNew(c echo.Context) error {
	if web.Principal(c) != nil {
		return web.Redirect(c, home(c))
	}
	return h.codeForm(c, http.StatusOK, account.CodeProps{Next: web.LocalPath(c.QueryParam("next"), "")})
}

func (h *Handlers) codeCreate(c echo.Context) error {
	p := account.CodeProps{Next: web.LocalPath(c.FormValue("next"), "")}
	token, who, err := identity.FinishLogin(c.Request().Context(), h.DB, web.Tenant(c), h.Step(c), c.FormValue("code"), web.Client(c))
	switch store.KindOf(err) {
	case 0:
		if err != nil {
			return err
		}
		h.ClearStep(c)
		return h.enter(c, token, who, p.Next)
	case store.Invalid:
		p.Error = "This code is not right, or was used already."
		return h.codeForm(c, http.StatusUnprocessableEntity, p)
	case store.Throttled:
		web.SetRetryAfter(c, err)
		p.Error = err.Error()
		return h.codeForm(c, http.StatusTooManyRequests, p)
	case store.NotFound:
		return h.beginAgain(c)
	}
	return err
}

func (h *Handlers) codeForm(c echo.Context, status int, p account.CodeProps) error {
	person, err := identity.FactorStep(c.Request().Context(), h.DB, web.Tenant(c), h.Step(c))
	if store.KindOf(err) == store.NotFound {
		return h.beginAgain(c)
	}
	if err != nil {
		return err
	}
	p.Where, p.Name, p.Passkey = where(c), person.Name, web.Tenant(c) == nil
	return h.Render(c, status, web.View{Title: "Second factor", Body: account.Code(p), Plain: true, Scripts: passkeyScript(p.Passkey)})
}

// beginAgain follows a step that is over or was another browser's.
func (h *Handlers) beginAgain(c echo.Context) error {
	h.ClearStep(c)
	h.Flash(c, "warning", "The login took too long. Begin again.")
	return web.Redirect(c, urls.Login())
}

// passkeyScript is the script of pages that offer passkeys.
func passkeyScript(offered bool) []string {
	if !offered {
		return nil
	}
	return []string{"js/passkeys.js"}
}
