package jobs

import (
	"bytes"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/calendar"
	"github.com/smoothschedule/smoothschedule/store/notices"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// TestMailsAreTheBusinesss: a customer's mail comes in the business's name, is
// answered to its mailbox and says where to come; the team's is answered to the
// customer; calendar files take an event on and off a calendar.
func TestMailsAreTheBusinesss(t *testing.T) {
	w := appointmentWorker{mails: mails{sites: web.Sites{Scheme: "https", Bases: []string{"example.com"}}}}
	start := time.Now().Add(100 * time.Hour).Truncate(time.Hour)
	l := notices.Letter{Tenant: store.Tenant{Name: `Bar "Zur Post", Grill & Söhne`, Subdomain: "post", TimeZone: "Europe/Zurich"}, Secret: uuid.New(),
		Profile: notices.Profile{Address: "Bahnhofstrasse 1\n8001 Zürich", Phone: "+41 44 000 00 00", Email: "office@post.example"},
		Booking: calendar.Booking{ID: uuid.New(), StartsAt: start, EndsAt: start.Add(time.Hour), Service: "Tasting", Customer: "Win at http://prize.example/x1", Email: "ann@x.test",
			Party: 3, Note: "see www.prize.example", Status: "confirmed"}}
	l.ToName, l.ToEmail = l.Booking.Customer, l.Booking.Email
	customer := uuid.NullUUID{UUID: uuid.New(), Valid: true}
	var files []string
	write := func(kind, status string, sequence int, to uuid.NullUUID) (mail.Message, *netmail.Message) {
		t.Helper()
		l.Kind, l.CustomerID, l.Booking.Status, l.Booking.Sequence = kind, to, status, sequence
		p := w.appointment(l)
		m, err := mail.Appointment(p)
		if err != nil {
			t.Fatal(err)
		}
		msg, err := compose("SmoothSchedule <no-reply@example.com>", Envelope{To: "ann@x.test", ID: "1"}, m)
		if err != nil {
			t.Fatal(err)
		}
		var raw bytes.Buffer
		if _, err := msg.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		if len(p.Calendar) > 0 {
			if !strings.Contains(strings.ReplaceAll(raw.String(), `"`, ""), "method="+p.Method) {
				t.Errorf("%s: the part names another method than %s", kind, p.Method)
			}
			files = append(files, string(p.Calendar))
		}
		parsed, err := netmail.ReadMessage(&raw)
		if err != nil {
			t.Fatal(err)
		}
		return m, parsed
	}
	m, sent := write("confirmed", "confirmed", 0, customer)
	from, err := sent.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Name != l.Tenant.Name || from[0].Address != "no-reply@example.com" {
		t.Errorf("from %v: %v", from, err)
	}
	if answer, err := sent.Header.AddressList("Reply-To"); err != nil || answer[0].Address != "office@post.example" {
		t.Errorf("answered to %v: %v", answer, err)
	}
	for _, text := range []string{m.Text, m.HTML} {
		for _, want := range []string{"Bahnhofstrasse 1", "8001 Zürich", "+41 44 000 00 00", "maps", "People"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing in %s", want, text)
			}
		}
		if strings.Contains(text, "prize.example") {
			t.Errorf("a stranger's link travels: %s", text)
		}
	}
	if len(m.HTML) > 100<<10 || !strings.Contains(m.Subject, "Tasting") {
		t.Errorf("%d bytes, %s", len(m.HTML), m.Subject)
	}
	if _, sent := write("team_booked", "confirmed", 0, uuid.NullUUID{}); sent.Header.Get("Reply-To") != "<ann@x.test>" {
		t.Errorf("the team answers %s", sent.Header.Get("Reply-To"))
	}
	write("cancelled", "cancelled", 1, customer)
	l.Profile.Email = ""
	write("confirmed", "confirmed", 2, customer)
	write("declined", "cancelled", 3, customer)
	// What an independent parser reads.
	for i, f := range readCalendars(t, files...) {
		method := []string{"REQUEST", "CANCEL", "PUBLISH", "CANCEL"}[i]
		if f.Method != method || len(f.Events) != 1 || f.Events[0].Sequence != i {
			t.Errorf("file %d: %+v, want %s", i, f, method)
			continue
		}
		unfolded := strings.ReplaceAll(files[i], "\r\n ", "")
		for what, want := range map[string]bool{"ORGANIZER;": true, "ATTENDEE;": i < 2, "BEGIN:VALARM": method != "CANCEL", "LOCATION:": true, "Bahnhofstrasse 1": true} {
			if strings.Contains(unfolded, what) != want {
				t.Errorf("file %d and %s: %s", i, what, unfolded)
			}
		}
		if f.Events[0].UID != l.Booking.ID.String()+"@smoothschedule" {
			t.Errorf("file %d is of another event", i)
		}
	}
}
