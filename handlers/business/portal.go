package business

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// portal shows a customer's own bookings.
func (h *Handlers) portal(c echo.Context) error {
	return h.portalPage(c, http.StatusOK, nil)
}

// portalPage shows them, with the profile as it was typed when that is wrong.
func (h *Handlers) portalPage(c echo.Context, status int, typed *business.PortalProps) error {
	tenant, who := web.Tenant(c), web.Principal(c)
	var coming, past []calendar.Booking
	var moreAhead, morePast bool
	aheadPage, pastPage := web.PageOf(c, "ahead"), web.PageOf(c, "past")
	var policies catalog.Policies
	var customer booking.CustomerRow
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if policies, err = catalog.ReadPolicies(q); err != nil {
			return err
		}
		customer, err = booking.CustomerOf(q, who.Subject.ID)
		if store.KindOf(err) == store.NotFound {
			return nil // has a login and never booked
		}
		if err == nil {
			coming, past, moreAhead, morePast, err = booking.BookingsOf(q, customer.ID, aheadPage, pastPage)
		}
		return err
	})
	if err != nil {
		return err
	}
	z, given := readClocks(c)
	p := business.PortalProps{ZoneNote: z.note, Business: tenant.Name, Zone: zoneName(time.Now(), z.visitor), Name: who.Subject.Name, Email: who.Subject.Email, Phone: customer.Phone, CanChange: !who.ViewOnly(),
		Upcoming: portalRows(coming, policies, z, given, !who.ViewOnly()), Past: portalRows(past, policies, z, given, false)}
	p.Seen = web.Seen(ownProfileAnswers(booking.OwnProfile{Name: who.Subject.Name, Phone: customer.Phone}))
	p.Later = web.Later(urls.Portal(), "ahead", "Coming appointments", aheadPage, len(coming), moreAhead)
	p.Earlier = web.Older(urls.Portal(), "past", "Past appointments", pastPage, len(past), morePast)
	if typed != nil {
		p.Seen = web.SeenAgain(c, urls.Portal())
		p.Name, p.Phone, p.Errors = typed.Name, typed.Phone, typed.Errors
	}
	return h.Render(c, status, web.View{Title: "My bookings", Body: business.Portal(p)})
}

// portalRows are shown on the clock that was asked for, or else each on the one
// by which it was booked.
func portalRows(list []calendar.Booking, policies catalog.Policies, page clocks, given, change bool) []business.PortalBooking {
	rows := make([]business.PortalBooking, len(list))
	for i, b := range list {
		z := page
		if !given {
			z.visitor = web.CustomerZone(b, page.business)
		}
		p := bookingProps(b, policies, z)
		rows[i] = business.PortalBooking{At: p.At, When: p.When, Elsewhere: p.Elsewhere, Service: b.Service, With: p.With, Status: b.Status, Price: p.Price, LateFee: p.LateFee}
		if z.visitor.String() == page.visitor.String() { // the page names that zone
			rows[i].When = web.Stretch(b.StartsAt, b.EndsAt, z.visitor)
			if _, _, twice := availability.Twins(b.StartsAt.In(z.visitor)); twice {
				rows[i].When = p.When
			}
		}
		if b.Under != "" { // of a family
			rows[i].Service += " for " + b.Customer
		}
		switch {
		case p.MoveHref == "":
			rows[i].AgainHref = urls.BookStep("service_id", b.ServiceID.String())
		case change:
			id, zone := b.ID.String(), []string{"zone", page.given(given)}
			rows[i].MoveHref, rows[i].CancelHref = urls.WithQuery(urls.PortalMove(id), zone...), urls.WithQuery(urls.PortalCancel(id), zone...)
		}
	}
	return rows
}

// own names a customer's own appointment; whether it is one the store checks.
func (h *Handlers) own(c echo.Context) (mover, error) {
	id, err := pathID(c, "id")
	user := web.Principal(c).Subject.ID
	load := func(q *store.TenantTx) (calendar.Booking, error) {
		b, err := calendar.ReadBooking(q, id)
		if err == nil && (!b.UserID.Valid || b.UserID.UUID != user) {
			return b, echo.ErrNotFound
		}
		return b, err
	}
	gone := func(c echo.Context, problem string) error {
		h.Flash(c, "danger", problem)
		return web.Redirect(c, urls.Portal())
	}
	return mover{calendar.Handle{ID: id}, load, urls.Portal(), urls.PortalMove(id.String()), urls.PortalCancel(id.String()), gone}, err
}

func (h *Handlers) portalMoveShow(c echo.Context) error {
	m, err := h.own(c)
	if err != nil {
		return err
	}
	return h.movePage(c, http.StatusOK, m, "")
}

func (h *Handlers) portalMove(c echo.Context) error {
	m, err := h.own(c)
	if err != nil {
		return err
	}
	return h.moveTo(c, m)
}

func (h *Handlers) portalCancelShow(c echo.Context) error {
	m, err := h.own(c)
	if err != nil {
		return err
	}
	return h.cancelPage(c, http.StatusOK, m, "")
}

func (h *Handlers) portalCancel(c echo.Context) error {
	m, err := h.own(c)
	if err != nil {
		return err
	}
	return h.cancelIt(c, m)
}

// portalProfile changes name and phone; the address is the account's.
func (h *Handlers) portalProfile(c echo.Context) error {
	p := business.PortalProps{Name: text(c, "name"), Phone: text(c, "phone"), Errors: map[string]string{}}
	web.CheckName(p.Errors, "name", p.Name, 1, 120, "Give your name.")
	web.CheckText(p.Errors, "phone", p.Phone, 0, 40, "")
	if len(p.Errors) > 0 {
		return h.portalPage(c, http.StatusUnprocessableEntity, &p)
	}
	err := h.DB.InTenant(web.IfSeen(c, ownProfileAnswers, booking.OwnProfile{Name: p.Name, Phone: p.Phone}), *web.Tenant(c), func(q *store.TenantTx) error {
		return booking.SaveOwnProfile(q, p.Name, p.Phone)
	})
	if web.IsStale(err) {
		return h.portalPage(c, http.StatusConflict, &p)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "Your details are saved.")
	return web.Redirect(c, urls.Portal())
}
