// Package arch keeps the arrows between the rooms: which package may import
// which. README's "Project structure" says why.
package arch

import (
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/smoothschedule/smoothschedule/"

// storeRooms are the rooms of the store from the lowest up: each may import those
// before it, and none after it.
var storeRooms = strings.Fields(`store/access store/availability store/internal/text store/internal/db store/internal/paging
	store/settings store/schema store/sessions store/commonpasswords store/identity store/plans store/catalog store/people store/calendar store/notices
	store/booking store/desk store/masquerade store/console store/search store/transfer store/ops`)

// may lists, room by room, the only rooms of this module that it may import. A
// room's own sub-rooms are listed where they may be used.
var may = []struct{ from, to string }{
	{`migrations`, `^$`},
	{`static`, `^$`},
	{`store`, `^store/(availability|internal/(db|paging|text))$`},
	{`store/(schema|transfer)`, `^(migrations|store/.+)$`},
	{`store/devdb`, `^$`},
	{`store/seed`, `^(migrations|store|store/.+)$`},
	{`store/storetest`, `^(migrations|store|store/(schema|devdb))$`},
	{`store/.+`, `^store/.+$`}, // in the order of storeRooms
	{`views/urls`, `^$`},
	{`views/names`, `^$`},
	{`views/ui`, `^(static|views/urls)$`},
	{`views/.+`, `^(static|views/(ui|urls|names|layout))$`},
	{`handlers/web`, `^(static|views/.+|store|store/(access|availability|sessions|settings|calendar|notices|booking|desk|masquerade|console))$`},
	{`handlers/business`, `^(views/.+|handlers/web|store|store/(access|availability|sessions|identity|settings|plans|catalog|people|calendar|notices|booking|desk|masquerade|search))$`},
	{`handlers/site`, `^(views/.+|handlers/web|store|store/(access|identity|settings|plans|people|console|search))$`},
	{`handlers/account`, `^(views/.+|handlers/web|store|store/(access|sessions|identity|booking))$`},
	{`handlers/api`, `^(views/.+|handlers/web|store|store/(access|availability|identity|settings|people|calendar|console))$`},
	{`handlers/dev`, `^(views/.+|handlers/web|store/access)$`},
	{`handlers/platform`, `^(views/.+|handlers/web|store|store/(access|sessions|identity|settings|plans|catalog|people|desk|masquerade|console|search|transfer|ops))$`},
	{`handlers/handlertest`, `^(views/(urls|mail)|handlers|handlers/web|store|store/.+)$`},
	{`handlers`, `^(static|views/.+|handlers/[a-z]+|store|store/(access|transfer))$`},
	{`cmd/internal/jobs`, `^(views/.+|handlers/web|store|store/.+)$`},
	{`cmd/internal/app`, `^(views/urls|handlers|handlers/web|cmd/internal/jobs|store|store/(access|devdb|schema|people|console|ops))$`},
	{`cmd/internal/bench`, `^(migrations|views/.+|handlers/web|cmd/internal/app|store|store/.+)$`},
	{`cmd/internal/(arch|e2e)`, `^$`},
	{`cmd/smoothschedule`, `^(views/urls|handlers/web|cmd/internal/app|store|store/.+)$`},
}

// never holds even where a line above allows it.
var never = []struct{ from, to string }{
	{`(store|views|static|migrations|handlers)(/.*)?`, `^cmd(/.*)?$`},
	{`store(/.*)?`, `^(handlers|views)(/.*)?$`},
	{`store/.+/.+|store/(access|availability|settings|schema|sessions|identity|plans|catalog|people|calendar|notices|booking|desk|masquerade|console|search|transfer|ops)`, `^store$`},
	{`views(/.*)?`, `^(store|handlers)(/.*)?$|^github.com/labstack/echo`},
	{`handlers`, `^handlers/handlertest$`},
	// The login that owns the tables, and what only the platform may do.
	{`handlers/(web|platform|business|site|api|account|dev)`, `^store/(schema|internal/.+)$`},
	{`handlers/(business|site)`, `^store/(ops|transfer)$`},
	{`handlers/(business|account)`, `^store/console$`},
}

func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}: {{join .Imports " "}}`, module+"...").Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	seen := 0
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		room, imports, _ := strings.Cut(line, ": ")
		room = strings.TrimPrefix(room, module)
		seen++
		if strings.HasPrefix(room, "store/") && !slices.Contains(append(storeRooms, "store/devdb", "store/seed", "store/storetest"), room) {
			t.Errorf("%s has no place among the rooms of the store", room)
		}
		for _, path := range strings.Fields(imports) {
			own, isOwn := strings.CutPrefix(path, module)
			if (isOwn && !allowed(t, room, own)) || forbidden(room, own) {
				t.Errorf("%s must not import %s", room, own)
			}
			if here, there := slices.Index(storeRooms, room), slices.Index(storeRooms, own); isOwn && here >= 0 && there > here {
				t.Errorf("%s lies below %s", room, own)
			}
		}
	}
	if seen < 10 {
		t.Fatalf("go list named %d packages only", seen)
	}
}

func allowed(t *testing.T, room, to string) bool {
	for _, rule := range may {
		if matches(`^`+rule.from+`$`, room) {
			return matches(rule.to, to)
		}
	}
	t.Errorf("%s is a room without a rule: give it one", room)
	return false
}

func forbidden(room, to string) bool {
	for _, rule := range never {
		if matches(`^`+rule.from+`$`, room) && matches(rule.to, to) {
			return true
		}
	}
	return false
}

func matches(pattern, text string) bool { return regexp.MustCompile(pattern).MatchString(text) }
