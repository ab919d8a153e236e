package transfer

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"github.com/smoothschedule/smoothschedule/store/internal/db"
	"github.com/smoothschedule/smoothschedule/store/internal/text"
	"github.com/smoothschedule/smoothschedule/store/schema"
	"github.com/smoothschedule/smoothschedule/store/settings"
)

// Bounds of what is read of a file: at a time, and in all. A small archive can
// claim to hold anything.
const (
	maxManifest     = 1 << 20
	maxLine         = 32 << 20
	maxRestoreRows  = 50_000_000
	maxRestoreBytes = 64 << 30
	batchRows       = 500
	batchBytes      = 4 << 20
)

func broken(format string, args ...any) error {
	return &db.Error{Kind: db.Invalid, Field: "file", Message: fmt.Sprintf(format, args...)}
}

// ReadManifest says what an exported file holds, and refuses one that this
// program can't read.
func ReadManifest(file io.ReaderAt, size int64) (Manifest, error) {
	var m Manifest
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return m, broken("This is no file of an export.")
	}
	if err := readMember(archive, "manifest.json", &m); err != nil {
		return m, err
	}
	switch {
	case m.Format > exportFormat || m.TenantVersion > schema.LatestTenantVersion() || m.PublicVersion > latestPublicVersion():
		return m, broken("This file was written by a newer version of smoothschedule; use that one.")
	case m.Format < 1 || m.TenantVersion < 1 || m.BusinessID == uuid.Nil:
		return m, broken("This is no file of an export.")
	}
	if m.Name = text.Truncate(cleanText(strings.ToValidUTF8(m.Name, ""), false), 120); !hasLetters(m.Name) {
		return m, broken("The file is damaged: the business has no name that can be shown.")
	}
	return m, nil
}

// restoreArchive is an archive with what its first and its last member say.
type restoreArchive struct {
	m     Manifest
	end   exportEnd
	zip   *zip.Reader
	total int // rows
}

// openArchive reads what the archive says of itself. subdomain replaces its own address.
func openArchive(file io.ReaderAt, size int64, subdomain string) (*restoreArchive, error) {
	m, err := ReadManifest(file, size)
	if err != nil {
		return nil, err
	}
	if subdomain != "" {
		m.Subdomain = subdomain
	}
	if err := settings.CheckSubdomain(m.Subdomain); err != nil {
		return nil, err
	}
	a := &restoreArchive{m: m}
	if a.zip, err = zip.NewReader(file, size); err != nil {
		return nil, broken("This is no file of an export.")
	}
	if err := readMember(a.zip, "end.json", &a.end); err != nil {
		return nil, err
	}
	for _, n := range a.end.Rows {
		if n < 0 || n > maxRestoreRows || a.total+n > maxRestoreRows {
			return nil, broken("The file is damaged: end.json can't be read.")
		}
		a.total += n
	}
	var bytes uint64
	for _, member := range a.zip.File {
		bytes += member.UncompressedSize64
	}
	if bytes > maxRestoreBytes {
		return nil, broken("The file holds more than a business can.")
	}
	return a, nil
}

func readMember(archive *zip.Reader, name string, into any) error {
	member, err := archive.Open(name)
	if err != nil {
		return broken("The file is not whole: %s is missing.", name)
	}
	defer func() { _ = member.Close() }()
	if err := json.NewDecoder(io.LimitReader(member, maxManifest)).Decode(into); err != nil {
		return broken("The file is damaged: %s can't be read.", name)
	}
	return nil
}

// has says whether the file holds a table, "public/users".
func (a *restoreArchive) has(name string) bool { return slices.Contains(a.m.Tables, name) }

// each gives the rows of a table, one after the other, as they were parsed. A
// table that the file doesn't hold has none.
func (a *restoreArchive) each(name string, row func(record) error) error {
	if !a.has(name) {
		return nil
	}
	member, err := a.zip.Open(name + ".ndjson")
	if err != nil {
		return broken("The file is not whole: %s is missing.", name)
	}
	defer func() { _ = member.Close() }()
	lines := bufio.NewScanner(member)
	lines.Buffer(make([]byte, 64<<10), maxLine)
	count := 0
	for lines.Scan() {
		count++
		r, err := parseLine(lines.Bytes())
		if err == nil {
			err = row(r)
		}
		var e *db.Error
		if errors.As(err, &e) && e.Kind == db.Invalid {
			return broken("Line %d of %s: %s", count, name, e.Message)
		}
		if err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return broken("The file is damaged: %s can't be read.", name)
	}
	if count != a.end.Rows[name] {
		return broken("The file is not whole: %s has %d rows and not %d.", name, count, a.end.Rows[name])
	}
	return nil
}

// record is a row: JSON values by column.
type record map[string]any

// parseLine reads the one object that a line is. What stands behind it, a name
// that comes twice, and names in another case are nothing that an export writes.
func parseLine(line []byte) (record, error) {
	unreadable := broken("this is not one row")
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil, unreadable
	}
	r := record{}
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return nil, unreadable
		}
		if _, twice := r[name]; twice {
			return nil, broken("a column comes twice")
		}
		var value any
		if err := d.Decode(&value); err != nil {
			return nil, unreadable
		}
		r[name] = value
	}
	if _, err := d.Token(); err != nil { // the closing brace
		return nil, unreadable
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, unreadable
	}
	return r, nil
}

// id is a value of a row as an id; the zero one when it is none.
func (r record) id(column string) uuid.UUID {
	text, _ := r[column].(string)
	id, _ := uuid.Parse(text)
	return id
}

func (r record) text(column string) string {
	text, _ := r[column].(string)
	return text
}

// columns are the names of a row in order; rows with the same are added together.
func (r record) columns() []string {
	names := make([]string, 0, len(r))
	for name := range r {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
