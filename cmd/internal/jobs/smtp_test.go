package jobs

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	netmail "net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"github.com/smoothschedule/smoothschedule/views/mail"
)

const (
	smtpUser     = "mailer"
	smtpPassword = "s3cret-of-mail"
)

// mailServer is a real SMTP server with STARTTLS that takes mails from those who
// log in, and no others.
type mailServer struct {
	addr  string
	trust *tls.Config

	mu    sync.Mutex
	mails []string
}

func startMailServer(t *testing.T) *mailServer {
	t.Helper()
	certificate, trust := certificates(t)
	m := &mailServer{trust: trust}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &mailSession{server: m}, nil }))
	server.Domain, server.TLSConfig = "localhost", &tls.Config{Certificates: []tls.Certificate{certificate}}
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	m.addr = l.Addr().String()
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() })
	return m
}

func (m *mailServer) received() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string(nil), m.mails...)
}

// mailer leads to the server as SMTP_URL does, trusting its certificate.
func (m *mailServer) mailer(t *testing.T, query, password string) *smtpMailer {
	t.Helper()
	address := &url.URL{Scheme: "smtp", Host: m.addr, User: url.UserPassword(smtpUser, password), RawQuery: query}
	mailer, err := newSMTPMailer(address, "SmoothSchedule <no-reply@example.test>")
	if err != nil {
		t.Fatal(err)
	}
	if err := mailer.client.SetTLSConfig(m.trust); err != nil {
		t.Fatal(err)
	}
	return mailer
}

type mailSession struct {
	server *mailServer
	known  bool
}

func (s *mailSession) AuthMechanisms() []string { return []string{sasl.Plain} }

func (s *mailSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, name, password string) error {
		if s.known = name == smtpUser && password == smtpPassword; !s.known {
			// As chatty servers do.
			return errors.New("no such login: " + name + " " + password)
		}
		return nil
	}), nil
}

func (s *mailSession) Mail(string, *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	return nil
}

func (s *mailSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "gone@") {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"}
	}
	return nil
}

func (s *mailSession) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, string(text))
	return err
}

func (*mailSession) Reset()        {}
func (*mailSession) Logout() error { return nil }

func certificates(t *testing.T) (tls.Certificate, *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, &tls.Config{RootCAs: trusted, ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}
}

func now() error { return nil }

func TestSMTP(t *testing.T) {
	server := startMailServer(t)
	letter := mail.Message{Subject: "Grüße", Text: "the plain text\n", HTML: "<p>the page</p>",
		Attachments: []mail.Attachment{{Name: "visit.ics", Type: "text/calendar; method=REQUEST", Data: []byte("BEGIN:VCALENDAR\r\n")}}}

	t.Run("over STARTTLS, logged in, with both forms", func(t *testing.T) {
		if err := server.mailer(t, "", smtpPassword).Send(t.Context(), Envelope{"ann@example.test", "abc"}, letter, now); err != nil {
			t.Fatal(err)
		}
		mails := server.received()
		if len(mails) != 1 {
			t.Fatalf("%d mails", len(mails))
		}
		m, err := netmail.ReadMessage(strings.NewReader(mails[0]))
		if err != nil {
			t.Fatal(err)
		}
		if m.Header.Get("Message-ID") != "<abc@example.test>" || m.Header.Get("To") != "<ann@example.test>" || m.Header.Get("Auto-Submitted") == "" {
			t.Errorf("%v", m.Header)
		}
		for _, part := range []string{"multipart/mixed", "multipart/alternative", "text/plain", "the plain text", "text/html", "the page", "text/calendar; method=REQUEST", "visit.ics"} {
			if !strings.Contains(mails[0], part) {
				t.Errorf("no %q in\n%s", part, mails[0])
			}
		}
	})

	t.Run("errors don't tell the password", func(t *testing.T) {
		const wrong = "another-s3cret"
		err := server.mailer(t, "", wrong).Send(t.Context(), Envelope{"ann@example.test", "abd"}, letter, now)
		if err == nil || strings.Contains(err.Error(), wrong) || !strings.Contains(err.Error(), "…") || !strings.HasPrefix(err.Error(), "the mail server refused the login") {
			t.Errorf("%v", err)
		}
	})

	t.Run("never in the clear unless told so", func(t *testing.T) {
		mailer := server.mailer(t, "", smtpPassword)
		_ = mailer.client.SetTLSConfig(&tls.Config{ServerName: "127.0.0.1", MinVersion: tls.VersionTLS12}) // not trusted
		if err := mailer.Send(t.Context(), Envelope{"ann@example.test", "abe"}, letter, now); err == nil || !strings.HasPrefix(err.Error(), "the mail server's certificate") {
			t.Errorf("a stranger's certificate: %v", err)
		}
		if err := server.mailer(t, "tls=off", smtpPassword).Send(t.Context(), Envelope{"ann@example.test", "abf"}, letter, now); err == nil {
			t.Error("the password went out in the clear")
		}
	})

	t.Run("a refused recipient is told apart", func(t *testing.T) {
		err := server.mailer(t, "", smtpPassword).Send(t.Context(), Envelope{"gone@example.test", "abg"}, letter, now)
		if !errors.As(err, new(refusedError)) {
			t.Errorf("%v", err)
		}
	})

	t.Run("ready stops it before anything is sent", func(t *testing.T) {
		if err := server.mailer(t, "", smtpPassword).Send(t.Context(), Envelope{"ann@example.test", "abh"}, letter, func() error { return errMarked }); !errors.Is(err, errMarked) {
			t.Errorf("%v", err)
		}
	})
	if n := len(server.received()); n != 1 {
		t.Errorf("%d mails in all", n)
	}
}

func TestFileMailerWritesTheSame(t *testing.T) {
	dir := t.TempDir()
	mailer, err := NewMailer(nil, "SmoothSchedule <no-reply@example.test>", dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := mailer.Send(context.Background(), Envelope{"ann@example.test", "abc"}, mail.Message{Subject: "S", Text: "T", HTML: "H"}, now); err != nil {
		t.Fatal(err)
	}
	if from := sender(context.WithValue(context.Background(), senderKey{}, "Post <post@example.test>"), "no-reply@example.test"); from != "Post <post@example.test>" {
		t.Errorf("the settings' sender: %q", from)
	}
	var b bytes.Buffer
	msg, err := compose("no-reply@example.test", Envelope{"not an address", "x"}, mail.Message{})
	if err == nil {
		_, _ = msg.WriteTo(&b)
		t.Errorf("%s", b.String())
	}
}
