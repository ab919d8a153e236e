package availability

import (
	"math/rand/v2"
	"time"

	"github.com/google/uuid"
)

// SampleQuery is the query that speed is measured with: four weeks of a business
// with 20 resources and 2,000 appointments, and a service that takes one of
// fifteen people and one of five rooms.
func SampleQuery() Query {
	zone, err := time.LoadLocation("Europe/Zurich")
	if err != nil {
		zone = time.UTC
	}
	r := rand.New(rand.NewPCG(1, 2))
	first := On(2026, time.March, 16) // the clocks jump within
	q := Query{Now: first.At(0, zone), From: first.At(0, zone), To: (first + 28).At(0, zone),
		Service: Service{Duration: 45 * time.Minute, After: 10 * time.Minute, Sets: [][]int{nil, nil}},
		Policy:  Policy{Notice: 2 * time.Hour, HorizonDays: 60, StepMinutes: 15}}
	q.Business.Zone = zone
	q.Business.Overrides = []Override{{First: first + 18, Last: first + 21}}
	for i := range q.Business.Week {
		q.Business.Week[i] = []Hours{{8 * 60, 12 * 60}, {13 * 60, 19 * 60}}
	}
	for i := range 20 {
		resource := Resource{ID: uuid.UUID{byte(i)}, Load: r.IntN(100), Overrides: []Override{{First: first + Date(i), Last: first + Date(i) + 1}}}
		set := 1
		if i < 15 {
			own := q.Business.Week
			resource.Week, set = &own, 0
		}
		for range 100 {
			from := (first + Date(r.IntN(28))).At(8*60+r.IntN(44)*15, zone)
			resource.Busy = append(resource.Busy, Interval{from, from.Add(55 * time.Minute)})
		}
		q.Resources = append(q.Resources, resource)
		q.Service.Sets[set] = append(q.Service.Sets[set], i)
	}
	return q
}
