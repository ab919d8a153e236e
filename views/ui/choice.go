package ui

// ChoiceOption is one of a few that are all shown; Hint says what it means.
type ChoiceOption struct{ Value, Label, Hint string }

// ChoiceProps is a labelled choice of one among a few.
type ChoiceProps struct {
	Name, Label, Value string
	Hint, Error        string
	Options            []ChoiceOption
}
