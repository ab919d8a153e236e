package platform

import (
	"net/http"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxRestore is the largest file that the console takes; the command line takes any.
const maxRestore = 256 << 20

// businessExport answers with everything of a business. The file is written as it
// is read; one that breaks off lacks its end and can't be restored.
func (h *Handlers) businessExport(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var b store.Business
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) { b, err = q.Business(id); return err })
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "application/zip")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+b.Subdomain+`.zip"`)
	if c.Request().Method == http.MethodHead {
		return c.NoContent(http.StatusOK)
	}
	err = h.DB.ExportBusiness(c.Request().Context(), id, c.Response())
	if err != nil && c.Response().Committed {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		header.Del(echo.HeaderContentDisposition)
	}
	return err
}

func (h *Handlers) restoreNew(c echo.Context) error {
	return h.restoreForm(c, http.StatusOK, nil)
}

func (h *Handlers) restoreForm(c echo.Context, status int, errs map[string]string) error {
	p := platform.RestoreProps{Subdomain: c.FormValue("subdomain"), HostSuffix: "." + h.Sites.Base(), Errors: errs}
	return h.Render(c, status, web.View{Title: "Restore a business", Body: platform.Restore(p)})
}

// restoreCreate reads a file into a new schema, in one transaction: a browser that
// goes away meanwhile breaks nothing.
func (h *Handlers) restoreCreate(c echo.Context) error {
	if err := web.ReadUpload(c); err != nil {
		return err
	}
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		return h.restoreForm(c, http.StatusUnprocessableEntity, map[string]string{"file": "Choose a file."})
	}
	file, err := head.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	m, err := h.DB.ImportBusiness(c.Request().Context(), file, head.Size, c.FormValue("subdomain"))
	if errs := store.FieldErrors(err); errs != nil {
		return h.restoreForm(c, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", m.Name+" is restored. Its people choose a new password by “Forgot password”.")
	return web.Redirect(c, urls.Business(m.BusinessID.String()))
}
