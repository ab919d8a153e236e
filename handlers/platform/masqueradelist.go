package platform

import (
	"net/http"
	"strconv"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// masqueradeQuery reads the list's state and whose the person may see.
func masqueradeQuery(c echo.Context) (web.ListQuery, masquerade.Filter) {
	query := web.ReadList(c, map[string][]string{"state": {"live", "waiting", "ended"}})
	filter := masquerade.Filter{Q: query.Q, Sort: query.Sort, State: query.Filter("state"), Page: query.Page}
	if who := web.Principal(c); !who.Can(access.MasqueradesAll) {
		filter.Actor = uuid.NullUUID{UUID: who.Actor.ID, Valid: true}
	}
	return query, filter
}

func (h *Handlers) masqueradesIndex(c echo.Context) error {
	query, filter := masqueradeQuery(c)
	who, all := web.Principal(c), !filter.Actor.Valid
	var rows []masquerade.Row
	var info store.PageInfo
	open := ""
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		if open, err = withViews(c, q, &query, "masquerades"); err != nil || open != "" {
			return err
		}
		rows, info, err = masquerade.Masquerades(q, filter)
		return err
	})
	if open != "" {
		return c.Redirect(http.StatusSeeOther, open)
	}
	p := platform.MasqueradesProps{List: query.State(info, len(rows), err), Own: !all}
	p.List.CSVHref = query.HrefTo(urls.MasqueradesCSV())
	for _, m := range rows {
		row := platform.MasqueradeRow{
			ID: m.ID.String(), Actor: m.ActorName, ActorRole: access.RoleName(m.ActorRole), Subject: m.SubjectName, SubjectRole: access.RoleName(m.SubjectRole),
			Business: m.BusinessName, BusinessHref: urls.Business(m.BusinessID.String()), Reason: m.Reason, Ticket: m.Ticket,
			Since: web.Instant(m.CreatedAt, time.UTC), Pages: web.Count(m.Pages), Live: m.Live, Waiting: m.Waiting, End: m.EndReason,
			Write: m.Mode == access.ModeWrite, Consent: m.Consent, Href: urls.MasqueradeShow(m.ID.String()), TicketHref: ticketHref(m.Ticket),
			Own: m.ActorID == who.Actor.ID, CanApprove: m.Approvable && m.ActorID != who.Actor.ID && who.Can(access.MasqueradesWrite),
		}
		if m.Waiting && m.Consent == "asked" && m.SupportConsent == sessions.ConsentNever {
			row.Consent = "second"
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
	who := web.Principal(c)
	ended, err := masquerade.EndMasquerade(c.Request().Context(), h.DB, id, who.Can(access.MasqueradesAll))
	if err != nil {
		return err
	}
	done := "The masquerade is ended."
	switch {
	case ended.StartedAt == nil && ended.ActorID == who.Actor.ID:
		done = "Your request is taken back."
	case ended.StartedAt == nil:
		done = "The request is refused. Nothing was opened."
	}
	h.Flash(c, "success", done)
	return web.Redirect(c, web.LocalPath(c.FormValue("back"), urls.Masquerades()))
}

// masqueradesCSV is exactly what the list shows, all its pages.
func (h *Handlers) masqueradesCSV(c echo.Context) error {
	_, filter := masqueradeQuery(c)
	filter.Page, filter.Exact = store.Page{Number: 1, Size: web.CSVBatch}, true
	return h.download(c, download{noun: "masquerade", name: "masquerades.csv", list: ui.Link{Label: "Masquerades", Href: urls.Masquerades()}, personal: true,
		head: []string{"id", "who", "as", "business", "mode", "consent", "answered_by", "reason", "ticket", "asked", "begun", "ended", "why_ended", "pages"},
		batch: func(q *store.PublicTx) (lines [][]string, info store.PageInfo, err error) {
			rows, info, err := masquerade.Masquerades(q, filter)
			for _, m := range rows {
				lines = append(lines, []string{m.ID.String(), m.ActorName, m.SubjectName, m.BusinessName, m.Mode, m.Consent, m.DecidedName, m.Reason, m.Ticket,
					web.ISO(m.CreatedAt), instant(m.StartedAt), instant(m.EndedAt), m.EndReason, strconv.Itoa(m.Pages)})
			}
			filter.Page.After = info.Last
			return lines, info, err
		}})
}
