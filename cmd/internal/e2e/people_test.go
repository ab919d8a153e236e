package e2e

import (
	"strings"
	"testing"
)

// TestJourneyOfPeople is a superuser who invites a colleague, finds a person by
// typing, and shuts the colleague out again.
func TestJourneyOfPeople(t *testing.T) {
	p := demo(t)
	b := newTab(t)
	b.quickLogin(p, "platform", "superuser@smoothschedule.test")
	email := "journey-" + freePort(t) + "@smoothschedule.test"
	b.open(p.url("platform", "/staff"))
	b.fill("#f-name", "Journey Lou")
	b.fill("#f-email", email)
	b.do("choose a role", evaluate(`document.querySelector("#f-role").value = "PLATFORM_SUPPORT"`))
	b.follow(`form[action="/staff"] button[type="submit"]`)
	b.mustRead("#toasts", "gets an invitation")
	c := p.client(t)
	eventually(t, "the invitation", func() bool {
		return strings.Contains(c.get("platform", "/dev/mail").must(t, 200).body, email)
	})
	b.open(p.url("platform", "/users"))
	b.fill("#users-q", email)
	b.wait("the list to follow", `document.querySelectorAll("#users tbody tr").length === 1`)
	b.follow("#users tbody a.main-link")
	b.mustRead("h1", "Journey Lou")
	b.follow(`button[form="disable-form"]`)
	b.mustRead("#toasts", "disabled")
	b.mustRead(".page-head", "Disabled")
	if wrong := b.complaints(); len(wrong) > 0 {
		t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
	}
}
