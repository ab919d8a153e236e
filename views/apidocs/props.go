// Package apidocs is the page that describes the API to people.
package apidocs

// Props is what the page shows.
type Props struct {
	Intro           string
	DescriptionHref string
	Operations      []Operation
	Schemas         []Schema
}

// Operation is a method on an address.
type Operation struct {
	Method, Path, Summary, Description string
	Parameters, Body                   []Field
	Answer                             string // name of the schema
	Responses                          []Response
}

// Field is a parameter or a key.
type Field struct {
	Name, Kind, Description, Default string
	Choices                          []string
}

// Response is a status and when it comes.
type Response struct{ Status, Description string }

// Schema is a kind of object.
type Schema struct {
	Name, Description string
	Fields            []Field
}
