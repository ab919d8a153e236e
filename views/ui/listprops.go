package ui

// ListState is what a handler tells a list: the state that the URL carries and
// how the reading went. Columns, labels and empty texts belong to the page.
type ListState struct {
	Query   string            // q as typed
	Filters map[string]string // current filter values by name; "" or absent is "all"
	Sort    string            // "name" or "-name"; empty is the page's default
	Pager   Pager
	CSVHref string // the same rows as a file; empty: there is none
	// Views are the saved views; nil: this list has none. State is the query of
	// the present one, OpensView that the bare address leads to a view.
	Views     []SavedView
	State     string
	OpensView bool
	Denied    bool // the role may not see these rows
	Failed    bool // reading them failed
}

// AllView is the value of "view" that shows a whole list when its bare address
// opens a saved view.
const AllView = "all"

// SavedView is a list's state under a name. By is whose it is, if somebody else's.
type SavedView struct {
	ID, Name, Href, By       string
	Current, Shared, Default bool
}

// ListPick lets rows be picked for work on many at once; rows bring a PickCell.
type ListPick struct {
	Action  string // address of the question that comes next
	Options []Option
}

// Pager says which rows are shown. Hrefs are made from Page unless given, so
// that a list with cursors can bring its own.
type Pager struct {
	Page, PerPage          int // from 1; PerPage 0 means 25
	Shown                  int // rows on this page
	Total                  int
	Capped                 bool // Total is a lower bound, shown as "1,000+"
	HasNext                bool // needed only when Capped
	First, Prev, Next, End string
}

// Filter is one select of a list's form.
type Filter struct {
	Name, Label string
	Options     []Option // without the "all" choice
	Placeholder string   // makes it a field to type in
}

// Column is one head of a list; with a Key it sorts.
type Column struct {
	Key, Label string
	Right      bool // figures
	Desc       bool // first click sorts downwards
	Hidden     bool // label for screen readers only, for actions
}

// ListProps is a list as the page defines it, around a handler's ListState.
type ListProps struct {
	ListState
	ID          string // element id, also the htmx target
	Path        string
	One, Many   string // "business", "businesses"
	Caption     string
	SearchLabel string
	DefaultSort string
	Filters     []Filter
	Columns     []Column
	Nothing     EmptyProps   // when there is no row and no filter
	NoMatch     *ButtonProps // what else to do when a search finds nothing
	ViewsOf     string       // what saved views of the list are kept under
	Pick        *ListPick
}

// EmptyKind tells the four reasons for an empty place apart.
type EmptyKind string

// The kinds of emptiness.
const (
	EmptyNothing EmptyKind = ""
	EmptyNoMatch EmptyKind = "nomatch"
	EmptyDenied  EmptyKind = "denied"
	EmptyFailed  EmptyKind = "failed"
)

// EmptyProps describes an empty place and the way on.
type EmptyProps struct {
	Kind        EmptyKind
	Title, Text string
	Action      *ButtonProps
	Other       *ButtonProps // a second way on
}
