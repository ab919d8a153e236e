package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// maxQuery is the longest search taken, in characters.
const maxQuery = 200

// ListQuery is a list's state as its URL carries it. What makes no sense is left
// out, so that an old or odd link still shows the list.
type ListQuery struct {
	Q, Sort string
	Page    store.Page
	filters []string // name, value, name, value
	path    string
	views   []ui.SavedView
	// opens says that the list's bare address opens one of the views.
	opens bool
}

// AnyText among the choices of a filter takes whatever is typed.
const AnyText = "*"

// ReadList reads a list's state. choices are the filters and their values.
func ReadList(c echo.Context, choices map[string][]string) ListQuery {
	return ReadListValues(c, c.QueryParams(), choices)
}

// ReadListValues is ReadList for a state that a form carries along.
func ReadListValues(c echo.Context, values url.Values, choices map[string][]string) ListQuery {
	q := ListQuery{path: c.Path(), Q: clean(values.Get("q")), Sort: values.Get("sort")}
	if len(q.Sort) > 40 {
		q.Sort = ""
	}
	names := make([]string, 0, len(choices))
	for name := range choices {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		value := values.Get(name)
		switch {
		case slices.Contains(choices[name], AnyText):
			if value = clean(value); value != "" {
				q.filters = append(q.filters, name, value)
			}
		case slices.Contains(choices[name], value):
			q.filters = append(q.filters, name, value)
		}
	}
	q.Page = store.Page{Number: 1, After: values.Get("after"), Before: values.Get("before")}
	if n, err := strconv.Atoi(values.Get("page")); err == nil && n > 1 {
		q.Page.Number = min(n, 1_000_000)
	}
	return q
}

// Filter is the value of a filter, or "".
func (q ListQuery) Filter(name string) string {
	for i := 0; i < len(q.filters); i += 2 {
		if q.filters[i] == name {
			return q.filters[i+1]
		}
	}
	return ""
}

// State is what the view shows of the list, or that reading it failed; pages are
// linked by cursor, so that the four-hundredth costs no more than the first.
func (q ListQuery) State(info store.PageInfo, shown int, failed error) ui.ListState {
	s := ui.ListState{Failed: failed != nil, Query: q.Q, Sort: q.Sort, Filters: map[string]string{}, Views: q.views, OpensView: q.opens, State: q.Query()}
	for i := 0; i < len(q.filters); i += 2 {
		s.Filters[q.filters[i]] = q.filters[i+1]
	}
	page := q.Page.Number
	s.Pager = ui.Pager{Page: page, PerPage: store.PageSize, Shown: shown, Total: info.Total, Capped: info.Capped, HasNext: info.More}
	if page > 1 {
		s.Pager.First = q.href()
		s.Pager.Prev = q.href("page", pageNumber(page-1), "before", info.First)
	}
	if info.More {
		s.Pager.Next = q.href("page", strconv.Itoa(page+1), "after", info.Last)
		if last := (info.Total + store.PageSize - 1) / store.PageSize; !info.Capped {
			s.Pager.End = q.href("page", strconv.Itoa(last))
		}
	}
	return s
}

// HrefTo is another address with the list's search, filters and order.
func (q ListQuery) HrefTo(path string) string {
	q.path = path
	return q.href()
}

// pageNumber leaves out the first.
func pageNumber(n int) string {
	if n <= 1 {
		return ""
	}
	return strconv.Itoa(n)
}

func (q ListQuery) href(more ...string) string {
	pairs := append([]string{"q", q.Q}, q.filters...)
	pairs = append(pairs, "sort", q.Sort)
	href := urls.WithQuery(q.path, append(pairs, more...)...)
	if q.opens && href == q.path {
		href = urls.WithQuery(href, "view", ui.AllView)
	}
	return href
}

// Query is search, filters and order as the address carries them.
func (q ListQuery) Query() string {
	q.opens = false
	_, query, _ := strings.Cut(q.href(), "?")
	return query
}

// clean makes a search of anything: no control characters, no broken text, not
// longer than a search is.
func clean(s string) string {
	s = strings.ToValidUTF8(s, "")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s)
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > maxQuery {
		s = string([]rune(s)[:maxQuery])
	}
	return s
}

// Below says whether a route lies at or below a path.
func Below(route, path string) bool {
	return route == path || strings.HasPrefix(route, path+"/")
}
