package catalog

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Hours are a stretch of a local day in minutes since midnight.
type Hours = availability.Hours

// Week holds the hours of each weekday, Sunday first.
type Week = availability.Week

// OpeningHours are the hours of a weekday (0 is Sunday) in the business's local
// time, as "15:04".
type OpeningHours struct {
	Weekday int    `db:"weekday"`
	Opens   string `db:"opens"`
	Closes  string `db:"closes"`
}

// ReadOpeningHours lists the business's own weekly hours, from Monday on.
func ReadOpeningHours(q *db.TenantTx) ([]OpeningHours, error) {
	var hours []OpeningHours
	err := db.List(q, &hours, `SELECT weekday, to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes
		FROM hours WHERE resource_id IS NULL ORDER BY (weekday + 6) % 7, opens`)
	return hours, err
}

// HoursRow is a row of hours; without a resource it is the business's.
type HoursRow struct {
	ResourceID uuid.NullUUID `db:"resource_id"`
	Weekday    int           `db:"weekday"`
	From       int           `db:"opens"`
	To         int           `db:"closes"`
}

// HoursColumns are what Hours are read from.
const HoursColumns = `resource_id, weekday, CAST(extract(epoch FROM opens) / 60 AS int) AS opens, CAST(extract(epoch FROM closes) / 60 AS int) AS closes`

// WeekOf returns the weekly hours of the business or of one of its resources.
func WeekOf(q *db.TenantTx, resource uuid.NullUUID) (w Week, own bool, err error) {
	var rows []HoursRow
	err = db.List(q, &rows, `SELECT `+HoursColumns+` FROM hours WHERE resource_id IS NOT DISTINCT FROM $1 ORDER BY weekday, opens`, resource)
	for _, r := range rows {
		w[r.Weekday] = append(w[r.Weekday], Hours{From: r.From, To: r.To})
	}
	return w, len(rows) > 0, err
}

// SetWeek replaces weekly hours; a resource with none follows the business.
func SetWeek(q *db.TenantTx, resource uuid.NullUUID, w Week) error {
	objectType, object, name := "business", q.Tenant.ID, q.Tenant.Name
	if resource.Valid {
		r, err := LockResource(q, resource.UUID)
		if err != nil {
			return err
		}
		objectType, object, name = "resource", r.ID, r.Name
	} else if err := db.LockBusiness(q); err != nil {
		return err
	}
	before, _, err := WeekOf(q, resource)
	if err != nil {
		return err
	}
	if err := db.Unchanged(q, before); err != nil {
		return err
	}
	if _, err := db.Exec(q, `DELETE FROM hours WHERE resource_id IS NOT DISTINCT FROM $1`, resource); err != nil {
		return err
	}
	var ids, opens, closes []string
	var days []int
	for day, hours := range w {
		for _, h := range hours {
			ids, days = append(ids, db.NewID().String()), append(days, day)
			opens, closes = append(opens, ClockText(h.From)), append(closes, ClockText(h.To))
		}
	}
	_, err = db.Exec(q, `
		INSERT INTO hours (id, resource_id, weekday, opens, closes)
		SELECT h.id, $1, h.weekday, h.opens, h.closes
		FROM unnest(CAST($2 AS uuid[]), CAST($3 AS smallint[]), CAST($4 AS time[]), CAST($5 AS time[])) AS h (id, weekday, opens, closes)`,
		resource, ids, days, opens, closes)
	if err != nil {
		return err
	}
	return Record(q, "hours.changed", objectType, object, name, map[string]any{"before": weekText(before), "after": weekText(w)})
}

// ClockText writes minutes since midnight as 15:04; the end of the day is 24:00.
func ClockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// weekText is a week for the audit log, Monday first: "Mon 09:00-12:00 13:00-17:00; Tue …".
func weekText(w Week) string {
	var days []string
	for i := range w {
		day := time.Weekday((i + 1) % 7)
		text := day.String()[:3]
		for _, h := range w[day] {
			text += " " + ClockText(h.From) + "-" + ClockText(h.To)
		}
		if len(w[day]) > 0 {
			days = append(days, text)
		}
	}
	return strings.Join(days, "; ")
}
