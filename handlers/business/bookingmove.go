package business

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// mover is a customer's way to an appointment: by its link or by the portal.
type mover struct {
	handle calendar.Handle
	load   func(*store.TenantTx) (calendar.Booking, error)
	// addresses: of the appointment, and to move and to cancel it
	page, move, cancel string
	// gone answers when the appointment can't be moved any more.
	gone func(c echo.Context, problem string) error
}

func (h *Handlers) linkMover(c echo.Context) (mover, error) {
	link, err := linked(c)
	token := c.Param("token")
	gone := func(c echo.Context, problem string) error {
		return h.bookingPage(c, http.StatusConflict, problem, false)
	}
	load := func(q *store.TenantTx) (calendar.Booking, error) { return calendar.BookingByLink(q, link) }
	return mover{link, load, urls.Booking(token), urls.BookingMove(token), urls.BookingCancel(token), gone}, err
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

// load reads an appointment with the rules for it.
func (h *Handlers) loadOwn(c echo.Context, m mover, more func(*store.TenantTx, calendar.Booking, catalog.Policies) error) (b calendar.Booking, policies catalog.Policies, err error) {
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if b, err = m.load(q); err != nil {
			return err
		}
		if policies, err = catalog.ReadPolicies(q); err != nil || more == nil {
			return err
		}
		return more(q, b, policies)
	})
	return b, policies, err
}

// movePage offers the free starts for an appointment.
func (h *Handlers) movePage(c echo.Context, status int, m mover, problem string) error {
	anybody := c.FormValue("anybody") != ""
	var z clocks
	var given bool
	var d shownDays
	var slots []store.Slot
	var next *time.Time
	gone := false
	b, policies, err := h.loadOwn(c, m, func(q *store.TenantTx, b calendar.Booking, policies catalog.Policies) (err error) {
		z, given = readClocks(c, b)
		d = readDays(c, z)
		if slots, gone, err = calendar.SlotsToMove(q, b, policies, d.from, d.to, anybody); err != nil || len(slots) > 0 {
			return err
		}
		later, _, err := calendar.SlotsToMove(q, b, policies, d.to, d.horizon(), anybody)
		if len(later) > 0 {
			next = &later[0].Start
		}
		return err
	})
	if err != nil {
		return err
	}
	p := bookingProps(b, policies, z)
	zone := []string{"zone", z.given(given)}
	switch {
	case p.MoveHref == "" && problem == "":
		return web.Redirect(c, urls.WithQuery(m.page, zone...))
	case p.MoveHref == "":
		return m.gone(c, problem)
	}
	pairs, other := zone, zone
	props := business.BookingMoveProps{ZoneNote: z.note, Chosen: p.Chosen, Back: urls.WithQuery(m.page, zone...), Policy: p.Policy, FeeNow: p.FeeNow, Pending: policies.NeedsApproval, With: b.With("STAFF"), Error: problem}
	switch {
	case gone: // by the rule that the move itself keeps
		props.Gone = props.With != ""
	case anybody:
		pairs, props.Same = append(pairs, "anybody", "1"), urls.WithQuery(m.move, other...)
	case props.With != "":
		props.Anybody = urls.WithQuery(m.move, append(other, "anybody", "1")...)
	}
	props.Picker = z.picker(d, slots, next, func(date string) string { return urls.WithQuery(m.move, append(pairs, "date", date)...) })
	props.Picker.Action, props.Picker.Closed = m.move, web.Principal(c).ViewOnly()
	props.Picker.Hidden = hiddenFields(append(pairs, "date", d.first.String(), "seen", seenText(b))...)
	return h.Render(c, status, web.View{Title: "Move your appointment", Body: business.BookingMove(props)})
}

// seenText is the version of an appointment that a customer's form was made from.
func seenText(b calendar.Booking) string { return b.UpdatedAt.Format(time.RFC3339Nano) }

// agreed reads what a customer's form was made from, and which fee it named.
func (m *mover) agreed(c echo.Context) {
	if seen, err := time.Parse(time.RFC3339Nano, c.FormValue("seen")); err == nil {
		m.handle.SeenAt = seen
	}
	if cents, err := strconv.Atoi(c.FormValue("accept_fee_cents")); err == nil {
		m.handle.AcceptFeeCents = cents
	}
}

func (h *Handlers) moveTo(c echo.Context, m mover) error {
	tenant := web.Tenant(c)
	start, wrong := store.ParseStart(c.FormValue("start"), tenant.Location())
	if wrong != "" {
		return h.movePage(c, http.StatusUnprocessableEntity, m, wrong)
	}
	m.agreed(c)
	was, policies, err := h.loadOwn(c, m, nil)
	if err != nil {
		return err
	}
	z, given := readClocks(c, was)
	b, err := booking.Move(c.Request().Context(), h.DB, *tenant, booking.Movement{Handle: m.handle, Start: start, Anybody: c.FormValue("anybody") != "", Zone: z.given(given)})
	if fee := store.FeeToAccept(err); fee > 0 {
		return h.moveForFee(c, m, start, fee)
	}
	if refusal := store.Refusal(err); refusal != nil {
		return h.movePage(c, statusOf(refusal), m, refusal.Message)
	}
	switch {
	case store.FieldErrors(err) != nil:
		return h.movePage(c, http.StatusUnprocessableEntity, m, message(err))
	case store.KindOf(err) == store.Throttled:
		web.SetRetryAfter(c, err)
		return h.movePage(c, http.StatusTooManyRequests, m, message(err))
	case store.KindOf(err) == store.Conflict: // the plan's month is full
		return h.movePage(c, http.StatusConflict, m, message(err))
	}
	if err != nil {
		return err
	}
	h.FlashToast(c, movedOwn(m, was, b, policies, z.given(given)))
	return web.Redirect(c, urls.WithQuery(m.page, "zone", z.given(given)))
}

// movedOwn tells a customer what a move came to, with the way back where that
// costs nothing and leads to what it was.
func movedOwn(m mover, was, b calendar.Booking, policies catalog.Policies, zone string) ui.Toast {
	if was.StartsAt.Equal(b.StartsAt) {
		return ui.Toast{Tone: ui.Info, Text: "Your appointment is at this time already. Nothing is changed."}
	}
	toast := ui.Toast{Tone: ui.Success, Text: "Your appointment is moved."}
	if b.Status == "pending" {
		toast.Text = "Your new time is kept; the business has to confirm it."
	}
	now := time.Now()
	if charged := feeOf(b) - feeOf(was); charged > 0 {
		toast.Text += " For the late change the business charges " + web.Money(charged) + "."
	} else if b.Status == was.Status && was.StartsAt.After(now) && b.ChangeTerms(policies, now).NowCents == 0 {
		toast.Undo = &ui.Undo{Action: m.move, Fields: [][2]string{{"start", was.StartsAt.UTC().Format(time.RFC3339)}, {"seen", seenText(b)}, {"zone", zone}}}
	}
	return toast
}

func feeOf(b calendar.Booking) int {
	if b.LateFeeCents == nil {
		return 0
	}
	return *b.LateFeeCents
}
