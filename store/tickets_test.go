package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/desk"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
)

// deskWorld is two businesses with a ticket of the first, and the support team.
type deskWorld struct {
	t       *testing.T
	cfg     store.Config
	db      *store.DB
	clock   *clock
	support store.Person
	tenants map[string]store.Tenant
	number  int64
}

func newDesk(t *testing.T) *deskWorld {
	w := &deskWorld{t: t, cfg: storetest.Config(t), clock: newClock(), tenants: map[string]store.Tenant{}}
	w.cfg.Now = w.clock.now
	w.db = storetest.Open(t, w.cfg)
	w.support = newStaff(t, w.db, access.PlatformSupport)
	for _, name := range []string{"alpha", "beta"} {
		_, w.tenants[name] = newBusiness(t, w.db, name)
	}
	w.number = w.open("alpha", "high")
	return w
}

// as runs fn inside a business as its owner.
func (w *deskWorld) as(name string, fn func(*store.TenantTx) error) error {
	w.t.Helper()
	tenant := w.tenants[name]
	var owner store.Person
	err := w.db.InPublic(context.Background(), func(q *store.PublicTx) error {
		people, err := people.Of(q, tenant.ID)
		if err == nil {
			owner = people[0]
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx := store.WithPrincipal(context.Background(), &store.Principal{Actor: owner, Subject: owner, Tenant: &tenant})
	return w.db.InTenant(ctx, tenant, fn)
}

func (w *deskWorld) open(name, priority string) (number int64) {
	w.t.Helper()
	err := w.as(name, func(q *store.TenantTx) (err error) {
		file, err := desk.NewAttachment("notes.txt", []byte("what we saw"))
		if err != nil {
			return err
		}
		number, err = desk.OpenTicket(q, desk.NewTicket{Subject: "It is broken", Body: "Please help", Priority: priority, Files: []desk.Attachment{file}})
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return number
}

func (w *deskWorld) staff(fn func(*store.PublicTx) error) {
	w.t.Helper()
	ctx := store.WithPrincipal(context.Background(), &store.Principal{Actor: w.support, Subject: w.support})
	if err := w.db.InPublic(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *deskWorld) ticket(number int64) (ticket desk.Ticket) {
	w.t.Helper()
	w.staff(func(q *store.PublicTx) (err error) {
		ticket, err = desk.ReadTicket(q, number)
		return err
	})
	return ticket
}

func (w *deskWorld) reply(status string) {
	w.t.Helper()
	w.staff(func(q *store.PublicTx) error {
		return desk.ReplyTicket(q, w.number, desk.TicketReply{Body: "We look into it", Status: status})
	})
}

func (w *deskWorld) set(status string) {
	w.t.Helper()
	w.staff(func(q *store.PublicTx) error {
		return desk.ChangeTicket(q, w.number, desk.TicketChange{Status: &status})
	})
}

func (w *deskWorld) answer() error {
	w.t.Helper()
	return w.as("alpha", func(q *store.TenantTx) error {
		return desk.AnswerTicket(q, w.number, desk.TicketReply{Body: "Still broken"})
	})
}

// TestTicketsStayInTheirBusiness: nothing of one business's ticket is in sight of
// another, and of the notes nothing in sight of any, on the logins themselves.
func TestTicketsStayInTheirBusiness(t *testing.T) {
	w := newDesk(t)
	w.reply("waiting")
	w.staff(func(q *store.PublicTx) error { return desk.NoteTicket(q, w.number, "They are difficult") })
	ticket := w.ticket(w.number)
	var file uuid.UUID
	if err := schema.Direct(w.db).QueryRow(`SELECT id FROM ticket_files`).Scan(&file); err != nil {
		t.Fatal(err)
	}
	for name, ask := range map[string]func(*store.TenantTx) error{
		"read": func(q *store.TenantTx) error { _, err := desk.ReadOwnTicket(q, w.number); return err },
		"answer": func(q *store.TenantTx) error {
			return desk.AnswerTicket(q, w.number, desk.TicketReply{Body: "x"})
		},
		"solve": func(q *store.TenantTx) error { return desk.SolveTicket(q, w.number) },
		"file":  func(q *store.TenantTx) error { _, err := desk.TicketFile(q, w.number, file); return err },
	} {
		if err := w.as("beta", ask); store.KindOf(err) != store.NotFound {
			t.Errorf("another business may %s: %v", name, err)
		}
	}
	for _, login := range []string{w.cfg.URL, w.cfg.ReadOnlyURL} {
		raw, err := sql.Open("postgres", login)
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		for scope, want := range map[string]int{
			"SELECT": 0,
			"SET LOCAL app.business = '" + w.tenants["alpha"].ID.String() + "'": 1,
			"SET LOCAL app.business = '" + w.tenants["beta"].ID.String() + "'":  0,
		} {
			for _, table := range []string{"tickets", "ticket_messages WHERE from_staff", "ticket_files", "ticket_notes", "canned_replies", "notifications", "ticket_lines"} {
				seen, expected := rowsSeen(raw, scope, table), want
				if table == "ticket_notes" || table == "canned_replies" || table == "notifications" || table == "ticket_lines" {
					expected = 0
				}
				if seen != expected {
					t.Errorf("%s of %s: %d rows, want %d", scope, table, seen, expected)
				}
			}
		}
	}
	// The audit log of the business holds no trace of the note.
	var traces int
	if err := schema.Direct(w.db).QueryRow(`SELECT count(*) FROM audit_log WHERE action = 'ticket.noted' AND business_id IS NOT NULL OR details::text LIKE '%difficult%'`).Scan(&traces); err != nil || traces != 0 {
		t.Errorf("%d traces of the note (%v)", traces, err)
	}
	if ticket.AssigneeName != w.support.Name {
		t.Errorf("the ticket is that of %q and not of who answered it", ticket.AssigneeName)
	}
}

// rowsSeen counts the rows in sight; what a login may not even ask for counts 0.
func rowsSeen(raw *sql.DB, scope, table string) (n int) {
	tx, err := raw.Begin()
	if err != nil {
		return -1
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.Exec(scope); err != nil {
		return -1
	}
	err = tx.QueryRow(`SELECT count(*) FROM public.` + table).Scan(&n)
	if sqlState(err) == "42501" {
		return 0
	}
	if err != nil {
		return -1
	}
	return n
}

// TestResponseClock: on the plan "professional" an answer to a high one is due in
// 12 hours, to a critical one in 8.
func TestResponseClock(t *testing.T) {
	w := newDesk(t)
	opened := w.clock.now()
	critical, high := "critical", "high"
	for i, step := range []struct {
		name  string
		after time.Duration
		do    func()
		due   time.Duration // from the opening; 0: the clock stands
	}{
		{"opened", 0, func() {}, 12 * time.Hour},
		{"in progress", time.Hour, func() { w.set("in_progress") }, 12 * time.Hour},
		{"made critical", 0, func() {
			w.staff(func(q *store.PublicTx) error {
				return desk.ChangeTicket(q, w.number, desk.TicketChange{Priority: &critical})
			})
		}, 8 * time.Hour},
		{"made high again", 0, func() {
			w.staff(func(q *store.PublicTx) error {
				return desk.ChangeTicket(q, w.number, desk.TicketChange{Priority: &high})
			})
		}, 12 * time.Hour},
		{"waiting for the business, one hour used", 0, func() { w.set("waiting") }, 0},
		{"open again five hours later", 5 * time.Hour, func() { w.set("open") }, 17 * time.Hour},
		{"answered", time.Hour, func() { w.reply("waiting") }, 0},
		{"open without anything to answer", time.Hour, func() { w.set("open") }, 0},
		{"the business answers: anew", 2 * time.Hour, func() { must(t, w.answer()) }, 22 * time.Hour},
		{"and writes more", time.Hour, func() { must(t, w.answer()) }, 22 * time.Hour},
		{"resolved without an answer", 0, func() { w.set("resolved") }, 0},
		{"it was not", 10 * time.Hour, func() { must(t, w.answer()) }, 32 * time.Hour},
	} {
		w.clock.advance(step.after)
		step.do()
		got := w.ticket(w.number)
		if (got.DueAt == nil) != (step.due == 0) || got.DueAt != nil && !got.DueAt.Equal(opened.Add(step.due)) {
			t.Errorf("%d %s: due %v, want %v", i, step.name, got.DueAt, opened.Add(step.due))
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestAnswersReopen is the rule: waiting, resolved and lately closed tickets open
// again, and in two weeks a closed one stays closed.
func TestAnswersReopen(t *testing.T) {
	w := newDesk(t)
	for status, want := range map[string]string{"open": "open", "in_progress": "in_progress", "waiting": "open", "resolved": "open", "closed": "open"} {
		w.set(status)
		must(t, w.answer())
		if got := w.ticket(w.number); got.Status != want || got.ClosedAt != nil {
			t.Errorf("an answer to one that is %s makes it %s, want %s", status, got.Status, want)
		}
	}
	w.set("closed")
	w.clock.advance(14 * 24 * time.Hour)
	must(t, w.answer())
	w.set("closed")
	w.clock.advance(14*24*time.Hour + time.Second)
	if err := w.answer(); store.KindOf(err) != store.Conflict {
		t.Errorf("after two weeks: %v", err)
	}
	must(t, w.as("alpha", func(q *store.TenantTx) error { return desk.SolveTicket(q, w.number) }))
	if got := w.ticket(w.number); got.Status != "closed" {
		t.Errorf("solving a closed one makes it %s", got.Status)
	}
}

func TestQueue(t *testing.T) {
	w := newDesk(t)
	w.clock.advance(time.Hour)
	second := w.open("beta", "low")
	w.clock.advance(time.Hour)
	third := w.open("beta", "medium")
	w.staff(func(q *store.PublicTx) error {
		return desk.ReplyTicket(q, second, desk.TicketReply{Body: "Done", Status: "resolved"})
	})
	me := uuid.NullUUID{UUID: w.support.ID, Valid: true}
	for _, c := range []struct {
		name string
		f    desk.TicketFilter
		want []int64
	}{
		{"longest waiting first", desk.TicketFilter{}, []int64{w.number, third, second}},
		{"newest first", desk.TicketFilter{Sort: "-created"}, []int64{third, second, w.number}},
		{"most urgent first", desk.TicketFilter{Sort: "-priority"}, []int64{w.number, third, second}},
		{"mine", desk.TicketFilter{Assignee: me}, []int64{second}},
		{"nobody's", desk.TicketFilter{Unassigned: true}, []int64{w.number, third}},
		{"unanswered", desk.TicketFilter{Unanswered: true}, []int64{w.number, third}},
		{"by number", desk.TicketFilter{Q: fmt.Sprintf("#%d", third)}, []int64{third}},
		{"by business", desk.TicketFilter{Q: "alpha"}, []int64{w.number}},
		{"by subject", desk.TicketFilter{Q: "broken beta"}, []int64{third, second}},
		{"of a state", desk.TicketFilter{Status: "resolved"}, []int64{second}},
		{"of a business", desk.TicketFilter{Business: uuid.NullUUID{UUID: w.tenants["beta"].ID, Valid: true}, Priority: "medium"}, []int64{third}},
	} {
		w.staff(func(q *store.PublicTx) error {
			rows, info, err := desk.Tickets(q, c.f)
			got := make([]int64, len(rows))
			for i, r := range rows {
				got[i] = r.Number
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) || info.Total != len(c.want) {
				t.Errorf("%s: %v of %d, want %v", c.name, got, info.Total, c.want)
			}
			return err
		})
	}
	w.staff(func(q *store.PublicTx) error {
		counts, err := desk.TicketCounts(q)
		if counts["open"] != 2 || counts["resolved"] != 1 || counts["closed"] != 0 {
			t.Errorf("counts %v", counts)
		}
		return err
	})
}

func TestOnlyTheDeskIsAssigned(t *testing.T) {
	w := newDesk(t)
	sales := newStaff(t, w.db, access.PlatformSales)
	for name, id := range map[string]uuid.UUID{"sales": sales.ID, "somebody of the business": w.ticket(w.number).OpenedBy.UUID, "nobody known": uuid.New()} {
		err := w.db.InPublic(context.Background(), func(q *store.PublicTx) error {
			return desk.ChangeTicket(q, w.number, desk.TicketChange{Assignee: &uuid.NullUUID{UUID: id, Valid: true}})
		})
		if store.FieldErrors(err)["assignee"] == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAttachmentsAreWhatTheyAre(t *testing.T) {
	png := "\x89PNG\r\n\x1a\n" + "0000"
	for _, c := range []struct{ name, data, want string }{
		{"shot.png", png, "image/png"},
		{"photo.JPEG", "\xff\xd8\xff\xe0....", "image/jpeg"},
		{"a.gif", "GIF89a....", "image/gif"},
		{"a.webp", "RIFF....WEBPVP8 ", "image/webp"},
		{"bill.pdf", "%PDF-1.7\n", "application/pdf"},
		{"notes.txt", "grüezi", "text/plain"},
		{"rows.csv", "a,b\n1,2\n", "text/csv"},
		{"virus.png", "MZ\x90\x00\x03\x00\x00\x00", ""},
		{"shot.txt", png, ""},
		{"shot.exe", png, ""},
		{"run.bat", "del *.*", ""},
		{"page.txt", "<html><script>alert(1)</script>", ""},
		{"drawing.svg", `<svg xmlns="http://www.w3.org/2000/svg"/>`, ""},
		{"latin1.txt", "caf\xe9", ""},
		{"empty.txt", "", ""},
	} {
		a, err := desk.NewAttachment(c.name, []byte(c.data))
		if c.want == "" && store.FieldErrors(err)["files"] == "" || c.want != "" && (err != nil || a.MediaType != c.want) {
			t.Errorf("%s: %q %v, want %q", c.name, a.MediaType, err, c.want)
		}
	}
	if _, err := desk.NewAttachment("big.txt", make([]byte, desk.MaxFileSize+1)); err == nil {
		t.Error("more than 5 MB")
	}
	for name, want := range map[string]string{`C:\x\y.txt`: "y.txt", "../../etc/a.txt": "a.txt", "a\"b\r\n.txt": "ab.txt", "invoice\u202etxt.txt": "invoicetxt.txt"} {
		if a, _ := desk.NewAttachment(name, []byte("x")); a.Name != want {
			t.Errorf("%q is named %q, want %q", name, a.Name, want)
		}
	}
}
