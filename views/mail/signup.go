package mail

import "github.com/smoothschedule/smoothschedule/views/names"

// Link is a named address in a mail.
type Link struct{ Label, URL string }

// SignUpProps asks whoever signed up to confirm the address.
type SignUpProps struct {
	Name     string
	Business string
	Host     string // where the business will be
	URL      string // absolute
	ValidFor string // "24 hours"
}

// SignUp asks whoever signed up to confirm the address. Only then is there a
// business.
func SignUp(p SignUpProps) (Message, error) {
	if names.LooksLikeLink(p.Business) { // nobody has confirmed anything yet
		p.Business = "a business"
	}
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine("You, or somebody who gave your address, signed up " + p.Business + " at " + Platform + ", to be found at " + p.Host + "."),
			"Confirm it and your business opens; you are logged in at once, with the password that you chose.",
		},
		button: "Confirm and open the business", url: p.URL,
		after: []string{"The link works once" + valid(p.ValidFor) + ". If it was not you, ignore this mail: nothing is opened."},
	}
	return l.message("Confirm your sign-up of " + p.Business)
}

// FoundProps lists the businesses of an e-mail address.
type FoundProps struct {
	Name       string
	Businesses []Link // name with role, address of the login
}

// Found lists the businesses where an e-mail address can log in.
func Found(p FoundProps) (Message, error) {
	l := letter{
		greeting:   greeting(p.Name),
		paragraphs: []string{"Someone, probably you, asked where this e-mail address can log in. Here:"},
		links:      p.Businesses,
		after:      []string{"If it was not you, ignore this mail: nobody else was told."},
	}
	return l.message("Where you log in")
}
