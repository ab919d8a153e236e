package mail

// MasqueradeProps tells an owner that support looks at the business, asks to
// change it, or may change it without the owners' word.
type MasqueradeProps struct {
	Name           string // of the owner
	Business       string
	Actor          string // who looks
	Subject        string // as whom
	SubjectRole    string
	Reason, Ticket string
	Approver       string // who agreed instead of the owners
	Write          bool   // with changes
	URL            string // absolute, of the page that lists it or takes the answer
}

func (p MasqueradeProps) reason() string {
	if p.Ticket != "" {
		return "Reason given: " + p.Reason + " (ticket " + p.Ticket + ")"
	}
	return "Reason given: " + p.Reason
}

// MasqueradeNotice tells an owner that support came in.
func MasqueradeNotice(p MasqueradeProps) (Message, error) {
	begun, what, subject := " has begun to look at ", "without being able to change anything.", "Support is looking at "
	if p.Write {
		begun, what, subject = " has come in at ", "and can make changes.", "Support can make changes at "
	}
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Actor + " of " + Platform + begun + p.Business + " as " + p.Subject + ", " + what),
			oneLine(p.reason()),
			"It ends after an hour at the latest, or a quarter of an hour without use. Every page that is looked at and every change is on record.",
		},
		button: "See what is looked at", url: p.URL,
	}
	return l.message(subject + p.Business)
}

// ConsentRequest asks an owner for consent. The link shows the question; only
// the button on its page answers.
func ConsentRequest(p MasqueradeProps) (Message, error) {
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Actor + " of " + Platform + " asks to make changes at " + p.Business + " as " + p.Subject + " (" + p.SubjectRole + ")."),
			oneLine(p.reason()),
			"If you agree, it can begin within an hour and lasts an hour at the most. You can take it back at any moment. Without your answer nobody comes in, except in an emergency that a second person of " + Platform + " confirms; then you are told.",
		},
		button: "Agree or decline", url: p.URL,
		after: []string{"The link is meant for you alone: whoever has it can answer in your name."},
	}
	return l.message("May support make changes at " + p.Business + "?")
}

// ConsentOverridden tells an owner that a second person agreed instead.
func ConsentOverridden(p MasqueradeProps) (Message, error) {
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Approver + " of " + Platform + " has approved, without an owner's consent, that " + p.Actor + " makes changes at " + p.Business + " as " + p.Subject + "."),
			oneLine(p.reason()),
			"This is meant for emergencies. Every page and every change is on record and can be read by you at once.",
		},
		button: "See what is done", url: p.URL,
	}
	return l.message("Changes by support were approved at " + p.Business)
}
