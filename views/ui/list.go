package ui

import (
	"strconv"
	"strings"

	"github.com/smoothschedule/smoothschedule/views/urls"
)

// chip is a filter that is on, with the address of the list without it.
type chip struct{ text, href string }

// href is the address of the list in its present state, changed by the pairs;
// an empty value takes a parameter away. Page is left out unless given.
func (p ListProps) href(changes ...string) string {
	change := map[string]string{}
	for i := 0; i+1 < len(changes); i += 2 {
		change[changes[i]] = changes[i+1]
	}
	pairs := make([]string, 0, 2*(len(p.Filters)+3))
	add := func(name, value string) {
		if v, ok := change[name]; ok {
			value = v
		}
		pairs = append(pairs, name, value)
	}
	add("q", p.Query)
	for _, f := range p.Filters {
		add(f.Name, p.ListState.Filters[f.Name])
	}
	add("sort", p.Sort)
	add("page", "")
	return p.whole(urls.WithQuery(p.Path, pairs...))
}

// whole keeps an address without any state from opening a saved view.
func (p ListProps) whole(href string) string {
	if p.OpensView && href == p.Path {
		return urls.WithQuery(href, "view", AllView)
	}
	return href
}

func (p ListProps) filtered() bool { return len(p.chips()) > 0 }

func (p ListProps) chips() []chip {
	var out []chip
	if p.Query != "" {
		out = append(out, chip{"“" + p.Query + "”", p.href("q", "")})
	}
	for _, f := range p.Filters {
		value := p.ListState.Filters[f.Name]
		if value == "" {
			continue
		}
		out = append(out, chip{f.Label + ": " + f.word(value), p.href(f.Name, "")})
	}
	return out
}

func (f Filter) word(value string) string {
	for _, o := range f.Options {
		if o.Value == value {
			return o.Label
		}
	}
	return value
}

func (p ListProps) clearHref() string { return p.whole(urls.WithQuery(p.Path, "sort", p.Sort)) }

// view is the saved view that the list shows now.
func (p ListProps) view() string {
	for _, v := range p.Views {
		if v.Current {
			return v.Name
		}
	}
	return "Views"
}

// savable says whether there is anything to keep.
func (p ListProps) savable() bool { return p.State != "" }

// order is the column and direction in force.
func (p ListProps) order() (key string, desc bool) {
	s := orDefault(p.Sort, p.DefaultSort)
	key, desc = strings.CutPrefix(s, "-")
	return key, desc
}

func (p ListProps) ariaSort(c Column) string {
	key, desc := p.order()
	switch {
	case c.Key == "" || key != c.Key:
		return ""
	case desc:
		return "descending"
	}
	return "ascending"
}

// sortHref sorts by a column, or turns the direction round.
func (p ListProps) sortHref(c Column) string {
	key, desc := p.order()
	down := c.Desc
	if key == c.Key {
		down = !desc
	}
	next := c.Key
	if down {
		next = "-" + c.Key
	}
	if next == p.DefaultSort {
		next = ""
	}
	return p.href("sort", next)
}

func (p ListProps) sortIcon(c Column) string {
	switch p.ariaSort(c) {
	case "ascending":
		return "up-arrow"
	case "descending":
		return "down-arrow"
	}
	return "sort"
}

func (p Pager) page() int    { return max(p.Page, 1) }
func (p Pager) perPage() int { return positive(p.PerPage, 25) }

func positive(n, fallback int) int {
	if n > 0 {
		return n
	}
	return fallback
}

func (p Pager) lastPage() int { return max(1, (p.Total+p.perPage()-1)/p.perPage()) }

func (p Pager) hasNext() bool {
	if p.Capped {
		return p.HasNext
	}
	return p.page() < p.lastPage()
}

// total is "10,000", or "1,000+" when counting stopped there.
func (p Pager) total() string {
	if p.Capped {
		return Thousands(p.Total) + "+"
	}
	return Thousands(p.Total)
}

// count is "26–50 of 10,000".
func (p Pager) count() string {
	if p.Shown == 0 {
		return "0 of " + p.total()
	}
	from := (p.page()-1)*p.perPage() + 1
	return Thousands(from) + "–" + Thousands(from+p.Shown-1) + " of " + p.total()
}

type pageLink struct{ label, icon, href string }

// pages are first, previous, next and last; an empty href can't be followed.
// The last page of a capped count is unknown, unless the handler brings it.
func (p ListProps) pages() []pageLink {
	g := p.Pager
	first := pageLink{"First page", "first", g.First}
	prev := pageLink{"Previous page", "left", g.Prev}
	next := pageLink{"Next page", "right", g.Next}
	last := pageLink{"Last page", "last", g.End}
	if g.page() > 1 {
		first.href = orDefault(first.href, p.href())
		prev.href = orDefault(prev.href, p.pageHref(min(g.page()-1, p.lastKnown())))
	}
	if g.hasNext() {
		next.href = orDefault(next.href, p.pageHref(g.page()+1))
		if !g.Capped {
			last.href = orDefault(last.href, p.pageHref(g.lastPage()))
		}
	}
	return []pageLink{first, prev, next, last}
}

// lastKnown keeps "previous" sensible on a page past the end.
func (p ListProps) lastKnown() int {
	if p.Pager.Capped {
		return p.Pager.page()
	}
	return p.Pager.lastPage()
}

func (p ListProps) pageHref(n int) string {
	if n <= 1 {
		return p.href()
	}
	return p.href("page", strconv.Itoa(n))
}

func (p ListProps) many() bool { return p.Pager.page() > 1 || p.Pager.hasNext() }

// summary is what a screen reader hears after a change.
func (p ListProps) summary() string {
	switch {
	case p.Failed, p.Denied:
		return ""
	case p.Pager.Total == 0:
		return "No " + p.Many
	case p.Pager.Total == 1 && !p.Pager.Capped:
		return "1 " + p.One
	}
	s := p.Pager.total() + " " + p.Many
	if p.many() {
		s += ", page " + strconv.Itoa(p.Pager.page())
	}
	return s
}

// empty is why there is no row.
func (p ListProps) empty() EmptyProps {
	switch {
	case p.Failed:
		again := p.pageHref(p.Pager.page())
		return EmptyProps{Kind: EmptyFailed, Action: &ButtonProps{Label: "Try again", Href: again}}
	case p.Denied:
		return EmptyProps{Kind: EmptyDenied}
	case p.Pager.page() > 1 && p.Pager.Total > 0:
		return EmptyProps{
			Kind: EmptyNoMatch, Title: "This page is past the end", Text: "There are fewer " + p.Many + " now.",
			Action: &ButtonProps{Label: "To the first page", Href: p.href()},
		}
	case p.filtered():
		return EmptyProps{
			Kind: EmptyNoMatch, Title: "No " + p.One + " matches",
			Action: &ButtonProps{Label: "Clear search and filters", Href: p.clearHref()}, Other: p.NoMatch,
		}
	}
	return p.Nothing
}

// Thousands writes 10000 as 10,000.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	start := 0
	if n < 0 {
		start = 1
	}
	for i := len(s) - 3; i > start; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
