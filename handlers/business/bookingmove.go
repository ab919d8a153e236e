package business

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// mover is a customer's way to an appointment: by its link or by the portal.
type mover struct {
	handle     store.Handle
	load       func(*store.TenantTx) (store.Booking, error)
	page, move string // addresses
	// gone answers when the appointment can't be moved any more.
	gone func(c echo.Context, problem string) error
}

func (h *Handlers) linkMover(c echo.Context) (mover, error) {
	link, err := linked(c)
	token := c.Param("token")
	gone := func(c echo.Context, problem string) error {
		return h.bookingPage(c, http.StatusConflict, problem, false)
	}
	return mover{link, func(q *store.TenantTx) (store.Booking, error) { return q.BookingByLink(link) }, urls.Booking(token), urls.BookingMove(token), gone}, err
}

func (h *Handlers) bookingMoveShow(c echo.Context) error {
	m, err := h.linkMover(c)
	if err != nil {
		return err
	}
	return h.movePage(c, http.StatusOK, m, "")
}

func (h *Handlers) bookingMove(c echo.Context) error {
	m, err := h.linkMover(c)
	if err != nil {
		return err
	}
	return h.moveTo(c, m)
}

// movePage offers the free starts for an appointment.
func (h *Handlers) movePage(c echo.Context, status int, m mover, problem string) error {
	z, given := readClocks(c)
	d := readDays(c, z)
	anybody := c.FormValue("anybody") != ""
	var b store.Booking
	var policies store.Policies
	var slots []store.Slot
	var next *time.Time
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if b, err = m.load(q); err != nil {
			return err
		}
		if policies, err = q.Policies(); err != nil {
			return err
		}
		if slots, err = q.SlotsToMove(b, policies, d.from, d.to, anybody); err != nil || len(slots) > 0 {
			return err
		}
		later, err := q.SlotsToMove(b, policies, d.to, d.horizon(), anybody)
		if len(later) > 0 {
			next = &later[0].Start
		}
		return err
	})
	if err != nil {
		return err
	}
	p := bookingProps(b, policies, z)
	switch {
	case p.MoveHref == "" && problem == "":
		return web.Redirect(c, m.page)
	case p.MoveHref == "":
		return m.gone(c, problem)
	}
	var pairs, other []string
	if given {
		pairs = []string{"zone", z.visitor.String()}
	}
	other = append(other, pairs...)
	props := business.BookingMoveProps{Chosen: p.Chosen, Back: m.page, FeeNow: p.FeeNow, Pending: policies.NeedsApproval, With: b.With("STAFF"), Error: problem}
	if anybody {
		pairs, props.Same = append(pairs, "anybody", "1"), urls.WithQuery(m.move, other...)
	} else if props.With != "" {
		props.Anybody = urls.WithQuery(m.move, append(other, "anybody", "1")...)
	}
	props.Picker = z.picker(d, slots, next, func(date string) string { return urls.WithQuery(m.move, append(pairs, "date", date)...) })
	props.Picker.Action = m.move
	props.Picker.Hidden = hiddenFields(append(pairs, "date", d.first.String(), "seen", b.UpdatedAt.Format(time.RFC3339Nano))...)
	return h.Render(c, status, web.View{Title: "Move your appointment", Body: business.BookingMove(props)})
}

func (h *Handlers) moveTo(c echo.Context, m mover) error {
	tenant := web.Tenant(c)
	start, wrong := store.ParseStart(c.FormValue("start"), tenant.Location())
	if wrong != "" {
		return h.movePage(c, http.StatusUnprocessableEntity, m, wrong)
	}
	if seen, err := time.Parse(time.RFC3339Nano, c.FormValue("seen")); err == nil {
		m.handle.SeenAt = seen
	}
	b, err := h.DB.Move(c.Request().Context(), *tenant, store.Movement{Handle: m.handle, Start: start, Anybody: c.FormValue("anybody") != ""})
	if refusal := store.Refusal(err); refusal != nil {
		return h.movePage(c, statusOf(refusal), m, refusal.Message)
	}
	switch {
	case store.FieldErrors(err) != nil:
		return h.movePage(c, http.StatusUnprocessableEntity, m, message(err))
	case store.KindOf(err) == store.Conflict: // the plan's month is full
		return h.movePage(c, http.StatusConflict, m, message(err))
	}
	if err != nil {
		return err
	}
	text := "Your appointment is moved."
	if b.Status == "pending" {
		text = "Your new time is kept; the business has to confirm it."
	}
	h.Flash(c, "success", text)
	return web.Redirect(c, m.page)
}
