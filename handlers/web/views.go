package web

import (
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// WithViews brings a person's saved views of a list, and those shared with it.
// open is where the bare address of the list leads, or "".
func (q *ListQuery) WithViews(c echo.Context, views []console.SavedView) (open string) {
	me, now := Principal(c).Actor.ID, q.Query()
	q.views = []ui.SavedView{}
	for _, v := range views {
		own := v.UserID == me
		shown := ui.SavedView{ID: v.ID.String(), Name: v.Name, Href: q.path + "?" + v.Query, Current: v.Query == now, Shared: v.IsShared, Default: own && v.IsDefault}
		if !own {
			shown.By = v.OwnerName
		}
		if v.Query == "" {
			shown.Href = q.path
		}
		q.views = append(q.views, shown)
		if own && v.IsDefault && v.Query != "" {
			q.opens = true
			if c.Request().URL.RawQuery == "" && !IsPartial(c) {
				open = shown.Href
			}
		}
	}
	return open
}
