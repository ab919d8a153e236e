package mail_test

import (
	"strings"
	"testing"

	"github.com/smoothschedule/smoothschedule/views/mail"
)

func TestMailsSayTheSameTwice(t *testing.T) {
	link := "https://acme.example/invitation/abc"
	inv, err := mail.Invitation(mail.InvitationProps{Name: "Zoë", Where: "O’Brien & <Søn>", Role: "owner", InvitedBy: "Mara", URL: link, ValidFor: "7 days"})
	if err != nil {
		t.Fatal(err)
	}
	reset, err := mail.PasswordReset(mail.PasswordResetProps{Where: "Acme", URL: link, ValidFor: "1 hour"})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range []mail.Message{inv, reset} {
		if m.Subject == "" || !strings.Contains(m.Text, link) || !strings.Contains(m.HTML, link) {
			t.Errorf("%+v", m)
		}
		if strings.Contains(m.HTML, "<Søn>") || strings.Contains(m.HTML, "src=") {
			t.Error("names must be escaped and nothing loaded from outside")
		}
	}
}

// TestB28_InvitationsSayWhoInvites: somebody by name, or the platform; a customer who
// asked for the link is not invited as anything.
func TestB28_InvitationsSayWhoInvites(t *testing.T) {
	of := mail.Contact{Name: "Night Owl"}
	for want, p := range map[string]mail.InvitationProps{
		"Mara invites you to Acme":                   {Where: "Acme", InvitedBy: "Mara", Role: "Manager", URL: "https://x.test/"},
		mail.Platform + " invites you to Acme":       {Where: "Acme", ByStaff: true, Role: "Owner", URL: "https://x.test/"},
		"Night Owl, as you asked":                    {Where: "Night Owl", Customer: &of, Asked: true, Role: "Customer", URL: "https://x.test/"},
		"Night Owl offers you an account. Choose a ": {Where: "Night Owl", Customer: &of, Role: "Customer", URL: "https://x.test/"},
	} {
		m, err := mail.Invitation(p)
		if err != nil || !strings.Contains(m.Text, want) || p.Customer != nil && (strings.Contains(m.Text, "as Customer") || strings.Contains(m.Text, "invite")) {
			t.Errorf("%v: %s, want %q", err, m.Text, want)
		}
	}
}

func TestSubjectStaysOneLine(t *testing.T) {
	m, err := mail.Invitation(mail.InvitationProps{Where: "Acme\r\nBcc: all@example.test", URL: "https://x.test/"})
	if err != nil || strings.ContainsAny(m.Subject, "\r\n") {
		t.Errorf("%q %v", m.Subject, err)
	}
}

// TestPlatformsOwnName: a platform of another name signs with it, in each form.
func TestPlatformsOwnName(t *testing.T) {
	m, err := mail.TeamChange(mail.TeamChangeProps{Actor: "Sam", Business: "Acme", URL: "https://x.test/"})
	if err != nil {
		t.Fatal(err)
	}
	m = m.Named("Plan\nwell & <Co>")
	for form, text := range map[string]string{"subject": m.Subject, "text": m.Text, "HTML": m.HTML} {
		if strings.Contains(text, mail.Platform) || strings.Contains(text, "SmoothSchedule") {
			t.Errorf("%s: %s", form, text)
		}
	}
	if !strings.Contains(m.Subject, "Plan well & <Co>") || !strings.Contains(m.HTML, "well &amp; &lt;Co&gt;") {
		t.Errorf("%+v", m)
	}
}

// TestS13_NobodyIsGreetedByALink: what stands in the place of a name leads
// nowhere, in either form of a mail.
func TestS13_NobodyIsGreetedByALink(t *testing.T) {
	const bad = "prize .example/x"
	for what, build := range map[string]func() (mail.Message, error){
		"an invitation": func() (mail.Message, error) {
			return mail.Invitation(mail.InvitationProps{Name: bad, InvitedBy: bad, Where: "Acme", URL: "https://acme.test/i"})
		},
		"a sign-up": func() (mail.Message, error) {
			return mail.SignUp(mail.SignUpProps{Name: bad, Business: bad})
		},
	} {
		m, err := build()
		if err != nil {
			t.Fatal(err)
		}
		for _, form := range []string{m.Subject, m.Text, m.HTML} {
			if strings.Contains(form, "prize") {
				t.Errorf("%s carries it: %s", what, form)
			}
		}
	}
}
