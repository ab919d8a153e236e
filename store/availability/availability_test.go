package availability

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
)

var (
	zurich = func() *time.Location {
		zone, err := time.LoadLocation("Europe/Zurich")
		if err != nil {
			panic(err)
		}
		return zone
	}()
	monday = On(2026, time.November, 23)
)

// at9to11 is open from 9 to 11 each day of the week.
func at9to11() (w Week) {
	for i := range w {
		w[i] = []Hours{{9 * 60, 11 * 60}}
	}
	return w
}

func clock(d Date, hour, minutes int) time.Time { return d.At(hour*60+minutes, zurich) }

func busy(d Date, hour, minutes, length int) Interval {
	return Interval{clock(d, hour, minutes), clock(d, hour, minutes).Add(time.Duration(length) * time.Minute)}
}

// TestRules has a case for each rule: a garage with two people and a lift, open
// from 9 to 11, an hour's work, a start each half hour.
func TestRules(t *testing.T) {
	const ann, ben, lift = 0, 1, 2
	sunny := at9to11()
	sunny[time.Monday] = nil
	for name, c := range map[string]struct {
		change func(*Query)
		want   string // starts, each with whom it takes
	}{
		"plain": {func(*Query) {}, "9:00 ann lift, 9:30 ann lift, 10:00 ann lift"},
		"a break splits the day": {func(q *Query) { q.Business.Week[time.Monday] = []Hours{{9 * 60, 10 * 60}, {14 * 60, 15*60 + 30}} },
			"9:00 ann lift, 14:00 ann lift, 14:30 ann lift"},
		"hours that touch are one stretch": {func(q *Query) { q.Business.Week[time.Monday] = []Hours{{10 * 60, 11 * 60}, {9 * 60, 10 * 60}} },
			"9:00 ann lift, 9:30 ann lift, 10:00 ann lift"},
		"who is busy is passed over": {func(q *Query) { q.Resources[ann].Busy = []Interval{busy(monday, 9, 30, 30)} },
			"9:00 ben lift, 9:30 ben lift, 10:00 ann lift"},
		"the machine is busy": {func(q *Query) { q.Resources[lift].Busy = []Interval{busy(monday, 9, 30, 15)} }, "10:00 ann lift"},
		"the least busy is chosen": {func(q *Query) { q.Resources[ann].Load = 3; q.Resources[ben].Load = 2 },
			"9:00 ben lift, 9:30 ben lift, 10:00 ben lift"},
		"buffers lie within the hours": {func(q *Query) { q.Service.Before, q.Service.After = 10*time.Minute, 5*time.Minute }, "9:30 ann lift"},
		"buffers keep off what is booked": {func(q *Query) {
			q.Service.After = 15 * time.Minute
			q.Resources[lift].Busy = []Interval{busy(monday, 10, 10, 20)}
		}, ""},
		"touching is not overlapping": {func(q *Query) { q.Resources[lift].Busy = []Interval{busy(monday, 10, 0, 60), busy(monday, 8, 0, 60)} }, "9:00 ann lift"},
		"a holiday closes everybody": {func(q *Query) {
			own := at9to11()
			q.Resources[ann].Week = &own
			q.Business.Overrides = []Override{{monday - 1, monday + 1, nil}}
		}, ""},
		"other hours for a day": {func(q *Query) { q.Business.Overrides = []Override{{monday, monday, []Hours{{13 * 60, 14 * 60}}}} }, "13:00 ann lift"},
		"other hours only narrow the hours of one's own": {func(q *Query) {
			q.Business.Overrides = []Override{{monday, monday, []Hours{{10 * 60, 12 * 60}}}}
			own := at9to11()
			q.Resources[ann].Week, q.Resources[ben].Week = &own, &own
		}, "10:00 ann lift"},
		"time off": {func(q *Query) { q.Resources[ann].Overrides = []Override{{monday, monday, nil}} }, "9:00 ben lift, 9:30 ben lift, 10:00 ben lift"},
		"closed wins over other hours": {func(q *Query) {
			q.Resources[lift].Overrides = []Override{{monday, monday, []Hours{{9 * 60, 11 * 60}}}, {monday, monday, nil}}
		}, ""},
		"hours of one's own replace the business's": {func(q *Query) {
			q.Business.Week = sunny
			own := at9to11()
			for i := range q.Resources {
				q.Resources[i].Week = &own
			}
		}, "9:00 ann lift, 9:30 ann lift, 10:00 ann lift"},
		"a week in another zone": {func(q *Query) {
			zone, own := time.FixedZone("one hour behind", 0), at9to11()
			q.Resources[ann].Week, q.Resources[ann].Zone = &own, zone
			q.Service.Sets = [][]int{{ann}}
		}, "10:00 ann, 10:30 ann, 11:00 ann"},
		"the business is blocked": {func(q *Query) { q.Blocked = []Interval{busy(monday, 9, 0, 31)} }, "10:00 ann lift"},
		"notice":                  {func(q *Query) { q.Now = clock(monday, 7, 1); q.Policy.Notice = 2 * time.Hour }, "9:30 ann lift, 10:00 ann lift"},
		"the horizon's last day":  {func(q *Query) { q.Policy.HorizonDays = 1 }, "9:00 ann lift, 9:30 ann lift, 10:00 ann lift"},
		"beyond the horizon":      {func(q *Query) { q.Now = clock(monday-2, 23, 59); q.Policy.HorizonDays = 1 }, ""},
		"two people of the same": {func(q *Query) {
			q.Service.Sets = [][]int{{ann, ben}, {ann}}
			q.Resources[ben].Busy = []Interval{busy(monday, 9, 0, 30)}
		}, "9:30 ben ann, 10:00 ben ann"},
		"nobody does it":          {func(q *Query) { q.Service.Sets = [][]int{{ann}, {}} }, ""},
		"nothing is needed":       {func(q *Query) { q.Service.Sets = nil }, ""},
		"the wanted person":       {func(q *Query) { q.Service, _ = q.Service.With(ben) }, "9:00 ben lift, 9:30 ben lift, 10:00 ben lift"},
		"steps start at midnight": {func(q *Query) { q.Policy.StepMinutes = 50 }, "9:10 ann lift, 10:00 ann lift"},
	} {
		t.Run(name, func(t *testing.T) {
			q := Query{Now: clock(monday-1, 12, 0), From: clock(monday, 0, 0), To: clock(monday+1, 0, 0),
				Business:  Calendar{Zone: zurich, Week: at9to11()},
				Resources: []Resource{{ID: uuid.UUID{ann}}, {ID: uuid.UUID{ben}}, {ID: uuid.UUID{lift}}},
				Service:   Service{Duration: time.Hour, Sets: [][]int{{ann, ben}, {lift}}}, Policy: Policy{StepMinutes: 30}}
			c.change(&q)
			var got []string
			for _, slot := range Slots(q) {
				text := slot.Start.Format("15:04")
				for _, id := range slot.Resources {
					text += " " + []string{"ann", "ben", "lift"}[id[0]]
				}
				got = append(got, strings.TrimPrefix(text, "0"))
			}
			if strings.Join(got, ", ") != c.want {
				t.Errorf("%v\nwant %s", got, c.want)
			}
		})
	}
}

func TestCheckSaysWhy(t *testing.T) {
	q := Query{Now: clock(monday, 8, 0), Business: Calendar{Zone: zurich, Week: at9to11()}, Resources: []Resource{{Busy: []Interval{busy(monday, 9, 0, 30)}}},
		Service: Service{Duration: 30 * time.Minute, Sets: [][]int{{0}}}, Policy: Policy{Notice: time.Hour, HorizonDays: 3, StepMinutes: 15}}
	for want, at := range map[Reason]time.Time{TooSoon: clock(monday, 8, 45), Taken: clock(monday, 9, 15), Free: clock(monday, 9, 30), OffStep: clock(monday, 9, 31),
		Closed: clock(monday, 11, 0), TooFar: clock(monday+4, 9, 0)} {
		if _, got := Check(q, at); got != want {
			t.Errorf("%s: %q, want %q", at, got, want)
		}
	}
	if _, ok := q.Service.With(7); ok {
		t.Error("a service takes a resource that it doesn't have")
	}
}

// TestInputStays: a query can be asked again, and by several at a time.
func TestInputStays(t *testing.T) {
	q := SampleQuery()
	before := slices.Clone(q.Resources[0].Busy)
	first := Slots(q)
	if second := Slots(q); len(first) == 0 || len(first) != len(second) || !slices.Equal(before, q.Resources[0].Busy) {
		t.Errorf("%d starts, then %d", len(first), len(second))
	}
}

func BenchmarkSlots(b *testing.B) {
	q := SampleQuery()
	for b.Loop() {
		Slots(q)
	}
}
