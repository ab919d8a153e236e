package ui

import (
	"context"
	"html"
	"io"

	"github.com/a-h/templ"

	"github.com/smoothschedule/smoothschedule/static"
)

// What a list has dozens of is written here by hand: templ collects classes in
// maps and formats each text, which costs more than the thing itself.

// written is a component of markup that escapes what came in.
type written string

// Render implements templ.Component.
func (m written) Render(_ context.Context, w io.Writer) error {
	_, err := io.WriteString(w, string(m))
	return err
}

func iconHref(name string) string { return static.URL("icons.svg") + "#" + name }

// Icon is a drawing of the sprite. It never stands for a word: screen readers
// pass it over.
func Icon(name string) templ.Component { return icon(name) }

func icon(name string) written {
	return written(`<svg class="icon" aria-hidden="true"><use href="` + html.EscapeString(iconHref(name)) + `"></use></svg>`)
}

// Avatar is the initials of a name; the name itself always stands beside it.
func Avatar(name string) templ.Component {
	return written(`<span class="avatar ` + hue(name) + `" aria-hidden="true">` + html.EscapeString(Initials(name)) + `</span>`)
}

func showBadge(b badge) templ.Component {
	var drawing written
	if b.icon != "" {
		drawing = icon(b.icon)
	}
	return written(`<span class="` + b.class() + `">` + string(drawing) + html.EscapeString(b.label) + `</span>`)
}

// TimeText is an instant with its zone; nothing to show becomes a dash.
func TimeText(t Time) templ.Component {
	if t.IsZero() {
		return written(`<span class="quiet"><span aria-hidden="true">–</span><span class="sr-only">none</span></span>`)
	}
	iso, text := html.EscapeString(t.ISO), html.EscapeString(t.Text)
	if t.Zone == "" {
		return written(`<time datetime="` + iso + `">` + text + `</time>`)
	}
	title := ""
	if iso != "" {
		title = ` title="` + iso + `"`
	}
	return written(`<time datetime="` + iso + `"` + title + `>` + text + ` <span class="quiet">` + html.EscapeString(t.Zone) + `</span></time>`)
}

// Many is a number with its word: "1 day", "2 days".
func Many(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return Thousands(n) + " " + many
}
