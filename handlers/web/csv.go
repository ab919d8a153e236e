package web

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
)

// CSVBatch is the number of rows read at a time for a file: no scope stays open
// while a slow client downloads.
const CSVBatch = 500

// CSV answers with a file. batch returns the next rows, and false when there are
// no more; a failure before the first row becomes an error page.
func CSV(c echo.Context, name string, head []string, batch func() (rows [][]string, more bool, err error)) error {
	rows, more, err := batch()
	if err != nil {
		return err
	}
	h := c.Response().Header()
	h.Set(echo.HeaderContentType, "text/csv; charset=utf-8")
	h.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	// Without this mark Excel takes UTF-8 for the letters of its own country.
	if _, err := c.Response().Write([]byte(byteOrderMark)); err != nil {
		return err
	}
	w := csv.NewWriter(c.Response())
	_ = w.Write(head)
	for {
		for _, row := range rows {
			for i := range row {
				row[i] = plainCell(row[i])
			}
			_ = w.Write(row)
		}
		if w.Flush(); w.Error() != nil || !more {
			return w.Error()
		}
		if rows, more, err = batch(); err != nil {
			// The file has begun: break it off, so that nobody takes it for whole.
			panic(http.ErrAbortHandler)
		}
	}
}

const byteOrderMark = "\uFEFF"

// plainNumber is what calculates nothing: a number or a telephone number. A mark
// before it would be in the way of programs that read the file.
var plainNumber = regexp.MustCompile(`^[+-][0-9]+( [0-9]+)*([.][0-9]+)?$`)

// plainCell keeps a spreadsheet from taking text for a formula. Some look past
// what can't be seen, and take full-width signs for the plain ones.
func plainCell(s string) string {
	seen := strings.TrimLeftFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || r == '\u2800' || !unicode.IsGraphic(r) || unicode.In(r, unicode.Other_Default_Ignorable_Code_Point)
	})
	first, _ := utf8.DecodeRuneInString(seen)
	if strings.ContainsRune("=+-@＝＋－＠", first) && seen != "" && !plainNumber.MatchString(s) || strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "\r") {
		return "'" + s
	}
	return s
}

// FilterText is a list's state for the audit log. What somebody searched for may
// be a name, so of that the fact alone is kept.
func FilterText(values url.Values) string {
	var parts []string
	for name := range values {
		value := values.Get(name)
		switch {
		case value == "" || len(name) > 40 || len(value) > 60 || slices.Contains([]string{"page", "after", "before", "view"}, name):
			continue
		case name == "q":
			value = "…"
		case strings.ContainsFunc(value, func(r rune) bool {
			return !strings.ContainsRune("-_./+", r) && (r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z')
		}):
			value = "…"
		}
		parts = append(parts, name+"="+value)
	}
	slices.Sort(parts)
	return strings.Join(parts[:min(len(parts), 10)], "&")
}
