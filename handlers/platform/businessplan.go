package platform

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/ui"

	"github.com/google/uuid"
)

// planOptions are the plans with what choosing one would do to the MRR.
func planOptions(b store.Business, prices map[string]int) []ui.Option {
	options := ui.PlanOptions()
	for i, o := range options {
		pays := prices[o.Value]
		if b.Status == "suspended" {
			pays = 0
		}
		options[i].Label += ", " + web.Money(prices[o.Value]) + " a month (MRR " + change(pays-b.MRRCents) + ")"
	}
	return options
}

// change is a difference of money with its sign.
func change(cents int) string {
	switch {
	case cents > 0:
		return "+" + web.Money(cents)
	case cents < 0:
		return web.Money(cents)
	}
	return "±" + web.Money(0)
}

func (h *Handlers) businessPlan(c echo.Context) error {
	return h.businessWork(c, "The plan is changed.", func(id uuid.UUID) error {
		return h.DB.ChangePlan(web.IfSeen(c, planCodeAnswers, store.PlanCode(c.FormValue("plan"))), id, c.FormValue("plan"))
	})
}

func (h *Handlers) businessTrial(c echo.Context) error {
	return h.businessWork(c, "The trial is extended.", func(id uuid.UUID) error {
		days, err := strconv.Atoi(c.FormValue("days"))
		if err != nil {
			days = 0
		}
		return h.DB.ExtendTrial(web.IfSeen(c, trialAnswers, store.TrialEnd{}), id, days)
	})
}
