package handlers_test

import (
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/console"
)

func TestDashboard(t *testing.T) {
	s := handlertest.New(t)
	s.Staff(access.Superuser)
	s.Staff(access.PlatformSales)
	id := s.Business("acme").ID
	boss, sales := s.Platform().As(access.Superuser), s.Platform().As(access.PlatformSales)
	if r := boss.Get("/dashboard"); r.Code != 200 || !strings.Contains(r.Body.String(), "could not be loaded") {
		t.Errorf("before the first roll-up: %d", r.Code)
	}
	if err := console.ChangePlan(t.Context(), s.DB, id, "business"); err != nil {
		t.Fatal(err)
	}
	if err := console.RollUp(t.Context(), s.DB, true); err != nil {
		t.Fatal(err)
	}
	for _, period := range []string{"", "?period=30d", "?period=90d", "?period=12m", "?period=nonsense"} {
		doc := boss.Get("/dashboard" + period).Doc()
		if n := doc.Find("dl.tiles > div").Length(); n != 6 {
			t.Errorf("%s: %d tiles", period, n)
		}
		if text := doc.Find("dl.tiles").Text(); !strings.Contains(text, "$79") {
			t.Errorf("%s: %s", period, text)
		}
		if doc.Find("nav[aria-label=Period] [aria-current]").Length() != 1 || doc.Find("figure svg[role=img]").Length() != 3 || doc.Find("figure table").Length() != 3 {
			t.Errorf("%s: no period, or a chart without its table", period)
		}
		if n := doc.Find("#mrr-chart-title").Closest("figure").Find("tbody tr").Length(); n != console.HistoryMonths {
			t.Errorf("%s: %d months", period, n)
		}
	}
	if sales.Get("/dashboard").Doc().Find("#waiting-head").Length() != 0 || boss.Get("/dashboard").Doc().Find("#waiting-head").Length() != 1 {
		t.Error("tickets are shown to who may not see them, or not to who may")
	}
}
