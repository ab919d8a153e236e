package store

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// sortKey is a column by which a list can be sorted. expr and id are columns of
// one index; value returns what expr is for a row, as text that cast accepts.
type sortKey[Row any] struct {
	expr, id, cast string
	value          func(Row) string
}

// sortedList builds the statements of a list that is filtered, sorted and paged.
type sortedList[Row any] struct {
	columns, from string // "a.x, b.y", "a JOIN b …"
	sorts         map[string]sortKey[Row]
	defaultSort   string
	rowID         func(Row) uuid.UUID
	where         []string
	args          []any
	searched      bool // has a search: planned each time, counted up to a cap
	planned       bool // planned each time as well, for filters of very different numbers
	long          bool // too long to be counted to its end
	exact         bool // counted to its end all the same
}

// filter adds a condition; each ? in it stands for the next argument.
func (l *sortedList[Row]) filter(condition string, args ...any) {
	for _, arg := range args {
		l.args = append(l.args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(l.args)), 1)
	}
	l.where = append(l.where, condition)
}

func (l *sortedList[Row]) conditions() string {
	if len(l.where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(l.where, " AND ")
}

// key resolves "name" or "-name"; an unknown sort is the default one.
func (l *sortedList[Row]) key(sort string) (key sortKey[Row], descending bool) {
	name, descending := strings.CutPrefix(sort, "-")
	key, ok := l.sorts[name]
	if !ok {
		return l.sorts[l.defaultSort], false
	}
	return key, descending
}

// load reads one page and the total.
func (l *sortedList[Row]) load(t *tx, name, sort string, page Page) ([]Row, PageInfo, error) {
	var info PageInfo
	total, err := l.count(t, name)
	if err != nil {
		return nil, info, err
	}
	info.Total = total
	if l.capped() {
		info.Total = min(total, cappedCount)
	}
	info.Capped = total > info.Total
	key, descending := l.key(sort)
	rows, more, err := l.rows(t, key, descending, page, total, info.Capped)
	if err != nil {
		return nil, info, err
	}
	info.More = more
	if len(rows) > 0 {
		first, last := rows[0], rows[len(rows)-1]
		info.First = cursor{key.value(first), l.rowID(first)}.String()
		info.Last = cursor{key.value(last), l.rowID(last)}.String()
	}
	return rows, info, nil
}

// capped says whether counting stops early.
func (l *sortedList[Row]) capped() bool { return (l.searched || l.long) && !l.exact }

func (l *sortedList[Row]) count(t *tx, name string) (int, error) {
	where := l.conditions()
	key := name + t.scope.schema + t.scope.business.String() + strconv.FormatBool(l.capped()) + where
	if len(l.args) > 0 {
		key += fmt.Sprintf("%#v", l.args) // quoted, so that two can't read as one
	}
	return t.db.counts().get(key, t.now, func() (int, error) {
		query := "SELECT count(*) FROM " + l.from + where
		if l.capped() {
			query = fmt.Sprintf("SELECT count(*) FROM (SELECT FROM %s%s LIMIT %d) AS matches", l.from, where, rowsPerCount)
		}
		var totals []int
		if err := l.read(t, l.capped(), &totals, query, l.args); err != nil {
			return 0, err
		}
		return totals[0], nil
	})
}

// rows reads a page from the side that is nearer: behind a cursor, before one,
// or by counting from the start or from the end.
func (l *sortedList[Row]) rows(t *tx, key sortKey[Row], descending bool, page Page, total int, capped bool) ([]Row, bool, error) {
	after, hasAfter := parseCursor(page.After, key.cast)
	before, hasBefore := parseCursor(page.Before, key.cast)
	size := page.size()
	offset := (page.Number - 1) * size
	list := *l
	list.where, list.args = slices.Clone(l.where), slices.Clone(l.args)
	switch {
	case hasAfter:
		list.filter(l.beyond(key, descending), after.Value, after.ID)
		rows, err := list.scan(t, key, descending, 0, size+1)
		return rows[:min(len(rows), size)], len(rows) > size, err
	case hasBefore:
		list.filter(l.beyond(key, !descending), before.Value, before.ID)
		rows, err := list.scan(t, key, !descending, 0, size)
		slices.Reverse(rows)
		return rows, true, err
	case !capped && offset >= total:
		return nil, false, nil
	case !capped && offset > total/2:
		rows, err := list.scan(t, key, !descending, max(0, total-offset-size), min(size, total-offset))
		slices.Reverse(rows)
		return rows, offset+size < total, err
	}
	rows, err := list.scan(t, key, descending, offset, size+1)
	return rows[:min(len(rows), size)], len(rows) > size, err
}

// beyond is the condition for rows behind a cursor in the order of the key.
func (l *sortedList[Row]) beyond(key sortKey[Row], descending bool) string {
	sign := ">"
	if descending {
		sign = "<"
	}
	collate := ""
	if at := strings.Index(key.expr, " COLLATE "); at >= 0 {
		collate = key.expr[at:]
	}
	return fmt.Sprintf("(%s, %s) %s (CAST(? AS %s)%s, ?)", key.expr, key.id, sign, key.cast, collate)
}

func (l *sortedList[Row]) scan(t *tx, key sortKey[Row], descending bool, offset, limit int) ([]Row, error) {
	direction := ""
	if descending {
		direction = " DESC"
	}
	query := fmt.Sprintf("SELECT %s FROM %s%s ORDER BY %s%s, %s%s LIMIT %d", l.columns, l.from, l.conditions(), key.expr, direction, key.id, direction, limit)
	args := l.args
	if offset > 0 {
		args = append(args, offset)
		query += " OFFSET $" + strconv.Itoa(len(args))
	}
	rows := make([]Row, 0, limit)
	err := l.read(t, false, &rows, query, args)
	return rows, err
}

// read is planned for its arguments where they decide how to find the rows.
func (l *sortedList[Row]) read(t *tx, planned bool, dest any, query string, args []any) error {
	if planned || l.searched || l.planned {
		return t.search(dest, query, args...)
	}
	return t.list(dest, query, args...)
}

func timeValue(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
