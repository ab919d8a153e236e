package business

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/business"
)

func (h *Handlers) customersIndex(c echo.Context) error {
	tenant := web.Tenant(c)
	query := web.ReadList(c, nil)
	var rows []store.CustomerRow
	var info store.PageInfo
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		rows, info, err = q.Customers(store.CustomerFilter{Q: query.Q, Sort: query.Sort, Page: query.Page})
		return err
	})
	if err != nil {
		return err
	}
	loc, now := tenant.Location(), time.Now()
	p := business.CustomersProps{List: query.State(info, len(rows)), Rows: make([]business.CustomerRow, len(rows))}
	for i, row := range rows {
		p.Rows[i] = business.CustomerRow{ID: row.ID.String(), Name: row.Name, Email: row.Email, Phone: row.Phone,
			HasLogin: row.HasLogin,
			Visits:   web.Count(row.Appointments), Spent: web.Money(row.SpentCents), Since: web.Date(row.CreatedAt, loc)}
		if row.LastVisit != nil {
			p.Rows[i].LastVisit = web.Ago(*row.LastVisit, now)
		}
		if row.NextVisit != nil {
			p.Rows[i].NextVisit = web.Instant(*row.NextVisit, loc)
		}
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Customers", Body: business.Customers(p), Fragment: business.CustomerList(p)})
}

// portal shows a customer's own bookings.
func (h *Handlers) portal(c echo.Context) error {
	tenant, who := web.Tenant(c), web.Principal(c)
	var coming, past []store.Appointment
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) error {
		customer, err := q.CustomerOf(who.Subject.ID)
		if store.KindOf(err) == store.NotFound {
			return nil // has a login and never booked
		}
		if err == nil {
			coming, past, err = q.AppointmentsOf(customer.ID)
		}
		return err
	})
	if err != nil {
		return err
	}
	loc, now := tenant.Location(), time.Now()
	p := business.PortalProps{Name: who.Subject.Name, Business: tenant.Name, Zone: zoneName(now, loc),
		Upcoming: appointmentRows(coming, loc, now), Past: appointmentRows(past, loc, now)}
	return h.Render(c, http.StatusOK, web.View{Title: "My bookings", Body: business.Portal(p)})
}
