package jobs

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	netmail "net/mail"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/smoothschedule/smoothschedule/store"
	"github.com/smoothschedule/smoothschedule/views/mail"
)

// Envelope says to whom a mail goes and which one it is: the same ID makes the
// same Message-ID, by which mailboxes recognise a mail that comes again.
type Envelope struct{ To, ID string }

// Mailer sends one mail. ready is asked when the server is reached and nothing
// was sent yet; its error is returned as it is.
type Mailer interface {
	Send(ctx context.Context, e Envelope, m mail.Message, ready func() error) error
}

// NewMailer sends through the server of an SMTP_URL, or without one writes each
// mail into a file below dir.
func NewMailer(server *url.URL, from, dir string) (Mailer, error) {
	if err := gomail.NewMsg().From(from); err != nil {
		return nil, fmt.Errorf("MAIL_FROM is not a mail address: %q", from)
	}
	if server == nil {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, fmt.Errorf("the folder for mails can't be made: %w", err)
		}
		return &fileMailer{from, dir}, nil
	}
	return newSMTPMailer(server, from)
}

func compose(from string, e Envelope, m mail.Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.From(named(from, m.FromName)); err != nil {
		return nil, err
	}
	if m.ReplyTo != "" {
		// An address that can't be written is no reason to keep the mail back.
		_ = msg.ReplyTo(m.ReplyTo)
	}
	if err := msg.To(store.CanonicalEmail(e.To)); err != nil {
		return nil, fmt.Errorf("the recipient's address: %w", err)
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetMessageIDWithValue(e.ID + "@" + domainOf(from))
	// Keeps holiday notices from answering.
	msg.SetGenHeader("Auto-Submitted", "auto-generated")
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	for _, a := range m.Attachments {
		if err := msg.AttachReader(a.Name, bytes.NewReader(a.Data), gomail.WithFileContentType(gomail.ContentType(a.Type))); err != nil {
			return nil, fmt.Errorf("attach %s: %w", a.Name, err)
		}
	}
	return msg, nil
}

// named puts another name before the address of a From; NewMailer has checked it.
func named(from, name string) string {
	address, err := netmail.ParseAddress(from)
	if err != nil || name == "" {
		return from
	}
	address.Name = name
	return address.String()
}

// domainOf is the part of a From behind the @; NewMailer has checked it.
func domainOf(from string) string {
	address, err := netmail.ParseAddress(from)
	if err != nil {
		return "localhost"
	}
	return address.Address[strings.LastIndexByte(address.Address, '@')+1:]
}

type fileMailer struct{ from, dir string }

// Send writes under another name first, so that a reader never sees half a mail.
func (f *fileMailer) Send(ctx context.Context, e Envelope, m mail.Message, ready func() error) error {
	msg, err := compose(sender(ctx, f.from), e, m)
	if err != nil {
		return err
	}
	if err := ready(); err != nil {
		return err
	}
	var b [4]byte
	_, _ = rand.Read(b[:])
	path := filepath.Join(f.dir, time.Now().UTC().Format("20060102T150405.000000")+"-"+hex.EncodeToString(b[:]))
	if err := msg.WriteToFile(path + ".tmp"); err != nil {
		return err
	}
	return os.Rename(path+".tmp", path+".eml")
}

// SendNow sends a mail that nobody waits for a second time, like a test.
func SendNow(mailer Mailer) func(ctx context.Context, to string, m mail.Message) error {
	return func(ctx context.Context, to string, m mail.Message) error {
		return mailer.Send(ctx, Envelope{To: to, ID: "now-" + rand.Text()}, m, func() error { return nil })
	}
}
