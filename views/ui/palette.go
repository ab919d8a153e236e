package ui

import (
	"slices"
	"strconv"
)

// Found is one thing that a search found. Detail tells it from others of its name.
type Found struct{ Label, Detail, Href, Icon string }

// FoundGroup is what was found of one kind.
type FoundGroup struct {
	Label string
	Items []Found
}

// SearchProps is a search for anything and what it found. For says what can be
// found, in a sentence.
type SearchProps struct {
	Query, For string
	Groups     []FoundGroup
}

func (p SearchProps) count() int {
	n := 0
	for _, g := range p.Groups {
		n += len(g.Items)
	}
	return n
}

// summary is what a screen reader hears.
func (p SearchProps) summary() string {
	switch n := p.count(); n {
	case 0:
		return "Nothing found"
	case 1:
		return "1 result"
	default:
		return strconv.Itoa(n) + " results"
	}
}

// optionID counts through all groups.
func (p SearchProps) optionID(group, item int) string {
	for _, g := range p.Groups[:group] {
		item += len(g.Items)
	}
	return "palette-" + strconv.Itoa(item)
}

// shortcut is a key and what it does.
type shortcut struct {
	keys []string
	text string
	// business says that the key works on a business's site alone.
	business bool
}

// shortcuts are those of app.js and schedule.js.
var shortcuts = []shortcut{
	{keys: []string{"Ctrl", "K"}, text: "Find anything (⌘ K on a Mac)"},
	{keys: []string{"/"}, text: "Search the list, or anything"},
	{keys: []string{"?"}, text: "Show these keys"},
	{keys: []string{"Esc"}, text: "Close what is open"},
	{keys: []string{"↑", "↓"}, text: "Choose among results"},
	{keys: []string{"Enter"}, text: "Open the chosen one"},
	{keys: []string{"M"}, text: "On the schedule, move the appointment that has the focus: arrows, then Enter", business: true},
}

func shortcutsOf(business bool) []shortcut {
	return slices.DeleteFunc(slices.Clone(shortcuts), func(s shortcut) bool { return s.business && !business })
}
