// Package arch keeps the arrows between the rooms: which package may import
// which. README's "Project structure" says why.
package arch

import (
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const module = "github.com/smoothschedule/smoothschedule/"

// may lists, room by room, the only rooms of this module that it may import. A
// room's own sub-rooms are listed where they may be used.
var may = []struct{ from, to string }{
	{`migrations`, `^$`},
	{`static`, `^$`},
	{`store/access`, `^$`},
	{`store`, `^(migrations|store/(access|availability|commonpasswords))$`},
	{`store/commonpasswords`, `^$`},
	{`store/availability`, `^$`},
	{`store/devdb`, `^$`},
	{`store/seed`, `^(store|store/access|migrations)$`},
	{`store/storetest`, `^(store|store/access|store/devdb|migrations)$`},
	{`views/urls`, `^$`},
	{`views/names`, `^$`},
	{`views/ui`, `^(static|views/urls)$`},
	{`views/.+`, `^(static|views/(ui|urls|names|layout))$`},

	{`handlers/web`, `^(store|store/(access|availability)|static|views/.+)$`},
	{`handlers/(platform|business|site|api|account|dev)`, `^(store|store/(access|availability)|static|views/.+|handlers/web)$`},
	{`handlers/handlertest`, `^(store|store/.+|views/(urls|mail)|handlers|handlers/web)$`},
	{`handlers`, `^(store|store/access|static|views/.+|handlers/[a-z]+)$`},
	{`cmd/.+`, `^(store|store/.+|views/.+|static|migrations|handlers|handlers/.+|cmd/internal/.+)$`},
}

// never holds even where a line above allows it.
var never = []struct{ from, to string }{
	{`(store|views|static|migrations|handlers)(/.*)?`, `^cmd(/.*)?$`},
	{`store(/.*)?`, `^(handlers|views)(/.*)?$`},
	{`views(/.*)?`, `^(store|handlers)(/.*)?$|^github.com/labstack/echo`},
	{`handlers`, `^handlers/handlertest$`},
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
		for _, path := range strings.Fields(imports) {
			own, isOwn := strings.CutPrefix(path, module)
			if (isOwn && !allowed(t, room, own)) || forbidden(room, own) {
				t.Errorf("%s must not import %s", room, own)
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

// TestBusinessSurfaceStaysInItsTenant: the handlers of businesses and their
// customers never open the platform's door.
func TestBusinessSurfaceStaysInItsTenant(t *testing.T) {
	out, err := exec.Command("grep", "-rn", "InPublic(", "../../../handlers/business", "../../../handlers/account").Output()
	if err == nil {
		t.Errorf("the platform's door is used on a business's host:\n%s", out)
	}
}
