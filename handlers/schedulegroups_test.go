package handlers_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/store/schema"
)

// TestScheduleDrawsManyInGroups: what has more people, rooms and machines than one
// page bears is drawn in groups, day and week; each is in one of them, and the
// links of the page keep the group.
func TestScheduleDrawsManyInGroups(t *testing.T) {
	t.Parallel()
	w := newSalon(t)
	var inSchema string
	if err := schema.Direct(w.s.DB).QueryRow(`SELECT schema_name FROM businesses WHERE id = $1`, w.tenant.ID).Scan(&inSchema); err != nil {
		t.Fatal(err)
	}
	if _, err := schema.Direct(w.s.DB).Exec(`INSERT INTO ` + inSchema + `.resources (id, kind, name, is_active, position, created_at)
		SELECT gen_random_uuid(), 'ROOM', 'Room ' || i, true, 10 + i, now() FROM generate_series(1, 118) i`); err != nil {
		t.Fatal(err)
	}
	all := w.owner.Get("/schedule").Doc().Find("#schedule-whose option").FilterFunction(func(_ int, o *goquery.Selection) bool {
		return strings.Count(o.AttrOr("value", ""), "-") == 4
	}).Length()
	for _, view := range []string{"day", "week"} {
		seen, groups := map[string]bool{}, 0
		for href := "/schedule?date=" + w.day + "&view=" + view; href != "" && groups < 10; groups++ {
			doc := w.owner.Get(href).Doc()
			here := map[string]bool{}
			doc.Find("#schedule [data-resource]").Each(func(_ int, l *goquery.Selection) { here[l.AttrOr("data-resource", "")] = true })
			maps.Copy(seen, here)
			if len(here) == 0 || len(here) > 50 {
				t.Errorf("%s: %d are drawn", href, len(here))
			}
			if back := doc.Find(`nav[aria-label="Days"] a`).First().AttrOr("href", ""); groups > 0 && !strings.Contains(back, "resource=g") {
				t.Errorf("another day leaves the group: %s", back)
			}
			if add := doc.Find(`a[href^="/appointments/new"]`).First().AttrOr("href", ""); strings.Contains(add, "resource_id=g") {
				t.Errorf("a group is taken for a resource: %s", add)
			}
			href = ""
			if next := doc.Find(`nav[aria-label="People, rooms and machines"] a`).Last(); strings.Contains(next.Text()+next.AttrOr("aria-label", ""), "Next") {
				href = next.AttrOr("href", "")
			}
		}
		if len(seen) != all || groups != 3 {
			t.Errorf("%s: %d of %d in %d groups", view, len(seen), all, groups)
		}
	}
}
