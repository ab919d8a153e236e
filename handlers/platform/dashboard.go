package platform

import (
	"fmt"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/access"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

func (h *Handlers) dashboard(c echo.Context) error {
	var totals store.PlatformTotals
	var months []store.PlatformMonth
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		totals, months, err = q.Dashboard()
		return err
	})
	p := platform.DashboardProps{Failed: true}
	if err == nil {
		p = dashboardProps(totals, months)
	} else if store.KindOf(err) != store.NotFound { // no roll-up has run yet
		return err
	}
	p.CanCreate = web.Principal(c).Can(access.BusinessesCreate)
	return h.Render(c, http.StatusOK, web.View{Title: "Dashboard", Body: platform.Dashboard(p)})
}

func dashboardProps(t store.PlatformTotals, months []store.PlatformMonth) platform.DashboardProps {
	p := platform.DashboardProps{
		AsOf:       web.Instant(t.AsOf, time.UTC),
		Businesses: platform.Metric{Value: web.Count(t.Businesses())},
		ByStatus: []platform.StatusCount{
			{Status: "trial", Count: web.Count(t.Trial), N: t.Trial},
			{Status: "active", Count: web.Count(t.Active), N: t.Active},
			{Status: "suspended", Count: web.Count(t.Suspended), N: t.Suspended},
			{Status: "archived", Count: web.Count(t.Archived), N: t.Archived},
		},
		Users:            platform.Metric{Value: web.Count(t.Users)},
		MRR:              platform.Metric{Value: web.Money(t.MRRCents), Delta: mrrDelta(months)},
		Appointments30d:  platform.Metric{Value: web.Count(t.Appointments30d)},
		NewBusinesses30d: platform.Metric{Value: web.Count(t.NewBusinesses30d)},
		Churn: platform.Metric{Value: fmt.Sprintf("%.1f %%", t.ChurnPercent()),
			Hint: fmt.Sprintf("%s of %s paying 30 days ago", web.Count(t.Churned30d), web.Count(t.Paying30dAgo))},
		OpenTickets:  platform.Metric{Value: web.Count(t.OpenTickets)},
		CurrencySign: "$",
	}
	for _, m := range months {
		p.MRRHistory = append(p.MRRHistory, ui.Point{Label: m.Month.Format("Jan 2006"), Value: float64(m.MRRCents), Text: web.Money(m.MRRCents)})
	}
	return p
}

// mrrDelta compares now with the end of last month.
func mrrDelta(months []store.PlatformMonth) *ui.Delta {
	if len(months) < 2 || months[len(months)-2].MRRCents == 0 {
		return nil
	}
	before, now := months[len(months)-2].MRRCents, months[len(months)-1].MRRCents
	d := &ui.Delta{Text: fmt.Sprintf("%+.1f %%", 100*float64(now-before)/float64(before)), Against: "since last month"}
	switch {
	case now > before:
		d.Trend, d.Meaning = ui.Up, ui.Good
	case now < before:
		d.Trend, d.Meaning = ui.Down, ui.Bad
	}
	return d
}
