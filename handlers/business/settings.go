package business

import (
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) profileEdit(c echo.Context) error {
	tenant := web.Tenant(c)
	return h.profilePage(c, http.StatusOK, business.ProfileProps{Name: tenant.Name, TimeZone: tenant.TimeZone})
}

func (h *Handlers) profilePage(c echo.Context, status int, p business.ProfileProps) error {
	tenant := web.Tenant(c)
	p.Host, p.Stored, p.LocalTime = h.Sites.BusinessHost(tenant.Subdomain), tenant.TimeZone, time.Now().In(tenant.Location()).Format("15:04")
	p.TimeZones, p.CanManage = web.TimeZones(), mayManage(c, access.HoursManage)
	return h.Render(c, status, web.View{Title: "Settings", Body: business.Profile(p)})
}

// profileUpdate asks before it changes the zone, and says what that does.
func (h *Handlers) profileUpdate(c echo.Context) error {
	tenant := web.Tenant(c)
	p := business.ProfileProps{Name: text(c, "name"), TimeZone: text(c, "time_zone"), Errors: map[string]string{}}
	web.CheckText(p.Errors, "name", p.Name, 1, 120, "Give the business a name.")
	checkZone(p.Errors, p.TimeZone)
	if len(p.Errors) == 0 && p.TimeZone != tenant.TimeZone && c.FormValue("confirm_zone") == "" {
		if err := h.explainZone(c, &p); err != nil {
			return err
		}
	}
	if len(p.Errors) > 0 || p.Ask {
		return h.profilePage(c, http.StatusUnprocessableEntity, p)
	}
	if err := h.DB.ChangeProfile(c.Request().Context(), *tenant, store.Profile{Name: p.Name, TimeZone: p.TimeZone}); err != nil {
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
		count, next, err = q.Coming()
		return err
	})
	if err != nil {
		return err
	}
	p.Ask, p.Coming = true, web.Count(count)
	p.Errors["confirm_zone"] = "Tick this to change the time zone."
	if other, err := time.LoadLocation(p.TimeZone); err == nil && next != nil {
		p.Example = " (the next one at " + next.In(other).Format("15:04, 2 Jan") + " instead of " + next.In(tenant.Location()).Format("15:04, 2 Jan") + ")"
	}
	return nil
}

func (h *Handlers) policiesEdit(c echo.Context) error {
	var policies store.Policies
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		policies, err = q.Policies()
		return err
	})
	if err != nil {
		return err
	}
	in := business.PolicyInput{Horizon: strconv.Itoa(policies.HorizonDays), Step: strconv.Itoa(policies.StepMinutes)}
	in.Notice, in.NoticeUnit = noticeText(policies.NoticeMinutes)
	return h.policiesPage(c, http.StatusOK, business.PoliciesProps{In: in})
}

func (h *Handlers) policiesPage(c echo.Context, status int, p business.PoliciesProps) error {
	p.CanManage = mayManage(c, access.HoursManage)
	return h.Render(c, status, web.View{Title: "Booking rules", Body: business.Policies(p)})
}

func (h *Handlers) policiesUpdate(c echo.Context) error {
	p := business.PoliciesProps{Errors: map[string]string{}, In: business.PolicyInput{
		Notice: orZero(text(c, "notice")), NoticeUnit: c.FormValue("notice_unit"), Horizon: text(c, "horizon_days"), Step: text(c, "step_minutes")}}
	horizon, step := number(p.Errors, "horizon_days", p.In.Horizon, 1, 730), number(p.Errors, "step_minutes", p.In.Step, 5, 480)
	ahead := notice(p.Errors, p.In.Notice, p.In.NoticeUnit)
	if len(p.Errors) > 0 {
		return h.policiesPage(c, http.StatusUnprocessableEntity, p)
	}
	err := h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) error {
		policies, err := q.Policies()
		if err != nil {
			return err
		}
		policies.NoticeMinutes, policies.HorizonDays, policies.StepMinutes = *ahead, horizon, step
		return q.SavePolicies(policies)
	})
	if err != nil {
		return err
	}
	h.Flash(c, "success", "The booking rules are saved.")
	return web.Redirect(c, urls.BookingPolicies())
}
