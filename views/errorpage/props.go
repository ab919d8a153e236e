// Package errorpage holds the one page that every failure becomes.
package errorpage

import "github.com/smoothschedule/smoothschedule/views/ui"

// Props is a failure in the user's words. Empty Title and Message are filled
// from Status.
type Props struct {
	Status         int
	Title, Message string
	RequestID      string
	Actions        []ui.Link // the first is the main one
}

// Text is what Show will say below the heading.
func Text(p Props) string { return p.words().message }
