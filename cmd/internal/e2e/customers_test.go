package e2e

import (
	"strings"
	"testing"
)

// TestJourneyOfACustomerFile is an owner who writes a customer down, remarks
// something, finds the customer by a tag and erases the file; once with
// JavaScript and once without.
func TestJourneyOfACustomerFile(t *testing.T) {
	for _, way := range []struct {
		name, host string
		scripts    bool
	}{{"with JavaScript", "sakura-hair", true}, {"by forms and links only", "cairo-smile", false}} {
		t.Run(way.name, func(t *testing.T) {
			p := demo(t)
			b := newTab(t)
			if !way.scripts {
				b.noScript()
			}
			b.quickLogin(p, way.host, "owner@"+way.host+".test")
			b.open(p.url(way.host, "/customers"))
			b.follow(`a[href="/customers/new"]`)
			b.fill("#f-name", "Journey Carla")
			b.fill("#f-tags", "journey, vip")
			b.follow(`form[action="/customers"] button.btn-primary`)
			b.mustRead("h1", "Journey Carla")
			b.fill("#f-body", "Comes with a dog.")
			b.follow(`#notes form[action$="/notes"] button`)
			b.mustRead("#notes", "Comes with a dog.")
			b.open(p.url(way.host, "/customers?tag=journey"))
			b.follow(`#customers tbody a.main-link`)
			b.fill("#f-confirm", "Journey")
			b.follow(`form[action$="/erase"] button`)
			if b.lastStatus() != 422 || b.value("#f-confirm") != "Journey" {
				t.Errorf("half a name: %d %q", b.lastStatus(), b.value("#f-confirm"))
			}
			b.fill("#f-confirm", "Journey Carla")
			b.follow(`form[action$="/erase"] button`)
			b.mustRead("h1", "Erased customer")
			if wrong := b.complaints(); len(wrong) > 0 {
				t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
			}
		})
	}
}
