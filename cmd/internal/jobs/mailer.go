package jobs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/smoothschedule/smoothschedule/views/mail"
)

// Mailer sends one mail.
type Mailer interface {
	Send(ctx context.Context, to string, m mail.Message) error
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
	options := []gomail.Option{gomail.WithTimeout(20 * time.Second)}
	if port, err := strconv.Atoi(server.Port()); err == nil {
		options = append(options, gomail.WithPort(port))
	}
	if server.Scheme == "smtps" {
		options = append(options, gomail.WithSSL())
	} else if server.Query().Get("tls") == "off" {
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if user := server.User; user != nil {
		password, _ := user.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(user.Username()), gomail.WithPassword(password))
	}
	client, err := gomail.NewClient(server.Hostname(), options...)
	if err != nil {
		return nil, fmt.Errorf("SMTP_URL can't be used: %w", err)
	}
	return &smtpMailer{from, client}, nil
}

func compose(from, to string, m mail.Message) (*gomail.Msg, error) {
	msg := gomail.NewMsg()
	if err := msg.From(from); err != nil {
		return nil, err
	}
	if err := msg.To(to); err != nil {
		return nil, fmt.Errorf("the recipient's address: %w", err)
	}
	msg.Subject(m.Subject)
	msg.SetDate()
	msg.SetMessageID()
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

type smtpMailer struct {
	from   string
	client *gomail.Client
}

func (s *smtpMailer) Send(ctx context.Context, to string, m mail.Message) error {
	msg, err := compose(s.from, to, m)
	if err != nil {
		return err
	}
	return s.client.DialAndSendWithContext(ctx, msg)
}

type fileMailer struct{ from, dir string }

// Send writes under another name first, so that a reader never sees half a mail.
func (f *fileMailer) Send(_ context.Context, to string, m mail.Message) error {
	msg, err := compose(f.from, to, m)
	if err != nil {
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
