package ui

// MessageProps is one message of a conversation. Note marks what the other side
// never sees; Mine is the side of the reader.
type MessageProps struct {
	Author, Side, Body string
	At                 Time
	Mine, Note         bool
	Files              []FileLink
}

// FileLink is a file to download.
type FileLink struct{ Name, Size, Href string }

// FilesField are the words of a field for attachments, the same everywhere.
func FilesField(err string) FieldProps {
	return FieldProps{
		Name: "files", Label: "Attachments", Type: "file", Optional: true, Error: err,
		Hint:  "Up to 5 files of 5 MB each: PNG, JPEG, GIF, WebP, PDF, TXT, CSV.",
		Attrs: map[string]any{"multiple": true, "accept": ".png,.jpg,.jpeg,.gif,.webp,.pdf,.txt,.csv"},
	}
}
