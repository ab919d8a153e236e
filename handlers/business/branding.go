package business

import (
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxLogoForm lets a picture that is too large still get a clear word.
const maxLogoForm = 8 << 20

var logoHash = regexp.MustCompile(`^[0-9a-f]{32}$`)

// branding is the stylesheet of a colour or a logo; either is its own address,
// so it may be kept for ever.
func (h *Handlers) branding(c echo.Context) error {
	file := c.Param("file")
	if hash, ok := strings.CutSuffix(file, ".png"); ok {
		return h.logo(c, hash)
	}
	hex, ok := strings.CutSuffix(file, ".css")
	if !ok || !ui.ValidHex(hex) {
		return echo.ErrNotFound
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, "text/css; charset=utf-8", []byte(ui.AccentCSS(hex)))
}

func (h *Handlers) logo(c echo.Context, hash string) error {
	if !logoHash.MatchString(hash) {
		return echo.ErrNotFound
	}
	var picture []byte
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		picture, err = catalog.OwnLogo(q, hash)
		return err
	})
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	c.Response().Header().Set("Content-Security-Policy", "default-src 'none'; sandbox")
	return c.Blob(http.StatusOK, "image/png", picture)
}

func (h *Handlers) brandingEdit(c echo.Context) error {
	return h.brandingPage(c, http.StatusOK, business.BrandingProps{Color: web.Tenant(c).AccentColor})
}

func (h *Handlers) brandingPage(c echo.Context, status int, p business.BrandingProps) error {
	tenant := web.Tenant(c)
	p.LogoSeen = web.Seen(logoAnswers(store.LogoHash(tenant.LogoHash)))
	if p.Seen.Version == "" {
		p.Seen = web.Seen(accentAnswers(store.AccentColor(tenant.AccentColor)))
	}
	p.Look, _ = ui.LookOf(tenant.AccentColor)
	p.Name, p.CanManage, p.OwnPlan = tenant.Name, mayManage(c, access.HoursManage), seesPlan(c)
	if tenant.LogoHash != "" {
		p.LogoHref = urls.Logo(tenant.LogoHash)
	}
	return h.Render(c, status, web.View{Title: "Branding", Body: business.BrandingSettings(p)})
}

func (h *Handlers) brandingUpdate(c echo.Context) error {
	p := business.BrandingProps{Color: strings.ToLower(text(c, "color")), Errors: map[string]string{}}
	if !strings.HasPrefix(p.Color, "#") || !ui.ValidHex(p.Color) {
		p.Errors["color"] = "Choose a colour, like #0f766e."
		p.Color = web.Tenant(c).AccentColor // a picker holds colours only
		return h.brandingPage(c, http.StatusUnprocessableEntity, p)
	}
	err := catalog.ChangeAccent(web.IfSeen(c, accentAnswers, store.AccentColor(p.Color)), h.DB, *web.Tenant(c), p.Color)
	if web.IsStale(err) {
		p.Seen = web.SeenAgain(c, urls.BrandingSettings())
		return h.brandingPage(c, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The colour is saved.")
	return web.Redirect(c, urls.BrandingSettings())
}

func (h *Handlers) logoUpdate(c echo.Context) error {
	tenant := web.Tenant(c)
	var picture []byte
	if c.FormValue("remove") == "" {
		var err error
		if picture, err = h.uploadedLogo(c); err != nil {
			if store.KindOf(err) == store.Throttled {
				web.SetRetryAfter(c, err)
				return h.brandingPage(c, http.StatusTooManyRequests, business.BrandingProps{Color: tenant.AccentColor, Errors: map[string]string{"logo": message(err)}})
			}
			if errs := store.FieldErrors(err); errs != nil {
				return h.brandingPage(c, http.StatusUnprocessableEntity, business.BrandingProps{Color: tenant.AccentColor, Errors: errs})
			}
			return err
		}
	}
	ctx := c.Request().Context()
	if picture == nil { // a picture that is chosen is meant to replace any; taking away means the one that was shown
		ctx = web.IfSeen(c, logoAnswers, "")
	}
	err := catalog.ChangeLogo(ctx, h.DB, *tenant, picture)
	if web.IsStale(err) {
		return echo.NewHTTPError(http.StatusConflict, "Not removed: another logo was put here meanwhile. Look at it before you take it away.")
	}
	if err != nil {
		return err
	}
	done := "The logo is saved."
	if picture == nil {
		done = "The logo is removed."
	}
	h.Flash(c, "success", done)
	return web.Redirect(c, urls.BrandingSettings())
}

// uploadedLogo reads the picture of the form, drawn anew.
func (h *Handlers) uploadedLogo(c echo.Context) ([]byte, error) {
	missing := &store.Error{Kind: store.Invalid, Field: "logo", Message: "Choose a picture first."}
	form := c.Request().MultipartForm
	if form == nil || len(form.File["logo"]) == 0 || form.File["logo"][0].Size == 0 {
		return nil, missing
	}
	head := form.File["logo"][0]
	if head.Size > catalog.MaxLogo {
		return nil, &store.Error{Kind: store.Invalid, Field: "logo", Message: "The file may have at most 512 KB."}
	}
	file, err := head.Open()
	if err != nil {
		return nil, missing
	}
	data, err := io.ReadAll(file)
	if err := errors.Join(err, file.Close()); err != nil {
		return nil, missing
	}
	return catalog.NewLogo(c.Request().Context(), h.DB, data)
}
