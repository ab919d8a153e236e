package platform

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/store"
)

var (
	actionCode = regexp.MustCompile(`^[a-z][a-z_]+\.[a-z_]+$`)
	// notActions have the form of one: names of files, hosts and tables.
	notActions = regexp.MustCompile(`^public\.|\.(json|csv|lock|log|pid|secret|com)$`)
)

// actionsOf collects every text in the store's code that has the form of an action.
func actionsOf(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, pattern := range []string{"../../store/*/*.go", "../../store/internal/*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") || filepath.Base(filepath.Dir(name)) == "access" { // permissions have the same form
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					if text, err := strconv.Unquote(lit.Value); err == nil && actionCode.MatchString(text) && !notActions.MatchString(text) && len(strings.Split(text, ".")[0]) > 1 {
						found[text] = true
					}
				}
				return true
			})
		}
	}
	return found
}

// TestS10_EachActionIsASentence: whatever the code writes into the audit log is
// shown in words of its own, without codes and without the verbs of formats.
func TestS10_EachActionIsASentence(t *testing.T) {
	actions := actionsOf(t)
	if len(actions) < 100 {
		t.Fatalf("%d actions were found: the test is blind", len(actions))
	}
	for noun, verbs := range map[string][]string{ // put together where they are written
		"appointment": append([]string{"declined"}, "confirmed", "completed", "cancelled", "no_show"),
		"business":    {"list_exported", "exported", "bulk_started", "bulk_undone"}, "user": {"list_exported", "bulk_started", "bulk_undone"}, "ticket": {"list_exported", "bulk_started", "bulk_undone"},
		"audit": {"list_exported"}, "masquerade": {"list_exported"}, "customer": {"list_exported"},
	} {
		for _, verb := range verbs {
			actions[noun+"."+verb] = true
		}
	}
	for action := range actions {
		if _, ok := eventTexts[action]; !ok && action != "masquerade.page_viewed" {
			t.Errorf("%s has no sentence in eventTexts", action)
		}
	}
	for _, former := range []string{"user.photo_changed", "odd"} {
		actions[former] = true
	}
	for action := range actions {
		text := eventText(store.AuditEntry{Action: action, ObjectName: "Anything", Details: "{}"})
		if text == "" || strings.ContainsAny(text, "%_.") {
			t.Errorf("%s reads %q", action, text)
		}
	}
}

// TestS3_EventsSayWhatTheyChanged: a viewed page is named, a change of plan says
// from what to what.
func TestS3_EventsSayWhatTheyChanged(t *testing.T) {
	for _, e := range []struct{ action, details, want string }{
		{"masquerade.page_viewed", `{"page": "/customers?page=2"}`, "Customers, page 2"},
		{"masquerade.page_viewed", `{"page": "/settings", "form": true}`, "form: Settings"},
		{"business.plan_changed", `{"before": {"plan": "free"}, "after": {"plan": "professional"}}`, "from Free to Professional"},
		{"business.change_undone", `{"before": {"plan": "free"}, "after": {"plan": "professional"}}`, "Professional again"},
	} {
		if text := eventText(store.AuditEntry{Action: e.action, Details: e.details}); !strings.Contains(text, e.want) {
			t.Errorf("%s: %q lacks %q", e.action, text, e.want)
		}
	}
	// Former versions wrote only what it was afterwards.
	if text := eventText(store.AuditEntry{Action: "business.change_undone", Details: `{"after": {"plan": "professional"}}`}); strings.Contains(text, "from") {
		t.Errorf("half a sentence: %q", text)
	}
}
