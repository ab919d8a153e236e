package business

import "github.com/smoothschedule/smoothschedule/views/ui"

// MergeFindProps is the page on which the other record of a customer is looked for.
type MergeFindProps struct {
	ID, Name, Q string
	Erased      bool
	Found       []FoundCustomer // who looks alike, or is found
}

// MergeSide is one of two records of perhaps one person.
type MergeSide struct {
	ID, Name, Email, Phone string
	Tags                   string
	Booked, Notes, Mails   string // counted
	Spent, Login           string
	Since                  ui.Time
	HasLogin, Blocked      bool
}

// MergeForm is whose value stays of each field, by id, as chosen.
type MergeForm struct {
	Name, Email, Phone string
	Errors             map[string]string
}

// MergeProps is the page on which two records become one.
type MergeProps struct {
	Kept, Gone MergeSide
	Form       MergeForm
	EmailFixed string // whose address stays when that is no choice
	Hindrance  string // why they can't be merged
	Version    string
	CanManage  bool
}

var mergeFields = []string{"name", "email", "phone", ui.VersionField}

// rows are what each of the two has.
func (p MergeProps) rows() [][3]string {
	k, g := p.Kept, p.Gone
	return [][3]string{{"E-mail", orNone(k.Email), orNone(g.Email)}, {"Phone", orNone(k.Phone), orNone(g.Phone)}, {"Tags", orNone(k.Tags), orNone(g.Tags)},
		{"Customer since", k.Since.Text, g.Since.Text}, {"Appointments", k.Booked, g.Booked}, {"Spent", k.Spent, g.Spent}, {"Notes", k.Notes, g.Notes},
		{"Mails", k.Mails, g.Mails}, {"Login", k.Login, g.Login}, {"Online booking", blockedWord(k.Blocked), blockedWord(g.Blocked)}}
}

func orNone(text string) string {
	if text == "" {
		return "none"
	}
	return text
}

func blockedWord(blocked bool) string {
	if blocked {
		return "blocked"
	}
	return "may book"
}

// choice are the values of a field that may stay; one value leaves nothing to choose.
func (p MergeProps) choice(of func(MergeSide) string) []ui.ChoiceOption {
	var options []ui.ChoiceOption
	for _, s := range []MergeSide{p.Kept, p.Gone} {
		if v := of(s); v != "" {
			options = append(options, ui.ChoiceOption{Value: s.ID, Label: v})
		}
	}
	if len(options) == 2 && options[0].Label == options[1].Label {
		options = options[:1]
	}
	return options
}

func (p MergeProps) emails() []ui.ChoiceOption {
	options := p.choice(func(s MergeSide) string { return s.Email })
	if p.Kept.HasLogin && p.Gone.HasLogin {
		for i := range options {
			options[i].Hint = "The login with this address stays. The other one ends, and its address opens nothing any more."
		}
	}
	return options
}

// emailStays tells which address stays where that is no choice.
func (p MergeProps) emailStays() string {
	stays, goes := p.Kept, p.Gone
	if p.EmailFixed == p.Gone.ID {
		stays, goes = goes, stays
	}
	switch {
	case stays.Email == "":
		return "Neither has an address."
	case stays.HasLogin && goes.Email != "":
		return stays.Email + " stays, because it opens the login. What was to go to " + goes.Email + " goes there from now on."
	case stays.HasLogin:
		return stays.Email + " stays, with the login that it opens."
	}
	return stays.Email + " stays."
}
