package business

import (
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// noticesIndex is the log of what customers and team were told of appointments.
func (h *Handlers) noticesIndex(c echo.Context) error {
	tenant := web.Tenant(c)
	choices := map[string][]string{"kind": notices.NoticeKinds, "state": notices.NoticeStates}
	var customer uuid.NullUUID
	if id, err := uuid.Parse(c.QueryParam("customer")); err == nil {
		customer = uuid.NullUUID{UUID: id, Valid: true}
		choices["customer"] = []string{c.QueryParam("customer")}
	}
	query := web.ReadList(c, choices)
	var rows []notices.AppointmentNotice
	var info store.PageInfo
	var known []booking.CustomerRow
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if customer.Valid {
			if known, err = booking.CustomersByID(q, customer.UUID); err != nil {
				return err
			}
		}
		rows, info, err = notices.NoticeLog(q, notices.NoticeFilter{Q: query.Q, Sort: query.Sort, Kind: query.Filter("kind"), State: query.Filter("state"), Customer: customer, Page: query.Page})
		return err
	})
	p := business.NoticesProps{List: query.State(info, len(rows), err), Rows: noticeRows(rows, tenant.Location(), mayManage(c, access.MailsSend)), Zone: zoneName(time.Now(), tenant.Location())}
	for _, kind := range notices.NoticeKinds {
		p.Kinds = append(p.Kinds, ui.Option{Value: kind, Label: noticeKind(kind)})
	}
	if customer.Valid {
		p.Customer = []ui.Option{{Value: c.QueryParam("customer"), Label: "Unknown"}}
		for _, k := range known {
			p.Customer[0].Label = k.Name
		}
	}
	return h.RenderList(c, err, web.View{Title: "Mails", Body: business.Notices(p), Fragment: business.NoticeList(p)})
}

func noticeRows(list []notices.AppointmentNotice, loc *time.Location, canSend bool) []business.NoticeRow {
	rows := make([]business.NoticeRow, len(list))
	for i, n := range list {
		rows[i] = business.NoticeRow{ID: n.ID.String(), Kind: noticeKind(n.Kind), To: n.ToName, Email: n.ToEmail, State: n.State, ToTeam: !n.CustomerID.Valid,
			Appointment: web.Instant(n.StartsAt, loc), Href: urls.Appointment(n.AppointmentID.String(), ""), When: web.Instant(n.ChangedAt, loc), Error: n.Error,
			CanRetry: canSend && n.State == "failed" && n.ToEmail != ""}
		if n.State == "queued" {
			rows[i].When = web.Instant(n.DueAt, loc)
		}
	}
	return rows
}

// noticeKind is a mail in words, whoever gets it.
func noticeKind(kind string) string {
	if team, ok := strings.CutPrefix(kind, "team_"); ok {
		return map[string]string{"booked": "Team: new booking", "requested": "Team: new request", "moved": "Team: customer moved", "cancelled": "Team: customer cancelled"}[team]
	}
	return heldKind(kind)
}

// noticeRetry sends a mail that failed once more.
func (h *Handlers) noticeRetry(c echo.Context) error {
	id, err := pathID(c, "id")
	if err != nil {
		return err
	}
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error { return notices.RetryNotice(q, id) })
	if err != nil {
		return err
	}
	h.Flash(c, ui.Success, "The mail is on its way again.")
	return web.Redirect(c, web.LocalPath(c.FormValue("back"), urls.Notices()))
}
