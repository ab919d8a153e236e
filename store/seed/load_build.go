package seed

import (
	"math"
	"sort"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/smoothschedule/smoothschedule/store/settings"
)

// loadedAction marks generated businesses in the audit log, with the number of
// their appointments.
const loadedAction = "business.generated"

// loadSeed is the stream of chance from which each generated business comes.
const loadSeed = 3

var (
	slugs = strings.Fields("amber ash birch bright canyon cedar central city clear clover coastal copper corner crescent crystal delta eagle east elm ember evergreen first forest garden golden grand harbor hazel heritage highland hill island ivory lake laurel liberty lotus lunar maple market meadow metro midtown noble north oak ocean olive park pearl pine prime river royal sage silver south spring star stone summit sun union valley village vista west willow")

	tradeNames = func() (names []string) {
		for name := range trades {
			names = append(names, name)
		}
		sort.Strings(names)
		return names
	}()

	loadZones = []struct{ zone, tongue string }{
		{"America/New_York", "en"}, {"America/Chicago", "en"}, {"America/Denver", "en"}, {"America/Los_Angeles", "en"},
		{"America/New_York", "en"}, {"America/Los_Angeles", "en"}, {"America/Toronto", "en"}, {"Australia/Sydney", "en"},
		{"Europe/London", "gb"}, {"Europe/Zurich", "de"}, {"Europe/Copenhagen", "da"}, {"Europe/Paris", "fr"}, {"Europe/Madrid", "es"},
		{"America/Sao_Paulo", "pt"}, {"Asia/Tokyo", "ja"}, {"Africa/Cairo", "ar"}, {"Asia/Jerusalem", "he"}, {"Asia/Kolkata", "hi"},
		{"Europe/Athens", "el"}, {"Europe/Sofia", "bg"},
	}
)

// generate makes a business; the same number gives the same one on the same day.
func (l *loader) generate(o order) (*business, error) {
	s := newSource(loadSeed, uint64(o.number))
	subdomain, tradeName := loadSubdomain(o.number)
	where := pick(s, loadZones)
	loc, err := zone(where.zone)
	if err != nil {
		return nil, err
	}
	t := trades[tradeName]
	b := &business{subdomain: subdomain, zone: loc, accent: pick(s, accents), week: t.week}
	names := newNamer(s, where.tongue)
	b.name = loadName(s, names, t.noun)
	b.tell(s, loadStory(s, o.appointments), l.now, l.prices, "An invoice was not paid for thirty days.")
	b.id = s.newID(b.created)
	b.hire(s, loadPeople(s, names, b.plan, o.appointments), l.now)
	b.furnish(s, t, 3)
	b.record(s, func(string) (person, bool) { return person{}, false })
	b.events = append(b.events, event{id: s.newID(b.created), at: b.created, actorName: "system", action: loadedAction, objectType: "business",
		objectID: b.id.String(), objectName: b.name, details: map[string]any{"number": o.number, "appointments": o.appointments}})

	k := &booker{business: b, source: s, now: l.now}
	k.bookExactly(o.appointments)
	k.settle(names, 4)
	b.count(l.now)
	return b, settings.CheckSubdomain(subdomain)
}

// bookExactly books n appointments: some of them ahead, the rest backwards from today.
func (k *booker) bookExactly(n int) {
	newest, oldest := 30, -int(k.now.Sub(k.created).Hours()/24)
	if end := k.ended(); !end.IsZero() {
		newest = -int(k.now.Sub(end).Hours() / 24)
	}
	capacity := k.perDay() * float64(max(20, newest-oldest))
	density := math.Max(0.01, math.Min(0.8, float64(n)/capacity))
	var list []appointment
	for day := 0; day <= newest && len(list) < n/3; day++ {
		list = append(list, k.fillDay(day, density)...)
	}
	sortByStart(list)
	list = list[:min(len(list), n)]
	day := min(-1, newest)
	for ; len(list) < n; day-- {
		// What does not fit into its life at this pace comes at a quicker one.
		if day < oldest {
			day, density = min(-1, newest), math.Min(0.9, density*2+0.05)
			oldest -= 60
			list = nil
		}
		more := k.fillDay(day, density)
		list = append(list, more[:min(len(more), n-len(list))]...)
	}
	k.appointments = list
	// Nobody books before the business is there.
	for _, a := range list {
		if first := a.start.Add(-time.Hour); first.Before(k.created) {
			k.backdate(first)
		}
	}
}

// backdate moves the beginning of a business, its people and its first step.
func (k *booker) backdate(to time.Time) {
	k.created, k.steps[0].at = to, to
	for i := range k.events {
		if k.events[i].action == "business.created" || k.events[i].action == loadedAction {
			k.events[i].at = to
		}
	}
	k.people[0].created = to
}

func loadStory(s source, appointments int) []stage {
	plan := pick(s, []string{free, free, pro, pro, pro, biz, biz, ent})
	if appointments > 60 && plan == free {
		plan = pro
	}
	if appointments > 400 && plan == pro {
		plan = biz
	}
	// More joined lately than long ago.
	age := 16 + int(math.Pow(s.Float64(), 1.4)*410)
	kind := s.IntN(100)
	if kind < 11 {
		return days(stage{s.between(1, 13), trial, plan})
	}
	story := days(stage{age, trial, plan}, stage{age - 14, active, plan})
	if left := age - 16; left > 30 && s.IntN(3) == 0 {
		to := map[string]string{free: pro, pro: biz, biz: ent, ent: biz}[plan]
		if s.IntN(4) == 0 && appointments <= 60 {
			to = map[string]string{free: pro, pro: free, biz: pro, ent: biz}[plan]
		}
		story = append(story, stage{s.between(left/2, left), active, to})
		plan = to
	}
	last := story[len(story)-1].daysAgo
	switch {
	case kind < 16 && last > 3:
		story = append(story, stage{s.between(1, min(60, last-1)), suspended, plan})
	case kind < 23 && last > 3:
		story = append(story, stage{s.between(1, last-1), archived, plan})
	}
	return story
}

func loadPeople(s source, n namer, plan string, appointments int) []string {
	most := map[string]int{free: 2, pro: 5, biz: 9, ent: 14}[plan]
	names := make([]string, 1+s.IntN(min(most, 2+appointments/15)))
	for i := range names {
		names[i] = n.name()
	}
	return names
}

func loadName(s source, n namer, noun string) string {
	fake := gofakeit.NewFaker(s.Rand, false)
	owner := n.name()
	switch s.IntN(12) {
	case 0:
		return "O'" + fake.LastName() + "'s " + noun
	case 1:
		return fake.LastName() + " & " + fake.LastName() + " " + noun
	case 2, 3, 4:
		return owner + " " + noun
	case 5:
		if s.IntN(4) == 0 {
			long := "The " + fake.City() + " and " + fake.City() + " Association of Independent " + noun + " Practitioners, Apprentices and Friends of the Trade"
			return strings.TrimSpace(long[:min(len(long), 118)])
		}
		return fake.City() + " " + noun
	default:
		return fake.City() + " " + noun
	}
}
