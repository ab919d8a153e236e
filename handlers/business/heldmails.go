package business

import (
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// heldMails lists what support's changes would have told customers. The business
// answers; who masquerades sees what waits for that because of him.
func (h *Handlers) heldMails(c echo.Context) error {
	tenant := web.Tenant(c)
	var held []notices.HeldNotice
	var now time.Time
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		now = q.Now()
		held, err = notices.HeldNotices(q, ownMasquerade(c))
		return err
	})
	if err != nil {
		return err
	}
	p := business.HeldMailsProps{Own: ownMasquerade(c).Valid}
	for _, n := range held {
		mail := business.HeldMail{ID: n.ID.String(), Kind: heldKind(n.Kind), To: n.ToName, Email: n.ToEmail, Actor: n.ActorName,
			Made: web.Instant(n.CreatedAt, tenant.Location())}
		if !n.StartsAt.IsZero() {
			mail.Appointment = web.Instant(n.StartsAt, tenant.Location())
		}
		if n.DueAt.After(now) {
			mail.Due = web.Instant(n.DueAt, tenant.Location())
		}
		p.Mails = append(p.Mails, mail)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Held mails", Body: business.HeldMails(p)})
}

// heldMailAnswer sends one anyway, or discards it.
func (h *Handlers) heldMailAnswer(c echo.Context) error {
	id, err := uuid.Parse(c.Param("id"))
	if err != nil {
		return echo.ErrNotFound
	}
	answer := c.FormValue("answer")
	if answer != "send" && answer != "discard" {
		return echo.NewHTTPError(http.StatusUnprocessableEntity, "Choose whether to send or to discard this mail.")
	}
	var due time.Time
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		held, err := notices.HeldNotices(q, uuid.NullUUID{})
		if err != nil {
			return err
		}
		for _, n := range held {
			if n.ID == id && n.DueAt.After(q.Now()) {
				due = n.DueAt
			}
		}
		return notices.AnswerHeld(q, id, answer == "send")
	})
	if err != nil {
		return err
	}
	said := "The mail is discarded."
	switch {
	case answer == "send" && !due.IsZero():
		said = "The mail is planned. It leaves on " + web.DayTime(due, web.Tenant(c).Location()) + "."
	case answer == "send":
		said = "The mail is on its way."
	}
	h.Flash(c, "success", said)
	return web.Redirect(c, urls.HeldMails())
}

func ownMasquerade(c echo.Context) uuid.NullUUID {
	if m := web.Principal(c).Masquerade; m != nil {
		return uuid.NullUUID{UUID: m.ID, Valid: true}
	}
	return uuid.NullUUID{}
}

// heldKinds are the mails that customers get, in words.
var heldKinds = map[string]string{
	"requested": "Booking request received", "confirmed": "Booking confirmed", "approved": "Request accepted", "declined": "Request declined",
	"mail_invitation": "Invitation to make a login", "expired": "Request expired", "moved": "Appointment moved", "cancelled": "Appointment cancelled", "reminder": "Reminder",
}

func heldKind(kind string) string {
	if words := heldKinds[kind]; words != "" {
		return words
	}
	return strings.ReplaceAll(strings.TrimPrefix(kind, "mail_"), "_", " ")
}
