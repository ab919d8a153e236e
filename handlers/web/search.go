package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// Place is a page that the search for anything finds by its label and by more
// words for it.
type Place struct {
	Label, Href, Icon, Words string
	Needs                    access.Permission
}

// SearchText is the search as asked for.
func SearchText(c echo.Context) string { return clean(c.QueryParam("q")) }

// FindPlaces are the pages whose words begin with those of the search; all of
// them without a search.
func FindPlaces(who *store.Principal, label, q string, places []Place) ui.FoundGroup {
	group := ui.FoundGroup{Label: label}
	wanted := strings.Fields(strings.ToLower(q))
	for _, p := range places {
		if who.Can(p.Needs) && p.matches(wanted) {
			group.Items = append(group.Items, ui.Found{Label: p.Label, Href: p.Href, Icon: p.Icon})
		}
	}
	return group
}

func (p Place) matches(wanted []string) bool {
	have := strings.Fields(strings.ToLower(p.Label + " " + p.Words))
	for _, want := range wanted {
		found := false
		for _, word := range have {
			found = found || strings.HasPrefix(word, want)
		}
		if !found {
			return false
		}
	}
	return true
}

// RenderSearch answers the palette, or with the page of the same search.
func (a *App) RenderSearch(c echo.Context, p ui.SearchProps) error {
	filled := p.Groups[:0:0]
	for _, g := range p.Groups {
		if len(g.Items) > 0 {
			filled = append(filled, g)
		}
	}
	p.Groups = filled
	return a.Render(c, http.StatusOK, View{Title: "Search", Body: ui.SearchPage(p), Fragment: ui.PaletteList(p)})
}
