package platform

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// BulkPermission is what an action on businesses needs.
func BulkPermission(action string) access.Permission {
	if action == "plan" {
		return access.BusinessesPlan
	}
	return access.BusinessesSuspend
}

// bulkTargets reads which businesses are meant: those picked, or with "all" the
// list's own search and filters.
func bulkTargets(c echo.Context) (store.BulkTargets, error) {
	values, err := c.FormParams() // the query's, and those of a form
	if err != nil {
		return store.BulkTargets{}, echo.NewHTTPError(http.StatusBadRequest, "This form could not be read.")
	}
	if values.Get("all") != "" {
		query := web.ReadListValues(c, values, businessFilters)
		filter := businessFilter(query)
		return store.BulkTargets{Filter: &filter}, nil
	}
	var t store.BulkTargets
	for _, text := range values["id"] {
		if id, err := uuid.Parse(text); err == nil {
			t.IDs = append(t.IDs, id)
		}
	}
	return t, nil
}

// bulkNew is the question before the work.
func (h *Handlers) bulkNew(c echo.Context) error {
	return h.bulkQuestion(c, http.StatusOK, nil)
}

func (h *Handlers) bulkQuestion(c echo.Context, status int, errs map[string]string) error {
	targets, err := bulkTargets(c)
	if err != nil {
		return err
	}
	if len(targets.IDs) == 0 && targets.Filter == nil {
		h.Flash(c, "warning", "Pick at least one business first.")
		return web.Redirect(c, urls.Businesses())
	}
	action := c.FormValue("action")
	if !web.Principal(c).Can(BulkPermission(action)) {
		return echo.ErrForbidden
	}
	var count int
	var first []store.Business
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		count, first, err = q.BulkPreview(targets)
		return err
	})
	if err != nil {
		return err
	}
	p := platform.BulkProps{Action: action, Count: count, Shown: web.Count(count), Value: c.FormValue("value"), Errors: errs,
		Notify: c.FormValue("notify") != "" || c.Request().Method == http.MethodGet}
	for _, b := range first {
		p.Names = append(p.Names, b.Name)
	}
	if rest := count - len(first); rest > 0 {
		p.Rest = fmt.Sprintf("and %s more", web.Count(rest))
	}
	values, _ := c.FormParams()
	for _, name := range []string{"q", "plan", "status", "zone", "trial", "inactive", "all", "id"} {
		for _, value := range values[name] {
			if value != "" {
				p.Hidden = append(p.Hidden, platform.Hidden{Name: name, Value: value})
			}
		}
	}
	return h.Render(c, status, web.View{Title: p.Title(), Body: platform.BulkNew(p)})
}

func (h *Handlers) bulkCreate(c echo.Context) error {
	in := store.BusinessChange{Action: c.FormValue("action"), Value: c.FormValue("value"), Notify: c.FormValue("notify") != ""}
	if !web.Principal(c).Can(BulkPermission(in.Action)) {
		return echo.ErrForbidden
	}
	targets, err := bulkTargets(c)
	if err != nil {
		return err
	}
	errs := map[string]string{}
	if in.Action == "suspend" {
		web.CheckText(errs, "reason", in.Value, 5, 500, "Give a reason; the owners see it.")
	}
	count, err := strconv.Atoi(c.FormValue("count"))
	if err != nil {
		errs["count"] = "Look again at which businesses are meant."
	}
	if len(errs) == 0 {
		run, err := h.DB.StartBulk(c.Request().Context(), in, targets, count)
		if err == nil {
			return web.Redirect(c, urls.BulkRun(run.String()))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.bulkQuestion(c, http.StatusUnprocessableEntity, errs)
}

func (h *Handlers) bulkShow(c echo.Context) error {
	p, err := h.bulkRun(c)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, web.View{Title: p.Title, Body: platform.BulkRun(p)})
}

// bulkProgress answers an open page; at the end it stops asking.
func (h *Handlers) bulkProgress(c echo.Context) error {
	p, err := h.bulkRun(c)
	if err != nil {
		return err
	}
	return web.Write(c, http.StatusOK, platform.BulkProgress(p))
}

func (h *Handlers) bulkRun(c echo.Context) (platform.BulkRunProps, error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return platform.BulkRunProps{}, echo.ErrNotFound
	}
	var run store.BulkRun
	var skipped []store.BulkItem
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if run, err = q.BulkRun(id); err != nil {
			return err
		}
		skipped, err = q.BulkSkipped(id)
		return err
	})
	if err != nil {
		return platform.BulkRunProps{}, err
	}
	action := run.Action
	if action == "undo" {
		action = run.UndoAction
	}
	p := platform.BulkRunProps{ID: id.String(), Title: platform.BulkTitle(run.Action, run.UndoAction, run.Total), By: run.ActorName,
		Begun: web.Instant(run.CreatedAt, time.UTC), Done: run.Done, Skipped: run.Skipped, Total: run.Total, Ended: run.EndedAt != nil,
		Value: run.Value, Undone: run.UndoneAt != nil, CanUndo: run.Undoable(time.Now()) && web.Principal(c).Can(BulkPermission(action))}
	for _, item := range skipped {
		p.Left = append(p.Left, platform.BulkSkipped{Name: item.TargetName, Href: urls.Business(item.TargetID.String()), Why: item.Note})
	}
	return p, nil
}

// bulkUndo takes work back; that of one business at once.
func (h *Handlers) bulkUndo(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var run store.BulkRun
	var business uuid.UUID
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if run, err = q.BulkRun(id); err != nil {
			return err
		}
		business, err = q.BulkBusiness(id)
		return err
	})
	if err != nil {
		return err
	}
	if !web.Principal(c).Can(BulkPermission(run.Action)) {
		return echo.ErrForbidden
	}
	undo, err := h.DB.UndoBulk(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if run.Total == 1 {
		h.Flash(c, "success", "It is as it was before.")
		return web.Redirect(c, urls.Business(business.String()))
	}
	return web.Redirect(c, urls.BulkRun(undo.String()))
}
