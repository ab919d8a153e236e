package platform

import (
	"fmt"
	"strconv"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// planOptions are the plans that would change something, with what each would do:
// the own one ends a trial, and otherwise it is none.
func planOptions(b console.Business, prices map[string]int) []ui.Option {
	options := []ui.Option{{Label: "Choose a plan…"}}
	for _, o := range ui.PlanOptions() {
		price := web.Money(prices[o.Value]) + " a month"
		switch {
		case b.Status == "trial":
			o.Label += ": ends the trial, bills " + price
		case o.Value == b.Plan:
			continue
		case b.Status == "suspended":
			o.Label += ": " + price + " once it is open again"
		default:
			o.Label += ": bills " + price + " (MRR " + change(prices[o.Value]-b.MRRCents) + ")"
		}
		options = append(options, o)
	}
	return options
}

// planEffects are the plans with what each would do to many.
func planEffects(effects []console.PlanEffect, prices map[string]int) []ui.Option {
	options := ui.PlanOptions()
	for i, o := range options {
		for _, e := range effects {
			if e.Plan != o.Value {
				continue
			}
			text := fmt.Sprintf("%s, %s a month: changes %s, MRR %s", o.Label, web.Money(prices[o.Value]), web.Count(e.Changed), change(int(e.MRR)))
			if e.Trials > 0 {
				text += fmt.Sprintf(", ends %s trials", web.Count(e.Trials))
			}
			options[i].Label = text
		}
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
	return h.businessWork(c, "The plan is changed. The owners get a mail in ten minutes, unless you undo it.", func(id uuid.UUID) error {
		return console.ChangePlan(web.IfSeen(c, planCodeAnswers, store.PlanCode(c.FormValue("plan"))), h.DB, id, c.FormValue("plan"))
	})
}

func (h *Handlers) businessTrial(c echo.Context) error {
	return h.businessWork(c, "The trial is extended.", func(id uuid.UUID) error {
		days, err := strconv.Atoi(c.FormValue("days"))
		if err != nil {
			days = 0
		}
		return console.ExtendTrial(web.IfSeen(c, trialAnswers, store.TrialEnd{}), h.DB, id, days)
	})
}
