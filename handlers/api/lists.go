package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
)

const (
	maxPageSize = 100
	maxSearch   = 200 // characters
	// farPage is past the end of any list; its offset still fits a number.
	farPage = 1 << 40
)

// list is one page of a list as it is answered.
type list[Row any] struct {
	Count    int     `json:"count"`
	Next     *string `json:"next"`
	Previous *string `json:"previous"`
	Results  []Row   `json:"results"`
}

// query reads the parameters of a list and keeps what is wrong with them.
type query struct {
	values url.Values
	wrong  map[string]string
	// unreadable is a query of which a part would be lost.
	unreadable bool
	page       store.Page
	search     string
}

func readQuery(c echo.Context) *query {
	values, err := url.ParseQuery(c.Request().URL.RawQuery)
	q := &query{values: values, unreadable: err != nil, wrong: map[string]string{}}
	q.page.Number = q.number("page", 1, farPage, "page must be a whole number from 1.")
	q.page.Size = q.number("page_size", store.PageSize, 0, "page_size must be a whole number from 1 to 100.")
	if q.page.Size > maxPageSize {
		q.wrong["page_size"] = "page_size must be a whole number from 1 to 100."
	}
	q.search = strings.TrimSpace(q.values.Get("search"))
	if !utf8.ValidString(q.search) || strings.ContainsFunc(q.search, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		q.wrong["search"] = "search contains characters that no text has."
	} else if utf8.RuneCountInString(q.search) > maxSearch {
		q.wrong["search"] = "search must have at most 200 characters."
	}
	return q
}

// number reads a whole number from 1; larger than most (if there is one) is most.
func (q *query) number(name string, otherwise, most int, wrong string) int {
	text := q.values.Get(name)
	if text == "" {
		return otherwise
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		q.wrong[name] = wrong
		return otherwise
	}
	if most > 0 {
		n = min(n, most)
	}
	return n
}

// choice reads a filter that has few values.
func (q *query) choice(name string, choices []string) string {
	value := q.values.Get(name)
	if value != "" && !slices.Contains(choices, value) {
		q.wrong[name] = name + " must be one of " + strings.Join(choices, ", ") + "."
	}
	return value
}

// id reads a filter that is an id.
func (q *query) id(name string) uuid.NullUUID {
	value := q.values.Get(name)
	if value == "" {
		return uuid.NullUUID{}
	}
	id, err := parseID(value)
	if err != nil {
		q.wrong[name] = name + " must be an id, like 0197a3c2-6b1e-7cc3-98c4-dc0c0c07398f."
	}
	return uuid.NullUUID{UUID: id, Valid: true}
}

// ordering reads the order; keys lead from the names here to the list's own.
func (q *query) ordering(keys map[string]string) string {
	value := q.values.Get("ordering")
	name, descending := strings.CutPrefix(value, "-")
	key, ok := keys[name]
	switch {
	case value == "":
		return ""
	case !ok:
		names := make([]string, 0, len(keys))
		for name := range keys {
			names = append(names, name)
		}
		slices.Sort(names)
		q.wrong["ordering"] = "ordering must be one of " + strings.Join(names, ", ") + ", with - in front for descending."
	case descending:
		return "-" + key
	}
	return key
}

// err is 400 when anything was wrong.
func (q *query) err() error {
	if q.unreadable {
		return &web.APIError{Status: http.StatusBadRequest, Detail: "The query could not be read; is % or ; in it not escaped?"}
	}
	if len(q.wrong) == 0 {
		return nil
	}
	return &web.APIError{Status: http.StatusBadRequest, Detail: "Some parameters can't be taken as they are.", Fields: q.wrong}
}

// respond answers with a page and the absolute links to its neighbours. The
// page before one past the end is the last.
func respond[Row any](c echo.Context, sites web.Sites, q *query, rows []Row, info store.PageInfo) error {
	if rows == nil {
		rows = []Row{}
	}
	body := list[Row]{Count: info.Total, Results: rows}
	if info.More {
		body.Next = q.link(c, sites, q.page.Number+1)
	}
	if last := (info.Total + q.page.Size - 1) / q.page.Size; q.page.Number > 1 && last > 0 {
		body.Previous = q.link(c, sites, min(q.page.Number-1, last))
	}
	return web.JSON(c, http.StatusOK, body)
}

func (q *query) link(c echo.Context, sites web.Sites, page int) *string {
	values := url.Values{}
	for name, v := range q.values {
		values[name] = v
	}
	values.Set("page", strconv.Itoa(page))
	if page == 1 {
		values.Del("page")
	}
	// The name that was asked for, as one of ours: never what the header says.
	to := sites.Apex(c.Path())
	if label, _ := sites.Split(c.Request().Host); label == "platform" {
		to = sites.Platform(c.Path())
	}
	if len(values) > 0 {
		to += "?" + values.Encode()
	}
	return &to
}

// parseID takes the one usual form of an id.
func parseID(text string) (uuid.UUID, error) {
	if len(text) != 36 {
		return uuid.UUID{}, &web.APIError{Status: http.StatusNotFound}
	}
	id, err := uuid.Parse(text)
	if err != nil {
		return uuid.UUID{}, &web.APIError{Status: http.StatusNotFound}
	}
	return id, nil
}
