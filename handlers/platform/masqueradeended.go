package platform

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/sessions"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// masqueradeEnded tells who was inside why it is over, and leads on: to the
// ticket, and to where it began.
func (h *Handlers) masqueradeEnded(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	who := web.Principal(c)
	var r sessions.MasqueradeRequest
	err = h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		r, err = sessions.SettledMasquerade(q, id, who.Can(access.MasqueradesAll))
		return err
	})
	if err != nil {
		return err
	}
	if r.EndedAt == nil {
		return web.Redirect(c, urls.Masquerades()) // it goes on, in another browser
	}
	p := platform.MasqueradeEndedProps{Actor: r.ActorName, Subject: r.SubjectName, SubjectRole: access.RoleName(r.SubjectRole), Business: r.BusinessName,
		BusinessHref: urls.Business(r.BusinessID.String()), Why: r.EndReason, By: endedBy(r.Masquerade), BackHref: web.LocalPath(r.Back, urls.Businesses())}
	p.BackLabel = "Back to " + strings.ToLower(whereItBegan(p.BackHref).Label)
	if r.Ticket != "" {
		p.Ticket, p.TicketHref = r.Ticket, urls.Support()+"/"+r.Ticket
	}
	p.EndedAt = web.Instant(*r.EndedAt, time.UTC)
	if who.Can(access.MasqueradesStart) {
		p.AgainHref = urls.WithQuery(urls.MasqueradeNew(r.SubjectID.String(), p.BackHref), "reason", r.Reason)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "The visit has ended", Body: platform.MasqueradeEnded(p)})
}

// endedBy is who ended a masquerade, where somebody else did.
func endedBy(m store.Masquerade) string {
	if m.EndedBy == "" && (m.Consent == "withdrawn" || m.Consent == "declined") {
		return m.DecidedName
	}
	return m.EndedBy
}
