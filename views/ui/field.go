package ui

import "strings"

func orDefault(s, fallback string) string {
	if s == "" {
		return fallback
	}
	return s
}

func fieldID(id, name string) string { return orDefault(id, "f-"+name) }

// describedBy ties hint and error to their control; empty when there is none.
func describedBy(id, hint, err string) string {
	var ids []string
	if hint != "" {
		ids = append(ids, id+"-hint")
	}
	if err != "" {
		ids = append(ids, id+"-error")
	}
	return strings.Join(ids, " ")
}

// Errors gives the fields of a form that are wrong, in the form's order,
// for ErrorSummary; the key "" is the form as a whole.
func Errors(errs map[string]string, order ...string) []FieldError {
	var out []FieldError
	for _, f := range append([]string{""}, order...) {
		if m := errs[f]; m != "" {
			out = append(out, FieldError{Field: f, Message: m})
		}
	}
	return out
}
