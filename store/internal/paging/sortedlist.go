package paging

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// Rank is the place of a code among codes, as a text that sorts.
func Rank(codes []string, code string) string {
	for i, c := range codes {
		if c == code {
			return strconv.Itoa(i + 1)
		}
	}
	return "4"
}

// SortKey is a column by which a list can be sorted. expr and id are columns of
// one index; value returns what expr is for a row, as text that cast accepts.
type SortKey[Row any] struct {
	Expr, ID, Cast string
	Value          func(Row) string
}

// SortedList builds the statements of a list that is filtered, sorted and paged.
type SortedList[Row any] struct {
	Columns, From string // "a.x, b.y", "a JOIN b …"
	Sorts         map[string]SortKey[Row]
	DefaultSort   string
	RowID         func(Row) uuid.UUID
	Where         []string
	Args          []any
	Searched      bool // has a search: planned each time, counted up to a cap
	Planned       bool // planned each time as well, for filters of very different numbers
	Long          bool // too long to be counted to its end
	Exact         bool // counted to its end all the same
}

// Filter adds a condition; each ? in it stands for the next argument.
func (l *SortedList[Row]) Filter(condition string, args ...any) {
	for _, arg := range args {
		l.Args = append(l.Args, arg)
		condition = strings.Replace(condition, "?", "$"+strconv.Itoa(len(l.Args)), 1)
	}
	l.Where = append(l.Where, condition)
}

// Conditions is the WHERE of all filters, or "".
func (l *SortedList[Row]) Conditions() string {
	if len(l.Where) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(l.Where, " AND ")
}

// Key resolves "name" or "-name"; an unknown sort is the default one.
func (l *SortedList[Row]) Key(sort string) (key SortKey[Row], descending bool) {
	name, descending := strings.CutPrefix(sort, "-")
	key, ok := l.Sorts[name]
	if !ok {
		return l.Sorts[l.DefaultSort], false
	}
	return key, descending
}

// Load reads one page and the total.
func (l *SortedList[Row]) Load(t db.Scope, name, sort string, page Page) ([]Row, PageInfo, error) {
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
	key, descending := l.Key(sort)
	rows, more, err := l.rows(t, key, descending, page, total, info.Capped)
	if err != nil {
		return nil, info, err
	}
	info.More = more
	if len(rows) > 0 {
		first, last := rows[0], rows[len(rows)-1]
		info.First = cursor{key.Value(first), l.RowID(first)}.String()
		info.Last = cursor{key.Value(last), l.RowID(last)}.String()
	}
	return rows, info, nil
}

// capped says whether counting stops early.
func (l *SortedList[Row]) capped() bool { return (l.Searched || l.Long) && !l.Exact }

func (l *SortedList[Row]) count(t db.Scope, name string) (int, error) {
	where := l.Conditions()
	key := name + db.RowsOf(t).Schema + db.RowsOf(t).Business.String() + strconv.FormatBool(l.capped()) + where
	if len(l.Args) > 0 {
		key += fmt.Sprintf("%#v", l.Args) // quoted, so that two can't read as one
	}
	return Counts(db.Of(t)).get(key, t.Now(), func() (int, error) {
		query := "SELECT count(*) FROM " + l.From + where
		if l.capped() {
			query = fmt.Sprintf("SELECT count(*) FROM (SELECT FROM %s%s LIMIT %d) AS matches", l.From, where, rowsPerCount)
		}
		var totals []int
		if err := l.read(t, l.capped(), &totals, query, l.Args); err != nil {
			return 0, err
		}
		return totals[0], nil
	})
}

// rows reads a page from the side that is nearer: behind a cursor, before one,
// or by counting from the start or from the end.
func (l *SortedList[Row]) rows(t db.Scope, key SortKey[Row], descending bool, page Page, total int, capped bool) ([]Row, bool, error) {
	after, hasAfter := parseCursor(page.After, key.Cast)
	before, hasBefore := parseCursor(page.Before, key.Cast)
	size := page.size()
	offset := (page.Number - 1) * size
	list := *l
	list.Where, list.Args = slices.Clone(l.Where), slices.Clone(l.Args)
	switch {
	case hasAfter:
		list.Filter(l.beyond(key, descending), after.Value, after.ID)
		rows, err := list.scan(t, key, descending, 0, size+1)
		return rows[:min(len(rows), size)], len(rows) > size, err
	case hasBefore:
		list.Filter(l.beyond(key, !descending), before.Value, before.ID)
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
func (l *SortedList[Row]) beyond(key SortKey[Row], descending bool) string {
	sign := ">"
	if descending {
		sign = "<"
	}
	collate := ""
	if at := strings.Index(key.Expr, " COLLATE "); at >= 0 {
		collate = key.Expr[at:]
	}
	return fmt.Sprintf("(%s, %s) %s (CAST(? AS %s)%s, ?)", key.Expr, key.ID, sign, key.Cast, collate)
}

func (l *SortedList[Row]) scan(t db.Scope, key SortKey[Row], descending bool, offset, limit int) ([]Row, error) {
	direction := ""
	if descending {
		direction = " DESC"
	}
	query := fmt.Sprintf("SELECT %s FROM %s%s ORDER BY %s%s, %s%s LIMIT %d", l.Columns, l.From, l.Conditions(), key.Expr, direction, key.ID, direction, limit)
	args := l.Args
	if offset > 0 {
		args = append(args, offset)
		query += " OFFSET $" + strconv.Itoa(len(args))
	}
	rows := make([]Row, 0, limit)
	err := l.read(t, false, &rows, query, args)
	return rows, err
}

// read is planned for its arguments where they decide how to find the rows.
func (l *SortedList[Row]) read(t db.Scope, planned bool, dest any, query string, args []any) error {
	if planned || l.Searched || l.Planned {
		return db.Search(t, dest, query, args...)
	}
	return db.List(t, dest, query, args...)
}

// TimeValue is an instant as a cursor carries it.
func TimeValue(at time.Time) string { return at.UTC().Format(time.RFC3339Nano) }
