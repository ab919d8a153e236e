package ui

import "strconv"

// VisitRecord is what was shown and changed during a masquerade, or the beginning
// of it; Href is the visit's own page, where all of it is.
type VisitRecord struct {
	Href                string
	Pages               []VisitedPage
	Changes             []VisitChange
	Kinds, Total        int   // different pages and changes in all
	PagesList, ChangeOf Pager // where the page lies in each
	// PastPages and PastChanges say that the page lies behind the end of a list.
	PastPages, PastChanges bool
}

// VisitedPage is a page that was shown, however often. Object names what it was
// about.
type VisitedPage struct {
	Page, Href, Object string
	Form               bool
	Times              int
	First, At          Time
}

// VisitChange is something that was changed.
type VisitChange struct {
	At           Time
	Text         string
	Object, Href string
}

// text stands before the object.
func (p VisitedPage) text() string {
	if p.Object == "" {
		return p.Page
	}
	return p.Page + ": "
}

func (p VisitedPage) times() string {
	if p.Times == 1 {
		return ""
	}
	return strconv.Itoa(p.Times) + " times, last at "
}

func (r VisitRecord) more() bool { return r.Kinds > len(r.Pages) || r.Total > len(r.Changes) }

func (r VisitRecord) pages() string   { return countedOf(r.Kinds, "page") }
func (r VisitRecord) changes() string { return countedOf(r.Total, "change") }

func countedOf(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return Thousands(n) + " " + what + "s"
}

func (r VisitRecord) pagesList() ListProps {
	return ListProps{ListState: ListState{Pager: r.PagesList}, ID: "pages", Path: r.Href, One: "page", Many: "pages"}
}

func (r VisitRecord) changesList() ListProps {
	return ListProps{ListState: ListState{Pager: r.ChangeOf}, ID: "changes", Path: r.Href, One: "change", Many: "changes"}
}
