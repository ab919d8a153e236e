package business

import (
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/booking"
	"github.com/smoothschedule/smoothschedule/store/catalog"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) policies(c echo.Context) (policies catalog.Policies, err error) {
	err = h.DB.InTenant(c.Request().Context(), *web.Tenant(c), func(q *store.TenantTx) (err error) {
		policies, err = catalog.ReadPolicies(q)
		return err
	})
	return policies, err
}

// savePolicies changes some of the policies; the sections of the settings share
// one row. again shows the form that is older than what is stored.
func (h *Handlers) savePolicies(c echo.Context, done, to string, answers func(catalog.Policies) []ui.Answer, change func(*catalog.Policies), again func(ui.Seen) error) error {
	var typed catalog.Policies
	change(&typed)
	err := h.DB.InTenant(web.IfSeen(c, answers, typed), *web.Tenant(c), func(q *store.TenantTx) error { return booking.ChangePolicies(q, change) })
	if web.IsStale(err) {
		return again(web.SeenAgain(c, to))
	}
	if err != nil {
		return err
	}
	h.Flash(c, "success", done)
	return web.Redirect(c, to)
}

func (h *Handlers) policiesEdit(c echo.Context) error {
	policies, err := h.policies(c)
	if err != nil {
		return err
	}
	in := business.PolicyInput{Horizon: strconv.Itoa(policies.HorizonDays), Step: strconv.Itoa(policies.StepMinutes),
		Approval: policies.NeedsApproval, ApprovalHours: strconv.Itoa(policies.ApprovalHours), Fee: priceText(policies.LateFeeCents)}
	in.Notice, in.NoticeUnit = noticeText(policies.NoticeMinutes)
	in.Cancel, in.CancelUnit = noticeText(policies.CancelMinutes)
	return h.policiesPage(c, http.StatusOK, business.PoliciesProps{In: in, Seen: web.Seen(ruleAnswers(policies))})
}

func (h *Handlers) policiesPage(c echo.Context, status int, p business.PoliciesProps) error {
	p.CanManage, p.OwnPlan = mayManage(c, access.HoursManage), seesPlan(c)
	return h.Render(c, status, web.View{Title: "Booking rules", Body: business.Policies(p)})
}

func (h *Handlers) policiesUpdate(c echo.Context) error {
	p := business.PoliciesProps{Seen: web.SeenAgain(c, ""), Errors: map[string]string{}, In: business.PolicyInput{
		Notice: orZero(text(c, "notice")), NoticeUnit: c.FormValue("notice_unit"), Horizon: text(c, "horizon_days"), Step: text(c, "step_minutes"),
		Approval: c.FormValue("needs_approval") != "", ApprovalHours: text(c, "approval_hours"),
		Cancel: orZero(text(c, "cancel")), CancelUnit: c.FormValue("cancel_unit"), Fee: orZero(text(c, "late_fee"))}}
	if p.In.ApprovalHours == "" {
		p.In.ApprovalHours = "24"
	}
	horizon, step := number(p.Errors, "horizon_days", p.In.Horizon, 1, 730), number(p.Errors, "step_minutes", p.In.Step, 5, 480)
	ahead, free := notice(p.Errors, p.In.Notice, p.In.NoticeUnit), span(p.Errors, "cancel", p.In.Cancel, p.In.CancelUnit)
	held, fee := number(p.Errors, "approval_hours", p.In.ApprovalHours, 1, 168), price(p.Errors, "late_fee", p.In.Fee)
	if len(p.Errors) > 0 {
		return h.policiesPage(c, http.StatusUnprocessableEntity, p)
	}
	return h.savePolicies(c, "The booking rules are saved.", urls.BookingPolicies(), ruleAnswers, func(s *catalog.Policies) {
		s.NoticeMinutes, s.HorizonDays, s.StepMinutes = *ahead, horizon, step
		s.NeedsApproval, s.ApprovalHours, s.CancelMinutes, s.LateFeeCents = p.In.Approval, held, *free, fee
	}, func(seen ui.Seen) error {
		p.Seen = seen
		return h.policiesPage(c, http.StatusConflict, p)
	})
}

func (h *Handlers) notificationsEdit(c echo.Context) error {
	policies, err := h.policies(c)
	if err != nil {
		return err
	}
	return h.notificationsPage(c, http.StatusOK, business.NotificationsProps{Reminders: policies.ReminderHours, QuietFrom: policies.QuietFrom,
		QuietTo: policies.QuietTo, Team: policies.NotifyTeam, Seen: web.Seen(notificationAnswers(policies))})
}

func (h *Handlers) notificationsPage(c echo.Context, status int, p business.NotificationsProps) error {
	p.CanManage, p.OwnPlan, p.Zone = mayManage(c, access.HoursManage), seesPlan(c), web.Tenant(c).TimeZone
	return h.Render(c, status, web.View{Title: "Notifications", Body: business.NotificationSettings(p)})
}

func (h *Handlers) notificationsUpdate(c echo.Context) error {
	p := business.NotificationsProps{Reminders: text(c, "reminder_hours"), QuietFrom: typedClock(c, "quiet_from"), QuietTo: typedClock(c, "quiet_to"),
		Team: c.FormValue("notify_team") != "", Seen: web.SeenAgain(c, ""), Errors: map[string]string{}}
	reminders := reminderHours(p.Errors, p.Reminders)
	clock(p.Errors, "quiet_from", p.QuietFrom)
	clock(p.Errors, "quiet_to", p.QuietTo)
	if (p.QuietFrom == "") != (p.QuietTo == "") {
		p.Errors["quiet_to"] = "Give both times, or none."
	}
	if len(p.Errors) > 0 {
		return h.notificationsPage(c, http.StatusUnprocessableEntity, p)
	}
	return h.savePolicies(c, "The notifications are saved.", urls.NotificationSettings(), notificationAnswers, func(s *catalog.Policies) {
		s.ReminderHours, s.QuietFrom, s.QuietTo, s.NotifyTeam = reminders, p.QuietFrom, p.QuietTo, p.Team
	}, func(seen ui.Seen) error {
		p.Seen = seen
		return h.notificationsPage(c, http.StatusConflict, p)
	})
}
