package account

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/account"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) tokensIndex(c echo.Context) error {
	return h.tokensPage(c, http.StatusOK, account.TokensProps{Days: strconv.Itoa(identity.DefaultTokenDays), Scope: "read"}, map[string]string{})
}

// tokenCreate shows the token in its answer, this once, so there is no redirect.
func (h *Handlers) tokenCreate(c echo.Context) error {
	p := account.TokensProps{Name: strings.TrimSpace(c.FormValue("name")), Days: strings.TrimSpace(c.FormValue("days")), Scope: c.FormValue("scope")}
	in, errs := bindToken(p)
	if err := h.proved(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.tokensPage(c, http.StatusUnprocessableEntity, p, errs)
	}
	text, token, err := identity.CreateOwnToken(c.Request().Context(), h.DB, web.Principal(c), in)
	if errs := store.FieldErrors(err); errs != nil {
		return h.tokensPage(c, http.StatusUnprocessableEntity, p, errs)
	}
	if err != nil {
		return err
	}
	made := account.TokensProps{New: text, NewName: token.Name, Days: strconv.Itoa(identity.DefaultTokenDays), Scope: "read"}
	return h.tokensPage(c, http.StatusOK, made, map[string]string{})
}

func bindToken(p account.TokensProps) (identity.NewAPIToken, map[string]string) {
	errs := map[string]string{}
	in := identity.NewAPIToken{Name: p.Name, ReadOnly: p.Scope != "role"}
	web.CheckText(errs, "name", in.Name, 1, 80, "Say what the token is for.")
	if p.Scope != "read" && p.Scope != "role" {
		errs["scope"] = "Choose one of the two."
	}
	days, err := strconv.Atoi(p.Days)
	if in.Days = days; err != nil || days < 1 || days > identity.MaxTokenDays {
		errs["days"] = "Choose 1 to " + strconv.Itoa(identity.MaxTokenDays) + " days."
	}
	return in, errs
}

func (h *Handlers) tokenRevoke(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	if err := identity.RevokeOwnToken(c.Request().Context(), h.DB, web.Principal(c), id); err != nil {
		return err
	}
	h.Flash(c, "success", "The token no longer works.")
	return web.Redirect(c, urls.AccountTokens())
}

func (h *Handlers) tokensPage(c echo.Context, status int, p account.TokensProps, errs map[string]string) error {
	who := web.Principal(c)
	tokens, err := identity.OwnTokens(c.Request().Context(), h.DB, who)
	if err != nil {
		return err
	}
	p.Frame = h.frame(c)
	p.Errors, p.MaxDays, p.RoleName = errs, identity.MaxTokenDays, access.RoleName(who.Actor.Role)
	for _, t := range tokens {
		row := account.TokenRow{ID: t.ID.String(), Name: t.Name, Scope: "All of the role", Created: web.Date(t.CreatedAt, h.zone(c)), Until: web.Date(t.ExpiresAt, h.zone(c))}
		if t.ReadOnly {
			row.Scope = "Only reads"
		}
		if t.LastUsedAt != nil {
			row.LastUse = web.Instant(*t.LastUsedAt, h.zone(c))
		}
		p.Tokens = append(p.Tokens, row)
	}
	return h.Render(c, status, web.View{Title: "API tokens", Body: account.Tokens(p)})
}
