package platform

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// period is a choice of the dashboard: so many days, drawn in bars of a few.
type period struct {
	code, label string
	days, bar   int
}

var dashboardPeriods = []period{{"30d", "30 days", console.DaysOfMonth, 1}, {"90d", "90 days", console.DaysOfQuarter, 7}, {"12m", "12 months", console.DaysOfYear, 0}}

// periodCodes are the values of filters that follow the dashboard's periods.
var periodCodes = []string{"30d", "90d", "12m"}

// periodDays is a filter's number of days; 0 when there is none.
func periodDays(code string) int {
	if code == "" {
		return 0
	}
	return periodOf(code).days
}

func periodOf(code string) period {
	for _, p := range dashboardPeriods {
		if p.code == code {
			return p
		}
	}
	return dashboardPeriods[0]
}

func (h *Handlers) dashboard(c echo.Context) error {
	var d console.Dashboard
	who, chosen := web.Principal(c), periodOf(c.QueryParam("period"))
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		d, err = console.ReadDashboard(q, chosen.days, who.Can(access.TicketsView))
		return err
	})
	p := platform.DashboardProps{Failed: true}
	if err == nil {
		p = dashboardProps(d, chosen)
		p.Tickets = who.Can(access.TicketsView)
		if who.Can(access.SettingsView) {
			p.Trouble, p.TroubleHref = trouble(d.Totals)
		}
	} else if store.KindOf(err) != store.NotFound { // no roll-up has run yet
		return err
	}
	p.CanCreate = who.Can(access.BusinessesCreate)
	return h.Render(c, http.StatusOK, web.View{Title: "Dashboard", Body: platform.Dashboard(p)})
}

func dashboardProps(d console.Dashboard, chosen period) platform.DashboardProps {
	t := d.Totals
	p := platform.DashboardProps{
		AsOf: web.Instant(t.AsOf, time.UTC), Days: chosen.label, Period: chosen.code, CurrencySign: "$",
		ByStatus: []platform.StatusCount{
			{Status: "trial", Count: web.Count(t.Trial), N: t.Trial},
			{Status: "active", Count: web.Count(t.Active), N: t.Active},
			{Status: "suspended", Count: web.Count(t.Suspended), N: t.Suspended},
			{Status: "archived", Count: web.Count(t.Archived), N: t.Archived},
		},
	}
	for _, choice := range dashboardPeriods {
		p.Periods = append(p.Periods, platform.DashboardPeriod{Code: choice.code, Label: choice.label, Current: choice == chosen})
	}
	fillTiles(&p, d, chosen)
	for _, m := range d.Plans {
		label := m.Month.Format("Jan 2006")
		if n := len(p.MRRByPlan); n == 0 || p.MRRByPlan[n-1].Label != label {
			p.MRRByPlan = append(p.MRRByPlan, ui.Point{Label: label})
		}
		if len(p.MRRByPlan) == 1 {
			p.PlanNames = append(p.PlanNames, m.Name)
		}
		point := &p.MRRByPlan[len(p.MRRByPlan)-1]
		point.Parts = append(point.Parts, ui.Part{Value: float64(m.MRRCents), Text: web.Money(m.MRRCents)})
		point.Value += float64(m.MRRCents)
		point.Text = web.Money(int64(point.Value))
	}
	for _, b := range d.Busiest {
		p.Busiest = append(p.Busiest, platform.DashboardLine{Name: b.Name, Href: urls.Business(b.ID.String()), Figure: web.Count(b.Appointments)})
	}
	for _, b := range d.Trials {
		p.Trials = append(p.Trials, platform.DashboardLine{Name: b.Name, Href: urls.Business(b.ID.String()), Note: b.OwnerName, At: web.Date(*b.TrialEndsAt, time.UTC)})
	}
	for _, w := range d.Waiting {
		p.Waiting = append(p.Waiting, platform.DashboardLine{Name: fmt.Sprintf("#%d %s", w.Number, w.Subject), Href: urls.Ticket(w.Number), Note: w.BusinessName,
			At: web.Ago(w.WaitingSince, t.AsOf)})
	}
	return p
}

// trouble is what the superuser should look into.
func trouble(t console.PlatformTotals) (text, href string) {
	switch {
	case t.FailedMigrations > 0:
		return fmt.Sprintf("The migration of %s schemas has failed.", web.Count(t.FailedMigrations)), urls.SettingsSystem()
	case t.FailedJobs > 0:
		return fmt.Sprintf("%s background jobs have failed or wait for another try.", web.Count(t.FailedJobs)), urls.SettingsJobs()
	}
	return "", ""
}
