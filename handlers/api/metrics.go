package api

import (
	"math"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

type metrics struct {
	TotalBusinesses  int        `json:"total_businesses"`
	ActiveBusinesses int        `json:"active_businesses"`
	TotalUsers       int        `json:"total_users"`
	MRRCents         int64      `json:"mrr_cents"`
	Currency         string     `json:"currency"`
	NewBusinesses30d int        `json:"new_businesses_30d"`
	Appointments30d  int64      `json:"appointments_30d"`
	ChurnPercent     float64    `json:"churn_percent"`
	OpenTickets      int        `json:"open_tickets"`
	MRRHistory       []mrrMonth `json:"mrr_history"`
	AsOf             string     `json:"as_of"`
}

type mrrMonth struct {
	Month    string `json:"month"`
	MRRCents int64  `json:"mrr_cents"`
}

func (h *Handlers) metricsShow(c echo.Context) error {
	var totals console.PlatformTotals
	var months []console.PlatformMonth
	err := h.DB.InPublic(c.Request().Context(), func(q *store.PublicTx) (err error) {
		totals, months, err = console.PlatformFigures(q)
		return err
	})
	if store.KindOf(err) == store.NotFound {
		return &web.APIError{Status: http.StatusServiceUnavailable, Detail: "The figures are being computed for the first time."}
	}
	if err != nil {
		return err
	}
	out := metrics{
		TotalBusinesses: totals.Businesses(), ActiveBusinesses: totals.Active, TotalUsers: totals.Users, MRRCents: totals.MRRCents,
		Currency: settings.Currency, NewBusinesses30d: totals.NewBusinesses30d, Appointments30d: totals.Appointments30d,
		ChurnPercent: math.Round(100*totals.Percent()) / 100, OpenTickets: totals.OpenTickets,
		MRRHistory: make([]mrrMonth, len(months)), AsOf: instant(totals.AsOf),
	}
	for i, m := range months {
		out.MRRHistory[i] = mrrMonth{m.Month.Format("2006-01"), m.MRRCents}
	}
	return respondTagged(c, out)
}
