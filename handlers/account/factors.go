package account

import (
	"bytes"
	"image/png"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/pquerna/otp"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) factorsShow(c echo.Context) error {
	return h.factorsPage(c, http.StatusOK, account.FactorsProps{})
}

func (h *Handlers) factorsFailed(c echo.Context, form string, p account.FactorsProps, errs map[string]string) error {
	p.Form, p.Errors = form, errs
	return h.factorsPage(c, web.FormStatus(errs), p)
}

func (h *Handlers) factorsPage(c echo.Context, status int, p account.FactorsProps) error {
	who := web.Principal(c)
	f, err := identity.OwnFactors(c.Request().Context(), h.DB, who)
	if err != nil {
		return err
	}
	errs, zone := p.Errors, h.zone(c)
	p.Frame = h.frame(c)
	p.Errors = errs
	p.Required, p.CanKeys, p.CodesLeft = who.MustSetUp, web.Tenant(c) == nil, f.Codes
	if f.AppSince != nil {
		p.AppSince = web.Date(*f.AppSince, zone)
	}
	if f.CodesOf != nil {
		p.CodesOf = web.Date(*f.CodesOf, zone)
	}
	for _, k := range f.Passkeys {
		row := account.PasskeyRow{ID: k.ID.String(), Name: k.Name, Since: web.Date(k.CreatedAt, zone)}
		row.Seen = web.Seen(passkeyAnswers(store.PasskeyName(k.Name)))
		if p.Form == "rename-"+row.ID {
			row.Name, row.Error, row.Seen = c.FormValue("name"), errs["name"], web.SeenAgain(c, urls.SecondFactor())
		}
		if k.LastUsedAt != nil {
			row.LastUse = web.Instant(*k.LastUsedAt, zone)
		}
		p.Passkeys = append(p.Passkeys, row)
	}
	if p.Required {
		return h.Render(c, status, web.View{Title: "Set up a second factor", Body: account.FactorsRequired(p), Plain: true, Wide: true, Scripts: passkeyScript(p.CanKeys)})
	}
	return h.Render(c, status, web.View{Title: "Second factor", Body: account.Factors(p), Scripts: passkeyScript(p.CanKeys)})
}

// appBegin makes a key; the page that shows it changes nothing.
func (h *Handlers) appBegin(c echo.Context) error {
	errs := map[string]string{}
	if err := h.proved(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.factorsFailed(c, "app", account.FactorsProps{}, errs)
	}
	if err := identity.BeginAuthenticator(c.Request().Context(), h.DB, web.Principal(c)); err != nil {
		return err
	}
	return web.Redirect(c, urls.Authenticator())
}

func (h *Handlers) appShow(c echo.Context) error { return h.appPage(c, http.StatusOK, nil) }

func (h *Handlers) appPage(c echo.Context, status int, errs map[string]string) error {
	secret, _, err := identity.WaitingAuthenticator(c.Request().Context(), h.DB, web.Principal(c), where(c))
	if store.KindOf(err) == store.NotFound {
		return web.Redirect(c, urls.SecondFactor())
	}
	if err != nil {
		return err
	}
	p := account.AppProps{Frame: account.Frame{Errors: errs}, Secret: grouped(secret)}
	return h.Render(c, status, web.View{Title: "Set up an app", Body: account.App(p), Plain: true})
}

// grouped makes a key readable.
func grouped(secret string) string {
	var groups []string
	for at := 0; at < len(secret); at += 4 {
		groups = append(groups, secret[at:min(at+4, len(secret))])
	}
	return strings.Join(groups, " ")
}

// qrPixels is twice what is shown, for dense screens.
const qrPixels = 400

func (h *Handlers) appImage(c echo.Context) error {
	_, address, err := identity.WaitingAuthenticator(c.Request().Context(), h.DB, web.Principal(c), where(c))
	if err != nil {
		return err
	}
	key, err := otp.NewKeyFromURL(address)
	if err != nil {
		return err
	}
	picture, err := key.Image(qrPixels, qrPixels)
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, picture); err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "image/png", buf.Bytes())
}

func (h *Handlers) appConfirm(c echo.Context) error {
	codes, err := identity.ConfirmAuthenticator(c.Request().Context(), h.DB, web.Principal(c), c.FormValue("code"), web.Client(c))
	if errs := store.FieldErrors(err); errs != nil {
		return h.appPage(c, http.StatusUnprocessableEntity, errs)
	}
	if store.KindOf(err) == store.NotFound {
		return web.Redirect(c, urls.SecondFactor())
	}
	if err != nil {
		return err
	}
	return h.afterFactor(c, codes, "The app is set up: from now on you log in with its codes.")
}

// afterFactor shows the codes that came with a first factor, this once. They are
// in no other answer, so the page comes without a redirect.
func (h *Handlers) afterFactor(c echo.Context, codes []string, what string) error {
	if len(codes) == 0 {
		h.Flash(c, "success", what)
		return web.Redirect(c, urls.SecondFactor())
	}
	next := urls.SecondFactor()
	if web.Principal(c).MustSetUp {
		next = home(c)
	}
	p := account.CodesProps{Codes: codes, What: what, Next: next}
	return h.Render(c, http.StatusOK, web.View{Title: "Recovery codes", Body: account.Codes(p), Plain: true})
}

// appRemove asks for a code itself: a password that somebody has seen must not be
// enough to take the second factor away.
func (h *Handlers) appRemove(c echo.Context) error {
	who, ctx := web.Principal(c), c.Request().Context()
	errs := map[string]string{}
	err := identity.ConfirmCode(ctx, h.DB, who, c.FormValue("code"), web.Client(c))
	switch store.KindOf(err) {
	case store.Invalid:
		errs["code"] = store.FieldErrors(err)["code"]
	case store.Throttled:
		web.SetRetryAfter(c, err)
		errs["code"] = err.Error()
	case 0:
		if err == nil {
			err = identity.RemoveAuthenticator(ctx, h.DB, who, web.Client(c))
		}
		if err != nil {
			return err
		}
		h.Flash(c, "success", "The app is removed.")
		return web.Redirect(c, urls.SecondFactor())
	default:
		return err
	}
	return h.factorsFailed(c, "remove", account.FactorsProps{}, errs)
}

func (h *Handlers) codesRenew(c echo.Context) error {
	errs := map[string]string{}
	if err := h.proved(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.factorsFailed(c, "codes", account.FactorsProps{}, errs)
	}
	codes, err := identity.RenewRecoveryCodes(c.Request().Context(), h.DB, web.Principal(c), web.Client(c))
	if err != nil {
		return err
	}
	return h.afterFactor(c, codes, "The old codes no longer work.")
}
