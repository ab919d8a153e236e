package business

import (
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/search"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

var sitePages = []web.Place{
	{Label: "Today", Href: urls.Home(), Icon: "today", Words: "home dashboard", Needs: access.DayView},
	{Label: "Schedule", Href: urls.SchedulePath(), Icon: "clock", Words: "calendar day week", Needs: access.AppointmentsView},
	{Label: "Appointments", Href: urls.AppointmentsPath(), Icon: "calendar", Words: "bookings list", Needs: access.AppointmentsView},
	{Label: "Your days off", Href: urls.OwnDaysOff(), Icon: "ban", Words: "time off holiday vacation absence", Needs: access.AppointmentsEdit},
	{Label: "Customers", Href: urls.Customers(), Icon: "users", Words: "clients people", Needs: access.CustomersView},
	{Label: "Services", Href: urls.Services(), Icon: "tag", Words: "prices offer", Needs: access.ServicesView},
	{Label: "Resources", Href: urls.Resources(), Icon: "package", Words: "rooms staff equipment", Needs: access.ResourcesView},
	{Label: "Team", Href: urls.Team(), Icon: "user", Words: "people staff invite", Needs: access.TeamView},
	{Label: "Settings", Href: urls.BusinessSettings(), Icon: "settings", Words: "profile hours", Needs: access.HoursView},
	{Label: "Support", Href: urls.Support(), Icon: "inbox", Words: "tickets help question", Needs: access.SupportView},
	{Label: "Support access", Href: urls.SupportAccess(), Icon: "eye", Words: "masquerade consent log", Needs: access.SupportAccessView},
	{Label: "Your account", Href: urls.Account(), Icon: "user", Words: "profile password e-mail email", Needs: access.AccountManage},
}

var siteActions = []web.Place{
	{Label: "New appointment", Href: urls.AppointmentNew("", "", ""), Icon: "plus", Words: "book add create", Needs: access.AppointmentsEdit},
	{Label: "Block time", Href: urls.BlockerNew("", "", ""), Icon: "ban", Words: "time off holiday closed", Needs: access.AppointmentsEdit},
	{Label: "New customer", Href: urls.CustomerNew(), Icon: "plus", Words: "add create client", Needs: access.CustomersManage},
	{Label: "New service", Href: urls.ServiceNew(), Icon: "plus", Words: "add create", Needs: access.ServicesManage},
}

// search finds pages, customers and their appointments.
func (h *Handlers) search(c echo.Context) error {
	who, text, tenant := web.Principal(c), web.SearchText(c), web.Tenant(c)
	var rows []search.Hit
	if text != "" && who.Can(access.CustomersView) {
		err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
			rows, err = search.FindInBusiness(q, text, who.Can(access.AppointmentsView))
			return err
		})
		if err != nil {
			return err
		}
	}
	groups := []ui.FoundGroup{web.FindPlaces(who, "Pages", text, sitePages), {Label: "Actions"}, {Label: "Customers"}, {Label: "Appointments"}}
	if !who.ViewOnly() {
		groups[1] = web.FindPlaces(who, "Actions", text, siteActions)
	}
	loc := tenant.Location()
	for _, f := range rows {
		switch f.Kind {
		case search.HitCustomer:
			detail := f.Detail
			if f.Where != "" && detail != "" {
				detail += " · "
			}
			groups[2].Items = append(groups[2].Items, ui.Found{Label: f.Title, Detail: detail + f.Where, Href: urls.Customer(f.ID.String()), Icon: "user"})
		case search.HitAppointment:
			at := web.Instant(*f.At, loc)
			groups[3].Items = append(groups[3].Items, ui.Found{Label: f.Title + ", " + f.Detail, Detail: at.Text + " " + at.Zone, Href: urls.Appointment(f.ID.String(), ""), Icon: "calendar"})
		}
	}
	if text != "" && len(groups[2].Items) == 0 && mayManage(c, access.CustomersManage) {
		groups[1].Items = append(groups[1].Items, ui.Found{Label: "New customer “" + text + "”", Href: urls.CustomerNewNamed(text), Icon: "plus"})
	}
	if text != "" {
		groups = append(groups[2:], groups[:2]...)
	}
	return h.RenderSearch(c, ui.SearchProps{Query: text, Groups: groups,
		For: "Pages and actions; customers by name, e-mail or telephone, with their appointments."})
}
