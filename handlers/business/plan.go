package business

import (
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/plans"
	"github.com/smoothschedule/smoothschedule/views/business"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// planShow is the plan with what is used of it. Changing it is a question to
// support, written already.
func (h *Handlers) planShow(c echo.Context) error {
	tenant := web.Tenant(c)
	var limits plans.Limits
	var usage plans.Usage
	var allPlans []plans.Limits
	err := h.DB.InTenant(c.Request().Context(), *tenant, func(q *store.TenantTx) (err error) {
		if limits, err = plans.ReadLimits(q); err != nil {
			return err
		}
		if usage, err = plans.ReadUsage(q); err != nil {
			return err
		}
		allPlans, err = plans.PlanLimits(q)
		return err
	})
	if err != nil {
		return err
	}
	p := business.PlanProps{Tabs: seesPlan(c), Name: limits.PlanName, Price: aMonth(limits.PriceCents), CanAsk: mayWrite(web.Principal(c)),
		Usage: []ui.ProgressProps{progress("People", usage.People, limits.People), progress("Resources", usage.Resources, limits.Resources),
			progress("Appointments in "+usage.Month.Format("January 2006"), usage.Appointments, limits.Appointments)}}
	trial := tenant.Status == "trial" && tenant.TrialEndsAt != nil
	if trial {
		p.TrialEnds, p.Price = web.Date(*tenant.TrialEndsAt, tenant.Location()), "Trial; then "+aMonth(limits.PriceCents)
	}
	for _, plan := range allPlans {
		row := business.PlanRow{Code: plan.Plan, Name: plan.PlanName, Price: web.Money(plan.PriceCents), People: most(plan.People), Resources: most(plan.Resources),
			Appointments: most(plan.Appointments), Current: plan.Plan == limits.Plan && !trial}
		row.AskHref = urls.TicketAbout("Please change our plan to "+plan.PlanName,
			fmt.Sprintf("We are on the plan %s and would like to have %s (%s).\n\nPlease tell us when it holds.", limits.PlanName, plan.PlanName, aMonth(plan.PriceCents)))
		p.Rows = append(p.Rows, row)
	}
	return h.Render(c, http.StatusOK, web.View{Title: "Plan", Body: business.Plan(p)})
}

func aMonth(cents int) string {
	if cents == 0 {
		return "free of charge"
	}
	return web.Money(cents) + " a month"
}

func most(n *int) string {
	if n == nil {
		return "Any number"
	}
	return web.Count(*n)
}

// progress is how much of a limit is used; without one there is no bar's end.
func progress(label string, used int, limit *int) ui.ProgressProps {
	p := ui.ProgressProps{Label: label, Text: web.Count(used) + " of any number", Value: 0, Max: 1}
	if limit != nil {
		p.Text, p.Value, p.Max = web.Count(used)+" of "+web.Count(*limit), min(used, *limit), max(1, *limit)
	}
	return p
}

// trialNotice tells the people who run a business that its trial ends.
func trialNotice(c echo.Context) *ui.AlertProps {
	tenant, who := web.Tenant(c), web.Principal(c)
	if tenant == nil || tenant.Status != "trial" || tenant.TrialEndsAt == nil || !who.Can(access.HoursView) {
		return nil
	}
	notice := &ui.AlertProps{Text: "Trial ends on " + tenant.TrialEndsAt.In(tenant.Location()).Format("Monday, 2 January 2006") + "."}
	if who.Can(access.PlanView) {
		notice.Link = ui.Link{Label: "Plan and usage", Href: urls.Plan()}
	}
	return notice
}
