package platform

import (
	"time"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/console"
	"github.com/smoothschedule/smoothschedule/views/platform"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// fillTiles compares the period with the one before it.
func fillTiles(p *platform.DashboardProps, d console.Dashboard, chosen period) {
	now, before := split(d.Days, chosen.days)
	t, against := d.Totals, "vs. "+chosen.label+" before"
	start := console.PlatformDay{}
	if len(before) > 0 {
		start = before[len(before)-1]
	}
	sum := func(days []console.PlatformDay, of func(console.PlatformDay) float64) (n float64) {
		for _, day := range days {
			n += of(day)
		}
		return n
	}
	signUps := func(d console.PlatformDay) float64 { return float64(d.SignUps) }
	gone := func(d console.PlatformDay) float64 { return float64(d.Cancellations) }
	booked := func(d console.PlatformDay) float64 { return float64(d.Appointments) }

	from := d.Totals.AsOf.UTC().AddDate(0, 0, 1-chosen.days)
	since := from.Format("2 Jan 2006")

	p.MRR = platform.Metric{Value: web.Money(t.MRRCents), Delta: web.Grew(float64(t.MRRCents), float64(start.MRRCents), "in "+chosen.label, false),
		Note:  "What all businesses pay a month, each at the price it agreed to. Trials, suspended and archived ones pay nothing.",
		Spark: spark(now, lastOf, func(d console.PlatformDay) float64 { return float64(d.MRRCents) })}
	p.Active = platform.Metric{Value: web.Count(t.Active), Delta: web.Grew(float64(t.Active), float64(start.Active), "in "+chosen.label, false),
		Note:  "With a plan, the free one included; no trials.",
		Spark: spark(now, lastOf, func(d console.PlatformDay) float64 { return float64(d.Active) })}
	p.SignUps = platform.Metric{Value: web.Count(int64(sum(now, signUps))), Delta: web.Grew(sum(now, signUps), sum(before, signUps), against, false),
		Note: "Opened since " + since + "; deleted ones left out.", Spark: spark(now, sumOf, signUps)}
	p.Appointments = platform.Metric{Value: web.Count(int64(sum(now, booked))), Delta: web.Grew(sum(now, booked), sum(before, booked), against, false),
		Note: "Begun since " + since + ", by each business's clock; cancelled ones left out.", Spark: spark(now, sumOf, booked)}
	p.OpenTickets = platform.Metric{Value: web.Count(t.OpenTickets), Delta: web.Grew(float64(t.OpenTickets), float64(start.OpenTickets), "in "+chosen.label, true),
		Note: "Neither resolved nor closed.", Spark: spark(now, lastOf, func(d console.PlatformDay) float64 { return float64(d.OpenTickets) })}

	p.Churn = platform.Metric{Value: web.Percent(t.Percent(), 1),
		Hint:  web.Count(t.Lost) + " of " + web.Count(t.Paid),
		Note:  "Of those that paid when " + since + " began: who pays nothing now.",
		Spark: spark(now, sumOf, gone)}
	if t.PaidBefore > 0 {
		p.Churn.Delta = web.Points(t.Percent(), t.PercentBefore(), against)
	}
	p.NewOnes, p.Gone = bars(now, chosen.bar, signUps), bars(now, chosen.bar, gone)
}

// split parts the days into the period and the one before.
func split(days []console.PlatformDay, n int) (now, before []console.PlatformDay) {
	at := max(0, len(days)-n)
	return days[at:], days[max(0, at-n):at]
}

// maxSpark is as many points as a small line can show.
const maxSpark = 60

// spark draws days in groups of some, so that none is left out: what happened is
// added up, and of a state the end of the group counts.
func spark(days []console.PlatformDay, group func([]float64) float64, of func(console.PlatformDay) float64) []float64 {
	size := max(1, (len(days)+maxSpark-1)/maxSpark)
	all := make([]float64, len(days))
	for i, d := range days {
		all[i] = of(d)
	}
	var values []float64
	for begin := 0; begin < len(all); {
		end := begin + size
		if begin == 0 {
			end += len(all) % size // what does not make a group of its own
		}
		values = append(values, group(all[begin:end]))
		begin = end
	}
	return values
}

func sumOf(group []float64) (n float64) {
	for _, v := range group {
		n += v
	}
	return n
}

func lastOf(group []float64) float64 { return group[len(group)-1] }

// bars adds up what happened in bars of some days, or by month.
func bars(days []console.PlatformDay, size int, of func(console.PlatformDay) float64) []ui.Point {
	var out []ui.Point
	open := func(d time.Time) string {
		if size == 0 {
			return d.Format("Jan 2006")
		}
		return d.Format("2 Jan")
	}
	for i, day := range days {
		label := open(day.Day)
		begins := len(out) == 0
		if size == 0 {
			begins = begins || out[len(out)-1].Label != label
		} else {
			begins = begins || (len(days)-i)%size == 0
		}
		if begins {
			out = append(out, ui.Point{Label: label})
		}
		out[len(out)-1].Value += of(day)
	}
	for i := range out {
		out[i].Text = web.Count(int64(out[i].Value))
	}
	return out
}
