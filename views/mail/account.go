package mail

import (
	"unicode"
	"unicode/utf8"
)

// EmailChangeProps asks one of the two mailboxes to confirm a change of address.
type EmailChangeProps struct {
	Name, Where string
	Old, New    string
	ToNew       bool // this mail goes to the new address
	URL         string
	ValidFor    string // "24 hours"
}

// EmailChange asks one of the two mailboxes to confirm a change of address.
func EmailChange(p EmailChangeProps) (Message, error) {
	l := letter{
		greeting:   greeting(p.Name),
		paragraphs: []string{oneLine("You asked that your account at " + p.Where + " goes from " + p.Old + " to " + p.New + ". Both addresses must confirm it.")},
		button:     "Confirm the change", url: p.URL,
		after: []string{"The link works once" + valid(p.ValidFor) + ".", "If it was not you, ignore this mail: nothing changes. Then somebody is logged in as you, so choose a new password and end the other sessions in your account."},
	}
	if p.ToNew {
		l.after[1] = "If you don't know what this is about, ignore this mail: nothing changes."
	}
	return l.message("Confirm your new address at " + p.Where)
}

// AccountNoticeProps tells somebody what was changed in the own account.
type AccountNoticeProps struct {
	Name, Where string
	What        string // a sentence
	URL         string // absolute, of the account
}

// AccountNotice tells somebody what was changed in the own account.
func AccountNotice(p AccountNoticeProps) (Message, error) {
	l := letter{
		greeting:   greeting(p.Name),
		paragraphs: []string{oneLine(capital(p.What) + " at " + p.Where + "."), "If it was you, there is nothing to do."},
		button:     "If not, look at your account", url: p.URL,
		after: []string{"There you end sessions and choose a new password. If you can't log in, use “Forgot your password?” on the login page, and tell support."},
	}
	return l.message("Your account at " + p.Where + " was changed")
}

// AccessLostProps tells somebody that the login or the ownership was taken away.
type AccessLostProps struct {
	Name, Where string
	By          string // name; empty: the person did it
	Login       bool   // the login, and not the ownership alone
}

// AccessLost tells somebody that the login or the ownership was taken away.
func AccessLost(p AccessLostProps) (Message, error) {
	what, subject := "You are no longer an owner", "You are no longer an owner of "
	switch {
	case p.Login && p.By != "":
		what, subject = p.By+" disabled your login", "Your login was disabled at "
	case p.Login:
		what, subject = "Your login was disabled", "Your login was disabled at "
	case p.By != "":
		what = p.By + " gave you another role: you are no longer an owner"
	}
	l := letter{greeting: greeting(p.Name), paragraphs: []string{oneLine(what + " at " + p.Where + ".")}}
	if p.Login {
		l.paragraphs = append(l.paragraphs, "Your sessions are ended, and you can't log in.")
	}
	l.paragraphs = append(l.paragraphs, "If you did not expect this, ask the other people there, or write to the support of "+Platform+" at once.")
	return l.message(subject + p.Where)
}

// capital begins a sentence.
func capital(s string) string {
	for i, r := range s {
		return string(unicode.ToUpper(r)) + s[i+utf8.RuneLen(r):]
	}
	return s
}
