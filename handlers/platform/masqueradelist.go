package platform

import (
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) masqueradesIndex(c echo.Context) error {
	query := web.ReadList(c, map[string][]string{"state": {"live", "waiting", "ended"}})
	filter := store.MasqueradeFilter{Q: query.Q, State: query.Filter("state"), Page: query.Page}
	who := web.Principal(c)
	all := who.Can(access.MasqueradesAll)
	if !all {
		filter.Actor = uuid.NullUUID{UUID: who.Actor.ID, Valid: true}
	}
	var rows []store.MasqueradeRow
	var info store.PageInfo
	open := ""
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if open, err = withViews(c, q, &query, "masquerades"); err != nil || open != "" {
			return err
		}
		rows, info, err = q.Masquerades(filter)
		return err
	})
	if open != "" {
		return c.Redirect(http.StatusSeeOther, open)
	}
	p := platform.MasqueradesProps{List: query.State(info, len(rows), err), Own: !all}
	for _, m := range rows {
		row := platform.MasqueradeRow{
			ID: m.ID.String(), Actor: m.ActorName, ActorRole: access.RoleName(m.ActorRole), Subject: m.SubjectName, SubjectRole: access.RoleName(m.SubjectRole),
			Business: m.BusinessName, BusinessHref: urls.Business(m.BusinessID.String()), Reason: m.Reason, Ticket: m.Ticket,
			Since: web.Instant(m.CreatedAt, time.UTC), Pages: web.Count(m.Pages), Live: m.Live, Waiting: m.Waiting, End: m.EndReason,
			Write: m.Mode == store.ModeWrite, Consent: m.Consent, Href: urls.MasqueradeShow(m.ID.String()),
		}
		if m.StartedAt != nil {
			row.Since = web.Instant(*m.StartedAt, time.UTC)
		}
		if !m.Live && !m.Waiting && m.EndReason == "" {
			row.End = "timed out"
		}
		p.Rows = append(p.Rows, row)
	}
	return h.RenderList(c, err, web.View{Title: "Masquerades", Body: platform.Masquerades(p), Fragment: platform.MasqueradeList(p)})
}

func (h *Handlers) masqueradeEnd(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	if err := h.DB.EndMasquerade(c.Request().Context(), id, web.Principal(c).Can(access.MasqueradesAll)); err != nil {
		return err
	}
	h.Flash(c, "success", "The masquerade is ended.")
	return web.Redirect(c, web.LocalPath(c.FormValue("back"), urls.Masquerades()))
}
