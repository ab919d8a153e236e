package handlers_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/smoothschedule/smoothschedule/handlers/handlertest"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/views/ui"
)

// TestFormSentTwiceMakesOneThing presses the button of each form that makes
// something new twice at one moment, as people without scripts do. What is made is
// counted on the page that lists it, against what one press makes; both answers are
// those of the press that made it.
func TestFormSentTwiceMakesOneThing(t *testing.T) {
	t.Parallel()
	s := handlertest.New(t)
	w := newSalonOn(t, s)
	s.Staff(access.Superuser)
	owner, root := w.owner, s.Platform().As(access.Superuser)
	customer := w.post(owner, "/customers", http.StatusSeeOther, "name", "Nora Note").Location()
	ticket := w.post(owner, "/support", http.StatusSeeOther, "subject", "Old question", "body", "Help", "priority", "low").Location()
	business := "/businesses/" + w.tenant.ID.String()
	w.post(root, business+"/plan", http.StatusSeeOther, "plan", "business") // which holds enough people
	for i, form := range []struct {
		name, page, action, list string
		c                        *handlertest.Client
		fields                   []string // # becomes the word that is counted
	}{
		{"customer", "/customers/new", "/customers", "/customers?q=#", owner, []string{"name", "#", "phone", "044 555 #"}},
		{"note on a customer", customer, customer + "/notes", customer, owner, []string{"body", "#"}},
		{"resource", "/resources/new", "/resources", "/resources?q=#", owner, []string{"name", "#", "kind", "ROOM"}},
		{"service", "/services/new", "/services", "/services?q=#", owner, []string{"name", "#", "duration_minutes", "30", "price", "10"}},
		{"closed day", "/settings/closed-days", "/settings/closed-days", "/settings/closed-days", owner, []string{"from", "2031-05-05", "reason", "#"}},
		{"invitation", "/team/new", "/team", "/team?q=#", owner, []string{"name", "#", "email", "#@example.test", "role", "TENANT_STAFF"}},
		{"question", "/support/new", "/support", "/support?q=#", owner, []string{"subject", "#", "body", "Help", "priority", "low"}},
		{"message to support", ticket, ticket + "/messages", ticket, owner, []string{"body", "#"}},
		{"answer of support", ticket, ticket + "/messages", ticket, root, []string{"body", "#", "status", "waiting"}},
		{"note on a ticket", ticket, ticket + "/notes", ticket, root, []string{"note", "#"}},
		{"note on a business", business, business + "/notes", business, root, []string{"note", "#"}},
		{"business", "/businesses/new", "/businesses", "/businesses?q=#", root, []string{"name", "#", "subdomain", "#", "plan", "free", "time_zone", "UTC", "owner_name", "Ann", "owner_email", "ann@#.test"}},
		{"colleague", "/staff", "/staff", "/staff?q=#", root, []string{"name", "#", "email", "#@example.test", "role", "PLATFORM_SUPPORT"}},
	} {
		press := func(word string, times int) (seen int, answers []string) {
			body := formAt(t, form.c.Get(form.page).Doc(), form.action)
			for i := 0; i < len(form.fields); i += 2 {
				body.Set(form.fields[i], strings.ReplaceAll(form.fields[i+1], "#", word))
			}
			answers = make([]string, times)
			var pressed sync.WaitGroup
			for i := range answers {
				pressed.Go(func() {
					r := form.c.Post(form.action, body)
					if answers[i] = r.Location(); r.Code != http.StatusSeeOther {
						answers[i] = strings.Join(strings.Fields(r.Doc().Find("main").Text()), " ")
					}
				})
			}
			pressed.Wait()
			list := strings.ReplaceAll(form.list, "#", word)
			form.c.Get(list) // shows the message of the redirect
			return strings.Count(form.c.Get(list).Doc().Find("main").Text(), word), answers
		}
		once, made := press("zebra"+string(rune('a'+i)), 1)
		twice, again := press("qagga"+string(rune('a'+i)), 2)
		if once == 0 || !strings.HasPrefix(made[0], "/") {
			t.Errorf("%s: one press made nothing: %q", form.name, made)
		}
		if twice != once || again[0] != again[1] || !strings.HasPrefix(again[0], "/") {
			t.Errorf("%s: one press is seen %d times, two are seen %d times, and answered %q", form.name, once, twice, again)
		}
	}
}

// formAt are the values of the form that a page sends to an address.
func formAt(t *testing.T, doc *goquery.Document, action string) url.Values {
	t.Helper()
	values := url.Values{}
	doc.Find("main form[method=post]").EachWithBreak(func(_ int, f *goquery.Selection) bool {
		if f.AttrOr("action", "") != action {
			return true
		}
		if id := f.Find("input[name="+ui.OnceField+"]").AttrOr("value", ""); id != "" {
			values.Set(ui.OnceField, id)
		}
		return false
	})
	return values
}
