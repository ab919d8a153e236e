package seed

import (
	"cmp"
	"slices"
	"time"

	"github.com/smoothschedule/smoothschedule/store/console"
)

// sortByStart puts appointments in the order of time and of calendar.
func sortByStart(list []appointment) {
	slices.SortStableFunc(list, func(a, b appointment) int { return a.start.Compare(b.start) })
}

// settle gives appointments what follows from now: how they ended, who came,
// when they were booked. The business must exist before the first of them.
func (k *booker) settle(names namer, perCustomer int) {
	sortByStart(k.appointments)
	known := max(1, len(k.appointments)/perCustomer)
	if len(k.appointments) == 0 {
		known = 0
	}
	k.addCustomers(names, known)
	for i := range k.appointments {
		a := &k.appointments[i]
		a.status = k.outcome(*a)
		a.created = k.bookedAt(a.start)
		a.id = k.newID(a.created)
		// New customers turn up as time goes by; old ones come again.
		seen := min(len(k.customers), 1+i*len(k.customers)/len(k.appointments))
		a.customer = k.IntN(seen)
		a.updated = a.created
		if !a.holds() {
			a.updated = a.end
			if a.status == "cancelled" {
				a.updated = k.within(a.created, earlier(a.start, k.now))
			}
		}
		if a.updated.After(k.now) {
			a.updated = k.now
		}
		c := &k.customers[a.customer]
		if c.created.IsZero() || a.created.Before(c.created) {
			c.created = a.created
		}
	}
	for i := range k.customers {
		c := &k.customers[i]
		if c.created.IsZero() {
			c.created = k.within(k.created, k.now)
		}
		c.id = k.newID(c.created)
	}
}

func (k *booker) outcome(a appointment) string {
	n := k.IntN(100)
	switch {
	case !a.end.After(k.now):
		return word(n, "completed", 86, "cancelled", 94, "no_show")
	case !a.start.After(k.now):
		return "confirmed"
	default:
		return word(n, "confirmed", 76, "pending", 91, "cancelled")
	}
}

func word(n int, first string, a int, second string, b int, third string) string {
	switch {
	case n < a:
		return first
	case n < b:
		return second
	default:
		return third
	}
}

// bookedAt is some hours to three weeks ahead, within the business's life.
func (k *booker) bookedAt(start time.Time) time.Time {
	latest := earlier(start, k.now)
	booked := start.Add(-time.Duration(k.between(2*60, 21*24*60)) * time.Minute)
	if booked.After(latest) {
		booked = k.within(latest.Add(-72*time.Hour), latest)
	}
	if booked.Before(k.created) {
		booked = k.created.Add(latest.Sub(k.created) / 2)
	}
	return booked.Truncate(time.Second)
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (s source) within(from, to time.Time) time.Time {
	if !to.After(from) {
		return to
	}
	return from.Add(time.Duration(s.Int64N(int64(to.Sub(from))))).Truncate(time.Second)
}

// countedDays is how far back a roll-up reads at its first visit, and periods are
// those whose appointments it sums up.
const countedDays = 732

var periods = [...]int{console.DaysOfMonth, console.DaysOfQuarter, console.DaysOfYear}

// count keeps figures for the list of businesses, as a roll-up would.
func (b *business) count(now time.Time) {
	b.totals = totals{customers: len(b.customers), lastActivity: b.created, rolledUp: now}
	days := make(map[string]*daily)
	local := now.In(b.zone)
	oldest := time.Date(local.Year(), local.Month(), local.Day()-countedDays, 0, 0, 0, 0, b.zone)
	on := func(t time.Time) *daily {
		if t.Before(oldest) || t.After(now) {
			return &daily{} // nobody reads it
		}
		day := t.In(b.zone).Format(time.DateOnly)
		if days[day] == nil {
			days[day] = &daily{day: day}
		}
		return days[day]
	}
	active := func(t time.Time) {
		if t.After(b.totals.lastActivity) {
			b.totals.lastActivity = t
		}
	}
	for _, a := range b.appointments {
		active(a.updated)
		if a.status == "cancelled" {
			continue
		}
		d := on(a.start)
		d.appointments++
		if a.status == "completed" {
			d.revenue += b.services[a.service].price
		}
	}
	for _, c := range b.customers {
		active(c.created)
		on(c.created).customers++
	}
	for _, d := range days {
		b.totals.daily = append(b.totals.daily, *d)
		for i, n := range periods {
			if today := now.UTC(); d.day > today.AddDate(0, 0, -n).Format(time.DateOnly) && d.day <= today.Format(time.DateOnly) {
				b.totals.appointments[i] += d.appointments
			}
		}
	}
	slices.SortFunc(b.totals.daily, func(x, y daily) int { return cmp.Compare(x.day, y.day) })
}

type totals struct {
	customers              int
	appointments           [len(periods)]int
	lastActivity, rolledUp time.Time // rolledUp zero: the job shall do it
	daily                  []daily
}

type daily struct {
	day                              string
	appointments, revenue, customers int
}
