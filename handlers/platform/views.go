package platform

import (
	"net/http"
	"net/url"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// viewLists are the lists that have saved views, by the name that these are kept under.
var viewLists = map[string]platform.ViewList{
	"businesses":  {Label: "Businesses", Href: urls.Businesses()},
	"tickets":     {Label: "Support", Href: urls.Support()},
	"audit":       {Label: "Audit log", Href: urls.Audit()},
	"masquerades": {Label: "Masquerades", Href: urls.Masquerades()},
	"users":       {Label: "Users", Href: "/users"},
}

// withViews brings the saved views of a list; open is the view to be opened
// instead of the list's bare address.
func withViews(c echo.Context, q *store.PublicTx, query *web.ListQuery, list string) (open string, err error) {
	views, err := console.SavedViews(q, web.Principal(c).Actor.ID, list)
	if err != nil {
		return "", err
	}
	return query.WithViews(c, views), nil
}

func (h *Handlers) viewsIndex(c echo.Context) error {
	return h.viewsPage(c, http.StatusOK, c.QueryParam("list"), "", nil)
}

// viewsPage lists a person's views of a list; wrong is the one that could not be
// changed, and why.
func (h *Handlers) viewsPage(c echo.Context, status int, name, wrong string, errs map[string]string) error {
	list, ok := viewLists[name]
	if !ok {
		return echo.ErrNotFound
	}
	var views []console.SavedView
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		views, err = console.SavedViews(q, web.Principal(c).Actor.ID, name)
		return err
	})
	if err != nil {
		return err
	}
	p := platform.ViewsProps{List: list, Name: name}
	for _, v := range views {
		row := platform.ViewRow{ID: v.ID.String(), Name: v.Name, Href: list.Href + "?" + v.Query, Shared: v.IsShared, Default: v.IsDefault}
		if v.UserID != web.Principal(c).Actor.ID {
			row.By = v.OwnerName
		}
		row.Seen = web.Seen(viewAnswers(v))
		if row.ID == wrong {
			row.Name, row.Error, row.Seen = c.FormValue("name"), errs["name"], web.SeenAgain(c, urls.ViewsOf(name))
			row.Shared, row.Default = c.FormValue("shared") != "", c.FormValue("default") != ""
		}
		p.Rows = append(p.Rows, row)
	}
	if wrong == "" {
		p.Error = errs["name"]
	}
	return h.Render(c, status, web.View{Title: "Views of " + list.Label, Body: platform.Views(p)})
}

func formView(c echo.Context) console.SavedView {
	return console.SavedView{List: c.FormValue("list"), Name: c.FormValue("name"), Query: c.FormValue("query"),
		IsShared: c.FormValue("shared") != "", IsDefault: c.FormValue("default") != ""}
}

func (h *Handlers) viewCreate(c echo.Context) error {
	in := formView(c)
	list, ok := viewLists[in.List]
	if !ok {
		return echo.ErrNotFound
	}
	if _, err := url.ParseQuery(in.Query); err != nil {
		return echo.NewHTTPError(http.StatusBadRequest, "This search can't be saved.")
	}
	errs := map[string]string{}
	web.CheckText(errs, "name", in.Name, 1, 60, "Give the view a name.")
	if len(errs) == 0 {
		err := console.SaveView(c.Request().Context(), h.DB, in)
		if err == nil {
			h.Flash(c, "success", "The view is saved.")
			return web.Redirect(c, web.LocalPath(list.Href+"?"+in.Query, list.Href))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.viewsPage(c, http.StatusUnprocessableEntity, in.List, "", errs)
}

func (h *Handlers) viewUpdate(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	in := formView(c)
	in.ID = id
	errs := map[string]string{}
	web.CheckText(errs, "name", in.Name, 1, 60, "Give the view a name.")
	if len(errs) == 0 {
		list, err := console.ChangeView(web.IfSeen(c, viewAnswers, in), h.DB, in)
		if err == nil {
			h.Flash(c, "success", "The view is changed.")
			return web.Redirect(c, urls.ViewsOf(list))
		}
		if errs = store.FieldErrors(err); errs == nil {
			return err
		}
	}
	return h.viewsPage(c, web.FormStatus(errs), in.List, in.ID.String(), errs)
}

func (h *Handlers) viewDelete(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	list, err := console.DeleteView(c.Request().Context(), h.DB, id)
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The view is deleted.")
	return web.Redirect(c, urls.ViewsOf(list))
}
