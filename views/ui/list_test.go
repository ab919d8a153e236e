package ui_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/views/ui"
)

func sampleList() ui.ListProps {
	return ui.ListProps{
		ID: "things", Path: "/things", One: "thing", Many: "things", Caption: "Things", SearchLabel: "Search", DefaultSort: "name",
		Filters: []ui.Filter{{Name: "plan", Label: "Plan", Options: ui.PlanOptions()}},
		Columns: []ui.Column{{Key: "name", Label: "Name"}, {Key: "mrr", Label: "MRR", Desc: true}},
		ListState: ui.ListState{
			Query: `a&b="<ü>`, Filters: map[string]string{"plan": "free"}, Sort: "-mrr",
			Pager: ui.Pager{Page: 2, Shown: 25, Total: 10000},
		},
	}
}

func TestL1_ListCarriesItsStateInEveryAddress(t *testing.T) {
	doc := render(t, ui.List(sampleList()))
	heads := doc.Find("th")
	if heads.Eq(1).AttrOr("aria-sort", "") != "descending" || heads.Eq(0).AttrOr("aria-sort", "none") != "none" {
		t.Error("aria-sort is wrong")
	}
	for name, c := range map[string]struct {
		sel  string
		want url.Values
	}{
		"sort by name is the default": {"#things-by-name", url.Values{"q": {`a&b="<ü>`}, "plan": {"free"}}},
		"turn the order round":        {"#things-by-mrr", url.Values{"q": {`a&b="<ü>`}, "plan": {"free"}, "sort": {"mrr"}}},
		"next":                        {"#things-right", url.Values{"q": {`a&b="<ü>`}, "plan": {"free"}, "sort": {"-mrr"}, "page": {"3"}}},
		"last":                        {"#things-last", url.Values{"q": {`a&b="<ü>`}, "plan": {"free"}, "sort": {"-mrr"}, "page": {"400"}}},
		"previous is page one":        {"#things-left", url.Values{"q": {`a&b="<ü>`}, "plan": {"free"}, "sort": {"-mrr"}}},
		"first chip drops the search": {".chip:nth-of-type(1)", url.Values{"plan": {"free"}, "sort": {"-mrr"}}},
	} {
		u, err := url.Parse(doc.Find(c.sel).AttrOr("href", "?"))
		if err != nil || u.Path != "/things" || u.Query().Encode() != c.want.Encode() {
			t.Errorf("%s: %v, want %v", name, u, c.want)
		}
	}
	if got := doc.Find(".pager p").Text(); got != "26–50 of 10,000" {
		t.Errorf("count is %q", got)
	}
}

func TestListIsOneSwappableElement(t *testing.T) {
	list := render(t, ui.List(sampleList())).Find("body").Children()
	if list.Length() != 1 || list.AttrOr("id", "") != "things" || list.AttrOr("hx-target:inherited", "") != "#things" {
		t.Error("the fragment must be one element with the target's id")
	}
	if list.Find("[hx-select]").Length() > 0 {
		t.Error("hx-select makes htmx 4 ask for whole pages")
	}
}

func TestPagerCountsCapped(t *testing.T) {
	p := sampleList()
	p.Pager = ui.Pager{Page: 40, Shown: 25, Total: 1000, Capped: true, HasNext: true}
	doc := render(t, ui.List(p))
	if got := doc.Find(".pager p").Text(); got != "976–1,000 of 1,000+" {
		t.Errorf("count is %q", got)
	}
	if _, ok := doc.Find("#things-last").Attr("href"); ok {
		t.Error("the end of an unknown number can't be reached")
	}
}

func TestL2_EmptyStatesDiffer(t *testing.T) {
	seen := map[string]string{}
	for name, change := range map[string]func(*ui.ListProps){
		"nothing":  func(p *ui.ListProps) { p.ListState = ui.ListState{}; p.Nothing.Title = "No things yet" },
		"no match": func(p *ui.ListProps) { p.Pager = ui.Pager{} },
		"denied":   func(p *ui.ListProps) { p.Denied = true },
		"failed":   func(p *ui.ListProps) { p.Failed = true },
		"past end": func(p *ui.ListProps) { p.Pager = ui.Pager{Page: 9, Total: 30} },
	} {
		p := sampleList()
		change(&p)
		doc := render(t, ui.List(p))
		title := strings.TrimSpace(doc.Find(".empty-title").Text())
		if title == "" || seen[title] != "" || doc.Find("table").Length() != 0 {
			t.Errorf("%s says %q, as %q does", name, title, seen[title])
		}
		seen[title] = name
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1000: "-1,000", -100: "-100"} {
		if got := ui.Thousands(n); got != want {
			t.Errorf("%d: %s", n, got)
		}
	}
}
