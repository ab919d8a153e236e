package ui

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// Answer is what one field of a form holds, in words. What is chosen from a list
// of rows is told by their ids.
type Answer struct {
	Label, Text string
	IDs         []string
}

// Seen is what a form knows of the row that it was made from. The zero value is
// that of a form for something new.
type Seen struct {
	Version string
	// Stale says that the row was changed after that: the form shows in what what is
	// stored differs from what was typed.
	Stale   bool
	Differs []Difference
	Href    string // shows what is stored, without what was typed
}

// Difference is a field that holds one thing in the database and another in a form.
type Difference struct{ Stored, Typed Answer }

// VersionField is the form's field for Seen.Version.
const VersionField = "form_version"

// VersionOf tells one content of a form from another.
func VersionOf(answers []Answer) string {
	h := sha256.New()
	for _, a := range answers {
		for _, part := range append([]string{a.Label, a.Text}, slices.Sorted(slices.Values(a.IDs))...) {
			_, _ = h.Write([]byte(part + "\x00"))
		}
		_, _ = h.Write([]byte("\x01"))
	}
	return base64.RawURLEncoding.EncodeToString(h.Sum(nil)[:12])
}

// Differences are the fields in which two contents of one form differ.
func Differences(stored, typed []Answer) []Difference {
	var found []Difference
	for i := range min(len(stored), len(typed)) {
		if VersionOf(stored[i:i+1]) != VersionOf(typed[i:i+1]) {
			found = append(found, Difference{Stored: stored[i], Typed: typed[i]})
		}
	}
	return found
}

// Named writes names for ids.
func (s Seen) Named(names map[string]string) Seen {
	s.Differs = slices.Clone(s.Differs)
	for i := range s.Differs {
		s.Differs[i].Stored.name(names)
		s.Differs[i].Typed.name(names)
	}
	return s
}

func (a *Answer) name(names map[string]string) {
	if len(a.IDs) == 0 {
		return
	}
	var known []string
	for _, id := range a.IDs {
		if name := names[id]; name != "" {
			known = append(known, name)
		}
	}
	slices.Sort(known)
	a.Text = strings.Join(known, ", ")
}

// Shown is the text of an answer; an empty one is said, too.
func (a Answer) Shown() string {
	if strings.TrimSpace(a.Text) == "" {
		return "(nothing)"
	}
	return a.Text
}
