package account

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) frame(c echo.Context) account.Frame {
	who := web.Principal(c)
	return account.Frame{Tokens: who.Can(access.TokensManage), Confirm: !who.Fresh(time.Now()), HasCode: who.SecondFactor, Errors: map[string]string{}}
}

// proved sees to it that whoever changes what is worth a thief's while has shown
// a short while ago who it is; else the word for the field is put into errs.
func (h *Handlers) proved(c echo.Context, errs map[string]string) error {
	who := web.Principal(c)
	secret := c.FormValue("confirm")
	switch {
	case who.Fresh(time.Now()) || len(errs) > 0:
		return nil
	case secret == "":
		errs["confirm"] = "Enter your password to confirm that it is you."
		return nil
	}
	err := identity.ConfirmPassword(c.Request().Context(), h.DB, who, secret, web.Client(c))
	switch store.KindOf(err) {
	case store.Invalid:
		errs["confirm"] = store.FieldErrors(err)["password"]
	case store.Throttled:
		web.SetRetryAfter(c, err)
		errs["confirm"] = err.Error()
	default:
		return err
	}
	return nil
}

func (h *Handlers) profileShow(c echo.Context) error {
	who := web.Principal(c)
	return h.profilePage(c, http.StatusOK, account.ProfileProps{NewName: who.Actor.Name})
}

func (h *Handlers) nameUpdate(c echo.Context) error {
	name := strings.TrimSpace(c.FormValue("name"))
	errs := map[string]string{}
	if web.CheckName(errs, "name", name, 1, 120, "Say your name."); len(errs) > 0 {
		return h.profileFailed(c, "name", account.ProfileProps{NewName: name}, errs)
	}
	err := identity.RenameOwn(web.IfSeen(c, nameAnswers, store.PersonName(name)), h.DB, web.Principal(c), name)
	if errs = store.FieldErrors(err); errs != nil {
		return h.profileFailed(c, "name", account.ProfileProps{NewName: name}, errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "Your name is saved.")
	return web.Redirect(c, urls.Account())
}

// nameAnswers are what the form of a name holds (web.IfSeen).
func nameAnswers(name store.PersonName) []ui.Answer {
	return []ui.Answer{{Label: "Name", Text: string(name)}}
}

func passkeyAnswers(name store.PasskeyName) []ui.Answer {
	return []ui.Answer{{Label: "Name of the passkey", Text: string(name)}}
}

func (h *Handlers) passwordUpdate(c echo.Context) error {
	who := web.Principal(c)
	token, now, err := identity.ChangePassword(c.Request().Context(), h.DB, who, c.FormValue("current"), c.FormValue("password"), web.Client(c))
	if errs := store.FieldErrors(err); errs != nil {
		return h.profileFailed(c, "password", account.ProfileProps{NewName: who.Actor.Name}, errs)
	}
	if store.KindOf(err) == store.Throttled {
		web.SetRetryAfter(c, err)
		return h.profileFailed(c, "password", account.ProfileProps{NewName: who.Actor.Name}, map[string]string{"current": err.Error()})
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "Your password is changed. All other sessions have ended.")
	return h.enter(c, token, now, urls.Account())
}

func (h *Handlers) emailUpdate(c echo.Context) error {
	who := web.Principal(c)
	p := account.ProfileProps{NewName: who.Actor.Name, NewEmail: web.Email(c, "email")}
	errs := map[string]string{}
	web.CheckEmail(errs, "email", p.NewEmail)
	if err := h.proved(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.profileFailed(c, "email", p, errs)
	}
	err := booking.RequestEmailChange(c.Request().Context(), h.DB, who, p.NewEmail, web.Client(c))
	if errs := store.FieldErrors(err); errs != nil {
		return h.profileFailed(c, "email", p, errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "Two mails with links are on their way.")
	return web.Redirect(c, urls.Account())
}

func (h *Handlers) emailCancel(c echo.Context) error {
	if err := booking.CancelEmailChange(c.Request().Context(), h.DB, web.Principal(c)); err != nil {
		return err
	}
	h.Flash(c, "success", "Your address stays as it is.")
	return web.Redirect(c, urls.Account())
}

func (h *Handlers) profileFailed(c echo.Context, form string, p account.ProfileProps, errs map[string]string) error {
	p.Form, p.Errors = form, errs
	return h.profilePage(c, web.FormStatus(errs), p)
}

func (h *Handlers) profilePage(c echo.Context, status int, p account.ProfileProps) error {
	who := web.Principal(c)
	waiting, err := booking.WaitingEmailChange(c.Request().Context(), h.DB, who)
	if err != nil {
		return err
	}
	errs := p.Errors
	p.Seen = web.SeenOf(c, urls.Account(), urls.Account(), nameAnswers(store.PersonName(who.Actor.Name)))
	p.Frame, p.Staff = h.frame(c), who.Actor.Role.IsPlatform()
	p.Errors = errs
	p.Name, p.Email, p.Role, p.MinLength = who.Actor.Name, who.Actor.Email, access.RoleName(who.Actor.Role), identity.MinPassword
	if waiting != nil {
		p.Waiting = &account.WaitingEmail{Email: waiting.Email, Until: web.Instant(waiting.ExpiresAt, h.zone(c)),
			OldDone: waiting.ConfirmedBy != nil, NewDone: waiting.ConfirmedTo != nil}
		if h.Dev && web.IsLoopback(c) {
			p.Waiting.MailHref = urls.DevMail()
		}
	}
	return h.Render(c, status, web.View{Title: "Your account", Body: account.Profile(p)})
}

// zone is the business's, or on the platform UTC.
func (h *Handlers) zone(c echo.Context) *time.Location {
	if t := web.Tenant(c); t != nil {
		if loc, err := time.LoadLocation(t.TimeZone); err == nil {
			return loc
		}
	}
	return time.UTC
}
