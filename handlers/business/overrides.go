package business

import (
	"fmt"
	"net/http"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// localDate is today's date in the business's zone.
func localDate(c echo.Context) store.Date {
	return availability.DateOf(time.Now().In(web.Tenant(c).Location()))
}

// farthestDay bounds how far ahead days can be planned, and how many at a time.
const farthestDay = 5 * 366

// bindOverride reads the form of days with other hours.
func bindOverride(c echo.Context, today store.Date) (business.OverridesProps, catalog.Override) {
	in := business.OverrideInput{From: text(c, "from"), To: text(c, "to"), Opens: typedClock(c, "opens"), Closes: typedClock(c, "closes"), Reason: text(c, "reason")}
	errs := map[string]string{}
	web.CheckText(errs, "reason", in.Reason, 0, 120, "")
	o := catalog.Override{Reason: in.Reason}
	var err error
	if o.First, err = availability.ParseDate(in.From); err != nil || o.First > today+farthestDay || o.First < today-farthestDay {
		errs["from"] = "Choose the first day."
	}
	if o.Last = o.First; in.To != "" {
		if o.Last, err = availability.ParseDate(in.To); err != nil || o.Last > today+farthestDay {
			errs["to"] = "Choose the last day, or none for a single one."
		}
	}
	switch {
	case len(errs) > 0:
	case o.Last < o.First:
		errs["to"] = "The last day must not be before the first."
	case o.Last < today:
		errs["from"] = "These days are over."
	}
	if in.Opens != "" || in.Closes != "" {
		hours, wrong := parseHours(business.OpenSpan{From: in.Opens, To: in.Closes})
		if wrong != "" {
			errs["opens"] = wrong
		}
		o.Open = &hours
	}
	return business.OverridesProps{In: in, Errors: errs}, o
}

// overrideRows formats them; closed is the word for no hours at all, and
// deletion leads to where one is removed.
func overrideRows(list []catalog.Override, closed string, deletion func(id string) string) []business.OverrideRow {
	rows := make([]business.OverrideRow, len(list))
	for i, o := range list {
		rows[i] = business.OverrideRow{ID: o.ID.String(), Days: days(o.First, o.Last), Hours: closed, Closed: o.Open == nil, Reason: o.Reason,
			DeleteHref: deletion(o.ID.String())}
		if o.Open != nil {
			rows[i].Hours = catalog.ClockText(o.Open.From) + "–" + catalog.ClockText(o.Open.To)
		}
	}
	return rows
}

// days is one day or several, as people write them.
func days(first, last store.Date) ui.Time {
	date := func(d store.Date) time.Time { return d.At(0, time.UTC) }
	t := ui.Time{ISO: first.String(), Text: date(last).Format("Mon 2 Jan 2006")}
	if first != last {
		t.Text = date(first).Format("Mon 2 Jan") + " – " + t.Text
		if date(first).Year() != date(last).Year() {
			t.Text = date(first).Format("Mon 2 Jan 2006") + " – " + date(last).Format("Mon 2 Jan 2006")
		}
	}
	return t
}

// addOverride stores one and says what is booked already.
func (h *Handlers) addOverride(c echo.Context, o catalog.Override, done string) error {
	booked := 0
	err := h.DB.InTenant(web.FormOnce(c), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		if err := catalog.AddOverride(q, o); err != nil || o.Open != nil {
			return err
		}
		booked, err = catalog.Booked(q, o)
		return err
	})
	if err != nil {
		return err
	}
	h.tellAdded(c, done, booked)
	return nil
}

// tellAdded says what was done, and how much is booked in that time.
func (h *Handlers) tellAdded(c echo.Context, done string, booked int) {
	switch {
	case booked == 1:
		h.Flash(c, "warning", done+" One appointment is booked in that time; it stays until you move it.")
	case booked > 1:
		h.Flash(c, "warning", fmt.Sprintf("%s %s appointments are booked in that time; they stay until you move them.", done, web.Count(booked)))
	default:
		h.Flash(c, "success", done)
	}
}

func (h *Handlers) removeOverride(c echo.Context, owner uuid.NullUUID) error {
	id, err := pathID(c, "override")
	if err != nil {
		return err
	}
	var o catalog.Override
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		o, err = catalog.DeleteOverride(q, owner, id)
		return err
	})
	if err != nil {
		return err
	}
	h.Flash(c, "success", days(o.First, o.Last).Text+": removed.")
	return nil
}

func (h *Handlers) closedDays(c echo.Context) error {
	return h.closedDaysPage(c, http.StatusOK, business.OverridesProps{})
}

func (h *Handlers) closedDaysPage(c echo.Context, status int, p business.OverridesProps) error {
	today := localDate(c)
	var list []catalog.Override
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		list, err = catalog.Overrides(q, uuid.NullUUID{}, today)
		return err
	})
	if err != nil {
		return err
	}
	p.CanDelete = mayDelete(c, access.HoursManage)
	p.Action, p.CanManage, p.Today = urls.ClosedDays(), mayManage(c, access.HoursManage), today.String()
	p.Rows = overrideRows(list, "Closed", urls.ClosedDayDelete)
	p.OwnPlan = seesPlan(c)
	return h.Render(c, status, web.View{Title: "Closed days", Body: business.ClosedDays(p)})
}

func (h *Handlers) closedDayCreate(c echo.Context) error {
	p, o := bindOverride(c, localDate(c))
	if len(p.Errors) > 0 {
		return h.closedDaysPage(c, http.StatusUnprocessableEntity, p)
	}
	if err := h.addOverride(c, o, days(o.First, o.Last).Text+": added."); err != nil {
		return err
	}
	return web.Redirect(c, urls.ClosedDays())
}

func (h *Handlers) closedDayDelete(c echo.Context) error {
	if err := h.removeOverride(c, uuid.NullUUID{}); err != nil {
		return err
	}
	return web.Redirect(c, urls.ClosedDays())
}
