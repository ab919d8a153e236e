package platform

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/views/layout"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) notificationsIndex(c echo.Context) error {
	query, who := web.ReadList(c, map[string][]string{"state": {"unread", "read"}}), web.Principal(c)
	var rows []people.Notification
	var info store.PageInfo
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		rows, info, err = people.Notifications(q, people.NotificationFilter{Person: who.Actor.ID, Q: query.Q, State: query.Filter("state"), Page: query.Page})
		return err
	})
	p := platform.NotificationsProps{List: query.State(info, len(rows), err), Unread: who.Unread}
	now := time.Now()
	for _, n := range rows {
		p.Rows = append(p.Rows, platform.NotificationRow{ID: n.ID.String(), Kind: string(n.Kind), Title: n.Title, Detail: n.Detail,
			At: web.Ago(n.CreatedAt, now), Unread: n.ReadAt == nil})
	}
	return h.RenderList(c, err, web.View{Title: "Notifications", Body: platform.Notifications(p), Fragment: platform.NotificationList(p)})
}

// notificationOpen leads to what a notification is about.
func (h *Handlers) notificationOpen(c echo.Context) error {
	href, err := h.readNotification(c)
	if err != nil {
		return err
	}
	return web.Redirect(c, web.LocalPath(href, urls.Notifications()))
}

func (h *Handlers) notificationRead(c echo.Context) error {
	if _, err := h.readNotification(c); err != nil {
		return err
	}
	return web.Redirect(c, urls.Notifications())
}

func (h *Handlers) readNotification(c echo.Context) (href string, err error) {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return "", echo.ErrNotFound
	}
	return people.OpenNotification(c.Request().Context(), h.DB, web.Principal(c).Actor.ID, id)
}

func (h *Handlers) notificationsRead(c echo.Context) error {
	if err := people.ReadNotifications(c.Request().Context(), h.DB, web.Principal(c).Actor.ID); err != nil {
		return err
	}
	h.Flash(c, "success", "All notifications are read.")
	return web.Redirect(c, urls.Notifications())
}

// notificationsBell answers the bell of an open page: nothing while the count is
// what the page shows.
func (h *Handlers) notificationsBell(c echo.Context) error {
	unread := web.Principal(c).Unread
	seen, err := strconv.Atoi(c.QueryParam("seen"))
	if err == nil && seen == unread {
		return c.NoContent(http.StatusNoContent)
	}
	return web.Write(c, http.StatusOK, layout.BellNews(layout.Bell{Unread: unread}, seen))
}
