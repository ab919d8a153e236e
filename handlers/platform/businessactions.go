package platform

import (
	"strings"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// businessWork runs a small form of the business page: on success back to the
// page with a message, on bad input the page again with what was typed.
func (h *Handlers) businessWork(c echo.Context, done string, work func(uuid.UUID) error) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	err = work(id)
	if errs := store.FieldErrors(err); errs != nil {
		return h.businessPage(c, web.FormStatus(errs), errs)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", done)
	return web.Redirect(c, urls.Business(id.String()))
}

// fieldError is a store's answer for what a handler found wrong.
func fieldError(errs map[string]string) error {
	for field, message := range errs {
		return &store.Error{Kind: store.Invalid, Field: field, Message: message}
	}
	return nil
}

func (h *Handlers) businessSuspend(c echo.Context) error {
	return h.businessWork(c, "The business is suspended.", func(id uuid.UUID) error {
		errs := map[string]string{}
		web.CheckProse(errs, "reason", c.FormValue("reason"))
		if err := fieldError(errs); err != nil {
			return err
		}
		return console.SuspendBusiness(c.Request().Context(), h.DB, id, c.FormValue("reason"), c.FormValue("notify") != "")
	})
}

func (h *Handlers) businessReactivate(c echo.Context) error {
	return h.businessWork(c, "The business is open again.", func(id uuid.UUID) error { return console.ReactivateBusiness(c.Request().Context(), h.DB, id) })
}

func (h *Handlers) businessArchive(c echo.Context) error {
	return h.businessWork(c, "The business is archived.", func(id uuid.UUID) error {
		errs := map[string]string{}
		web.CheckProse(errs, "archive_reason", c.FormValue("reason"))
		if err := fieldError(errs); err != nil {
			return err
		}
		return console.ArchiveBusiness(c.Request().Context(), h.DB, id, c.FormValue("reason"))
	})
}

func (h *Handlers) businessUnarchive(c echo.Context) error {
	return h.businessWork(c, "The business is back.", func(id uuid.UUID) error { return console.UnarchiveBusiness(c.Request().Context(), h.DB, id) })
}

func (h *Handlers) businessRename(c echo.Context) error {
	name := strings.ToLower(strings.TrimSpace(c.FormValue("subdomain")))
	return h.businessWork(c, "The address is changed; the old one leads to it for a year.", func(id uuid.UUID) error {
		return console.RenameSubdomain(web.IfSeen(c, subdomainAnswers, store.Subdomain(name)), h.DB, id, name)
	})
}

// businessDelete asks for the name; the rest happens in the background.
func (h *Handlers) businessDelete(c echo.Context) error {
	return h.businessWork(c, "The business is being deleted.", func(id uuid.UUID) error {
		return console.DeleteBusiness(c.Request().Context(), h.DB, id, c.FormValue("confirm"))
	})
}

func (h *Handlers) businessNoteCreate(c echo.Context) error {
	return h.businessWork(c, "The note is saved; the business can't see it.", func(id uuid.UUID) error {
		errs := map[string]string{}
		web.CheckProse(errs, "note", c.FormValue("note"))
		if err := fieldError(errs); err != nil {
			return err
		}
		return h.DB.InPublic(web.FormOnce(c), func(q *store.PublicTx) error { return console.AddNote(q, id, c.FormValue("note")) })
	})
}

func (h *Handlers) businessNoteDelete(c echo.Context) error {
	note, err := uuid.Parse(c.Param("note"))
	if err != nil {
		return echo.ErrNotFound
	}
	return h.businessWork(c, "The note is deleted.", func(id uuid.UUID) error {
		return h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) error { return console.DeleteNote(q, id, note) })
	})
}
