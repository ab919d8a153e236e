package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestJourneyOfSettingUp is an owner who adds two people and a room, a service
// that takes one of the people and the room, and hours; then somebody asks when
// it is free, and visitors book it. With JavaScript and without.
func TestJourneyOfSettingUp(t *testing.T) {
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
			for _, r := range []struct{ name, kind string }{{"Journey Ann", "STAFF"}, {"Journey Ben", "STAFF"}, {"Journey room", "ROOM"}} {
				b.open(p.url(way.host, "/resources"))
				b.follow(`a[href="/resources/new"]`)
				b.fill("#f-name", r.name)
				b.set("#f-kind", r.kind)
				b.follow(`form[action="/resources"] button.btn-primary`)
				b.mustRead("h1", r.name)
			}
			b.openEveryDay("hours", "09:00", "11:00") // the room's own
			b.open(p.url(way.host, "/services"))
			b.follow(`a[href="/services/new"]`)
			b.fill("#f-price", "cheap")
			b.follow(`form[action="/services"] button.btn-primary`)
			if b.lastStatus() != 422 || b.value("#f-price") != "cheap" {
				t.Errorf("a price in words: %d, %q", b.lastStatus(), b.value("#f-price"))
			}
			b.fill("#f-name", "Journey service")
			b.fill("#f-price", "45.50")
			b.do("choose one of the people, and the room", evaluate(`for (const box of document.querySelectorAll("input[name^=set_]")) {
				const label = document.querySelector("label[for='" + box.id + "']").textContent;
				box.checked = box.name === "set_1" ? /Journey (Ann|Ben)/.test(label) : /Journey room/.test(label);
			}`))
			b.follow(`form[action="/services"] button.btn-primary`)
			b.mustRead("#services tbody", "Journey Ann or Journey Ben")
			b.follow(`#services tbody tr:last-child a.main-link`)
			id := b.url()[strings.LastIndex(b.url(), "/")+1:]
			b.open(p.url(way.host, "/settings/hours"))
			b.openEveryDay("", "08:00", "18:00")
			b.mustRead("#toasts", "saved")

			var slots []struct{ Local string }
			answer := p.client(t).get(way.host, "/api/availability/?service_id="+id+"&date="+time.Now().AddDate(0, 0, 9).Format(time.DateOnly)).must(t, 200)
			if err := json.Unmarshal([]byte(answer.body), &slots); err != nil || len(slots) != 5 || slots[0].Local != "09:00" || slots[4].Local != "10:00" {
				t.Errorf("%v: %s", err, answer.body)
			}
			visitorsBook(t, p, way.host, id, way.scripts)
			if wrong := b.complaints(); len(wrong) > 0 {
				t.Errorf("the console says:\n%s", strings.Join(wrong, "\n"))
			}
		})
	}
}

// set gives a control a value past its picker.
func (b *tab) set(selector, value string) {
	b.t.Helper()
	b.do("set "+selector, evaluate(fmt.Sprintf(`document.querySelector(%q).value = %q`, selector, value)))
}

// openEveryDay gives Monday its hours, copies them to all days and saves.
func (b *tab) openEveryDay(section, from, to string) {
	b.t.Helper()
	form := "main form"
	if section != "" {
		form = "#" + section + " form"
	}
	b.do("empty Monday", evaluate(`for (const input of document.querySelectorAll("[name^=monday_]")) input.value = ""`))
	b.set("#f-monday-from-1", from)
	b.set("#f-monday-to-1", to)
	b.do("copy to all days", evaluate(`document.querySelector("form details").open = true; for (const box of document.querySelectorAll("[name=copy_to]")) box.checked = true`))
	b.follow(form + ` button[name="copy"]`)
}
