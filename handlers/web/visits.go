package web

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/labstack/echo/v4"

	"github.com/smoothschedule/smoothschedule/store/masquerade"
	"github.com/smoothschedule/smoothschedule/views/ui"
	"github.com/smoothschedule/smoothschedule/views/urls"
)

// Visit says how a visit's record is shown: Href is the visit's page. Names are of
// the business's own things, and links lead to them, where the viewer is of that
// business (Inside).
type Visit struct {
	Href   string
	Zone   *time.Location
	Inside bool
	Names  map[uuid.UUID]string
}

// Record is a visit's record as it is shown.
func (v Visit) Record(r masquerade.VisitRecord) ui.VisitRecord {
	shown := ui.VisitRecord{Href: v.Href}
	for _, p := range r.Pages {
		shown.Kinds = p.Kinds
		page := ui.VisitedPage{Page: PageText(p.Page), Object: v.named(p.Page), Form: p.Form, Times: p.Times, First: Clock(p.First, v.Zone), At: Clock(p.At, v.Zone)}
		if v.Inside {
			page.Href = pageHref(p)
		}
		shown.Pages = append(shown.Pages, page)
	}
	for _, change := range r.Changes {
		shown.Total = change.Total
		line := ui.VisitChange{At: Clock(change.At, v.Zone), Text: ActionText(change.Action), Object: change.Object}
		if name := v.named(change.ObjectID); name != "" {
			line.Object = name
		}
		if v.Inside {
			line.Href = objectPath(change.ObjectType, change.ObjectID)
		}
		shown.Changes = append(shown.Changes, line)
	}
	return shown
}

var anyID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// VisitIDs are the ids that some records speak of.
func VisitIDs(records ...masquerade.VisitRecord) []uuid.UUID {
	var ids []uuid.UUID
	for _, r := range records {
		for _, p := range r.Pages {
			for _, text := range anyID.FindAllString(p.Page, -1) {
				ids = append(ids, uuid.MustParse(text))
			}
		}
		for _, change := range r.Changes {
			if id, err := uuid.Parse(change.ObjectID); err == nil {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

func (v Visit) named(text string) string {
	var names []string
	for _, id := range anyID.FindAllString(text, -1) {
		if name := v.Names[uuid.MustParse(id)]; name != "" {
			names = append(names, name)
		}
	}
	return strings.Join(names, ", ")
}

// pageHref is where a page can be looked at; of forms and of pages behind tokens
// there is nothing to open.
func pageHref(p masquerade.VisitedPage) string {
	if p.Form || !strings.HasPrefix(p.Page, "/") || strings.Contains(p.Page, ":") {
		return ""
	}
	path, query, _ := strings.Cut(p.Page, "?")
	path = strings.TrimSuffix(path, "/updates")
	var kept []string
	for _, pair := range strings.Split(query, "&") {
		if pair != "" && pair != "q=…" {
			kept = append(kept, pair)
		}
	}
	if len(kept) > 0 {
		path += "?" + strings.Join(kept, "&")
	}
	return path
}

func objectPath(noun, id string) string {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return ""
	}
	switch noun {
	case "customer":
		return urls.Customer(parsed.String())
	case "appointment":
		return urls.Appointment(parsed.String(), "")
	case "service":
		return urls.Service(parsed.String())
	case "resource":
		return urls.Resource(parsed.String())
	}
	return ""
}

// ActionText turns an action of the audit log into words: "service.price_changed"
// is "Service: price changed".
func ActionText(action string) string {
	noun, verb, _ := strings.Cut(strings.ReplaceAll(action, "_", " "), ".")
	if noun == "" {
		return verb
	}
	return strings.ToUpper(noun[:1]) + noun[1:] + ": " + verb
}

// PageOf reads a page's number under a name of its own.
func PageOf(c echo.Context, name string) int {
	if n, err := strconv.Atoi(c.QueryParam(name)); err == nil && n > 1 {
		return min(n, 100_000)
	}
	return 1
}

// Pager is one of several lists of a page: by its name in the address, with the
// numbers of the others kept.
func Pager(path, name string, n, size, shown, total int, others ...string) ui.Pager {
	to := func(page int) string {
		return urls.WithQuery(path, append([]string{name, pageNumber(page)}, others...)...)
	}
	p := ui.Pager{Page: n, PerPage: size, Shown: shown, Total: total}
	last := max(1, (total+size-1)/size)
	if n > 1 {
		p.First, p.Prev = to(1), to(min(n-1, last))
	}
	if n < last {
		p.Next, p.End = to(n+1), to(last)
	}
	return p
}

// Sections puts both lists of a visit's page where they belong in all.
func Sections(c echo.Context, r *ui.VisitRecord) {
	pages, changes := PageOf(c, "pages"), PageOf(c, "changes")
	r.PagesList = Pager(r.Href, "pages", pages, masquerade.VisitPages, len(r.Pages), max(r.Kinds, 0), "changes", pageNumber(changes))
	r.PastPages, r.PastChanges = pages > 1 && len(r.Pages) == 0, changes > 1 && len(r.Changes) == 0
	r.ChangeOf = Pager(r.Href, "changes", changes, masquerade.VisitChanges, len(r.Changes), max(r.Total, 0), "pages", pageNumber(pages))
}

// Older leads on from page n of a short list that has a name of its own in the
// address; shown is how many rows the page has.
func Older(path, name, of string, n, shown int, older bool) ui.OlderProps {
	p := ui.OlderProps{Of: of, Past: n > 1 && shown == 0}
	if n > 1 {
		p.Newest = path
	}
	if older {
		p.Next = urls.WithQuery(path, name, pageNumber(n+1))
	}
	return p
}

// Later is Older for a list that begins with what comes next.
func Later(path, name, of string, n, shown int, more bool) ui.OlderProps {
	p := Older(path, name, of, n, shown, more)
	p.Ahead = true
	return p
}
