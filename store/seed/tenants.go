package seed

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/lib/pq"
)

// maxBatch is how many bytes of statements go to the server in one round trip.
const maxBatch = 1 << 20

// writeTenants fills the schemas. All tables of many businesses go in one batch
// of statements: COPY would cost two round trips for each of their tables.
func writeTenants(ctx context.Context, tx *sql.Tx, list []*business) error {
	var b batch
	for i, tenant := range list {
		b.tenant(tenant)
		if b.Len() < maxBatch && i < len(list)-1 {
			continue
		}
		if _, err := tx.ExecContext(ctx, b.String()); err != nil {
			return fmt.Errorf("fill tenant schemas: %w", err)
		}
		b.Reset()
	}
	return nil
}

// batch is a text of INSERT statements without parameters.
type batch struct{ strings.Builder }

func (b *batch) tenant(t *business) {
	b.WriteString("SET LOCAL search_path = " + pq.QuoteIdentifier(t.schema) + ";\n")
	b.offer(t)
	b.hours(t)
	b.rows("customers (id, user_id, name, email, phone, created_at, blocked_at)", len(t.customers), func(i int) []any {
		c := t.customers[i]
		return []any{c.id, c.user, c.name, optional(c.email), optional(c.phone), c.created, moment(c.blocked)}
	})
	b.remarks(t)
	b.rows("appointments (id, customer_id, service_id, status, starts_at, ends_at, price_cents, created_at, updated_at)", len(t.appointments), func(i int) []any {
		a := t.appointments[i]
		return []any{a.id, t.customers[a.customer].id, t.services[a.service].id, a.status, a.start, a.end, t.services[a.service].price, a.created, a.updated}
	})
	var taken [][2]int // appointment, resource
	for i, a := range t.appointments {
		for _, r := range a.resources {
			taken = append(taken, [2]int{i, r})
		}
	}
	b.rows("appointment_resources (appointment_id, resource_id, during, holds)", len(taken), func(i int) []any {
		a := t.appointments[taken[i][0]]
		s := t.services[a.service]
		from, to := a.start.Add(-time.Duration(s.before)*time.Minute), a.end.Add(time.Duration(s.after)*time.Minute)
		return []any{a.id, t.resources[taken[i][1]].id, "[" + timeText(from) + "," + timeText(to) + ")", a.holds()}
	})
	b.rows("blockers (id, resource_id, starts_at, ends_at, reason)", len(t.blockers), func(i int) []any {
		k := t.blockers[i]
		return []any{t.derived("blocker", i), t.resources[k.resource].id, k.start, k.end, k.reason}
	})
}

// remarks writes tags and notes of customers.
func (b *batch) remarks(t *business) {
	var tags, notes [][]any
	for i, c := range t.customers {
		for _, tag := range c.tags {
			tags = append(tags, []any{tag, c.id})
		}
		if c.note != "" {
			notes = append(notes, []any{c.id, t.derived("note", i), t.owner().id, t.owner().name, c.note, c.created.Add(time.Hour)})
		}
	}
	b.rows("customer_tags (tag, customer_id)", len(tags), func(i int) []any { return tags[i] })
	b.rows("customer_notes (customer_id, id, author_id, author_name, body, created_at)", len(notes), func(i int) []any { return notes[i] })
}

// offer writes services and who or what does them.
func (b *batch) offer(t *business) {
	b.rows("services (id, name, description, duration_minutes, price_cents, buffer_before_minutes, buffer_after_minutes, position, is_hidden, created_at)",
		len(t.services), func(i int) []any {
			s := t.services[i]
			return []any{s.id, s.name, s.about, s.minutes, s.price, s.before, s.after, i + 1, s.hidden, t.created}
		})
	b.rows("resources (id, kind, name, user_id, position, created_at)", len(t.resources), func(i int) []any {
		r := t.resources[i]
		return []any{r.id, r.kind, r.name, r.user, i + 1, t.created}
	})
	// A service takes one person, and one of what it needs besides.
	var members [][]any
	for i, s := range t.services {
		for _, r := range t.resources {
			set := 1
			if r.kind != "STAFF" {
				set = 2
			}
			if r.does(i, s) {
				members = append(members, []any{s.id, set, r.id})
			}
		}
	}
	b.rows("service_resources (service_id, set_number, resource_id)", len(members), func(i int) []any { return members[i] })
}

// hours writes the business's week, weeks of resources that have their own,
// closed days and time off.
func (b *batch) hours(t *business) {
	type opening struct {
		resource any
		weekday  int
		span     span
	}
	var list []opening
	gather := func(resource any, w week) {
		for day, spans := range w {
			for _, s := range spans {
				list = append(list, opening{resource, day, s})
			}
		}
	}
	gather(nil, t.week)
	for _, r := range t.resources {
		if r.week != nil {
			gather(r.id, *r.week)
		}
	}
	b.rows("hours (id, resource_id, weekday, opens, closes)", len(list), func(i int) []any {
		o := list[i]
		return []any{t.derived("hours", i), o.resource, o.weekday, wall(o.span.opens), wall(o.span.closes)}
	})
	b.rows("overrides (id, day, last_day, reason)", len(t.closed), func(i int) []any {
		day := t.closed[i].Format(time.DateOnly)
		return []any{t.derived("override", i), day, day, "Day off for everybody"}
	})
	b.rows("overrides (id, resource_id, day, last_day, reason)", len(t.absences), func(i int) []any {
		a := t.absences[i]
		return []any{t.derived("absence", i), t.resources[a.resource].id, a.first.Format(time.DateOnly), a.last.Format(time.DateOnly), a.reason}
	})
}

// derived is an id for rows of which the model keeps none.
func (t *business) derived(what string, i int) uuid.UUID {
	id := uuid.NewSHA1(t.id, []byte(what+strconv.Itoa(i)))
	copy(id[:6], t.id[:6]) // the moment of its business, so that it reads as version 7
	id[6] = 0x70 | id[6]&0x0f
	return id
}

func wall(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

func optional(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func timeText(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

// rows writes one INSERT of n rows; nothing when there are none.
func (b *batch) rows(target string, n int, row func(int) []any) {
	for i := range n {
		if i == 0 {
			b.WriteString("INSERT INTO " + target + " VALUES\n(")
		} else {
			b.WriteString(",\n(")
		}
		for j, value := range row(i) {
			if j > 0 {
				b.WriteByte(',')
			}
			b.literal(value)
		}
		b.WriteByte(')')
	}
	if n > 0 {
		b.WriteString(";\n")
	}
}

func (b *batch) literal(value any) {
	switch v := value.(type) {
	case nil:
		b.WriteString("NULL")
	case int:
		b.WriteString(strconv.Itoa(v))
	case bool:
		b.WriteString(strconv.FormatBool(v))
	case string:
		b.WriteString(pq.QuoteLiteral(v))
	case time.Time:
		b.WriteString("'" + timeText(v) + "'")
	case uuid.UUID:
		b.WriteString("'" + v.String() + "'")
	case uuid.NullUUID:
		if !v.Valid {
			b.WriteString("NULL")
			return
		}
		b.literal(v.UUID)
	default:
		panic(fmt.Sprintf("seed: no literal for %T", value))
	}
}
