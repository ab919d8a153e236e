package platform

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/store/transfer"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxRestore is the largest file that the console takes; the command line takes any.
const maxRestore = 256 << 20

// businessExport answers with everything of a business, to who says why and proved
// himself just now; its owners are told. The file is written as it
// is read; one that breaks off lacks its end and can't be restored.
func (h *Handlers) businessExport(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var b console.Business
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) { b, err = console.ReadBusiness(q, id); return err })
	if err != nil {
		return err
	}
	reason, errs := strings.TrimSpace(c.FormValue("export_reason")), map[string]string{}
	web.CheckText(errs, "export_reason", reason, sessions.MinReason, 500, "Say what you need it for.")
	if err := h.confirmIdentity(c, errs); err != nil {
		return err
	}
	if len(errs) > 0 {
		return h.businessPage(c, http.StatusUnprocessableEntity, errs)
	}
	header := c.Response().Header()
	header.Set(echo.HeaderContentType, "application/zip")
	header.Set(echo.HeaderContentDisposition, `attachment; filename="`+b.Subdomain+`.zip"`)
	err = transfer.ExportBusinessFor(c.Request().Context(), h.DB, id, reason, c.Response())
	if err != nil && c.Response().Committed {
		panic(http.ErrAbortHandler)
	}
	if err != nil {
		header.Del(echo.HeaderContentDisposition)
	}
	if errs = store.FieldErrors(err); errs != nil {
		return h.businessPage(c, http.StatusUnprocessableEntity, errs)
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

// restoreCreate takes a file; a job reads it into a new schema.
func (h *Handlers) restoreCreate(c echo.Context) error {
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		return h.restoreForm(c, http.StatusUnprocessableEntity, map[string]string{"file": "Choose a file."})
	}
	file, err := head.Open()
	if err != nil {
		return err
	}
	defer file.Close()
	id, err := transfer.StartRestore(c.Request().Context(), h.DB, head.Filename, file, head.Size, c.FormValue("subdomain"))
	if errs := store.FieldErrors(err); errs != nil {
		return h.restoreForm(c, http.StatusUnprocessableEntity, errs)
	}
	if err != nil {
		return err
	}
	return web.Redirect(c, urls.RestoreRun(id.String()))
}

func (h *Handlers) restoreShow(c echo.Context) error {
	p, err := h.restoreRun(c)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, web.View{Title: p.Title(), Body: platform.RestoreRun(p)})
}

// restoreProgress answers an open page; at the end it stops asking.
func (h *Handlers) restoreProgress(c echo.Context) error {
	p, err := h.restoreRun(c)
	if err != nil {
		return err
	}
	return web.Write(c, http.StatusOK, platform.RestoreProgress(p))
}

func (h *Handlers) restoreRun(c echo.Context) (p platform.RestoreRunProps, err error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return p, echo.ErrNotFound
	}
	var r transfer.Restore
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) { r, err = transfer.ReadRestore(q, id); return err })
	if err != nil {
		return p, err
	}
	return platform.RestoreRunProps{ID: id.String(), Name: r.BusinessName, Host: h.Sites.BusinessHost(r.Subdomain), File: r.FileName, By: r.ActorName,
		Begun: web.Instant(r.CreatedAt, time.UTC), State: r.State, Problem: r.Problem, Done: r.RowsDone, Total: r.RowsTotal, Href: urls.Business(r.BusinessID.String())}, nil
}
