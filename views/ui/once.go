package ui

import "github.com/google/uuid"

// OnceField is the form's field for the id that Once gives out.
const OnceField = "form_id"

func onceID() string {
	id, err := uuid.NewV7()
	if err != nil {
		return "" // then the form is like one of a program that sends no id
	}
	return id.String()
}
