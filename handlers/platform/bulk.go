package platform

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// bulkNoun is what many of can be changed at once, on its own routes.
type bulkNoun struct {
	noun, one, many, list string
	// filters are the names of the list's filters, which its form carries along.
	filters []string
	matched func(echo.Context, url.Values, *console.BulkTargets)
}

var (
	bulkBusinesses = &bulkNoun{console.BulkBusinesses, "business", "businesses", urls.Businesses(), []string{"plan", "status", "zone", "trial", "inactive"},
		func(c echo.Context, values url.Values, t *console.BulkTargets) {
			f := businessFilter(web.ReadListValues(c, values, businessFilters))
			t.Filter = &f
		}}
	bulkUsers = &bulkNoun{console.BulkUsers, "person", "people", urls.Users(), []string{"role", "status", "seen", "business"},
		func(c echo.Context, values url.Values, t *console.BulkTargets) {
			_, f := userQueryOf(c, values)
			t.Users = &f
		}}
	bulkTickets = &bulkNoun{console.BulkTickets, "ticket", "tickets", urls.Support(), []string{"status", "priority", "assignee", "unanswered", "due", "business"},
		func(c echo.Context, values url.Values, t *console.BulkTargets) {
			_, f := ticketQueryOf(c, values)
			t.Tickets = &f
		}}
)

// bulkRoutes are the question, the work, its progress and Undo for each noun.
func (h *Handlers) bulkRoutes() (routes []web.Route) {
	for _, n := range []struct {
		*bulkNoun
		needs access.Permission
	}{{bulkBusinesses, access.BusinessesPlan}, {bulkUsers, access.UsersManage}, {bulkTickets, access.TicketsManage}} {
		base := urls.Bulk(n.list)
		routes = append(routes,
			web.Route{Method: http.MethodGet, Path: base, Permission: n.needs, Handler: h.bulk(n.bulkNoun, h.bulkNew)},
			web.Route{Method: http.MethodPost, Path: base, Permission: n.needs, Handler: h.bulk(n.bulkNoun, h.bulkCreate)},
			web.Route{Method: http.MethodGet, Path: base + urls.BulkRunPart, Permission: n.needs, Handler: h.bulk(n.bulkNoun, h.bulkShow)},
			web.Route{Method: http.MethodGet, Path: base + urls.BulkProgressPart, Permission: n.needs, Handler: h.bulk(n.bulkNoun, h.bulkProgress), Background: true},
			web.Route{Method: http.MethodPost, Path: base + urls.BulkUndoPart, Permission: n.needs, Handler: h.bulk(n.bulkNoun, h.bulkUndo)})
	}
	return routes
}

func (h *Handlers) bulk(n *bulkNoun, handle func(echo.Context, *bulkNoun) error) echo.HandlerFunc {
	return func(c echo.Context) error { return handle(c, n) }
}

// targets are what is meant, as the list would show it.
func (h *Handlers) targets(c echo.Context, n *bulkNoun) (console.BulkTargets, error) {
	t, err := n.targets(c)
	if t.Filter != nil {
		t.Filter.Q = h.Sites.Pasted(t.Filter.Q)
	}
	return t, err
}

// targets reads what is meant: those picked, or with "all" what the list's own
// search and filters match.
func (n *bulkNoun) targets(c echo.Context) (console.BulkTargets, error) {
	t := console.BulkTargets{Noun: n.noun}
	values, err := c.FormParams() // the query's, and those of a form
	if err != nil {
		return t, echo.NewHTTPError(http.StatusBadRequest, "This form could not be read.")
	}
	if values.Get("all") != "" {
		n.matched(c, values, &t)
		return t, nil
	}
	for _, text := range values["id"] {
		if id, err := uuid.Parse(text); err == nil {
			t.IDs = append(t.IDs, id)
		}
	}
	return t, nil
}

// bulkNew is the question before the work.
func (h *Handlers) bulkNew(c echo.Context, n *bulkNoun) error {
	return h.bulkQuestion(c, n, http.StatusOK, nil)
}

func (h *Handlers) bulkQuestion(c echo.Context, n *bulkNoun, status int, errs map[string]string) error {
	targets, err := h.targets(c, n)
	if err != nil {
		return err
	}
	if targets.Empty() {
		h.Flash(c, "warning", "Pick at least one "+n.one+" first.")
		return web.Redirect(c, n.list)
	}
	action := c.FormValue("action")
	if !web.Principal(c).Can(console.BulkPermission(n.noun, action)) {
		return echo.ErrForbidden
	}
	p := platform.BulkProps{Noun: n.noun, One: n.one, Many: n.many, ListHref: n.list, Action: action, Value: c.FormValue("value"), Errors: errs,
		Notify: c.FormValue("notify") != "" || c.Request().Method == http.MethodGet}
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if action == "assign" {
			staff, err := desk.TicketStaff(q)
			if err != nil {
				return err
			}
			p.Staff = append([]ui.Option{{Label: "Choose somebody…"}, {Value: console.AssignNobody, Label: "Nobody"}}, staffOptions(staff)...)
		}
		if action == "plan" {
			effects, err := console.PlanEffects(q, targets)
			if err != nil {
				return err
			}
			prices, err := console.PlanPrices(q)
			if err != nil {
				return err
			}
			p.Plans = planEffects(effects, prices)
		}
		p.Count, p.Names, err = console.BulkPreview(q, targets)
		return err
	})
	if err != nil {
		return err
	}
	if !p.Known() {
		return echo.ErrNotFound
	}
	p.Shown = web.Count(p.Count)
	if rest := p.Count - len(p.Names); rest > 0 {
		p.Rest = fmt.Sprintf("and %s more", web.Count(rest))
	}
	values, _ := c.FormParams()
	for _, name := range append([]string{"q", "all", "id"}, n.filters...) {
		for _, value := range values[name] {
			if value != "" {
				p.Hidden = append(p.Hidden, platform.Hidden{Name: name, Value: value})
			}
		}
	}
	return h.Render(c, status, web.View{Title: p.Title(), Body: platform.BulkNew(p)})
}

func (h *Handlers) bulkCreate(c echo.Context, n *bulkNoun) error {
	in := console.BusinessChange{Action: c.FormValue("action"), Value: c.FormValue("value"), Notify: c.FormValue("notify") != ""}
	if !web.Principal(c).Can(console.BulkPermission(n.noun, in.Action)) {
		return echo.ErrForbidden
	}
	targets, err := h.targets(c, n)
	if err != nil {
		return err
	}
	errs := map[string]string{}
	if in.Action == "suspend" {
		web.CheckText(errs, "reason", in.Value, 5, 500, "Give a reason; the owners see it.")
	}
	count, err := strconv.Atoi(c.FormValue("count"))
	if err != nil {
		errs["count"] = "Look again at which " + n.many + " are meant."
	}
	if len(errs) == 0 {
		run, err := console.StartBulk(c.Request().Context(), h.DB, in, targets, count)
		if err == nil {
			return web.Redirect(c, urls.BulkRun(n.list, run.String()))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.bulkQuestion(c, n, http.StatusUnprocessableEntity, errs)
}

func (h *Handlers) bulkShow(c echo.Context, n *bulkNoun) error {
	p, err := h.bulkRun(c, n)
	if err != nil {
		return err
	}
	return h.Render(c, http.StatusOK, web.View{Title: p.Title, Body: platform.BulkRun(p)})
}

// bulkProgress answers an open page; at the end it stops asking.
func (h *Handlers) bulkProgress(c echo.Context, n *bulkNoun) error {
	p, err := h.bulkRun(c, n)
	if err != nil {
		return err
	}
	return web.Write(c, http.StatusOK, platform.BulkProgress(p))
}

func (h *Handlers) bulkRun(c echo.Context, n *bulkNoun) (p platform.BulkRunProps, err error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return p, echo.ErrNotFound
	}
	var run console.BulkRun
	var skipped []console.BulkItem
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if run, err = console.ReadBulkRun(q, id); err != nil {
			return err
		}
		if run.Action == "assign" && run.Value != "" && run.Value != console.AssignNobody {
			person, err := sessions.Person(q, uuid.MustParse(run.Value))
			if err != nil {
				return err
			}
			run.Value = person.Name
		}
		skipped, err = console.BulkSkipped(q, id)
		return err
	})
	if err != nil {
		return p, err
	}
	if run.Noun != n.noun {
		return p, echo.ErrNotFound
	}
	action := run.Action
	if action == "undo" {
		action = run.UndoAction
	}
	p = platform.BulkRunProps{ID: id.String(), Title: platform.BulkTitle(run.Action, run.UndoAction, run.Total, n.one, n.many), By: run.ActorName, One: n.one, Many: n.many, ListHref: n.list,
		Begun: web.Instant(run.CreatedAt, time.UTC), Done: run.Done, Skipped: run.Skipped, Total: run.Total, Ended: run.EndedAt != nil,
		Value: platform.BulkValue(run.Action, run.Value), Undone: run.UndoneAt != nil, CanUndo: run.Undoable(time.Now()) && web.Principal(c).Can(console.BulkPermission(n.noun, action))}
	for _, item := range skipped {
		p.Left = append(p.Left, platform.BulkSkipped{Name: item.TargetName, Href: n.href(item), Why: item.Note})
	}
	return p, nil
}

// href is the page of one that was left out.
func (n *bulkNoun) href(item console.BulkItem) string {
	switch n.noun {
	case console.BulkUsers:
		return urls.User(item.TargetID.String())
	case console.BulkTickets:
		number, _, _ := strings.Cut(strings.TrimPrefix(item.TargetName, "#"), " ")
		return n.list + "/" + number
	}
	return urls.Business(item.TargetID.String())
}

// bulkUndo takes work back; that of one business at once.
func (h *Handlers) bulkUndo(c echo.Context, n *bulkNoun) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	var run console.BulkRun
	var target uuid.UUID
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if run, err = console.ReadBulkRun(q, id); err != nil {
			return err
		}
		target, err = console.BulkTarget(q, id)
		return err
	})
	if err != nil {
		return err
	}
	if run.Noun != n.noun {
		return echo.ErrNotFound
	}
	if !web.Principal(c).Can(console.BulkPermission(n.noun, run.Action)) {
		return echo.ErrForbidden
	}
	undo, err := console.UndoBulk(c.Request().Context(), h.DB, id)
	if err != nil {
		return err
	}
	if run.Total == 1 && n.noun == console.BulkBusinesses {
		h.Flash(c, "success", "It is as it was before.")
		return web.Redirect(c, urls.Business(target.String()))
	}
	return web.Redirect(c, urls.BulkRun(n.list, undo.String()))
}
