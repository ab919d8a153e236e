package mail

// SuspensionProps tells an owner that the business is suspended.
type SuspensionProps struct {
	Name     string // of the owner
	Business string
	Reason   string
	URL      string // absolute, where owners can answer
}

// Suspension tells an owner that the business is suspended, and where to answer.
func Suspension(p SuspensionProps) (Message, error) {
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Business + " is suspended. Its site can't be reached and nobody can book. Nothing is deleted."),
			oneLine("Reason given: " + p.Reason),
		},
		button: "Write to support", url: p.URL,
		after: []string{"Log in with your usual address and password to write to us."},
	}
	return l.message(p.Business + " is suspended")
}
