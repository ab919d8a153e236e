// Package gallery is one page, in development only, with every component in every
// state.
package gallery

import "github.com/smoothschedule/smoothschedule/views/ui"

// names in several scripts, and some that break careless layouts.
var galleryNames = []string{
	"Acme Auto", "O’Brien & Søn's Garage", "مركز النور الطبي", "מספרת הדר", "東京ヘアサロン", "한빛치과의원",
	"The Extraordinarily Long-Winded Family Practice for General and Preventive Medicine of Upper Lower Middleton",
	"Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft", "<b>x</b>", "7",
}

var galleryPoints = []ui.Point{
	{Label: "Dec 2025", Value: 312000, Text: "$3,120"}, {Label: "Jan 2026", Value: 334000, Text: "$3,340"},
	{Label: "Feb 2026", Value: 331000, Text: "$3,310"}, {Label: "Mar 2026", Value: 402000, Text: "$4,020"},
	{Label: "Apr 2026", Value: 455000, Text: "$4,550"}, {Label: "May 2026", Value: 480000, Text: "$4,800"},
	{Label: "Jun 2026", Value: 476000, Text: "$4,760"}, {Label: "Jul 2026", Value: 531000, Text: "$5,310"},
	{Label: "Aug 2026", Value: 574000, Text: "$5,740"}, {Label: "Sep 2026", Value: 602000, Text: "$6,020"},
	{Label: "Oct 2026", Value: 655000, Text: "$6,550"}, {Label: "Nov 2026", Value: 689000, Text: "$6,890"},
}

func galleryChart(id, title string, bars bool, points []ui.Point) ui.ChartProps {
	return ui.ChartProps{ID: id, Title: title, Bars: bars, Points: points, LabelHead: "Month", ValueHead: "MRR", TickPrefix: "$", Scale: 100}
}

func galleryList(id string, change func(*ui.ListProps)) ui.ListProps {
	p := ui.ListProps{
		ID: id, Path: "/dev/gallery", One: "business", Many: "businesses", Caption: "Example " + id, SearchLabel: "Search " + id, DefaultSort: "name",
		Filters: []ui.Filter{{Name: "plan", Label: "Plan", Options: ui.PlanOptions()}, {Name: "status", Label: "Status", Options: ui.BusinessStatusOptions()}},
		Columns: []ui.Column{{Key: "name", Label: "Name"}, {Key: "status", Label: "Status"}, {Key: "mrr", Label: "MRR", Right: true, Desc: true}},
		Nothing: ui.EmptyProps{Title: "No businesses yet", Text: "The first one appears here.", Action: &ui.ButtonProps{Label: "New business", Kind: ui.Primary, Icon: "plus", Href: "/businesses/new"}},
	}
	change(&p)
	return p
}

var galleryFull = galleryList("full", func(p *ui.ListProps) {
	p.Query, p.Sort = "hair & “nails”", "-mrr"
	p.ListState.Filters = map[string]string{"plan": "business", "status": "active"}
	p.Pager = ui.Pager{Page: 2, Shown: 10, Total: 1000, Capped: true, HasNext: true}
})

// galleryEmpty are lists without rows, one for each reason.
var galleryEmpty = []ui.ListProps{
	galleryList("nothing", func(*ui.ListProps) {}),
	galleryList("nomatch", func(p *ui.ListProps) { p.Query = "zzz" }),
	galleryList("denied", func(p *ui.ListProps) { p.Denied = true }),
	galleryList("failed", func(p *ui.ListProps) { p.Failed = true }),
	galleryList("past-end", func(p *ui.ListProps) { p.Pager = ui.Pager{Page: 9, Total: 40} }),
}
