package jobs

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"github.com/smoothschedule/smoothschedule/handlers/web"
	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/store/access"
	"github.com/smoothschedule/smoothschedule/store/identity"
	"github.com/smoothschedule/smoothschedule/store/people"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/storetest"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// postbox keeps what is sent. Before a mail it may fail or die.
type postbox struct {
	sent  []Envelope
	texts []string
	fail  map[string]error // by recipient
	die   string           // this recipient's mail is sent, and then the program dies
}

var errDied = errors.New("the program died")

func (p *postbox) Send(_ context.Context, e Envelope, m mail.Message, ready func() error) error {
	if err := ready(); err != nil {
		return err
	}
	if err := p.fail[e.To]; err != nil {
		return err
	}
	p.sent, p.texts = append(p.sent, e), append(p.texts, m.Text)
	if e.To == p.die {
		panic(errDied)
	}
	return nil
}

func (p *postbox) to() string {
	var all []string
	for _, e := range p.sent {
		all = append(all, e.To)
	}
	return strings.Join(all, " ")
}

// run works a job as a program does that may die on the way.
func run(work func() error) (err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = errDied
		}
	}()
	return work()
}

func TestNothingIsSentTwice(t *testing.T) {
	db := storetest.DB(t)
	box := &postbox{}
	m := mails{db, box, web.Sites{}}
	ctx := t.Context()
	job := &rivertype.JobRow{ID: 7, Kind: "mail_test", CreatedAt: time.Now(), EncodedArgs: []byte(`{}`)}
	letters := []letter{{to: "ann"}, {to: "ben"}, {to: "cem"}}
	again := func() error { return run(func() error { return m.deliver(ctx, job, letters...) }) }

	// Ben's server is busy: the others get theirs, and Ben the next time.
	box.fail = map[string]error{"ben": errors.New("busy")}
	if err := again(); err == nil || errors.As(err, new(*river.JobCancelError)) {
		t.Errorf("busy: %v", err)
	}
	box.fail = nil
	for range 3 {
		if err := again(); err != nil {
			t.Error(err)
		}
	}
	if box.to() != "ann cem ben" || box.sent[0].ID == box.sent[1].ID {
		t.Errorf("sent to %q: %v", box.to(), box.sent)
	}

	// The program dies with a mail on its way: it is not sent again by itself.
	job.ID++
	box.sent, box.die = nil, "ann"
	if err := again(); !errors.Is(err, errDied) {
		t.Errorf("%v", err)
	}
	box.die = ""
	if err := again(); !errors.As(err, new(*river.JobCancelError)) || box.to() != "ann ben cem" {
		t.Errorf("after a death: %v, sent to %q", err, box.to())
	}
	// An administrator wants it sent all the same.
	if err := again(); err != nil || box.to() != "ann ben cem ann" || box.sent[0] != box.sent[3] {
		t.Errorf("retried: %v, sent to %q", err, box.to())
	}

	// Who is refused for good ends the job, and no one else's mail.
	job.ID++
	box.sent, box.fail = nil, map[string]error{"ben": refusedError{errors.New("no such mailbox")}}
	if err := again(); !errors.As(err, new(*river.JobCancelError)) || box.to() != "ann cem" {
		t.Errorf("refused: %v, sent to %q", err, box.to())
	}
}

func TestMailedLinkStaysGood(t *testing.T) {
	db := storetest.DB(t)
	box := &postbox{}
	ctx := t.Context()
	var p store.Person
	err := db.InPublic(ctx, func(q *store.PublicTx) (err error) {
		p, err = people.CreatePerson(q, identity.NewPerson{Email: "ann@example.test", Name: "Ann", Role: access.PlatformSales, Unmailed: true})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &inviteWorker{mails: mails{db, box, web.Sites{Scheme: "http", Bases: []string{"example.test"}}}}
	job := &river.Job[identity.InviteArgs]{JobRow: &rivertype.JobRow{ID: 1, Kind: "mail_invitation", CreatedAt: time.Now(), EncodedArgs: []byte(`{}`)}, Args: identity.InviteArgs{UserID: p.ID}}
	good := func() bool {
		_, token, _ := strings.Cut(box.texts[0], "/invitation/")
		_, err := identity.LinkOwner(ctx, db, nil, strings.Fields(token)[0], identity.Invitation)
		return err == nil
	}
	for range 2 { // the second time the program died between the mail and the job's end
		if err := w.Work(ctx, job); err != nil {
			t.Fatal(err)
		}
		if len(box.sent) != 1 || !good() {
			t.Fatalf("%d mails, good: %v", len(box.sent), good())
		}
	}
	job.ID, box.die = 2, p.Email
	if err := run(func() error { return w.Work(ctx, job) }); !errors.Is(err, errDied) {
		t.Fatal(err)
	}
	box.texts = box.texts[1:]
	if err := w.Work(ctx, job); !errors.As(err, new(*river.JobCancelError)) || !good() {
		t.Errorf("%v; the link that may have been mailed is good: %v", err, good())
	}
	// An invitation that was withdrawn before the job ran mails nothing.
	if _, err := schema.Direct(db).ExecContext(ctx, `UPDATE users SET is_active = false WHERE id = $1`, p.ID); err != nil {
		t.Fatal(err)
	}
	job.ID, box.sent = 3, nil
	if err := w.Work(ctx, job); err != nil || len(box.sent) > 0 {
		t.Errorf("withdrawn: %v, %d mails", err, len(box.sent))
	}
}

// TestT5_MailsCarryTheirBusiness: so does the mark of each that was sent, and a
// business's job sends no letter of another one or of none.
func TestT5_MailsCarryTheirBusiness(t *testing.T) {
	db := storetest.DB(t)
	own, other := uuid.NullUUID{UUID: uuid.Must(uuid.NewV7()), Valid: true}, uuid.NullUUID{UUID: uuid.Must(uuid.NewV7()), Valid: true}
	box := &postbox{}
	m := mails{db, box, web.Sites{}}
	job := &rivertype.JobRow{Kind: "mail_test", EncodedArgs: []byte(`{"business_id": "` + own.UUID.String() + `"}`)}
	for name, wrong := range map[string]uuid.NullUUID{"another's": other, "nobody's": {}} {
		if err := m.deliver(t.Context(), job, letter{to: "ann", business: own}, letter{to: "ben", business: wrong}); err == nil || len(box.sent) > 0 {
			t.Errorf("%s letter: %v, %d mails", name, err, len(box.sent))
		}
	}
	if err := m.deliver(t.Context(), job, letter{to: "ann", business: own}); err != nil {
		t.Fatal(err)
	}
	var n int
	err := schema.Direct(db).QueryRowContext(t.Context(), `SELECT count(*) FROM sent_mails WHERE business_id = $1 AND kind = 'mail_test' AND state = 'sent'`, own).Scan(&n)
	if err != nil || n != 1 {
		t.Errorf("%d marks with the business, %v", n, err)
	}
}
