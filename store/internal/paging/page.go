package paging

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
)

// PageSize is the number of rows of a list page.
const PageSize = 25

// Page asks for a part of a list. Number runs from 1. A cursor, taken from the
// row before or behind the page, finds the page without counting its way there.
type Page struct {
	Number int
	Size   int // rows; 0 means PageSize
	After  string
	Before string
}

func (p Page) size() int {
	if p.Size > 0 {
		return p.Size
	}
	return PageSize
}

// PageInfo says where a page lies in its list.
type PageInfo struct {
	Total  int  // rows in all
	Capped bool // there are more than Total
	More   bool // rows follow this page
	// First and Last are the cursors of the page's outer rows.
	First, Last string
}

// cursor is the place of a row in a sorted list: its sort value as text, and id.
type cursor struct {
	Value string
	ID    uuid.UUID
}

func (c cursor) String() string {
	text, _ := json.Marshal([2]string{c.Value, c.ID.String()})
	return base64.RawURLEncoding.EncodeToString(text)
}

// parseCursor returns false for anything that String did not make of a value of
// the SQL type cast.
func parseCursor(s, cast string) (cursor, bool) {
	var parts [2]string
	text, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || json.Unmarshal(text, &parts) != nil {
		return cursor{}, false
	}
	id, err := uuid.Parse(parts[1])
	return cursor{parts[0], id}, err == nil && fits(parts[0], cast)
}

func fits(value, cast string) bool {
	var err error
	switch cast {
	case "int":
		_, err = strconv.ParseInt(value, 10, 32)
	case "timestamptz":
		_, err = time.Parse(time.RFC3339Nano, value)
	}
	return err == nil && !strings.ContainsRune(value, 0)
}

// LikePattern makes a LIKE pattern that finds text anywhere; the wildcards of
// the user's text lose their meaning.
func LikePattern(text string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(strings.ToLower(text)) + "%"
}
