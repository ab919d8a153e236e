package platform

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

func (h *Handlers) settingsPlans(c echo.Context) error {
	return h.plansPage(c, http.StatusOK, nil)
}

// plansPage shows the plans; form is one of them after a bad answer.
func (h *Handlers) plansPage(c echo.Context, status int, form *platform.PlanForm) error {
	var allPlans []plans.Plan
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		allPlans, err = plans.InUse(q)
		return err
	})
	if err != nil {
		return err
	}
	p := platform.SettingsPlansProps{}
	known := false
	for _, plan := range allPlans {
		shown := platform.PlanForm{Code: plan.Code, Price: price(plan.PriceCents), Position: strconv.Itoa(plan.Position), People: limit(plan.MaxPeople),
			Resources: limit(plan.MaxResources), Appointments: limit(plan.MaxAppointmentsMonthly), Features: strings.Join(plan.Features, "\n")}
		shown.Seen = web.Seen(planAnswers(plan))
		if form != nil && form.Code == plan.Code {
			shown, known = *form, true
			shown.Seen = web.SeenAgain(c, urls.SettingsPlans())
		}
		shown.Name, shown.Businesses = plan.Name, plan.Businesses
		p.Plans = append(p.Plans, shown)
	}
	if form != nil && !known {
		return echo.ErrNotFound
	}
	return h.Render(c, status, web.View{Title: "Plans", Body: platform.SettingsPlans(p)})
}

func price(cents int) string {
	if cents%100 == 0 {
		return strconv.Itoa(cents / 100)
	}
	return fmt.Sprintf("%d.%02d", cents/100, cents%100)
}

func limit(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func (h *Handlers) settingsPlan(c echo.Context) error {
	form := platform.PlanForm{Code: c.Param("code"), Errors: map[string]string{}, Price: typed(c, "price"), Position: typed(c, "position"),
		People: typed(c, "max_people"), Resources: typed(c, "max_resources"), Appointments: typed(c, "max_appointments"),
		Features: strings.ToValidUTF8(c.FormValue("features"), "")}
	plan := plans.Plan{Code: form.Code, Position: whole(c, form.Errors, "position"), MaxPeople: wholeOrNone(c, form.Errors, "max_people"),
		MaxResources: wholeOrNone(c, form.Errors, "max_resources"), MaxAppointmentsMonthly: wholeOrNone(c, form.Errors, "max_appointments"),
		Features: strings.Split(strings.ReplaceAll(form.Features, "\r", ""), "\n")}
	web.CheckProse(form.Errors, "features", form.Features)
	var ok bool
	if plan.PriceCents, ok = cents(form.Price); !ok {
		form.Errors["price"] = "Give a price, like 29 or 29.50."
	}
	if len(form.Errors) == 0 {
		err := plans.ChangePlanTerms(web.IfSeen(c, planAnswers, plan), h.DB, plan)
		if err == nil {
			h.Flash(c, ui.Success, "The plan is saved. Businesses on it keep the price that they agreed to.")
			return web.Redirect(c, urls.SettingsPlans())
		}
		if form.Errors = store.FieldErrors(err); form.Errors == nil {
			return err
		}
	}
	return h.plansPage(c, web.FormStatus(form.Errors), &form)
}

func typed(c echo.Context, field string) string {
	return strings.ToValidUTF8(strings.TrimSpace(c.FormValue(field)), "")
}

// cents reads a price; two decimals at most.
func cents(text string) (int, bool) {
	whole, fraction, _ := strings.Cut(text, ".")
	if len(whole) == 0 || len(whole) > 7 || len(fraction) > 2 || strings.HasSuffix(text, ".") {
		return 0, false
	}
	n, err := strconv.ParseUint(whole+(fraction + "00")[:2], 10, 31)
	return int(n), err == nil
}

func wholeOrNone(c echo.Context, errs map[string]string, field string) *int {
	if strings.TrimSpace(c.FormValue(field)) == "" {
		return nil
	}
	n := whole(c, errs, field)
	return &n
}
