// Package site holds the pages of the apex host, where nobody logs in.
package site

import "github.com/smoothschedule/smoothschedule/views/ui"

// HomeProps is the front page; it links only to what it is given.
type HomeProps struct {
	Actions []ui.ButtonProps // sign up, find my business
	Links   []ui.Link        // platform console, a demo business
}
