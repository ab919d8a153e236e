package business

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/views/business"
)

func (h *Handlers) exportShow(c echo.Context) error { return h.exportPage(c, http.StatusOK, nil) }

func (h *Handlers) exportPage(c echo.Context, status int, errs map[string]string) error {
	return h.Render(c, status, web.View{Title: "Export", Body: business.Export(business.ExportProps{Name: web.Tenant(c).Name, Errors: errs})})
}

// exportDownload answers with everything of the business, to an owner who enters
// the password. The file is written as it is read, so that no copy of it lies
// anywhere; one that breaks off lacks its end and can't be restored.
func (h *Handlers) exportDownload(c echo.Context) error {
	ctx, who, tenant := c.Request().Context(), web.Principal(c), web.Tenant(c)
	err := identity.ConfirmPassword(ctx, h.DB, who, c.FormValue("password"), web.Client(c))
	if err == nil {
		header := c.Response().Header()
		header.Set(echo.HeaderContentType, "application/zip")
		header.Set(echo.HeaderContentDisposition, `attachment; filename="`+tenant.Subdomain+`.zip"`)
		if err = h.Export(ctx, h.DB, *tenant, c.Response()); err != nil && c.Response().Committed {
			panic(http.ErrAbortHandler)
		}
		if err != nil {
			header.Del(echo.HeaderContentDisposition)
			header.Del(echo.HeaderContentType)
		}
	}
	if errs := store.FieldErrors(err); errs != nil {
		return h.exportPage(c, http.StatusUnprocessableEntity, errs)
	}
	return err
}
