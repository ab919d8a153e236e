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
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// What costs a customer something, or ends an appointment, is asked on a page of
// its own that names it: its button is the second press.

// moveForFee asks whether to move for a fee. Nothing is moved yet.
func (h *Handlers) moveForFee(c echo.Context, m mover, start time.Time, fee int) error {
	b, _, err := h.loadOwn(c, m, nil)
	if err != nil {
		return err
	}
	z, given := readClocks(c, b)
	end := start.Add(b.EndsAt.Sub(b.StartsAt))
	p := business.BookingConfirmProps{Title: "Move for " + web.Money(fee) + "?", Chosen: z.booked(b),
		NewWhen: web.When(start, end, z.visitor), NewElsewhere: web.OtherClock(start, end, z.visitor, z.business), Fee: web.Money(fee),
		Action: m.move, Button: "Move for " + web.Money(fee), Back: urls.WithQuery(m.page, "zone", z.given(given)), Keep: "Keep the old time"}
	if m.handle.AcceptFeeCents > 0 {
		p.Error = "The fee is another one than the page said before: " + web.Money(fee) + " now."
	}
	p.Hidden = hiddenFields("start", start.In(z.business).Format(time.RFC3339), "seen", seenText(b), "zone", z.given(given), "anybody", c.FormValue("anybody"),
		"accept_fee_cents", strconv.Itoa(fee))
	return h.Render(c, http.StatusConflict, web.View{Title: p.Title, Body: business.BookingConfirm(p)})
}

// cancelPage asks whether to cancel, and says what that costs.
func (h *Handlers) cancelPage(c echo.Context, status int, m mover, problem string) error {
	b, policies, err := h.loadOwn(c, m, nil)
	if err != nil {
		return err
	}
	z, given := readClocks(c, b)
	now := time.Now()
	if !b.Holds() || !b.StartsAt.After(now) {
		if problem != "" {
			return m.gone(c, problem)
		}
		return web.Redirect(c, urls.WithQuery(m.page, "zone", z.given(given)))
	}
	p := business.BookingConfirmProps{Title: "Cancel this appointment?", Chosen: z.booked(b),
		Action: m.cancel, Button: "Cancel appointment", Danger: true, Back: urls.WithQuery(m.page, "zone", z.given(given)), Keep: "Keep it", Error: problem}
	if b.Status == "pending" {
		p.Title, p.Button = "Withdraw this request?", "Withdraw request"
	}
	terms := b.ChangeTerms(policies, now)
	p.Free = "Cancelling now is free."
	if terms.PaidCents > 0 {
		p.Free = "Cancelling now costs nothing more than the late fee of " + web.Money(terms.PaidCents) + " that is due already."
	}
	accept := ""
	if terms.NowCents > 0 {
		p.Fee, accept = web.Money(terms.NowCents), strconv.Itoa(terms.NowCents)
		p.Title, p.Button = "Cancel for "+p.Fee+"?", "Cancel for "+p.Fee
	}
	p.Hidden = hiddenFields("seen", seenText(b), "zone", z.given(given), "accept_fee_cents", accept)
	return h.Render(c, status, web.View{Title: p.Title, Body: business.BookingConfirm(p)})
}

// cancelIt cancels a customer's own appointment.
func (h *Handlers) cancelIt(c echo.Context, m mover) error {
	m.agreed(c)
	b, err := booking.Cancel(c.Request().Context(), h.DB, *web.Tenant(c), m.handle)
	switch {
	case store.FeeToAccept(err) > 0 && m.handle.AcceptFeeCents > 0:
		return h.cancelPage(c, http.StatusConflict, m, "The fee is another one than the page said before.")
	case store.FeeToAccept(err) > 0:
		return h.cancelPage(c, http.StatusConflict, m, "This is not cancelled yet: it costs a late fee now.")
	case store.KindOf(err) == store.Conflict:
		return h.cancelPage(c, http.StatusConflict, m, message(err))
	case err != nil:
		return err
	}
	z, given := readClocks(c, b)
	h.Flash(c, "success", cancelledText(b))
	return web.Redirect(c, urls.WithQuery(m.page, "zone", z.given(given)))
}

func (h *Handlers) bookingCancelShow(c echo.Context) error {
	m, err := h.linkMover(c)
	if err != nil {
		return err
	}
	return h.cancelPage(c, http.StatusOK, m, "")
}

func (h *Handlers) bookingCancel(c echo.Context) error {
	m, err := h.linkMover(c)
	if err != nil {
		return err
	}
	return h.cancelIt(c, m)
}

func cancelledText(b calendar.Booking) string {
	if fee := feeOf(b); fee > 0 {
		return "Your appointment is cancelled. For the late change the business charges " + web.Money(fee) + "."
	}
	return "Your appointment is cancelled."
}
