package business

import (
	"net/http"
	"slices"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxHits of the appointments in days off are named; the others are counted.
const maxHits = 20

// errNoOwnCalendar is for who has no calendar to take days off in.
var errNoOwnCalendar = &store.Error{Kind: store.Conflict, Message: "No calendar is linked to your login. Ask an owner or a manager to link one."}

// ownDaysOff are the days off of the calendar that is linked to one's own login.
func (h *Handlers) ownDaysOff(c echo.Context) error {
	return h.ownDaysOffPage(c, http.StatusOK, business.OverridesProps{})
}

func (h *Handlers) ownDaysOffPage(c echo.Context, status int, form business.OverridesProps) error {
	today := localDate(c)
	p := business.OwnDaysOffProps{Off: form}
	var list []catalog.Override
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		r, err := ownResource(c, q)
		if err != nil || r.Name == "" {
			return err
		}
		p.Name = r.Name
		list, err = catalog.Overrides(q, uuid.NullUUID{UUID: r.ID, Valid: true}, today)
		return err
	})
	if err != nil {
		return err
	}
	p.Off.Off, p.Off.WholeDays, p.Off.Today = true, true, today.String()
	p.Off.Action, p.Off.CanManage, p.Off.CanDelete = urls.OwnDaysOff(), mayManage(c, access.AppointmentsEdit), mayDelete(c, access.AppointmentsEdit)
	p.Off.Rows = overrideRows(list, "Off", urls.OwnDayOffDelete)
	for i, o := range list {
		if o.Open != nil { // the hours of a day are the managers'
			p.Off.Rows[i].DeleteHref = ""
		}
	}
	return h.Render(c, status, web.View{Title: "Your days off", Body: business.OwnDaysOff(p)})
}

// ownDaysOffCreate takes whole days off. Where something is booked it first asks,
// with what; that stays as it is.
func (h *Handlers) ownDaysOffCreate(c echo.Context) error {
	p, o := bindOverride(c, localDate(c))
	p.In.Opens, p.In.Closes, o.Open = "", "", nil
	delete(p.Errors, "opens")
	if len(p.Errors) > 0 {
		return h.ownDaysOffPage(c, http.StatusUnprocessableEntity, p)
	}
	anyway := c.FormValue("anyway") != ""
	loc := web.Tenant(c).Location()
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		r, err := ownResource(c, q)
		if err != nil {
			return err
		}
		if r.Name == "" {
			return errNoOwnCalendar
		}
		o.Resource = uuid.NullUUID{UUID: r.ID, Valid: true}
		list, err := catalog.Overrides(q, o.Resource, o.First)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(list, func(off catalog.Override) bool { return off.Open == nil && off.First <= o.First && o.Last <= off.Last }) {
			p.Errors["from"] = "You are off on these days already."
			return nil
		}
		if p.HitsCount, err = catalog.Booked(q, o); err != nil {
			return err
		}
		if p.HitsCount == 0 || anyway {
			return catalog.AddOverride(q, o)
		}
		hits, err := calendar.BookedIn(q, o, maxHits)
		for _, a := range hits {
			p.Hits = append(p.Hits, ui.Link{Href: urls.Appointment(a.ID.String(), urls.OwnDaysOff()), Label: web.DayTime(a.StartsAt, loc) + " · " + a.Customer + ", " + a.Service})
		}
		return err
	})
	switch {
	case err != nil:
		return err
	case len(p.Errors) > 0:
		return h.ownDaysOffPage(c, http.StatusUnprocessableEntity, p)
	case p.HitsCount > 0 && !anyway:
		return h.ownDaysOffPage(c, http.StatusConflict, p)
	}
	h.tellAdded(c, days(o.First, o.Last).Text+": off.", p.HitsCount)
	return web.Redirect(c, urls.OwnDaysOff())
}

// ownDayOffDelete takes own days off back. Other hours of a day, which managers
// gave, stay theirs.
func (h *Handlers) ownDayOffDelete(c echo.Context) error {
	id, err := pathID(c, "override")
	if err != nil {
		return err
	}
	var o catalog.Override
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		r, err := ownResource(c, q)
		if err != nil {
			return err
		}
		if r.Name == "" {
			return errNoOwnCalendar
		}
		o, err = catalog.DeleteOverride(q, uuid.NullUUID{UUID: r.ID, Valid: true}, id)
		if err == nil && o.Open != nil {
			return &store.Error{Kind: store.Forbidden, Message: "An owner or a manager set these hours. Ask them to change them."}
		}
		return err
	})
	if err != nil {
		return err
	}
	h.Flash(c, "success", days(o.First, o.Last).Text+": not off any more. Your weekly hours hold again.")
	return web.Redirect(c, urls.OwnDaysOff())
}
