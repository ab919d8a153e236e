package store

import (
	"fmt"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/availability"
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

// OpeningHours lists the business's own weekly hours, from Monday on.
func (q *TenantTx) OpeningHours() ([]OpeningHours, error) {
	var hours []OpeningHours
	err := q.list(&hours, `SELECT weekday, to_char(opens, 'HH24:MI') AS opens, to_char(closes, 'HH24:MI') AS closes
		FROM hours WHERE resource_id IS NULL ORDER BY (weekday + 6) % 7, opens`)
	return hours, err
}

// hoursRow is a row of hours; without a resource it is the business's.
type hoursRow struct {
	ResourceID uuid.NullUUID `db:"resource_id"`
	Weekday    int           `db:"weekday"`
	From       int           `db:"opens"`
	To         int           `db:"closes"`
}

const hoursColumns = `resource_id, weekday, CAST(extract(epoch FROM opens) / 60 AS int) AS opens, CAST(extract(epoch FROM closes) / 60 AS int) AS closes`

// WeekOf returns the weekly hours of the business or of one of its resources.
func (q *TenantTx) WeekOf(resource uuid.NullUUID) (w Week, own bool, err error) {
	var rows []hoursRow
	err = q.list(&rows, `SELECT `+hoursColumns+` FROM hours WHERE resource_id IS NOT DISTINCT FROM $1 ORDER BY weekday, opens`, resource)
	for _, r := range rows {
		w[r.Weekday] = append(w[r.Weekday], Hours{From: r.From, To: r.To})
	}
	return w, len(rows) > 0, err
}

// SetWeek replaces weekly hours; a resource with none follows the business.
func (q *TenantTx) SetWeek(resource uuid.NullUUID, w Week) error {
	objectType, object, name := "business", q.Tenant.ID, q.Tenant.Name
	if resource.Valid {
		r, err := q.lockResource(resource.UUID)
		if err != nil {
			return err
		}
		objectType, object, name = "resource", r.ID, r.Name
	} else if err := q.lockBusiness(); err != nil {
		return err
	}
	before, _, err := q.WeekOf(resource)
	if err != nil {
		return err
	}
	if err := q.unchanged(before); err != nil {
		return err
	}
	if _, err := q.exec(`DELETE FROM hours WHERE resource_id IS NOT DISTINCT FROM $1`, resource); err != nil {
		return err
	}
	var ids, opens, closes []string
	var days []int
	for day, hours := range w {
		for _, h := range hours {
			ids, days = append(ids, newID().String()), append(days, day)
			opens, closes = append(opens, ClockText(h.From)), append(closes, ClockText(h.To))
		}
	}
	_, err = q.exec(`
		INSERT INTO hours (id, resource_id, weekday, opens, closes)
		SELECT h.id, $1, h.weekday, h.opens, h.closes
		FROM unnest(CAST($2 AS uuid[]), CAST($3 AS smallint[]), CAST($4 AS time[]), CAST($5 AS time[])) AS h (id, weekday, opens, closes)`,
		resource, ids, days, opens, closes)
	if err != nil {
		return err
	}
	return q.record("hours.changed", objectType, object, name, map[string]any{"before": weekText(before), "after": weekText(w)})
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
