package business

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// home is the day for the team, the bookings for customers, and what the
// business offers for everybody else.
func (h *Handlers) home(c echo.Context) error {
	who := web.Principal(c)
	switch {
	case who.Can(access.DayView):
		return h.today(c)
	case who.Can(access.PortalView):
		return web.Redirect(c, urls.Portal())
	}
	return h.public(c)
}

func (h *Handlers) public(c echo.Context) error {
	tenant := web.Tenant(c)
	var services []catalog.Service
	var hours []catalog.OpeningHours
	var policies catalog.Policies
	var profile notices.Profile
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if services, err = catalog.PublicServices(q); err != nil {
			return err
		}
		if hours, err = catalog.ReadOpeningHours(q); err != nil {
			return err
		}
		if policies, err = catalog.ReadPolicies(q); err != nil {
			return err
		}
		profile, err = notices.ReadProfile(q)
		return err
	})
	if err != nil {
		return err
	}
	p := business.PublicProps{About: profile.About, Address: profile.Address, Phone: profile.Phone, Email: profile.Email,
		Name: tenant.Name, Zone: tenant.TimeZone, Hours: week(nights(hours), time.Now().In(tenant.Location()).Weekday())}
	if tenant.LogoHash != "" {
		p.LogoHref = urls.Logo(tenant.LogoHash)
	}
	if policies.BookingOpen && len(services) > 0 {
		p.BookHref = urls.Book()
	}
	for _, s := range services {
		p.Services = append(p.Services, business.Service{Name: s.Name, Description: s.Description, Duration: duration(s.DurationMinutes), Price: web.Price(s.PriceCents)})
		if p.BookHref != "" {
			p.Services[len(p.Services)-1].BookHref = urls.WithQuery(p.BookHref, "service_id", s.ID.String())
		}
	}
	return h.Render(c, http.StatusOK, web.View{Title: tenant.Name, Body: business.Public(p),
		Description: tenant.Name + ": services, prices and opening hours."})
}

// week lists Monday to Sunday; a day may open several times.
func week(hours []catalog.OpeningHours, today time.Weekday) []business.OpeningHour {
	if len(hours) == 0 {
		return nil
	}
	days := make([]business.OpeningHour, 7)
	for i := range days {
		day := time.Weekday((i + 1) % 7)
		days[i] = business.OpeningHour{Day: day.String(), Today: day == today}
		for _, span := range hours {
			if time.Weekday(span.Weekday) != day {
				continue
			}
			if days[i].Text != "" {
				days[i].Text += ", "
			}
			days[i].Text += span.Opens + "–" + span.Closes
		}
	}
	return days
}

// nights gives the hours after midnight to the evening that they belong to:
// "18:00–02:00", and nothing on the morning.
func nights(hours []catalog.OpeningHours) []catalog.OpeningHours {
	joined := slices.Clone(hours)
	for i, evening := range joined {
		if evening.Closes != "24:00" {
			continue
		}
		for j, morning := range hours {
			if morning.Weekday == (evening.Weekday+1)%7 && morning.Opens == "00:00" && morning.Closes < evening.Opens {
				joined[i].Closes, joined[j].Opens = morning.Closes, ""
			}
		}
	}
	return slices.DeleteFunc(joined, func(h catalog.OpeningHours) bool { return h.Opens == "" })
}

func duration(minutes int) string {
	switch h, m := minutes/60, minutes%60; {
	case h == 0:
		return fmt.Sprintf("%d min", m)
	case m == 0:
		return fmt.Sprintf("%d h", h)
	default:
		return fmt.Sprintf("%d h %d min", h, m)
	}
}

func zoneName(at time.Time, loc *time.Location) string {
	short, _ := at.In(loc).Zone()
	return fmt.Sprintf("%s (%s)", loc, short)
}
