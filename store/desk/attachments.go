package desk

import (
	"bytes"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
)

// The bounds of what is attached to a message.
const (
	MaxFiles    = 5
	MaxFileSize = 5 << 20
)

// Attachment is a file with its message; Data is read for a download only.
type Attachment struct {
	ID        uuid.UUID `db:"id"`
	MessageID uuid.UUID `db:"message_id"`
	Name      string    `db:"name"`
	MediaType string    `db:"media_type"`
	Size      int       `db:"size"`
	CreatedAt time.Time `db:"created_at"`
	Data      []byte    `db:"data"`
}

// endings are the endings of a name that fit a type.
var endings = map[string][]string{
	"image/png": {".png"}, "image/jpeg": {".jpg", ".jpeg"}, "image/gif": {".gif"}, "image/webp": {".webp"},
	"application/pdf": {".pdf"}, "text/plain": {".txt"}, "text/csv": {".csv"},
}

// NewAttachment looks at a file's content and refuses what is not of a type that
// we take, whatever its name says.
func NewAttachment(name string, data []byte) (Attachment, error) {
	a := Attachment{Name: fileName(name), Size: len(data), Data: data}
	ending := strings.ToLower(path.Ext(a.Name))
	refuse := func(why string) (Attachment, error) { return a, db.InvalidField("files", a.Name+" "+why) }
	switch {
	case len(data) == 0:
		return refuse("is empty.")
	case len(data) > MaxFileSize:
		return refuse("is larger than 5 MB.")
	}
	a.MediaType = sniff(data, ending)
	if !slices.Contains(endings[a.MediaType], ending) {
		return refuse("is no PNG, JPEG, GIF, WebP, PDF, TXT or CSV file.")
	}
	return a, nil
}

// sniff is the type that the content has; text is told apart by its ending.
func sniff(data []byte, ending string) string {
	found, _, _ := strings.Cut(http.DetectContentType(data), ";")
	if found != "text/plain" {
		return found
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return ""
	}
	if ending == ".csv" {
		return "text/csv"
	}
	return found
}

// fileName is the last part of a name, without what could break a header or
// turn its direction unseen, and not longer than a name is.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '"' {
			return -1
		}
		return r
	}, name)
	ending := path.Ext(name)
	if runes := []rune(strings.TrimSuffix(name, ending)); len(runes) > 100 && len([]rune(ending)) < 20 {
		name = string(runes[:100]) + ending
	}
	if name = text.Truncate(strings.TrimSpace(name), 120); name == "" || name == "." || name == "/" {
		return "file"
	}
	return name
}

// TicketFiles lists the files of a ticket in sight, without their data.
func TicketFiles(t db.Scope, ticket uuid.UUID) ([]Attachment, error) {
	var files []Attachment
	err := db.List(t, &files, `SELECT id, message_id, name, media_type, size, created_at FROM public.ticket_files WHERE ticket_id = $1 ORDER BY created_at, id`, ticket)
	return files, err
}

// TicketFile returns a file of a ticket in sight with its data.
func TicketFile(t db.Scope, number int64, id uuid.UUID) (Attachment, error) {
	var a Attachment
	err := db.Get(t, &a, `SELECT f.id, f.message_id, f.name, f.media_type, f.size, f.created_at, f.data
		FROM public.ticket_files f JOIN public.tickets t ON t.id = f.ticket_id WHERE f.id = $1 AND t.number = $2`, id, number)
	return a, err
}
