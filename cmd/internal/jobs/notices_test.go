package jobs

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/notices"
)

// TestNoticesLeadToTheOwnDomain: a customer's link to the domain that customers
// know, the team's to where the team signs in.
func TestNoticesLeadToTheOwnDomain(t *testing.T) {
	w := appointmentWorker{mails: mails{sites: web.Sites{Scheme: "https", Bases: []string{"example.com"}}}}
	start := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for domain, host := range map[string]string{"": "https://acme.example.com", "www.acme.test": "https://www.acme.test"} {
		l := notices.Letter{Tenant: store.Tenant{Name: "Acme", Subdomain: "acme", PrimaryDomain: domain, TimeZone: "UTC"},
			Booking: calendar.Booking{ID: uuid.New(), StartsAt: start, EndsAt: start.Add(time.Hour), Status: "confirmed", Service: "Oil change"}, Secret: uuid.New()}
		l.Kind = "confirmed"
		if p := w.appointment(l); p.URL != "https://acme.example.com/appointments?date=2026-12-01" {
			t.Errorf("the team of %q: %s", domain, p.URL)
		}
		l.CustomerID = uuid.NullUUID{UUID: uuid.New(), Valid: true}
		p := w.appointment(l)
		if !strings.HasPrefix(p.URL, host+"/b/") || !strings.Contains(strings.ReplaceAll(string(p.Calendar), "\r\n ", ""), "URL:"+p.URL) {
			t.Errorf("a customer of %q: %s, and the file:\n%s", domain, p.URL, p.Calendar)
		}
	}
}
