package transfer

import (
	"encoding/hex"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
)

// column is one of a table that rows are restored into.
type column struct {
	Name     string `db:"name"`
	Type     string `db:"type"` // as PostgreSQL names it, without its length
	Nullable bool   `db:"nullable"`
}

// columnsOf lists the columns of a table that can be written.
func columnsOf(t db.Scope, schema, table string) (map[string]column, error) {
	var list []column
	err := db.List(t, &list, `
		SELECT a.attname AS name, CAST(a.atttypid AS regtype) AS type, NOT a.attnotnull AS nullable
		FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''`, schema, table)
	columns := make(map[string]column, len(list))
	for _, c := range list {
		columns[c.Name] = c
	}
	return columns, err
}

// The bounds of values. Ranges of times are written as PostgreSQL writes them.
const (
	maxText    = 64 << 10 // bytes of a text or of an event's details
	latestYear = 2200
)

var (
	rangePattern = regexp.MustCompile(`^[\[(]"?[0-9:.+\- ]{10,40}"?,"?[0-9:.+\- ]{10,40}"?[\])]$`)
	timePattern  = regexp.MustCompile(`^([01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?$`)
)

// value writes a value anew for a column, or says that it is none of its type.
func (c column) value(v any, now time.Time) (any, error) {
	wrong := broken("%s does not fit", c.Name)
	if v == nil {
		if !c.Nullable {
			return nil, wrong
		}
		return nil, nil
	}
	text, isText := v.(string)
	switch c.Type {
	case "boolean":
		if b, ok := v.(bool); ok {
			return b, nil
		}
	case "smallint", "integer", "bigint":
		n, ok := v.(json.Number)
		if !ok {
			return nil, wrong
		}
		bits := map[string]int{"smallint": 16, "integer": 32, "bigint": 64}[c.Type]
		if whole, err := strconv.ParseInt(string(n), 10, bits); err == nil {
			return whole, nil
		}
	case "uuid":
		if id, err := uuid.Parse(text); isText && err == nil && len(text) == 36 && id != uuid.Nil {
			return id.String(), nil
		}
	case "timestamp with time zone":
		at, err := time.Parse(time.RFC3339, text)
		if err != nil || at.Year() < 1900 || at.Year() > latestYear {
			return nil, wrong
		}
		if slices.Contains(pastColumns, c.Name) && at.After(now) {
			at = now // where the file comes from, a clock was ahead
		}
		return at.UTC().Format("2006-01-02T15:04:05.999999Z07:00"), nil
	case "date":
		if day, err := time.Parse(time.DateOnly, text); err == nil && day.Year() >= 1900 && day.Year() <= latestYear {
			return text, nil
		}
	case "time without time zone":
		if timePattern.MatchString(text) {
			return text, nil
		}
	case "tstzrange":
		if rangePattern.MatchString(text) {
			return text, nil
		}
	case "bytea":
		raw, ok := strings.CutPrefix(text, `\x`)
		if _, err := hex.DecodeString(raw); ok && err == nil {
			return text, nil
		}
	case "jsonb":
		if object, ok := v.(map[string]any); ok {
			// Marshalled anew with the row, so it has no name twice.
			if size, err := json.Marshal(object); err == nil && len(size) <= maxText {
				return object, nil
			}
		}
	case "text", "character varying":
		if isText && utf8.ValidString(text) && len(text) <= maxText {
			return cleanText(text, !isLine(c.Name)), nil
		}
	}
	return nil, wrong
}

// pastColumns hold moments that were: a later one would stay on top of every list.
var pastColumns = []string{"at", "created_at", "updated_at", "changed_at", "cancelled_at", "closed_at", "first_answered_at", "last_login_at", "invited_at",
	"decided_at", "started_at", "ended_at", "blocked_at", "erased_at", "waiting_since", "checklist_dismissed_at", "trial_week_told", "trial_day_told"}

// isLine says whether a column holds one line, as its form has it.
func isLine(name string) bool {
	return name == "name" || name == "email" || name == "subject" || name == "phone" || name == "tag" || name == "ticket" || name == "back" ||
		name == "subdomain" || name == "time_zone" || name == "action" || name == "object_id" || name == "object_type" ||
		strings.HasSuffix(name, "_name") || strings.HasSuffix(name, "_email") || strings.HasSuffix(name, "_type")
}

// cleanText takes out what the forms refuse: what breaks a line, turns its
// direction unseen or is no character. A file may hold what an earlier version took.
func cleanText(text string, prose bool) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			if prose {
				return r
			}
			return ' '
		case unicode.IsControl(r), r == unicode.ReplacementChar, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x200e, r == 0x200f:
			return -1
		}
		return r
	}, text)
}

// hasLetters says whether a name has something to read: a letter, a digit or a
// sign, and not only what shows nothing.
func hasLetters(text string) bool {
	return strings.ContainsFunc(text, func(r rune) bool {
		switch r {
		case 0x115f, 0x1160, 0x3164, 0xffa0, 0x2800: // fillers and the empty Braille cell
			return false
		}
		return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsSymbol(r) || unicode.IsPunct(r)
	})
}
