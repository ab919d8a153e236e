package platform

import "github.com/smoothschedule/smoothschedule/views/ui"

// ViewList is a list that has saved views.
type ViewList struct{ Label, Href string }

// ViewRow is a saved view; By is whose it is, if somebody else's.
type ViewRow struct {
	Seen               ui.Seen
	ID, Name, Href, By string
	Shared, Default    bool
	Error              string
}

// ViewsProps is a person's views of a list. Error is why a new one was not saved.
type ViewsProps struct {
	List  ViewList
	Name  string // of the list, as its views are kept
	Rows  []ViewRow
	Error string
}

func (p ViewsProps) own() (rows []ViewRow)    { return p.which(true) }
func (p ViewsProps) shared() (rows []ViewRow) { return p.which(false) }

func (p ViewsProps) which(own bool) (rows []ViewRow) {
	for _, r := range p.Rows {
		if (r.By == "") == own {
			rows = append(rows, r)
		}
	}
	return rows
}
