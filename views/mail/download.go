package mail

// DownloadProps tells an owner that staff took a file with data of the business.
type DownloadProps struct {
	Name         string // of the owner
	Business     string
	Actor, Email string // of the platform's staff
	Whole        bool   // everything, not a list
	File, Reason string
	Own          bool   // Actor is an owner, and there is no reason
	URL          string // absolute, of the page that lists such things
}

// Download tells an owner that staff took a file with data of the business.
func Download(p DownloadProps) (Message, error) {
	what := "a list with data of " + p.Business + " (" + p.File + ")"
	if p.Whole {
		what = "everything of " + p.Business + ", customers and appointments included"
	}
	if p.Own {
		l := letter{
			greeting: greeting(p.Name),
			paragraphs: []string{
				oneLine(p.Actor + " (" + p.Email + ") downloaded " + what + " (" + p.File + "), from Settings, Export, with the password."),
				"If that was not meant to be, end that login on the Team page, let the password be changed, and write to support.",
			},
			button: "See the team", url: p.URL,
		}
		return l.message("Everything of " + p.Business + " was downloaded")
	}
	l := letter{
		greeting: greeting(p.Name),
		paragraphs: []string{
			oneLine(p.Actor + " (" + p.Email + ") of " + Platform + " exported " + what + "."),
			oneLine("The reason given: " + p.Reason),
			"If nobody of you asked for this, write to support at once. It is on record under Support access.",
		},
		button: "See support access", url: p.URL,
	}
	return l.message("Data exported by " + Platform + ": " + p.Business)
}
