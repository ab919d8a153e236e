package mail

// TestProps is a mail that shows that mails go out.
type TestProps struct {
	By  string // who asked for it
	URL string // absolute, of the settings
}

// Test is a mail that shows that mails go out.
func Test(p TestProps) (Message, error) {
	l := letter{
		greeting:   greeting(""),
		paragraphs: []string{oneLine("This is the test mail that " + p.By + " asked for. The mail server takes what the platform sends.")},
		button:     "Open the mail settings", url: p.URL,
	}
	return l.message("A test mail")
}
