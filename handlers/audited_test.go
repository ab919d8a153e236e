package handlers_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers"
	"github.com/smoothschedule/smoothschedule/handlers/api"
	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// deed is one valid use of an unsafe route, and what the audit log says of it.
// Deeds are told in order: each finds what those before it left.
type deed struct {
	path  string // {names} stand for what story.value knows
	as    string // whose browser; see story.browser
	form  string // as in an address: a=1&b={name}
	wants string // the action on record
	by    string // whose name is on record, where as doesn't say it
	prep  string // SQL in the business's schema, run before
	file  func(s *story) []byte
	with  string // the file's field
	// excuse says why no row is written; then nothing else is tried.
	excuse string
}

// routeOf finds the line of the table that a deed's path is of.
func routeOf(routes []web.Route, path string) (web.Route, bool) {
	parts := strings.Split(path, "/")
	for _, exact := range []bool{true, false} {
		for _, r := range routes {
			pattern := strings.Split(r.Path, "/")
			if access.IsSafe(r.Method) || len(pattern) != len(parts) {
				continue
			}
			matches := true
			for i := range parts {
				variable := strings.HasPrefix(pattern[i], ":") && (strings.HasPrefix(parts[i], "{") || !exact)
				matches = matches && (pattern[i] == parts[i] || variable)
			}
			if matches {
				return r, true
			}
		}
	}
	return web.Route{}, false
}

// complete fails for each unsafe route that no deed uses, and the other way round.
func complete(t *testing.T, surface string, routes []web.Route, deeds []deed) {
	t.Helper()
	used := map[string]bool{}
	for _, d := range deeds {
		r, ok := routeOf(routes, d.path)
		if !ok {
			t.Errorf("%s: no route for %s", surface, d.path)
		}
		used[r.Path] = true
	}
	for _, r := range routes {
		if !access.IsSafe(r.Method) && !used[r.Path] {
			t.Errorf("%s: %s %s has no line in the table of deeds: add a valid form and the action that it records, or the reason why it records none", surface, r.Method, r.Path)
		}
	}
}

// welcomed follows the way from the apex into the new business.
func (y *story) welcomed(r handlertest.Response, owner uuid.NullUUID) {
	y.t.Helper()
	u, err := url.Parse(r.Location())
	if err != nil {
		y.t.Fatal(err)
	}
	d := deed{path: u.Path, wants: "session.started_by_sign_up"}
	r, lines := y.do(d, y.s.On(u.Hostname()))
	y.recorded(d, r, lines, owner, owner, false)
}

// TestM8_EachUnsafeRouteIsAudited uses every unsafe route of the table once, with
// valid input: each writes its row under the name of who did it. Those of a
// business are used again in a masquerade with changes: then under both names,
// and what is personal writes nothing.
func TestM8_EachUnsafeRouteIsAudited(t *testing.T) {
	s := handlertest.NewWith(t, storetest.Config(t), false)
	for _, role := range staffRoles {
		s.Staff(role)
	}
	platform, business, site := handlers.Surfaces(s.App, t.TempDir())
	apiPlatform, apiBusiness := handlers.APIs(api.New(s.App))
	complete(t, "platform", append(slices.Clone(platform.Routes), apiPlatform.Routes...), platformDeeds)
	complete(t, "business", append(slices.Clone(business.Routes), apiBusiness.Routes...), businessDeeds)
	complete(t, "site", site.Routes, siteDeeds)

	t.Run("own", func(t *testing.T) {
		y := newStory(t, s, "own", businessNames)
		for _, d := range businessDeeds {
			if d.excuse == "" {
				r, lines := y.do(d, y.browser(d.as))
				who := y.person(d)
				y.recorded(d, r, lines, who, who, false)
			}
		}
	})
	t.Run("masquerade", func(t *testing.T) {
		y := newStory(t, s, "seen", businessNames)
		operator, subject := y.person(deed{as: "chief"}), y.person(deed{as: "owner"})
		last := y.one(`SELECT id FROM public.audit_log ORDER BY id DESC LIMIT 1`)
		_, y.inside = writing(t, s, y.tenant)
		if !slices.ContainsFunc(y.since(last), func(l line) bool {
			return l.action == "masquerade.started" && l.actor == operator && l.subject == subject
		}) {
			t.Error("the start is not recorded")
		}
		seen := 0
		for _, d := range businessDeeds {
			route, _ := routeOf(business.Routes, d.path)
			if d.excuse != "" || route.Masqueraded || strings.HasPrefix(d.path, "/api/") {
				continue
			}
			if route.Permission != access.Public && !access.Can(access.TenantOwner, route.Permission) {
				y.do(d, y.browser(d.as)) // a customer's own; the story goes on
				continue
			}
			if route.IsPersonal() {
				if r, lines := y.do(d, y.inside); r.Code != http.StatusForbidden || slices.ContainsFunc(lines, func(l line) bool { return l.action != "masquerade.page_viewed" }) {
					t.Errorf("POST %s in a masquerade: %d, recorded %v", d.path, r.Code, lines)
				}
				d.prep = ""
				if d.as != "" && d.path != "/team/hand-over" { // the story goes on
					y.do(d, y.browser(d.as))
				}
				continue
			}
			r, lines := y.do(d, y.inside)
			y.recorded(d, r, lines, operator, subject, true)
			seen++
		}
		d := deed{path: "/masquerade/stop", wants: "masquerade.ended"}
		r, lines := y.do(d, y.inside)
		y.recorded(d, r, lines, operator, subject, true)
		if seen < 30 {
			t.Errorf("%d changes were tried: the test is blind", seen)
		}
	})
	t.Run("platform", func(t *testing.T) {
		y := newStory(t, s, "told", platformNames)
		refused := 0
		for _, d := range append(slices.Clone(platformDeeds), siteDeeds...) {
			if d.excuse == "" {
				r, lines := y.do(d, y.browser(d.as))
				who := y.person(d)
				y.recorded(d, r, lines, who, who, false)
				if d.path == "/signup/confirm/{sign-up link}" {
					y.welcomed(r, who)
				}
				if y.refuses(d) {
					refused++
				}
			}
		}
		if refused < 20 {
			t.Errorf("%d forms were refused: the test is blind", refused)
		}
	})
	auditReads(t, s)
}

// codes are what nobody should read: names of fields, values as JSON or Go print
// them, ids, and the verbs of formats.
var codes = regexp.MustCompile(`[a-z]_[a-z]|[{}]|%[a-z]|map\[|<nil>|null|[A-Z]{4}_|[0-9a-f]{8}-[0-9a-f]{4}| [,.;]|\w·|·\w|[a-z]+=|\d{4}-\d\d-\d\dT`)

// given are names and addresses that people chose, as codes may look.
var given = regexp.MustCompile(`\S+@\S+|The (PLATFORM|TENANT)_[A-Z]+\b|(at|viewed) /\S+|\w+\.(csv|test|localhost)\b|Europe/\w+`)

// auditReads reads the audit log page by page, with all that was just recorded:
// nowhere in it is a code.
func auditReads(t *testing.T, s *handlertest.Server) {
	root := s.Platform().As(access.Superuser)
	rows := 0
	for href := "/audit?views=each"; href != ""; {
		doc := root.Get(href).Doc()
		doc.Find("#audit tbody tr").Each(func(_ int, row *goquery.Selection) {
			rows++
			row.Find("td").Each(func(_ int, cell *goquery.Selection) {
				text := strings.Join(strings.Fields(cell.Text()), " ")
				if bad := codes.FindString(given.ReplaceAllString(text, "")); bad != "" {
					t.Errorf("the audit log says %q, where %q is no word", text, bad)
				}
			})
			if row.Find("td[data-label=Who]").Text() == "" || strings.TrimSpace(row.Find("td[data-label=What]").Text()) == "" {
				t.Errorf("a line of the audit log doesn't say who did what: %s", row.Text())
			}
		})
		href = doc.Find("#audit-right[href]").AttrOr("href", "")
	}
	if rows < 200 {
		t.Errorf("%d lines of the audit log were read: the test is blind", rows)
	}
}
