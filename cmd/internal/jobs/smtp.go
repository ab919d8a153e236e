package jobs

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/smoothschedule/smoothschedule/views/mail"
)

const smtpTimeout = 20 * time.Second

// smtpMailer hands mails to a server. secrets are what its errors must not
// show: they are kept with the job and read by administrators.
type smtpMailer struct {
	from    string
	client  *gomail.Client
	secrets *strings.Replacer
}

// newSMTPMailer demands STARTTLS unless the address says smtps:// or ?tls=off.
func newSMTPMailer(server *url.URL, from string) (*smtpMailer, error) {
	options := []gomail.Option{gomail.WithTimeout(smtpTimeout), gomail.WithTLSPolicy(gomail.TLSMandatory)}
	if server.Scheme == "smtps" {
		options = append(options, gomail.WithSSLPort(false))
	} else if server.Query().Get("tls") == "off" {
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if port, err := strconv.Atoi(server.Port()); err == nil {
		options = append(options, gomail.WithPort(port))
	}
	secrets := strings.NewReplacer()
	if user := server.User; user != nil {
		name := user.Username()
		password, _ := user.Password()
		options = append(options, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(name), gomail.WithPassword(password))
		secrets = hide(password, name)
	}
	client, err := gomail.NewClient(server.Hostname(), options...)
	if err != nil {
		return nil, errors.New("SMTP_URL can't be used: " + secrets.Replace(err.Error()))
	}
	return &smtpMailer{from, client, secrets}, nil
}

// hide finds a password also as it travels. What is empty would be found
// everywhere.
func hide(password, name string) *strings.Replacer {
	if password == "" {
		return strings.NewReplacer()
	}
	encode := base64.StdEncoding.EncodeToString
	return strings.NewReplacer(password, "…", encode([]byte(password)), "…", encode([]byte("\x00"+name+"\x00"+password)), "…",
		url.QueryEscape(password), "…")
}

// Send returns nil once the server has taken the mail: what fails after that is
// no reason to send it again.
func (s *smtpMailer) Send(ctx context.Context, e Envelope, m mail.Message, ready func() error) error {
	msg, err := compose(sender(ctx, s.from), e, m)
	if err != nil {
		return err
	}
	connection, err := s.client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.clean(whyNot(err), err)
	}
	defer func() { _ = s.client.CloseWithSMTPClient(connection) }()
	if err := ready(); err != nil {
		return err
	}
	if err := s.client.SendWithSMTPClient(connection, msg); err != nil && !msg.IsDelivered() {
		return s.clean("the mail server did not take the mail", err)
	}
	return nil
}

// whyNot says in words at which step a server was lost.
func whyNot(err error) string {
	var unreachable *net.OpError
	var unknown *net.DNSError
	switch {
	case strings.HasPrefix(err.Error(), "SMTP AUTH failed"): // go-mail has no other mark for this step
		return "the mail server refused the login; check user and password of SMTP_URL"
	case errors.As(err, new(*tls.CertificateVerificationError)):
		return "the mail server's certificate is not valid for this host"
	case errors.As(err, &unknown):
		return "there is no such mail server"
	case errors.As(err, &unreachable):
		return "the mail server can't be reached"
	}
	return "the mail server can't be used"
}

// refusedError is a mail that no further try will bring to its recipient.
type refusedError struct{ error }

func (s *smtpMailer) clean(what string, err error) error {
	cleaned := fmt.Errorf("%s: %s", what, s.secrets.Replace(err.Error()))
	var failed *gomail.SendError
	if errors.As(err, &failed) && failed.Reason == gomail.ErrSMTPRcptTo && failed.ErrorCode() >= 500 {
		return refusedError{cleaned}
	}
	return cleaned
}
