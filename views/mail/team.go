package mail

// TeamChangeProps tells an owner that the platform's staff changed somebody of
// the team.
type TeamChangeProps struct {
	Name     string // of the owner
	Business string
	Actor    string // of the platform's staff
	Person   string // name and address of who was changed
	Change   string // "was invited as owner"
	URL      string // absolute, of the page that lists such changes
}

// TeamChange tells an owner that the platform's staff changed somebody of the
// team.
func TeamChange(p TeamChangeProps) (Message, error) {
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Actor + " of " + Platform + " changed the team of " + p.Business + ": " + p.Person + " " + p.Change + "."),
			"If nobody of you asked for this, write to support at once. The change is on record.",
		},
		button: "See changes by " + Platform, url: p.URL,
	}
	return l.message("Your team was changed by " + Platform + ": " + p.Business)
}
