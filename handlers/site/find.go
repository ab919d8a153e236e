package site

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/search"
	"github.com/smoothschedule/smoothschedule/views/site"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) findNew(c echo.Context) error {
	return h.findForm(c, http.StatusOK, site.FindProps{})
}

// findCreate answers the same whoever asks; what it knows goes by mail.
func (h *Handlers) findCreate(c echo.Context) error {
	p := site.FindProps{Email: web.Email(c, "email")}
	errs := map[string]string{}
	if web.CheckEmail(errs, "email", p.Email); len(errs) > 0 {
		p.Error = errs["email"]
		return h.findForm(c, http.StatusUnprocessableEntity, p)
	}
	err := search.FindBusinesses(c.Request().Context(), h.DB, p.Email, web.Client(c))
	if store.KindOf(err) == store.Throttled {
		web.SetRetryAfter(c, err)
		p.Error = err.Error()
		return h.findForm(c, http.StatusTooManyRequests, p)
	}
	if err != nil {
		return err
	}
	h.SetMailed(c, p.Email)
	return web.Redirect(c, urls.FindSent())
}

func (h *Handlers) findForm(c echo.Context, status int, p site.FindProps) error {
	return h.Render(c, status, web.View{Title: "Find your business", Body: site.Find(p)})
}

func (h *Handlers) findSent(c echo.Context) error { return h.sent(c, site.SentProps{Find: true}) }
