package business

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// seesPlan says which of the owners' tabs are shown.
func seesPlan(c echo.Context) business.SettingsTabs {
	who := web.Principal(c)
	return business.SettingsTabs{Plan: who.Can(access.PlanView), Export: who.Can(access.ExportManage)}
}

func (h *Handlers) profileEdit(c echo.Context) error {
	var stored notices.Profile
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		stored, err = notices.ReadProfile(q)
		return err
	})
	if err != nil {
		return err
	}
	in := business.ProfileInput{Name: stored.Name, TimeZone: stored.TimeZone, About: stored.About, Address: stored.Address, Phone: stored.Phone, Email: stored.Email}
	return h.profilePage(c, http.StatusOK, business.ProfileProps{In: in, Seen: web.Seen(profileAnswers(stored))})
}

func (h *Handlers) profilePage(c echo.Context, status int, p business.ProfileProps) error {
	tenant := web.Tenant(c)
	p.Host, p.Stored, p.LocalTime = h.Sites.BusinessHost(tenant.Subdomain), tenant.TimeZone, time.Now().In(tenant.Location()).Format("15:04")
	p.TimeZones, p.CanManage, p.OwnPlan, p.ByStaff = web.TimeZones(), mayManage(c, access.HoursManage), seesPlan(c), masquerading(c)
	return h.Render(c, status, web.View{Title: "Settings", Body: business.Profile(p)})
}

// profileUpdate asks before it changes the zone, and says what that does.
func (h *Handlers) profileUpdate(c echo.Context) error {
	tenant := web.Tenant(c)
	p := business.ProfileProps{Seen: web.SeenAgain(c, ""), Errors: map[string]string{}, In: business.ProfileInput{Name: text(c, "name"), TimeZone: text(c, "time_zone"),
		About: prose(c, "about"), Address: prose(c, "address"), Phone: text(c, "phone"), Email: web.Email(c, "email")}}
	if p.In.Name != tenant.Name { // an older name may be kept
		web.CheckName(p.Errors, "name", p.In.Name, 1, 120, "Give the business a name.")
	}
	checkProse(p.Errors, "about", p.In.About, booking.MaxAbout)
	checkProse(p.Errors, "address", p.In.Address, booking.MaxAddress)
	web.CheckText(p.Errors, "phone", p.In.Phone, 0, 40, "")
	if p.In.Email != "" {
		web.CheckEmail(p.Errors, "email", p.In.Email)
	}
	checkZone(p.Errors, p.In.TimeZone)
	if len(p.Errors) == 0 && p.In.TimeZone != tenant.TimeZone && c.FormValue("confirm_zone") == "" {
		if err := h.explainZone(c, &p); err != nil {
			return err
		}
	}
	if len(p.Errors) > 0 || p.Ask {
		return h.profilePage(c, http.StatusUnprocessableEntity, p)
	}
	in := notices.Profile{Name: p.In.Name, TimeZone: p.In.TimeZone, About: p.In.About, Address: p.In.Address, Phone: p.In.Phone, Email: p.In.Email}
	err := booking.ChangeProfile(web.IfSeen(c, profileAnswers, in), h.DB, *tenant, in)
	if web.IsStale(err) {
		p.Seen = web.SeenAgain(c, urls.BusinessSettings())
		return h.profilePage(c, http.StatusConflict, p)
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The profile is saved.")
	return web.Redirect(c, urls.BusinessSettings())
}

// explainZone finds out what another zone would change.
func (h *Handlers) explainZone(c echo.Context, p *business.ProfileProps) error {
	tenant := web.Tenant(c)
	var count int
	var next *time.Time
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		count, next, err = booking.Coming(q)
		return err
	})
	if err != nil {
		return err
	}
	p.Ask, p.Coming = true, web.Count(count)
	p.Errors["confirm_zone"] = "Tick this to change the time zone."
	if other, err := time.LoadLocation(p.In.TimeZone); err == nil && next != nil {
		p.Example = " (the next one at " + web.ClockTime(*next, other) + next.In(other).Format(", 2 Jan") + " instead of " + web.ClockTime(*next, tenant.Location()) + next.In(tenant.Location()).Format(", 2 Jan") + ")"
	}
	return nil
}
