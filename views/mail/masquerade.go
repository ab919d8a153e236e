package mail

// MasqueradeNoticeProps tells an owner that support looks at the business.
type MasqueradeNoticeProps struct {
	Name     string // of the owner
	Business string
	Actor    string // who looks
	Subject  string // as whom
	Reason   string
	URL      string // absolute, of the page that lists it
}

// MasqueradeNotice tells an owner that support looks at the business.
func MasqueradeNotice(p MasqueradeNoticeProps) (Message, error) {
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Actor + " of SmoothSchedule has begun to look at " + p.Business + " as " + p.Subject + ", without being able to change anything."),
			oneLine("Reason given: " + p.Reason),
			"It ends after an hour at the latest, or a quarter of an hour without use. Every page that is looked at is on record.",
		},
		button: "See what is looked at", url: p.URL,
	}
	return l.message("Support is looking at " + p.Business)
}
