package business

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// linked reads the token of a booking's page. Its pages show the token to no
// other site.
func linked(c echo.Context) (calendar.Handle, error) {
	h, ok := calendar.ParseBookingToken(c.Param("token"))
	if !ok {
		return h, echo.ErrNotFound
	}
	web.Shown(c, "appointment", h.ID)
	h.From = web.Client(c)
	return h, nil
}

// bookDone confirms what was just booked.
func (h *Handlers) bookDone(c echo.Context) error {
	return h.bookingPage(c, http.StatusOK, "", true)
}

// bookingShow is an appointment for who has its link; looking changes nothing.
func (h *Handlers) bookingShow(c echo.Context) error {
	return h.bookingPage(c, http.StatusOK, "", false)
}

func (h *Handlers) bookingPage(c echo.Context, status int, problem string, isNew bool) error {
	link, err := linked(c)
	if err != nil {
		return err
	}
	tenant := web.Tenant(c)
	var b calendar.Booking
	var policies catalog.Policies
	mailed := true
	var profile notices.Profile
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if b, err = calendar.BookingByLink(q, link); err != nil {
			return err
		}
		if profile, err = notices.ReadProfile(q); err != nil {
			return err
		}
		if policies, err = catalog.ReadPolicies(q); err == nil && isNew {
			mailed, err = notices.Mailed(q, b.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	if isNew {
		allowFrames(c, policies)
	}
	z, given := readClocks(c, b)
	p := bookingProps(b, policies, z)
	p.ZoneNote = z.note
	token, zone := c.Param("token"), []string{"zone", z.given(given)}
	p.Business, p.New, p.Error, p.Page, p.Calendar = tenant.Name, isNew, problem, urls.WithQuery(urls.Booking(token), zone...), urls.BookingCalendar(token)
	if profile.Address != "" {
		p.Where = web.ContactOf(*tenant, profile).Place()
	}
	p.Phone = profile.Phone
	p.BookAgain = urls.BookStep("service_id", b.ServiceID.String())
	if isNew {
		p.BookAgain = ""
	}
	if !mailed && b.Email != "" {
		p.Keep = h.Sites.Public(tenant.Subdomain, tenant.PrimaryDomain, p.Page)
	}
	if b.Holds() && b.EndsAt.After(time.Now()) {
		event := h.Sites.BookingEvent(b, *tenant, profile, h.bookingURL(c))
		p.Google, p.Outlook = event.AddToGoogle(), event.AddToOutlook()
	}
	if p.MoveHref != "" {
		p.MoveHref, p.CancelHref = urls.WithQuery(urls.BookingMove(token), zone...), urls.WithQuery(urls.BookingCancel(token), zone...)
	}
	if !b.UserID.Valid && b.Email != "" && !isNew {
		p.AccountAction = urls.BookingAccount(token)
	}
	return h.Render(c, status, web.View{Title: p.Title, Body: business.Booking(p)})
}

var bookingTitles = map[string]string{"pending": "Your request", "confirmed": "Your appointment", "completed": "Your appointment",
	"cancelled": "Your appointment is cancelled", "no_show": "Your appointment"}

// bookingProps says what an appointment is and whether it can still be changed:
// then MoveHref and CancelHref are set, for the caller to replace.
func bookingProps(b calendar.Booking, policies catalog.Policies, z clocks) business.BookingProps {
	now := time.Now()
	p := business.BookingProps{Chosen: z.booked(b), Title: bookingTitles[b.Status],
		Status: b.Status, Email: b.Email, Note: b.Note}
	if b.Status == "cancelled" {
		p.Answer = b.Answer
	}
	if b.ApproveBy != nil && b.Status == "pending" {
		p.Pending = "The business has to confirm this, by " + web.When(*b.ApproveBy, *b.ApproveBy, z.visitor) + " at the latest. Until then the time is kept for you."
	}
	if b.LateFeeCents != nil && *b.LateFeeCents > 0 {
		p.LateFee = web.Amount(*b.LateFeeCents)
	}
	if b.Holds() && b.StartsAt.After(now) {
		p.MoveHref, p.CancelHref = "#", "#"
		terms := b.ChangeTerms(policies, now)
		p.Policy = web.ChangeTerms(terms, z.visitor)
		if terms.NowCents > 0 {
			p.FeeNow = web.Amount(terms.NowCents)
		}
	}
	return p
}

// bookingCalendar is the appointment as a file.
func (h *Handlers) bookingCalendar(c echo.Context) error {
	link, err := linked(c)
	if err != nil {
		return err
	}
	tenant := web.Tenant(c)
	var b calendar.Booking
	var profile notices.Profile
	err = h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if b, err = calendar.BookingByLink(q, link); err == nil {
			profile, err = notices.ReadProfile(q)
		}
		return err
	})
	if err != nil {
		return err
	}
	file, _ := web.CalendarFile(h.Sites.BookingEvent(b, *tenant, profile, h.bookingURL(c)))
	c.Response().Header().Set("Content-Disposition", `attachment; filename="`+tenant.Subdomain+`-appointment.ics"`)
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", file)
}

// bookingURL is the absolute address of the page that the path's token opens.
func (h *Handlers) bookingURL(c echo.Context) string {
	tenant := web.Tenant(c)
	return h.Sites.Public(tenant.Subdomain, tenant.PrimaryDomain, urls.Booking(c.Param("token")))
}

// bookingAccount mails the customer a link that makes a login. Who has the
// booking's link does not see where it goes beyond what the page shows.
func (h *Handlers) bookingAccount(c echo.Context) error {
	link, err := linked(c)
	if err != nil {
		return err
	}
	err = booking.InviteByLink(c.Request().Context(), h.DB, *web.Tenant(c), link)
	if store.KindOf(err) == store.Throttled {
		web.SetRetryAfter(c, err)
		return h.bookingPage(c, http.StatusTooManyRequests, message(err), false)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The link is on its way to your mailbox.")
	return web.Redirect(c, urls.Booking(c.Param("token")))
}
